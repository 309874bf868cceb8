//! Hypothesis tests against statsmodels, arch, scipy and published literals; the validation report.

use dvol::hypothesis::PBound;
use dvol::regression::{Covariance, Design, FittedOls, Ols};
use dvol::seed::Seed;
use dvol::serde_json::{self, Value};
use dvol::validation::*;
use dvol::{Error, hypothesis::TestResult};
use std::sync::LazyLock;

static ORACLE: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/validation.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn series(name: &str) -> Vec<f64> {
    numbers(&ORACLE["series"][name])
}

fn sample(name: &str) -> Vec<f64> {
    numbers(&ORACLE["samples"][name]["values"])
}

#[track_caller]
fn close(what: &str, ours: f64, theirs: &Value, tolerance: f64) {
    let theirs = theirs.as_f64().unwrap();
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-300) || ours == theirs,
        "{what}: ours {ours}, theirs {theirs}"
    );
}

/// `[statistic, p]` within 1e-6 relative.
#[track_caller]
fn agrees(what: &str, ours: &TestResult, theirs: &Value) {
    close(what, ours.statistic, &theirs[0], 1e-6);
    close(what, ours.p_value, &theirs[1], 1e-6);
}

/// Independent standard normals (sums of twelve uniforms would do; these are exact).
fn noise(seed: u64, n: usize) -> Vec<f64> {
    use rand_distr::{Distribution as _, StandardNormal};
    let mut generator = Seed::new(seed).rng();
    (0..n).map(|_| StandardNormal.sample(&mut generator)).collect()
}

/// Errors of perfect 24-step forecasts of a random walk made every step: MA(23).
fn overlapping(seed: u64, n: usize) -> Vec<f64> {
    noise(seed, n + 23).windows(24).map(|shocks| shocks.iter().sum()).collect()
}

fn terms(name: &str) -> Deterministic {
    match name {
        "n" => Deterministic::None,
        "c" => Deterministic::Constant,
        _ => Deterministic::Trend,
    }
}

fn rule(name: &str) -> LagRule {
    match name {
        "AIC" => LagRule::Aic,
        "BIC" => LagRule::Bic,
        lags => LagRule::Fixed(lags.parse().unwrap()),
    }
}

#[test]
fn unit_root_tests_agree_with_statsmodels_and_arch() {
    for case in ORACLE["unit_roots"].as_array().unwrap() {
        let text = |key: &str| case[key].as_str().unwrap();
        let what = format!("{} {} {} {}", text("test"), text("series"), text("terms"), text("rule"));
        let values = series(text("series"));
        let result = match text("test") {
            "adf" => {
                let test = AugmentedDickeyFuller {
                    terms: terms(text("terms")),
                    lags: rule(text("rule")),
                    max_lags: None,
                };
                let result = test.test(&values).unwrap();
                assert_eq!(result.n, case["n"].as_u64().unwrap() as usize, "{what}");
                for (ours, theirs) in result.critical_values.iter().zip(case["critical"].as_array().unwrap())
                {
                    close(&what, ours.1, theirs, 1e-9);
                }
                result
            }
            "pp" => PhillipsPerron { terms: terms(text("terms")), lags: None }.test(&values).unwrap(),
            "kpss" => {
                let bandwidth = match text("rule") {
                    "auto" => KpssBandwidth::Hobijn,
                    lags => KpssBandwidth::Lags(lags.parse().unwrap()),
                };
                Kpss { terms: terms(text("terms")), bandwidth }.test(&values).unwrap()
            }
            _ => {
                let model = match text("terms") {
                    "c" => ZivotAndrewsBreak::Intercept,
                    "t" => ZivotAndrewsBreak::Trend,
                    _ => ZivotAndrewsBreak::Both,
                };
                let test = ZivotAndrews { model, lags: rule(text("rule")), trim: 0.15 };
                let (result, place) = test.test(&values).unwrap();
                assert_eq!(place, case["break"].as_u64().unwrap() as usize, "{what}");
                result
            }
        };
        close(&what, result.statistic, &case["statistic"], 1e-6);
        close(&what, result.p_value, &case["p"], 1e-6);
        assert_eq!(result.lags, case["lags"].as_u64().map(|lags| lags as usize), "{what}");
    }
}

#[test]
fn published_unit_root_statistics_are_reproduced() {
    // Stata: dfuller infl, lags(1)
    let adf = AugmentedDickeyFuller { lags: LagRule::Fixed(1), ..AugmentedDickeyFuller::default() };
    let adf = adf.test(&series("infl")).unwrap();
    assert!((adf.statistic + 4.334_698_8).abs() < 5e-7, "{adf}");
    assert!((adf.p_value - 0.000_386_61).abs() < 5e-9, "{adf}");
    // R: urca / tseries, kpss.test(realgdp), lag 3
    let kpss = Kpss { terms: Deterministic::Constant, bandwidth: KpssBandwidth::Lags(3) };
    let kpss = kpss.test(&series("realgdp")).unwrap();
    assert!((kpss.statistic - 5.0169).abs() < 1e-4, "{kpss}");
    assert_eq!(kpss.p_bound, PBound::AtMost);
    assert_eq!(kpss.p_value, 0.01);
    // R: urca::ur.za(rgnp, model = "intercept", lag = 8); Zivot and Andrews (1992) print -5.58
    let test = ZivotAndrews { lags: LagRule::Fixed(8), ..ZivotAndrews::default() };
    let (za, place) = test.test(&series("rgnp")).unwrap();
    assert!((za.statistic + 5.576_15).abs() < 5e-6, "{za}");
    assert_eq!(place, 20); // the crash after 1929: observation 21 of 1909-1970
}

fn investment() -> (FittedOls, Value) {
    let expected = ORACLE["regression"].clone();
    let design =
        Design::new([("realgdp", numbers(&expected["realgdp"])), ("lint", numbers(&expected["lint"]))])
            .unwrap()
            .with_constant();
    (Ols::new("investment").fit(&design, &numbers(&expected["target"])).unwrap(), expected)
}

#[test]
fn residual_diagnostics_of_a_regression_agree_with_statsmodels_and_r() {
    let (fit, expected) = investment();
    let residuals = fit.residuals().to_vec();
    let arch = arch_lm(&residuals, 4).unwrap();
    agrees("ARCH-LM", &arch, &expected["arch_lm_4"]);
    // R: FinTS::ArchTest(residuals(fm), lags = 4)
    assert!((arch.statistic - 3.434_734_008_362_59).abs() < 1e-9, "{arch}");
    agrees("White", &white(&residuals, fit.design()).unwrap(), &expected["white"]);
    agrees("BP", &breusch_pagan(&residuals, fit.design()).unwrap(), &expected["breusch_pagan"]);
    agrees("BG", &breusch_godfrey(&fit, 4).unwrap(), &expected["breusch_godfrey_4"]);
    close("DW", durbin_watson(&residuals).unwrap().statistic, &expected["durbin_watson"], 1e-9);
    agrees("RESET", &reset(&fit, 3).unwrap(), &expected["reset_3"]);
    agrees("CUSUM", &cusum(&residuals, None).unwrap(), &expected["cusum"]);
    let target = numbers(&expected["target"]);
    agrees("Chow", &chow(fit.design(), &target, 100).unwrap(), &expected["chow_100"]);
}

#[test]
fn tests_on_samples_agree_with_scipy_and_statsmodels() {
    for (name, expected) in ORACLE["samples"].as_object().unwrap() {
        let values = sample(name);
        let n = values.len();
        agrees(&format!("Shapiro-Wilk {name}"), &shapiro_wilk(&values).unwrap(), &expected["shapiro"]);
        if n < 20 {
            continue;
        }
        let thirds: Vec<&[f64]> = (0..3).map(|i| &values[i * n / 3..(i + 1) * n / 3]).collect();
        for (test, result) in [
            ("jarque_bera", jarque_bera(&values)),
            ("dagostino", dagostino(&values)),
            ("anderson_darling", anderson_darling(&values)),
            ("t_test", bias_t_test(&values)),
            ("hac_t_test_5", bias_hac_t_test(&values, 5)),
            ("sign_test", sign_test(&values)),
            ("ljung_box_10", ljung_box(&values, 10, 0)),
            ("arch_lm_5", arch_lm(&values, 5)),
            ("levene", levene(&thirds)),
            ("brown_forsythe", brown_forsythe(&thirds)),
            ("anova", anova(&thirds)),
        ] {
            agrees(&format!("{test} {name}"), &result.unwrap(), &expected[test]);
        }
        close(name, skewness(&values), &expected["skewness"], 1e-9);
        close(name, excess_kurtosis(&values), &expected["excess_kurtosis"], 1e-9);
        let lilliefors = lilliefors(&values).unwrap();
        close("Lilliefors", lilliefors.statistic, &expected["lilliefors"][0], 1e-9);
        // above 0.1 statsmodels interpolates a table linearly in n, which is off by up to 0.08 at n = 300
        if lilliefors.p_value < 0.1 {
            close("Lilliefors p", lilliefors.p_value, &expected["lilliefors"][1], 1e-6);
        }
        let correlogram = correlogram(&values, 12, 0.05).unwrap();
        for lag in 0..12 {
            close("ACF", correlogram.autocorrelation[lag], &expected["acf_12"][lag], 1e-9);
            close("PACF", correlogram.partial[lag], &expected["pacf_12"][lag], 1e-9);
            close("band", correlogram.bartlett_band[lag], &expected["bartlett_band_12"][lag], 1e-6);
        }
    }
}

#[test]
fn lilliefors_p_values_are_uniform_under_the_null() {
    let p: Vec<f64> = (0..600).map(|run| lilliefors(&noise(1000 + run, 300)).unwrap().p_value).collect();
    for level in [0.1, 0.3, 0.5, 0.7] {
        let share = p.iter().filter(|&&p| p < level).count() as f64 / 600.0;
        // three standard errors of a share of 600
        let width = 3.0 * (level * (1.0 - level) / 600.0).sqrt() + 0.01;
        assert!((share - level).abs() < width, "P(p < {level}) = {share}");
    }
}

#[test]
fn correlation_matrices_agree_with_scipy() {
    let expected = &ORACLE["correlation"];
    let columns: Vec<(String, Vec<f64>)> =
        ["a", "b", "c"].map(|name| (name.to_owned(), numbers(&expected["columns"][name]))).to_vec();
    for (kind, key) in [(Correlation::Pearson, "pearson"), (Correlation::Spearman, "spearman")] {
        let matrix = correlation_matrix(kind, &columns).unwrap();
        for (place, (i, j)) in [(0, 1), (0, 2), (1, 2)].into_iter().enumerate() {
            close(key, matrix.coefficients[i][j], &expected[key][place][0], 1e-9);
            close(key, matrix.p_values[i][j], &expected[key][place][1], 1e-6);
            assert_eq!(matrix.coefficients[i][j], matrix.coefficients[j][i]);
        }
    }
}

#[test]
fn break_dates_are_the_global_minimisers_found_by_ruptures() {
    let expected = &ORACLE["breaks"];
    let breaks = BaiPerron::default().mean(&numbers(&expected["series"])).unwrap();
    for (m, case) in expected["partitions"].as_array().unwrap().iter().enumerate() {
        let ours = &breaks.partitions[m + 1];
        let theirs: Vec<usize> = numbers(&case["breaks"]).into_iter().map(|row| row as usize).collect();
        assert_eq!(ours.breaks, theirs);
        close("sum of squares", ours.sum_of_squares, &case["sum_of_squares"], 1e-9);
    }
    assert_eq!(breaks.by_bic(), [48, 100, 162]);
    assert_eq!(breaks.sequential_at(0.05), [48, 100, 162]);
}

#[test]
fn sup_f_p_values_match_bai_and_perrons_tables() {
    // Bai and Perron (2003), sup F(l + 1 | l), trimming 0.15, one coefficient: 10, 5 and 1 %
    let table = [(0, [7.04, 8.58, 12.29]), (1, [8.51, 10.13, 13.89]), (2, [9.41, 11.14, 14.80])];
    let series = numbers(&ORACLE["breaks"]["series"]);
    let search = BaiPerron { max_breaks: 3, ..BaiPerron::default() };
    let breaks = search.mean(&series).unwrap();
    for (l, row) in table {
        let test = &breaks.sequential[l];
        for (level, critical) in [0.10, 0.05, 0.01].into_iter().zip(row) {
            // a statistic above the tabulated value has a p-value below its level, up to the formula's error
            if test.statistic > critical {
                assert!(test.p_value < level * 1.1, "{test}");
            } else {
                assert!(test.p_value > level * 0.9, "{test}");
            }
        }
    }
}

#[test]
fn breaks_in_a_slope_are_found_by_the_regression_search() {
    let x = noise(3, 300);
    let y: Vec<f64> = x
        .iter()
        .zip(noise(4, 300))
        .enumerate()
        .map(|(t, (x, e))| if t < 120 { x + 0.3 * e } else { -x + 0.3 * e })
        .collect();
    let design = Design::new([("x", x)]).unwrap().with_constant();
    let breaks = BaiPerron::default().regression(&design, &y).unwrap();
    assert_eq!(breaks.by_bic().len(), 1);
    assert!(breaks.by_bic()[0].abs_diff(120) <= 2, "{:?}", breaks.by_bic());
    // the search over prefix sums must agree with least squares on either side
    let cut = breaks.by_bic()[0];
    let side = |from: usize, to: usize| {
        Ols::new("side").fit(&design.rows(from, to).unwrap(), &y[from..to]).unwrap().residual_sum_of_squares()
    };
    let direct = side(0, cut) + side(cut, 300);
    assert!((breaks.partitions[1].sum_of_squares / direct - 1.0).abs() < 1e-9);
}

#[test]
fn a_long_series_is_searched_on_a_grid_and_the_result_says_so() {
    let mut series = noise(5, 3000);
    series[1800..].iter_mut().for_each(|value| *value += 1.0);
    let breaks = BaiPerron { max_breaks: 2, ..BaiPerron::default() }.mean(&series).unwrap();
    assert_eq!(breaks.step, 8);
    assert!(breaks.partitions[1].breaks[0].abs_diff(1800) <= 16);
    assert!(breaks.sequential[0].notes.iter().any(|note| note.contains("every 8 rows")));
}

#[test]
fn shapiro_wilk_thins_a_long_series_and_says_so() {
    let result = shapiro_wilk(&noise(6, 12_000)).unwrap();
    assert_eq!(result.n, 5000);
    assert!(result.notes[0].contains("5000 of 12000"), "{:?}", result.notes);
    assert!(!result.rejects(0.01), "{result}");
}

#[test]
fn a_hac_test_on_indicators_equals_anova_when_nothing_is_autocorrelated() {
    // with 0 lags and equal parts the Wald test is ANOVA's F up to the variance estimator
    let series = noise(7, 900);
    let (means, spreads) = one_way_hac(&series, 3, 0).unwrap();
    let parts: Vec<&[f64]> = series.chunks(300).collect();
    let (anova, levene) = (anova(&parts).unwrap(), brown_forsythe(&parts).unwrap());
    assert!((means.statistic / 2.0 / anova.statistic - 1.0).abs() < 0.1, "{means} {anova}");
    assert!((spreads.statistic / 2.0 / levene.statistic - 1.0).abs() < 0.1, "{spreads} {levene}");
}

#[test]
fn whites_test_of_fitted_values_is_whites_test_on_that_regressor() {
    let (fit, _) = investment();
    let fitted = fit.fitted().to_vec();
    let residuals = fit.residuals().to_vec();
    let design = Design::new([("f", fitted.clone())]).unwrap().with_constant();
    let (special, general) =
        (white_of_fitted(&residuals, &fitted, None).unwrap(), white(&residuals, &design).unwrap());
    assert!((special.statistic / general.statistic - 1.0).abs() < 1e-9);
}

#[test]
fn overlap_robust_tests_keep_their_size_where_plain_tests_do_not() {
    let (runs, n) = (60, 1500);
    let count = |test: &dyn Fn(&[f64]) -> TestResult| {
        (0..runs).filter(|&run| test(&overlapping(100 + run, n)).rejects(0.05)).count()
    };
    let hac = 48;
    let plain = [
        ("t", count(&|e| bias_t_test(e).unwrap())),
        ("sign", count(&|e| sign_test(e).unwrap())),
        ("Ljung-Box", count(&|e| ljung_box(e, 10, 0).unwrap())),
        ("Jarque-Bera", count(&|e| jarque_bera(e).unwrap())),
        ("ANOVA", count(&|e| anova(&e.chunks(500).collect::<Vec<_>>()).unwrap())),
        ("CUSUM", count(&|e| cusum(e, None).unwrap())),
    ];
    let robust = [
        ("t", count(&|e| bias_hac_t_test(e, hac).unwrap())),
        ("sign", count(&|e| sign_hac_test(e, hac).unwrap())),
        ("Cumby-Huizinga", count(&|e| cumby_huizinga(e, 24, 10).unwrap())),
        ("Lobato-Velasco", count(&|e| lobato_velasco(e, hac).unwrap())),
        ("ANOVA", count(&|e| one_way_hac(e, 3, hac).unwrap().0)),
        ("CUSUM", count(&|e| cusum(e, Some(hac)).unwrap())),
    ];
    println!("rejections of {runs} true nulls at 5 %: plain {plain:?}, robust {robust:?}");
    for (name, rejections) in plain {
        assert!(rejections > 15, "{name} plain rejects {rejections} of {runs}");
    }
    for (name, rejections) in robust {
        assert!(rejections <= 15, "{name} robust rejects {rejections} of {runs}");
    }
}

#[test]
fn cumby_huizinga_sees_what_is_beyond_the_overlap() {
    let mut series = overlapping(9, 3000);
    for t in 30..series.len() {
        series[t] += 0.5 * series[t - 30];
    }
    assert!(cumby_huizinga(&series, 24, 10).unwrap().rejects(0.001));
}

#[test]
fn the_report_rests_on_robust_tests_when_forecasts_overlap() {
    let report = validate(&overlapping(11, 4000)).unwrap();
    assert_eq!(report.overlap, 24);
    assert!(report.warnings.iter().any(|warning| warning.contains("MA(23)")), "{:?}", report.warnings);
    for group in Group::ALL {
        let verdict = report.verdict(group).unwrap();
        assert!(verdict.passed, "perfect forecasts fail {verdict}");
        assert!(report.group(group).any(|test| test.decides && test.overlap_robust));
    }
    // the same numbers judged as if they did not overlap
    let naive = Validation::default().with_overlap(1).run(&overlapping(11, 4000)).unwrap();
    assert!(!naive.verdict(Group::Autocorrelation).unwrap().passed);
    assert!(naive.tests.iter().all(|test| test.decides));
}

#[test]
fn the_report_finds_what_is_wrong_with_residuals() {
    let n = 6000;
    let biased: Vec<f64> = overlapping(12, n).iter().map(|e| e + 3.0).collect();
    assert!(!validate(&biased).unwrap().verdict(Group::Bias).unwrap().passed);
    let walk: Vec<f64> = noise(13, n)
        .iter()
        .scan(0.0, |level, shock| {
            *level += shock;
            Some(*level)
        })
        .collect();
    let verdict = validate(&walk).unwrap().verdict(Group::Stationarity).unwrap().clone();
    assert!(!verdict.passed && verdict.reason.contains("ADF"), "{verdict}");
    let growing: Vec<f64> =
        overlapping(14, n).iter().enumerate().map(|(t, e)| e * (1.0 + 4.0 * t as f64 / n as f64)).collect();
    let report = validate(&growing).unwrap();
    assert!(!report.verdict(Group::StructuralBreaks).unwrap().passed, "{report}");
    assert!(!report.verdict(Group::Heteroskedasticity).unwrap().passed, "{report}");
    let cubed: Vec<f64> = overlapping(15, n).iter().map(|e| e * e * e).collect();
    assert!(!validate(&cubed).unwrap().verdict(Group::Normality).unwrap().passed);
}

#[test]
fn too_few_residuals_for_the_overlap_are_judged_by_plain_tests_with_a_warning() {
    let report = validate(&noise(16, 200)).unwrap();
    assert!(report.warnings.iter().any(|warning| warning.contains("too few")), "{:?}", report.warnings);
    assert_eq!(report.verdicts.len(), 6);
}

#[test]
fn holm_never_adjusts_below_the_raw_p_value_and_keeps_order() {
    let p = [0.2, f64::NAN, 0.001, 0.04, 0.9];
    let adjusted = holm(&p);
    assert!(adjusted[1].is_nan());
    for (raw, adjusted) in p.iter().zip(&adjusted) {
        assert!(raw.is_nan() || adjusted >= raw);
    }
    assert!((adjusted[2] - 0.004).abs() < 1e-12);
}

#[test]
fn constant_and_short_and_broken_series_are_refused_in_words() {
    let error = validate(&[1.5; 100]).unwrap_err();
    assert!(error.to_string().contains("every value is the same"), "{error}");
    let error = validate(&[1.0, 2.0, 3.0]).unwrap_err();
    assert!(matches!(error, Error::TooFew { needed: 30, found: 3, .. }), "{error}");
    let mut series = noise(17, 100);
    series[41] = f64::NAN;
    let error = validate(&series).unwrap_err();
    assert!(error.to_string().contains("index 41"), "{error}");
    let error = Validation::default().with_fitted(vec![1.0; 5]).run(&noise(18, 100)).unwrap_err();
    assert!(matches!(error, Error::Mismatch { .. }), "{error}");
    for test in [jarque_bera, dagostino, shapiro_wilk, anderson_darling, lilliefors, durbin_watson] {
        assert_eq!(test(&[2.0; 50]).unwrap_err().exit_code(), 2);
        assert_eq!(test(&[]).unwrap_err().exit_code(), 2);
    }
    // an exact trend leaves no residual in an ADF regression
    let line: Vec<f64> = (0..100).map(f64::from).collect();
    assert!(AugmentedDickeyFuller::default().test(&line).is_err());
}

#[test]
fn the_report_is_the_same_on_one_thread_and_on_many() {
    let residuals = overlapping(19, 2000);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        serde_json::to_string(&pool.install(|| validate(&residuals)).unwrap()).unwrap()
    };
    assert_eq!(run(1), run(4));
}

#[test]
fn white_covariance_sees_heteroskedasticity_that_classical_errors_miss() {
    let x = noise(20, 500);
    let y: Vec<f64> = x.iter().zip(noise(21, 500)).map(|(x, e)| e * x.abs()).collect();
    let fit = Ols::new("y").fit(&Design::new([("x", x)]).unwrap().with_constant(), &y).unwrap();
    let classical = fit.std_errors(Covariance::Classical).unwrap()[1];
    let robust = fit.std_errors(Covariance::Hc3).unwrap()[1];
    assert!(robust > 1.3 * classical, "{robust} {classical}");
}

#[test]
fn tests_do_not_depend_on_units_or_level() {
    let series = overlapping(60, 600);
    let moved: Vec<f64> = series.iter().map(|x| 1e4 + 250.0 * x).collect();
    type Named<'a> = (&'a str, &'a dyn Fn(&[f64]) -> TestResult);
    let tests: [Named; 10] = [
        ("ADF", &|x| AugmentedDickeyFuller::with_terms(Deterministic::Trend).test(x).unwrap()),
        ("KPSS", &|x| Kpss::default().test(x).unwrap()),
        ("PP", &|x| PhillipsPerron::default().test(x).unwrap()),
        ("ZA", &|x| ZivotAndrews::default().test(x).unwrap().0),
        ("Ljung-Box", &|x| ljung_box(x, 10, 0).unwrap()),
        ("Cumby-Huizinga", &|x| cumby_huizinga(x, 24, 5).unwrap()),
        ("Jarque-Bera", &|x| jarque_bera(x).unwrap()),
        ("Lobato-Velasco", &|x| lobato_velasco(x, 48).unwrap()),
        ("CUSUM", &|x| cusum(x, Some(48)).unwrap()),
        ("Bai-Perron", &|x| BaiPerron::default().mean(x).unwrap().sequential[0].clone()),
    ];
    for (name, test) in tests {
        let (here, there) = (test(&series).statistic, test(&moved).statistic);
        assert!((here / there - 1.0).abs() < 1e-7, "{name}: {here} became {there}");
    }
}

#[test]
fn an_outlier_beyond_every_table_gives_finite_statistics() {
    // 60 standard deviations: its normal tail probability underflows
    let mut series = noise(61, 20_000);
    series[7] = 60.0;
    let result = anderson_darling(&series).unwrap();
    assert!(result.statistic.is_finite() && result.statistic > 0.0, "{result}");
    let report = Validation::default().run(&series).unwrap();
    for test in &report.tests {
        assert!(test.result.statistic.is_finite() && test.result.p_value.is_finite(), "{}", test.result);
    }
}

#[test]
fn a_test_that_residuals_do_not_allow_is_left_out_with_its_reason() {
    // all squares are 1: there is no regression of squares on squares
    let signs: Vec<f64> = noise(62, 300).iter().map(|x| x.signum()).collect();
    let report = Validation::default().with_overlap(1).run(&signs).unwrap();
    assert!(report.warnings.iter().any(|warning| warning.contains("ARCH-LM")), "{:?}", report.warnings);
    assert_eq!(report.verdicts.len(), 6);
    assert!(!report.tests.iter().any(|test| test.result.name.starts_with("ARCH")));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        cases: 60,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_210_423),
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    })]
    #[test]
    fn any_series_gives_six_verdicts_and_finite_numbers_or_an_error_in_words(
        kind in 0..4,
        scale in -6..7,
        overlap in 1_usize..6,
        raw in proptest::collection::vec(-1000_i32..1000, 5..160),
    ) {
        let scale = 10_f64.powi(scale);
        let series: Vec<f64> = raw
            .iter()
            .scan(0.0, |sum, &value| {
                let value = f64::from(value);
                *sum += value;
                Some(scale * match kind {
                    0 => value,
                    1 => f64::from(value as i32 % 2),
                    2 => *sum,
                    _ => (value / 100.0).powi(7),
                })
            })
            .collect();
        match Validation::default().with_overlap(overlap).run(&series) {
            Ok(report) => {
                proptest::prop_assert_eq!(report.verdicts.len(), 6);
                for test in &report.tests {
                    let p = test.result.p_value;
                    proptest::prop_assert!((0.0..=1.0).contains(&p), "{}", test.result);
                    proptest::prop_assert!(test.result.statistic.is_finite(), "{}", test.result);
                    proptest::prop_assert!(test.p_holm >= p, "{}", test.result);
                }
            }
            Err(error) => proptest::prop_assert_eq!(error.exit_code(), 2),
        }
    }
}

#[test]
fn forecasts_are_validated_with_the_overlap_of_their_origins() {
    use dvol::evaluation::{Forecast, Forecasts};
    use dvol::time::{Horizon, Timestamp};
    let (residuals, predicted) = (overlapping(63, 900), noise(64, 900));
    let record = |(hour, (residual, predicted)): (usize, (&f64, &f64))| Forecast {
        model: "ours".into(),
        origin: Timestamp::from_hours(hour as i64),
        horizon: Horizon::hours(24),
        actual: predicted + residual,
        predicted: *predicted,
        anchor: 0.0,
        lower: None,
        upper: None,
        lower_95: None,
        upper_95: None,
    };
    let records = residuals.iter().zip(&predicted).enumerate().map(record).collect();
    let forecasts = Forecasts::new(records).unwrap();
    let report = validate_forecasts(&forecasts).unwrap();
    assert_eq!(report.overlap, 24);
    let direct =
        Validation::default().with_fitted(forecasts.predicted()).run(&forecasts.residuals()).unwrap();
    assert_eq!(report, direct);
}

// --- the command line

fn dvol(arguments: &[&str]) -> (i32, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dvol")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn file(folder: &tempfile::TempDir, name: &str, columns: &[(&str, Vec<String>)]) -> String {
    let mut text = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",") + "\n";
    for row in 0..columns[0].1.len() {
        text += &(columns.iter().map(|(_, cells)| cells[row].clone()).collect::<Vec<_>>().join(",") + "\n");
    }
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn cells(values: &[f64]) -> Vec<String> {
    values.iter().map(f64::to_string).collect()
}

#[test]
fn validate_prints_one_json_document_with_groups_nulls_and_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let (residuals, fitted) = (overlapping(30, 1500), noise(31, 1500));
    let path = file(&folder, "r.csv", &[("residual", cells(&residuals)), ("forecast", cells(&fitted))]);
    let (code, out, err) =
        dvol(&["validate", "--input", &path, "--column", "residual", "--fitted", "forecast", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let tests = report["tests"].as_array().unwrap();
    for test in tests {
        for key in ["group", "name", "null", "statistic", "p_value", "p_bound", "lags", "n", "rejects_at_5"] {
            assert!(test.get(key).is_some(), "{key} is missing in {test}");
        }
    }
    assert_eq!(report["verdicts"].as_array().unwrap().len(), 6);
    assert_eq!(report["overlap"], 24);
    // the same numbers as the library
    let library = Validation::default().with_fitted(fitted).run(&residuals).unwrap();
    assert_eq!(serde_json::to_value(&library).unwrap(), report);
    let (code, out, _) = dvol(&["validate", "--input", &path]);
    assert_eq!(code, 0);
    assert!(out.contains("MA(23)") && out.contains("forecast bias"), "{out}");
}

#[test]
fn describe_prints_summary_normality_stationarity_correlation_and_vif() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (noise(40, 300), noise(41, 300));
    let y: Vec<f64> =
        a.iter().zip(&b).map(|(a, b)| 2.0 * a - b).zip(noise(42, 300)).map(|(m, e)| m + e).collect();
    let times: Vec<String> = (0..300).map(|day| format!("{}", 1_600_000_000 + 86_400 * day)).collect();
    let columns = [("time", times), ("a", cells(&a)), ("b", cells(&b)), ("y", cells(&y))];
    let path = file(&folder, "d.csv", &columns);
    let (code, out, err) = dvol(&["describe", "--input", &path, "--target", "y", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"].as_array().unwrap().len(), 3);
    assert_eq!(report["vif"].as_array().unwrap().len(), 3);
    assert_eq!(report["correlation"][1]["kind"], "spearman");
    assert!(report["normality"].as_array().unwrap().iter().all(|test| test["n"] == 300));
    assert!(!report["stationarity"].as_array().unwrap().is_empty());
    let slope = report["regression"]["coefficients"][1]["estimate"].as_f64().unwrap();
    assert!((slope - 2.0).abs() < 0.3, "{slope}");
    assert_eq!(report["linearity"]["name"], "RESET");
    let (code, out, _) = dvol(&["describe", "--input", &path, "--columns", "a,b"]);
    assert_eq!(code, 0);
    assert!(out.contains("VIF a"), "{out}");
}

#[test]
fn bad_input_ends_in_exit_code_2_and_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let good = cells(&noise(50, 100));
    let with = |row: usize, cell: &str| {
        let mut column = good.clone();
        column[row] = cell.to_owned();
        column
    };
    let flat = vec!["3".to_owned(); 100];
    let twice: Vec<String> = noise(50, 100).iter().map(|x| (2.0 * x).to_string()).collect();
    let path = |name: &str, columns: &[(&str, Vec<String>)]| file(&folder, name, columns);
    let nan = path("nan.csv", &[("residual", with(11, "")), ("x", good.clone())]);
    let text = path("text.csv", &[("residual", with(6, "oops"))]);
    let constant = path("flat.csv", &[("residual", flat.clone())]);
    let short = path("short.csv", &[("residual", good[..10].to_vec())]);
    let collinear = path("collinear.csv", &[("a", good.clone()), ("b", twice)]);
    let flat_beside = path("beside.csv", &[("a", good.clone()), ("b", flat)]);
    for (arguments, words) in [
        (vec!["validate", "--input", &nan], vec!["nan.csv", "`residual`", "row 12", "drop the row"]),
        (vec!["validate", "--input", &text], vec!["text.csv", "`residual`", "row 7", "oops"]),
        (vec!["validate", "--input", &constant], vec!["flat.csv", "`residual`", "every value is the same"]),
        (vec!["validate", "--input", &short], vec!["short.csv", "at least 30 rows", "found 10"]),
        (
            vec!["validate", "--input", &nan, "--column", "missing"],
            vec!["no column `missing`", "residual, x"],
        ),
        (vec!["validate", "--input", "nowhere.csv"], vec!["nowhere.csv", "no such file"]),
        (vec!["validate", "--input", &collinear, "--column", "a", "--overlap", "0"], vec!["overlap = 0"]),
        (
            vec!["describe", "--input", &collinear],
            vec!["collinear.csv", "`b` is a combination of `a`", "drop"],
        ),
        (vec!["describe", "--input", &flat_beside], vec!["beside.csv", "`b`", "row 100", "--columns"]),
        (vec!["describe", "--input", &text], vec!["text.csv", "row 7", "oops"]),
        (vec!["describe", "--input", &collinear, "--columns", "a,a"], vec!["columns = a"]),
    ] {
        let (code, out, err) = dvol(&arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(out.is_empty(), "{out}");
        assert_eq!(err.trim_end().lines().count(), 1, "{err}");
        for word in words {
            assert!(err.contains(word), "{arguments:?}: `{word}` is not in: {err}");
        }
    }
}

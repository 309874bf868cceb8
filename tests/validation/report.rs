//! The report: robust where forecasts overlap, finite whatever it is given.

use super::overlapping;
use super::support::samples::{forecast, normals};
use dvol::Error;
use dvol::hypothesis::TestResult;
use dvol::serde_json;
use dvol::validation::*;
use rayon::prelude::*;

#[test]
fn overlap_robust_tests_keep_their_size_where_plain_tests_do_not() {
    let (runs, n) = (60, 1500);
    let count = |test: &dyn Fn(&[f64]) -> TestResult| {
        (0..runs).filter(|&run| test(&overlapping(100 + run, n)).rejects(0.05)).count()
    };
    let plain = [
        ("t", count(&|e| bias_t_test(e).unwrap())),
        ("sign", count(&|e| sign_test(e).unwrap())),
        ("Ljung-Box", count(&|e| ljung_box(e, 10, 0).unwrap())),
        ("Jarque-Bera", count(&|e| jarque_bera(e).unwrap())),
        ("ANOVA", count(&|e| anova(&e.chunks(500).collect::<Vec<_>>()).unwrap())),
        ("CUSUM", count(&|e| cusum(e, None).unwrap())),
    ];
    println!("rejections of {runs} true nulls at 5 % by plain tests: {plain:?}");
    for (name, rejections) in plain {
        assert!(rejections > 15, "{name} plain rejects {rejections} of {runs}");
    }
    // 240 draws of a level of 5 %: 12 with a standard deviation of 3.4
    let draws: Vec<Vec<TestResult>> = (0..240)
        .into_par_iter()
        .map(|run| {
            let errors = overlapping(1_000 + run, n);
            let residuals = Residuals::new(&errors, None, 24).unwrap();
            robust().map(|test| (test.run)(&residuals).unwrap()).collect()
        })
        .collect();
    let rejections = |place: usize| draws.iter().filter(|results| results[place].rejects(0.05)).count();
    let found: Vec<(&str, usize)> =
        robust().enumerate().map(|(place, test)| (test.name, rejections(place))).collect();
    println!("of 240 true nulls at 5 % by robust tests: {found:?}");
    assert!(found.iter().all(|(_, rejections)| *rejections <= 22), "{found:?}");
}

/// The tests that are made for overlapping forecasts.
fn robust() -> impl Iterator<Item = &'static ResidualTest> {
    RESIDUAL_TESTS.iter().filter(|test| test.validity == Validity::Overlapping)
}

#[test]
fn overlap_robust_tests_still_see_what_they_are_for() {
    let n = 3_000;
    let run = |name: &str, errors: &[f64]| {
        let test = robust().find(|test| test.name == name).unwrap();
        (test.run)(&Residuals::new(errors, None, 24).unwrap()).unwrap().p_value
    };
    let quiet = overlapping(77, n);
    let shifted: Vec<f64> = quiet.iter().map(|e| e + 4.0).collect();
    let broken: Vec<f64> =
        quiet.iter().enumerate().map(|(t, e)| e + if t < n / 2 { 0.0 } else { 6.0 }).collect();
    let wilder: Vec<f64> =
        quiet.iter().enumerate().map(|(t, e)| e * (1.0 + 3.0 * t as f64 / n as f64)).collect();
    for (name, changed, level) in [
        ("HAC t-test of bias", &shifted, 0.01),
        ("HAC sign test", &shifted, 0.01),
        ("CUSUM (HAC)", &broken, 0.01),
        ("Bai-Perron sup F (HAC)", &broken, 0.01),
        ("ANOVA (HAC)", &broken, 0.01),
        ("Levene (Brown-Forsythe, HAC)", &wilder, 0.01),
        ("White (HAC)", &wilder, 0.01),
    ] {
        let (before, after) = (run(name, &quiet), run(name, changed));
        assert!(before > 0.05 && after < level, "{name}: p {before} became {after}");
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
    let walk: Vec<f64> = normals(n, 13)
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
    let report = validate(&normals(200, 16)).unwrap();
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
    let mut series = normals(100, 17);
    series[41] = f64::NAN;
    let error = validate(&series).unwrap_err();
    assert!(error.to_string().contains("index 41"), "{error}");
    let error = Validation::default().with_fitted(vec![1.0; 5]).run(&normals(100, 18)).unwrap_err();
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
    let mut series = normals(20_000, 61);
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
    let signs: Vec<f64> = normals(300, 62).iter().map(|x| x.signum()).collect();
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
    use dvol::evaluation::Forecasts;
    use dvol::time::{Horizon, Timestamp};
    let (residuals, predicted) = (overlapping(63, 900), normals(900, 64));
    let origin = |hour: usize| Timestamp::from_hours(hour as i64);
    let records = residuals.iter().zip(&predicted).enumerate().map(|(hour, (residual, predicted))| {
        forecast(origin(hour), Horizon::hours(24), [0.0, *predicted, predicted + residual])
    });
    let forecasts = Forecasts::new("ours", records).unwrap();
    let report = validate_forecasts(&forecasts).unwrap();
    assert_eq!(report.overlap, 24);
    let direct = Validation::default()
        .with_fitted(forecasts.predicted().to_vec())
        .run(&forecasts.residuals())
        .unwrap();
    assert_eq!(report, direct);
}

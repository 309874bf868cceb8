//! Diagnostics of residuals and samples.

use super::support::agreement::close;
use super::support::oracles::numbers;
use super::support::samples::normals;
use super::{ORACLE, agrees, sample};
use dvol::regression::{Covariance, Design, FittedOls, Ols};
use dvol::serde_json::Value;
use dvol::validation::*;

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
    let p: Vec<f64> = (0..600).map(|run| lilliefors(&normals(300, 1000 + run)).unwrap().p_value).collect();
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
fn shapiro_wilk_thins_a_long_series_and_says_so() {
    let result = shapiro_wilk(&normals(12_000, 6)).unwrap();
    assert_eq!(result.n, 5000);
    assert!(result.notes[0].contains("5000 of 12000"), "{:?}", result.notes);
    assert!(!result.rejects(0.01), "{result}");
}

#[test]
fn overlap_robust_tests_of_parts_are_anova_up_to_the_variance_where_nothing_overlaps() {
    let series = normals(900, 7);
    let (means, spreads) = one_way_overlap(&series, 3, 1).unwrap();
    let parts: Vec<&[f64]> = series.chunks(300).collect();
    let (anova, levene) = (anova(&parts).unwrap(), brown_forsythe(&parts).unwrap());
    // one and the same factor: what few frequencies say of the variance over what all rows say
    for (robust, plain) in [(means, anova), (spreads, levene)] {
        let factor = robust.statistic / plain.statistic;
        assert!((0.6..1.7).contains(&factor), "{factor}: {robust} {plain}");
    }
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
fn white_covariance_sees_heteroskedasticity_that_classical_errors_miss() {
    let x = normals(500, 20);
    let y: Vec<f64> = x.iter().zip(normals(500, 21)).map(|(x, e)| e * x.abs()).collect();
    let fit = Ols::new("y").fit(&Design::new([("x", x)]).unwrap().with_constant(), &y).unwrap();
    let classical = fit.std_errors(Covariance::Classical).unwrap()[1];
    let robust = fit.std_errors(Covariance::Hc3).unwrap()[1];
    assert!(robust > 1.3 * classical, "{robust} {classical}");
}

//! Least squares, its covariances, ridge and long-run variance against statsmodels and arch.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use dvol::Error;
use dvol::regression::{
    Bandwidth, Covariance, Design, Kernel, Ols, Prewhitening, Ridge, long_run_variance,
    variance_inflation_factors,
};
use dvol::serde_json::Value;
use support::agreement;
use support::oracles::{numbers, oracle};

#[track_caller]
fn close(ours: f64, theirs: &Value) {
    agreement::close("ours", ours, theirs, 1e-6);
}

#[track_caller]
fn all_close(ours: &[f64], theirs: &Value) {
    agreement::all_close("ours", ours, &numbers(theirs), 1e-6);
}

fn macrodata(oracle: &Value) -> (Design, Vec<f64>) {
    let columns = ["realgdp", "realinv", "tbilrate"];
    let design = Design::new(columns.map(|name| (name, numbers(&oracle["columns"][name])))).unwrap();
    (design, numbers(&oracle["columns"]["realcons"]))
}

#[test]
fn least_squares_and_its_fit_statistics_agree_with_statsmodels() {
    let oracle = oracle("regression");
    let (design, target) = macrodata(&oracle);
    let fit = Ols::new("consumption").fit(&design.with_constant(), &target).unwrap();
    let expected = &oracle["ols"];
    let table = fit.table(Covariance::Classical).unwrap();
    all_close(&fit.coefficients().to_vec(), &expected["coefficients"]);
    all_close(
        &table.coefficients.iter().map(|row| row.std_error).collect::<Vec<_>>(),
        &expected["classical"],
    );
    all_close(&table.coefficients.iter().map(|row| row.t).collect::<Vec<_>>(), &expected["t"]);
    all_close(&table.coefficients.iter().map(|row| row.p_value).collect::<Vec<_>>(), &expected["p"]);
    close(table.r2, &expected["r2"]);
    close(table.adj_r2, &expected["adj_r2"]);
    close(table.f.unwrap(), &expected["f"]);
    close(table.f_p_value.unwrap(), &expected["f_p"]);
    close(table.log_likelihood, &expected["log_likelihood"]);
    close(table.aic, &expected["aic"]);
    close(table.bic, &expected["bic"]);
    let f = fit.wald(&["realinv", "tbilrate"], Covariance::Classical).unwrap();
    close(f.statistic, &expected["f_two"]);
    close(f.p_value, &expected["f_two_p"]);
}

#[test]
fn robust_standard_errors_agree_with_statsmodels() {
    let oracle = oracle("regression");
    let (design, target) = macrodata(&oracle);
    let fit = Ols::new("consumption").fit(&design.with_constant(), &target).unwrap();
    let prewhitened =
        Covariance::NeweyWest { bandwidth: Bandwidth::Lags(3), prewhitening: Prewhitening::Uncapped };
    for (covariance, name) in [
        (Covariance::Hc0, "hc0"),
        (Covariance::Hc1, "hc1"),
        (Covariance::Hc2, "hc2"),
        (Covariance::Hc3, "hc3"),
        (Covariance::newey_west(4), "hac4"),
        (prewhitened, "hac3_prewhitened"),
    ] {
        all_close(&fit.std_errors(covariance).unwrap(), &oracle["ols"][name]);
    }
    let hac = Covariance::newey_west(4);
    let p: Vec<f64> = fit.table(hac).unwrap().coefficients.iter().map(|row| row.p_value).collect();
    all_close(&p, &oracle["ols"]["hac4_p"]);
    let wald = fit.wald(&["realinv", "tbilrate"], hac).unwrap();
    close(wald.statistic, &oracle["ols"]["wald_hac4"]);
    close(wald.p_value, &oracle["ols"]["wald_hac4_p"]);
}

#[test]
fn without_a_constant_r2_is_about_zero_as_in_statsmodels() {
    let oracle = oracle("regression");
    let (design, target) = macrodata(&oracle);
    let fit = Ols::new("consumption").fit(&design, &target).unwrap();
    let expected = &oracle["no_constant"];
    assert!(!fit.has_constant());
    all_close(&fit.coefficients().to_vec(), &expected["coefficients"]);
    all_close(&fit.std_errors(Covariance::Classical).unwrap(), &expected["classical"]);
    close(fit.r_squared(), &expected["r2"]);
    close(fit.adjusted_r_squared(), &expected["adj_r2"]);
    close(fit.f_test().unwrap().statistic, &expected["f"]);
    close(fit.aic(), &expected["aic"]);
    close(fit.bic(), &expected["bic"]);
}

#[test]
fn indicators_that_sum_to_one_count_as_a_constant() {
    let design =
        Design::new([("even", vec![1.0, 0.0, 1.0, 0.0]), ("odd", vec![0.0, 1.0, 0.0, 1.0])]).unwrap();
    let fit = Ols::new("indicators").fit(&design, &[1.0, 5.0, 3.0, 7.0]).unwrap();
    assert!(fit.has_constant());
    // means 2 and 6 about the grand mean 4: TSS 20, RSS 4
    assert!((fit.r_squared() - 0.8).abs() < 1e-12);
}

#[test]
fn variance_inflation_agrees_with_statsmodels() {
    let oracle = oracle("regression");
    let (design, _) = macrodata(&oracle);
    let factors = variance_inflation_factors(&design.with_constant()).unwrap();
    all_close(&factors.iter().map(|(_, vif)| *vif).collect::<Vec<_>>(), &oracle["ols"]["vif"]);
}

#[test]
fn long_run_variances_agree_with_arch() {
    let oracle = oracle("regression");
    let expected = &oracle["long_run"];
    let series = numbers(&expected["series"]);
    for (kernel, bandwidth, name) in [
        (Kernel::Bartlett, Bandwidth::Lags(4), "bartlett_4"),
        (Kernel::Parzen, Bandwidth::Lags(6), "parzen_6"),
        (Kernel::QuadraticSpectral, Bandwidth::Lags(3), "quadratic_spectral_3"),
        (Kernel::Bartlett, Bandwidth::NeweyWest, "bartlett_newey_west"),
        (Kernel::Parzen, Bandwidth::NeweyWest, "parzen_newey_west"),
        (Kernel::QuadraticSpectral, Bandwidth::NeweyWest, "quadratic_spectral_newey_west"),
        (Kernel::Bartlett, Bandwidth::Andrews, "bartlett_andrews"),
    ] {
        close(long_run_variance(&series, kernel, bandwidth).unwrap(), &expected[name]);
    }
}

#[test]
fn ridge_solves_its_normal_equations_on_standardised_columns() {
    let oracle = oracle("regression");
    let (design, target) = macrodata(&oracle);
    let penalty = oracle["ridge"]["penalty"].as_f64().unwrap();
    let fit = Ridge::new(penalty).unwrap().fit(&design, &target).unwrap();
    all_close(&fit.coefficients().to_vec(), &oracle["ridge"]["slopes"]);
    // without penalty it is least squares
    let ols = Ols::new("consumption").fit(&design.clone().with_constant(), &target).unwrap();
    let free = Ridge::new(0.0).unwrap().fit(&design, &target).unwrap();
    assert!((free.intercept() / ols.coefficients()[0] - 1.0).abs() < 1e-8);
}

#[test]
fn a_tall_design_factored_in_blocks_gives_the_coefficients_it_was_made_of() {
    // 5,000 rows are several blocks, and their factors are stacked again
    let rows = 5_000;
    let wave = |k: usize| (0..rows).map(|t| ((t * (k + 3)) as f64 * 0.37).sin()).collect::<Vec<f64>>();
    let columns: Vec<(String, Vec<f64>)> = (0..12).map(|k| (format!("x{k}"), wave(k))).collect();
    let target: Vec<f64> = (0..rows)
        .map(|t| 0.5 + columns.iter().enumerate().map(|(k, (_, x))| k as f64 * x[t]).sum::<f64>())
        .collect();
    let design = Design::new(columns).unwrap().with_constant();
    let fit = Ols::new("waves").fit(&design, &target).unwrap();
    assert!((fit.coefficients()[0] - 0.5).abs() < 1e-10);
    for k in 0..12 {
        assert!((fit.coefficients()[k + 1] - k as f64).abs() < 1e-10, "{}", fit.coefficients());
    }
    // normal equations: residuals are orthogonal to every column
    let noisy: Vec<f64> = target.iter().enumerate().map(|(t, y)| y + ((t * t) as f64).sin()).collect();
    let fit = Ols::new("waves").fit(&design, &noisy).unwrap();
    let moments = design.values().t().dot(fit.residuals());
    assert!(moments.iter().all(|moment| moment.abs() < 1e-8), "{moments}");
}

#[test]
fn collinear_columns_are_named() {
    let a = vec![1.0, 2.0, 4.0, 7.0, 1.5];
    let b = vec![0.3, -1.0, 2.0, 0.5, 1.0];
    let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a - b).collect();
    let design = Design::new([("a", a), ("b", b), ("sum", sum)]).unwrap().with_constant();
    let error = Ols::new("a test").fit(&design, &[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap_err();
    assert!(matches!(error, Error::Singular { .. }), "{error}");
    assert!(error.to_string().contains("`sum` is a combination of `a`, `b`"), "{error}");
    let flat = Design::new([("flat", vec![3.0; 5])]).unwrap().with_constant();
    let error = Ols::new("a test").fit(&flat, &[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap_err();
    assert!(error.to_string().contains("`flat` does not vary"), "{error}");
}

#[test]
fn a_nan_in_a_regressor_is_named_by_column_and_row() {
    let error = Design::new([("x", vec![1.0, f64::NAN])]).unwrap_err();
    assert!(error.to_string().contains("`x` at index 1"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

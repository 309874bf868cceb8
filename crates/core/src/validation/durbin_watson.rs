//! The Durbin-Watson statistic.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::FittedOls;
use crate::tails::normal_two_sided;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use linfa_linalg::qr::QR as _;
use ndarray::Array2;

/// `sum (e_t - e_{t-1})^2 / sum e_t^2`: 2 without first-order autocorrelation, 0 and 4 at the extremes.
pub fn durbin_watson_statistic(residuals: &[f64]) -> f64 {
    let changes: f64 = residuals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    changes / residuals.iter().map(|e| e * e).sum::<f64>()
}

/// The Durbin-Watson test of no first-order autocorrelation.
///
/// The p-value is asymptotic, `sqrt(n) (1 - d / 2)` being standard normal under the null, and knows no regressors:
/// [`durbin_watson_of_regression`] does.
///
/// # Errors
/// A value that is not finite, a constant series, or fewer than 3 observations.
///
/// # Examples
/// ```
/// // residuals 1, -1, 1: changes 2 and 2, so d = 8 / 3
/// let test = dvol_core::validation::durbin_watson(&[1.0, -1.0, 1.0])?;
/// assert!((test.statistic - 8.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Durbin and Watson (1950), Biometrika 37.
pub fn durbin_watson(residuals: &[f64]) -> Result<TestResult> {
    require_series("the Durbin-Watson test", residuals, 3)?;
    let d = durbin_watson_statistic(residuals);
    let z = (residuals.len() as f64).sqrt() * (1.0 - d / 2.0);
    Ok(TestResult::new(TestKind::NoAutocorrelation.named("Durbin-Watson"))
        .with_null("no first-order autocorrelation", "first-order autocorrelation")
        .with_statistic(d, "Durbin-Watson")
        .with_p_value(normal_two_sided(z))
        .with_observations(residuals.len())
        .with_lags(1)
        .with_note("p-value from the asymptotic normal"))
}

/// The Durbin-Watson test of a regression's residuals, two-sided.
///
/// Under the null `d` is taken as normal with the mean and variance that the regressors X give it. With A the
/// matrix of `sum (e_t - e_{t-1})^2 = e'Ae`, U an orthonormal basis of X, n rows and k columns:
///
/// `P = 2 (n - 1) - tr U'AU`, `Q = 2 (3n - 4) - 2 tr (AU)'(AU) + tr (U'AU)^2`, mean `P / (n - k)`, variance
/// `2 (Q - P mean) / ((n - k)(n - k + 2))`.
///
/// As R's `lmtest::dwtest(exact = FALSE, alternative = "two.sided")`, which from 100 rows on is its default; below,
/// R has Pan's exact law.
///
/// # Errors
/// Residuals that are all equal, or fewer than 3.
///
/// # Examples
/// ```
/// use dvol_core::regression::{Design, Ols};
/// let x: Vec<f64> = (0..120).map(f64::from).collect();
/// let y: Vec<f64> = x.iter().map(|x| 1.0 + 2.0 * x + (x * 2.0).sin()).collect();
/// let fit = Ols::new("a line").fit(&Design::new([("x", x)])?.with_constant(), &y)?;
/// assert!(dvol_core::validation::durbin_watson_of_regression(&fit)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Durbin and Watson (1951), Biometrika 38.
pub fn durbin_watson_of_regression(fit: &FittedOls) -> Result<TestResult> {
    let residuals = fit.residuals().to_vec();
    require_series("the Durbin-Watson test", &residuals, 3)?;
    let basis = fit
        .design()
        .values()
        .to_owned()
        .qr()
        .map_err(Error::internal("an orthonormal basis of the regressors"))?
        .generate_q();
    let differenced = second_differences(&basis);
    let inner = basis.t().dot(&differenced);
    let (n, k) = (residuals.len() as f64, basis.ncols() as f64);
    let first = 2.0 * (n - 1.0) - inner.diag().sum();
    let second = 2.0 * (3.0 * n - 4.0) - 2.0 * differenced.iter().map(|value| value * value).sum::<f64>()
        + inner.dot(&inner).diag().sum();
    let mean = first / (n - k);
    let variance = 2.0 * (second - first * mean) / ((n - k) * (n - k + 2.0));
    let d = durbin_watson_statistic(&residuals);
    Ok(TestResult::new(TestKind::NoAutocorrelation.named("Durbin-Watson"))
        .with_null("no first-order autocorrelation", "first-order autocorrelation")
        .with_statistic(d, "Durbin-Watson")
        .with_p_value(normal_two_sided((d - mean) / variance.sqrt()))
        .with_observations(residuals.len())
        .with_lags(1)
        .with_note("p-value from the normal law with the moments that the regressors give"))
}

/// `A x` of every column: second differences, with the ends `x_1 - x_2` and `x_n - x_{n-1}`.
fn second_differences(columns: &Array2<f64>) -> Array2<f64> {
    let last = columns.nrows() - 1;
    Array2::from_shape_fn(columns.dim(), |(row, column)| {
        let own = columns[(row, column)];
        let before = if row > 0 { own - columns[(row - 1, column)] } else { 0.0 };
        let after = if row < last { own - columns[(row + 1, column)] } else { 0.0 };
        before + after
    })
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Durbin-Watson",
    kind: TestKind::NoAutocorrelation,
    group: Group::Autocorrelation,
    validity: Validity::Independent,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| durbin_watson(residuals.values()),
};

//! The Durbin-Watson statistic.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::tails::normal_two_sided;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// `sum (e_t - e_{t-1})^2 / sum e_t^2`: 2 without first-order autocorrelation, 0 and 4 at the extremes.
pub fn durbin_watson_statistic(residuals: &[f64]) -> f64 {
    let changes: f64 = residuals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    changes / residuals.iter().map(|e| e * e).sum::<f64>()
}

/// The Durbin-Watson test of no first-order autocorrelation.
///
/// The p-value is asymptotic, `sqrt(n) (1 - d / 2)` being standard normal under the null; the exact one needs
/// the regressors.
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
    Ok(TestResult::new(
        TestKind::NoAutocorrelation.named("Durbin-Watson"),
        "no first-order autocorrelation",
        "first-order autocorrelation",
        d,
        "Durbin-Watson",
        normal_two_sided(z),
        residuals.len(),
    )
    .with_lags(1)
    .with_note("p-value from the asymptotic normal"))
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

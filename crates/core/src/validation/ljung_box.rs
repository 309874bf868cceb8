//! The Ljung-Box test.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::autocovariances;
use crate::tails::chi_squared_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The Ljung-Box test of no autocorrelation up to lag `lags`.
///
/// `Q = n (n + 2) sum_k r_k^2 / (n - k)`, chi-squared with `lags - fitted_parameters` degrees of freedom
/// (`fitted_parameters`: ARMA coefficients behind the residuals, usually 0).
///
/// # Errors
/// A value that is not finite, a constant series, no lag left, or no more observations than lags.
///
/// # Examples
/// ```
/// let alternating: Vec<f64> = (0..100).map(|t| if t % 2 == 0 { 1.0 } else { -1.0 }).collect();
/// assert!(dvol_core::validation::ljung_box(&alternating, 5, 0)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Ljung and Box (1978), Biometrika 65.
pub fn ljung_box(series: &[f64], lags: usize, fitted_parameters: usize) -> Result<TestResult> {
    if lags <= fitted_parameters {
        return Err(Error::parameter("lags", lags, format!("above {fitted_parameters}")));
    }
    require_series("the Ljung-Box test", series, lags + 2)?;
    let n = series.len() as f64;
    let gamma = autocovariances(series, lags)?;
    let sum: f64 = (1..=lags).map(|k| (gamma[k] / gamma[0]).powi(2) / (n - k as f64)).sum();
    let q = n * (n + 2.0) * sum;
    let degrees = (lags - fitted_parameters) as f64;
    Ok(TestResult::new(TestKind::NoAutocorrelation.named("Ljung-Box"))
        .with_null(format!("no autocorrelation up to lag {lags}"), "some autocorrelation is not zero")
        .with_statistic(q, format!("chi2({degrees})"))
        .with_p_value(chi_squared_upper(q, degrees))
        .with_observations(series.len())
        .with_lags(lags))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Ljung-Box",
    kind: TestKind::NoAutocorrelation,
    group: Group::Autocorrelation,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| ljung_box(residuals.values(), residuals.lags(), 0),
};

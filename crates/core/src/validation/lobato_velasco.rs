//! The Lobato-Velasco test of normality of an autocorrelated series.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::autocovariances;
use crate::statistics::Moments;
use crate::tails::chi_squared_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The Jarque-Bera test with variances that hold when the series is autocorrelated.
///
/// `G = n m3^2 / (6 F3) + n (m4 - 3 m2^2)^2 / (24 F4)`, `F_k = sum_{|j| <= lags} gamma_j^k`; chi-squared with
/// 2 degrees of freedom. With `lags` = 0 it is Jarque-Bera. The paper sums over all lags; those beyond the
/// dependence add nothing but noise, and an overlap of `h` forecasts depends up to `h - 1`.
///
/// # Errors
/// A value that is not finite, a constant series, or no more observations than lags.
///
/// # Examples
/// ```
/// use dvol_core::validation::{jarque_bera, lobato_velasco};
/// let series: Vec<f64> = (0..50).map(|t| f64::from(t * 7919 % 101)).collect();
/// let (plain, robust) = (jarque_bera(&series)?, lobato_velasco(&series, 0)?);
/// assert!((plain.statistic - robust.statistic).abs() < 1e-9);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Lobato and Velasco (2004), "A simple test of normality for time series", Econometric Theory 20.
pub fn lobato_velasco(series: &[f64], lags: usize) -> Result<TestResult> {
    require_series("the Lobato-Velasco test", series, lags + 4)?;
    let n = series.len() as f64;
    let Moments { second, third, fourth, .. } = Moments::new(series);
    let gamma = autocovariances(series, lags)?;
    let sum = |power: i32| gamma[0].powi(power) + 2.0 * gamma[1..].iter().map(|g| g.powi(power)).sum::<f64>();
    let statistic =
        n * third * third / (6.0 * sum(3)) + n * (fourth - 3.0 * second * second).powi(2) / (24.0 * sum(4));
    Ok(TestResult::new(TestKind::Normality.named("Lobato-Velasco"))
        .with_null("the values are normal", "skewness or kurtosis is not that of a normal")
        .with_statistic(statistic, "chi2(2)")
        .with_p_value(chi_squared_upper(statistic, 2.0))
        .with_observations(series.len())
        .with_lags(lags)
        .with_note("allows autocorrelation"))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Lobato-Velasco",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| lobato_velasco(residuals.values(), residuals.long_run_lags()),
};

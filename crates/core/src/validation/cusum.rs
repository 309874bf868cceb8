//! The CUSUM test of a stable mean.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Bandwidth, Kernel, long_run_variance};
use crate::statistics::centred;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The OLS-based CUSUM test that the mean of residuals is stable.
///
/// `max_t |S_t| / (s sqrt(n))`, `S_t` the partial sums about the mean; the limit is the supremum of a Brownian
/// bridge (Kolmogorov's distribution). `s^2` is the variance, or with `lags` the Newey-West long-run variance,
/// which keeps the size when residuals are autocorrelated.
///
/// # Errors
/// A value that is not finite, a constant series, or too few observations.
///
/// # Examples
/// ```
/// let step: Vec<f64> = (0..100).map(|t| f64::from(t * 7919 % 11) + if t < 50 { 0.0 } else { 20.0 }).collect();
/// assert!(dvol_core::validation::cusum(&step, None)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Ploberger and Krämer (1992), "The CUSUM test with OLS residuals", Econometrica 60.
pub fn cusum(residuals: &[f64], lags: Option<usize>) -> Result<TestResult> {
    require_series("the CUSUM test", residuals, lags.unwrap_or(0) + 4)?;
    let n = residuals.len() as f64;
    let variance = long_run_variance(residuals, Kernel::Bartlett, Bandwidth::Lags(lags.unwrap_or(0)))?;
    let (mut partial, mut largest, mut place) = (0.0_f64, 0.0, 0);
    for (t, residual) in centred(residuals).iter().enumerate() {
        partial += residual;
        if partial.abs() > largest {
            (largest, place) = (partial.abs(), t);
        }
    }
    let statistic = largest / (n * variance).sqrt();
    let result = TestResult::new(
        TestKind::StableCoefficients.named(if lags.is_some() { "CUSUM (HAC)" } else { "CUSUM" }),
        "the mean is stable",
        "the mean changes at some time",
        statistic,
        "sup of a Brownian bridge",
        kolmogorov_upper(statistic),
        residuals.len(),
    )
    .with_critical_values([(0.01, 1.63), (0.05, 1.36), (0.10, 1.22)])
    .with_note(format!("the largest deviation is at observation {}", place + 1));
    Ok(match lags {
        Some(lags) => result.with_lags(lags),
        None => result,
    })
}

/// `P(sup |bridge| > x)`; each of the two series converges at once on its side of 1.
fn kolmogorov_upper(x: f64) -> f64 {
    use std::f64::consts::PI;
    if x <= 0.0 {
        return 1.0;
    }
    if x < 1.0 {
        let sum: f64 =
            (1..=20).map(|k| (-(2.0 * f64::from(k) - 1.0).powi(2) * PI * PI / (8.0 * x * x)).exp()).sum();
        return 1.0 - (2.0 * PI).sqrt() / x * sum;
    }
    2.0 * (1..=20)
        .map(|k| {
            let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
            sign * (-2.0 * f64::from(k * k) * x * x).exp()
        })
        .sum::<f64>()
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "CUSUM",
    kind: TestKind::StableCoefficients,
    group: Group::StructuralBreaks,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| cusum(residuals.values(), None),
};

/// The same for overlapping forecasts.
pub(super) const OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "CUSUM (HAC)",
    kind: TestKind::StableCoefficients,
    group: Group::StructuralBreaks,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| cusum(residuals.values(), Some(residuals.long_run_lags())),
};

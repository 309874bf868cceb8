//! The Anderson-Darling test of normality.

use crate::error::Result;
use crate::hypothesis::{PBound, TestKind, TestResult};
use crate::statistics::{mean, sorted, standard_deviation};
use crate::tails::normal_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The Anderson-Darling test of normality with mean and variance estimated.
///
/// `A2 = -n - sum_i (2 i - 1) / n (ln F(z_i) + ln(1 - F(z_{n+1-i})))`; p-value by D'Agostino and Stephens'
/// approximation on `A2 (1 + 0.75 / n + 2.25 / n^2)`, a bound below it when that exceeds 13.
///
/// # Errors
/// A value that is not finite, a constant series, or fewer than 8 observations.
///
/// # Examples
/// ```
/// let skewed: Vec<f64> = (1..200).map(|t| 1.0 / f64::from(t)).collect();
/// assert!(dvol_core::validation::anderson_darling(&skewed)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Anderson and Darling (1954), JASA 49; D'Agostino and Stephens (1986), Goodness-of-Fit Techniques, table 4.9.
pub fn anderson_darling(series: &[f64]) -> Result<TestResult> {
    require_series("the Anderson-Darling test", series, 8)?;
    let n = series.len() as f64;
    let (mean, deviation) = (mean(series), standard_deviation(series));
    let scores: Vec<f64> = sorted(series).iter().map(|value| (value - mean) / deviation).collect();
    let sum: f64 = scores
        .iter()
        .zip(scores.iter().rev())
        .enumerate()
        .map(|(i, (low, high))| {
            (2.0 * i as f64 + 1.0) / n * (log_normal_upper(-low) + log_normal_upper(*high))
        })
        .sum();
    let statistic = -n - sum;
    let a = statistic * (1.0 + 0.75 / n + 2.25 / (n * n));
    let (p_value, bound) = if a < 0.2 {
        (1.0 - (-13.436 + 101.14 * a - 223.73 * a * a).exp(), PBound::Exact)
    } else if a < 0.34 {
        (1.0 - (-8.318 + 42.796 * a - 59.938 * a * a).exp(), PBound::Exact)
    } else if a < 0.6 {
        ((0.9177 - 4.279 * a - 1.38 * a * a).exp(), PBound::Exact)
    } else if a <= 13.0 {
        ((1.2937 - 5.709 * a + 0.0186 * a * a).exp(), PBound::Exact)
    } else {
        (4.96e-31, PBound::AtMost)
    };
    Ok(TestResult::new(TestKind::Normality.named("Anderson-Darling"))
        .with_null("the values are normal", "the values are not normal")
        .with_statistic(statistic, "Anderson-Darling (parameters estimated)")
        .with_p_value(p_value)
        .with_observations(series.len())
        .with_bound(bound))
}

/// `ln P(Z > z)`; beyond 30 the probability itself underflows and the asymptotic series takes over.
fn log_normal_upper(z: f64) -> f64 {
    if z < 30.0 {
        return normal_upper(z).ln();
    }
    let inverse = 1.0 / (z * z);
    -0.5 * z * z - (z * (2.0 * std::f64::consts::PI).sqrt()).ln()
        + (-inverse + 3.0 * inverse * inverse).ln_1p()
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Anderson-Darling",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| anderson_darling(residuals.values()),
};

//! D'Agostino's K2 test.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::{excess_kurtosis, skewness};
use crate::tails::chi_squared_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// D'Agostino and Pearson's omnibus test of normality, `Z(skewness)^2 + Z(kurtosis)^2`; chi-squared with 2
/// degrees of freedom. Its normalising transforms make it better than Jarque-Bera in small samples.
///
/// # Errors
/// A value that is not finite, a constant series, or fewer than 20 observations.
///
/// # Examples
/// ```
/// let skewed: Vec<f64> = (1..200).map(|t| 1.0 / f64::from(t)).collect();
/// assert!(dvol_core::validation::dagostino(&skewed)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// D'Agostino and Pearson (1973), Biometrika 60; Anscombe and Glynn (1983), Biometrika 70.
pub fn dagostino(series: &[f64]) -> Result<TestResult> {
    require_series("D'Agostino's test", series, 20)?;
    let n = series.len() as f64;
    let (skew, kurtosis) = (skewness_z(skewness(series), n), kurtosis_z(excess_kurtosis(series) + 3.0, n));
    let statistic = skew * skew + kurtosis * kurtosis;
    Ok(TestResult::new(TestKind::Normality.named("D'Agostino K2"))
        .with_null("the values are normal", "skewness or kurtosis is not that of a normal")
        .with_statistic(statistic, "chi2(2)")
        .with_p_value(chi_squared_upper(statistic, 2.0))
        .with_observations(series.len()))
}

fn skewness_z(skewness: f64, n: f64) -> f64 {
    let y = skewness * ((n + 1.0) * (n + 3.0) / (6.0 * (n - 2.0))).sqrt();
    let beta = 3.0 * (n * n + 27.0 * n - 70.0) * (n + 1.0) * (n + 3.0)
        / ((n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0));
    let w2 = (2.0 * (beta - 1.0)).sqrt() - 1.0;
    let delta = 1.0 / (0.5 * w2.ln()).sqrt();
    let alpha = (2.0 / (w2 - 1.0)).sqrt();
    delta * (y / alpha).asinh()
}

fn kurtosis_z(kurtosis: f64, n: f64) -> f64 {
    let expected = 3.0 * (n - 1.0) / (n + 1.0);
    let variance = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0) * (n + 1.0) * (n + 3.0) * (n + 5.0));
    let x = (kurtosis - expected) / variance.sqrt();
    let root_beta = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
        * (6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0))).sqrt();
    let a = 6.0 + 8.0 / root_beta * (2.0 / root_beta + (1.0 + 4.0 / (root_beta * root_beta)).sqrt());
    let denominator = 1.0 + x * (2.0 / (a - 4.0)).sqrt();
    let term = denominator.signum() * ((1.0 - 2.0 / a) / denominator.abs()).cbrt();
    (1.0 - 2.0 / (9.0 * a) - term) / (2.0 / (9.0 * a)).sqrt()
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "D'Agostino K2",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: false,
    run: |residuals| dagostino(residuals.values()),
};

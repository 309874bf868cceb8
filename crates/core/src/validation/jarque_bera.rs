//! The Jarque-Bera test.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::{excess_kurtosis, skewness};
use crate::tails::chi_squared_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The Jarque-Bera test of normality, `n / 6 (S^2 + K^2 / 4)`, `S` skewness and `K` excess kurtosis;
/// chi-squared with 2 degrees of freedom.
///
/// # Errors
/// A value that is not finite, a constant series, or fewer than 4 observations.
///
/// # Examples
/// ```
/// // symmetric, excess kurtosis -2: 4 / 6 * (4 / 4)
/// let test = dvol_core::validation::jarque_bera(&[-1.0, 1.0, -1.0, 1.0])?;
/// assert!((test.statistic - 4.0 / 6.0).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Jarque and Bera (1987), International Statistical Review 55.
pub fn jarque_bera(series: &[f64]) -> Result<TestResult> {
    require_series("the Jarque-Bera test", series, 4)?;
    let (skewness, kurtosis) = (skewness(series), excess_kurtosis(series));
    let statistic = series.len() as f64 / 6.0 * (skewness * skewness + kurtosis * kurtosis / 4.0);
    Ok(TestResult::new(TestKind::Normality.named("Jarque-Bera"))
        .with_null("the values are normal", "skewness or kurtosis is not that of a normal")
        .with_statistic(statistic, "chi2(2)")
        .with_p_value(chi_squared_upper(statistic, 2.0))
        .with_observations(series.len())
        .with_note(format!("skewness {skewness:.4}, excess kurtosis {kurtosis:.4}")))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Jarque-Bera",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| jarque_bera(residuals.values()),
};

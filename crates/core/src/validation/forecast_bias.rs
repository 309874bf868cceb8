//! Tests that forecasts are right on average.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Bandwidth, Kernel, long_run_variance};
use crate::statistics::{mean, standard_deviation};
use crate::tails::{normal_two_sided, student_two_sided};
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::zero_mean::zero_mean;

const NULL: &str = "the mean forecast error is zero";
const ALTERNATIVE: &str = "the forecasts are biased";

/// Student's t test that the mean error is zero, `mean / (s / sqrt(n))`, for uncorrelated errors.
///
/// # Errors
/// A value that is not finite, a constant series, or fewer than 2 observations.
///
/// # Examples
/// ```
/// // mean 2, s = 1, n = 3
/// let test = dvol_core::validation::bias_t_test(&[1.0, 2.0, 3.0])?;
/// assert!((test.statistic - 2.0 * 3.0_f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Student (1908), Biometrika 6.
pub fn bias_t_test(errors: &[f64]) -> Result<TestResult> {
    require_series("the t-test of bias", errors, 2)?;
    let n = errors.len() as f64;
    let statistic = mean(errors) / (standard_deviation(errors) / n.sqrt());
    Ok(TestResult::new(TestKind::ZeroMean.named("t-test of bias"))
        .with_null(NULL, ALTERNATIVE)
        .with_statistic(statistic, format!("t({})", errors.len() - 1))
        .with_p_value(student_two_sided(statistic, n - 1.0))
        .with_observations(errors.len())
        .with_note(format!("mean error {:.6}", mean(errors))))
}

/// The same with a Newey-West long-run variance of `lags` lags, `mean / sqrt(l2 / n)`; standard normal.
///
/// # Errors
/// As [`bias_t_test`], or no more observations than lags.
///
/// # References
/// Newey and West (1987), Econometrica 55.
pub fn bias_hac_t_test(errors: &[f64], lags: usize) -> Result<TestResult> {
    require_series("the HAC t-test of bias", errors, lags + 2)?;
    let n = errors.len() as f64;
    let variance = long_run_variance(errors, Kernel::Bartlett, Bandwidth::Lags(lags))?;
    let statistic = mean(errors) / (variance / n).sqrt();
    Ok(TestResult::new(TestKind::ZeroMean.named("HAC t-test of bias"))
        .with_null(NULL, ALTERNATIVE)
        .with_statistic(statistic, "N(0, 1)")
        .with_p_value(normal_two_sided(statistic))
        .with_observations(errors.len())
        .with_lags(lags)
        .with_note(format!("mean error {:.6}", mean(errors))))
}

/// The same for errors that share shocks over `overlap` of them: the long-run variance comes from `m` frequencies
/// ([`CosineVariance`](crate::regression::CosineVariance)), and the law is Student's t with `m` degrees of freedom.
///
/// # Errors
/// As [`bias_t_test`], or fewer than 12 overlaps.
///
/// # Examples
/// ```
/// let noise: Vec<f64> = (0..403).map(|t| f64::from(t * t * 7919 % 1009) - 504.0).collect();
/// let overlapping: Vec<f64> = noise.windows(4).map(|w| w.iter().sum()).collect();
/// let test = dvol_core::validation::bias_overlap_t_test(&overlapping, 4)?;
/// assert!(test.distribution.starts_with("t(") && !test.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Lazarus, Lewis, Stock and Watson (2018), Journal of Business and Economic Statistics 36.
pub fn bias_overlap_t_test(errors: &[f64], overlap: usize) -> Result<TestResult> {
    const WHAT: &str = "the HAC t-test of bias";
    require_series(WHAT, errors, 2)?;
    let test = zero_mean(WHAT, errors, overlap)?;
    let note = format!("mean error {:.6}", mean(errors));
    Ok(test
        .about(TestKind::ZeroMean.named("HAC t-test of bias"), NULL, ALTERNATIVE, errors.len())
        .with_note(note))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "t-test of bias",
    kind: TestKind::ZeroMean,
    group: Group::Bias,
    validity: Validity::Independent,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| bias_t_test(residuals.values()),
};

/// The same for overlapping forecasts.
pub(super) const OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "HAC t-test of bias",
    kind: TestKind::ZeroMean,
    group: Group::Bias,
    validity: Validity::Overlapping,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| bias_overlap_t_test(residuals.values(), residuals.overlap()),
};

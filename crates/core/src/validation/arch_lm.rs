//! Engle's ARCH-LM test.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use crate::tails::chi_squared_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// Engle's LM test of no autoregressive conditional heteroskedasticity up to lag `lags`.
///
/// `n R^2` of the squared residuals on a constant and their own `lags` lags; chi-squared with `lags` degrees
/// of freedom. The residuals' mean is not subtracted.
///
/// # Errors
/// A value that is not finite, a constant series, no lag, too few observations, or squares that are constant.
///
/// # Examples
/// ```
/// // calm and wild stretches of 50
/// let clustered: Vec<f64> = (0..400)
///     .map(|t| (f64::from(t * 7919 % 101) - 50.0) * if t / 50 % 2 == 0 { 0.1 } else { 1.0 })
///     .collect();
/// assert!(dvol_core::validation::arch_lm(&clustered, 5)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Engle (1982), Econometrica 50.
pub fn arch_lm(residuals: &[f64], lags: usize) -> Result<TestResult> {
    if lags == 0 {
        return Err(Error::parameter("lags", 0, "at least 1"));
    }
    require_series("the ARCH-LM test", residuals, 2 * lags + 3)?;
    let squares: Vec<f64> = residuals.iter().map(|e| e * e).collect();
    let rows = squares.len() - lags;
    let design = Design::new(
        (1..=lags).map(|lag| (format!("square[-{lag}]"), squares[lags - lag..lags - lag + rows].to_vec())),
    )?
    .with_constant();
    let fit = Ols::new("the ARCH-LM regression").fit(&design, &squares[lags..])?;
    let statistic = rows as f64 * fit.r_squared();
    Ok(TestResult::new(TestKind::Homoskedasticity.named("ARCH-LM"))
        .with_null(
            format!("no ARCH effect up to lag {lags}"),
            "the variance depends on past squared residuals",
        )
        .with_statistic(statistic, format!("chi2({lags})"))
        .with_p_value(chi_squared_upper(statistic, lags as f64))
        .with_observations(rows)
        .with_lags(lags))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "ARCH-LM",
    kind: TestKind::Homoskedasticity,
    group: Group::Heteroskedasticity,
    validity: Validity::Independent,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| arch_lm(residuals.values(), residuals.lags()),
};

/// The same on residuals that share no shock.
pub(super) const THINNED: ResidualTest = ResidualTest {
    name: "ARCH-LM, every h-th",
    kind: TestKind::Homoskedasticity,
    group: Group::Heteroskedasticity,
    validity: Validity::Overlapping,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| residuals.on_thinned(|thinned| arch_lm(thinned, residuals.thinned_lags())),
};

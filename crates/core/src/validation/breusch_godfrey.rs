//! The Breusch-Godfrey test.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, FittedOls, Ols};
use crate::tails::chi_squared_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The Breusch-Godfrey LM test of no autocorrelation up to lag `lags` in the errors of a regression.
///
/// `n R^2` of the residuals on the regressors and `lags` lagged residuals (missing ones are 0); chi-squared
/// with `lags` degrees of freedom. Valid with lagged dependent variables, unlike Durbin-Watson.
///
/// # Errors
/// No lag, or too few rows.
///
/// # References
/// Breusch (1978), Australian Economic Papers 17; Godfrey (1978), Econometrica 46.
///
/// # Examples
/// ```
/// use dvol_core::regression::{Design, Ols};
/// let target: Vec<f64> = (0..60).map(|t| if t / 3 % 2 == 0 { 1.0 } else { -1.0 }).collect();
/// let fit = Ols::new("a mean").fit(&Design::constant(60), &target)?;
/// assert!(dvol_core::validation::breusch_godfrey(&fit, 3)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn breusch_godfrey(fit: &FittedOls, lags: usize) -> Result<TestResult> {
    if lags == 0 {
        return Err(Error::parameter("lags", 0, "at least 1"));
    }
    let residuals = fit.residuals().to_vec();
    let n = residuals.len();
    let lagged = (1..=lags).map(|lag| {
        let mut column = vec![0.0; lag.min(n)];
        column.extend_from_slice(&residuals[..n.saturating_sub(lag)]);
        (format!("residual[-{lag}]"), column)
    });
    let design = fit.design().clone().with_columns(lagged)?;
    let auxiliary = Ols::new("the Breusch-Godfrey regression").fit(&design, &residuals)?;
    let statistic = n as f64 * auxiliary.r_squared();
    Ok(TestResult::new(TestKind::NoAutocorrelation.named("Breusch-Godfrey"))
        .with_null(format!("no autocorrelation up to lag {lags}"), "autocorrelation at some of these lags")
        .with_statistic(statistic, format!("chi2({lags})"))
        .with_p_value(chi_squared_upper(statistic, lags as f64))
        .with_observations(n)
        .with_lags(lags))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Breusch-Godfrey",
    kind: TestKind::NoAutocorrelation,
    group: Group::Autocorrelation,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: false,
    run: |residuals| {
        require_series("the Breusch-Godfrey test", residuals.values(), 2 * residuals.lags() + 3)?;
        let design = Design::constant(residuals.values().len());
        let fit = Ols::new("the mean of residuals").fit(&design, residuals.values())?;
        breusch_godfrey(&fit, residuals.lags())
    },
};

//! Ramsey's RESET test.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Covariance, Design, FittedOls, Ols};
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// Ramsey's RESET test that a regression is linear: powers `2..=power` of its fitted values add nothing.
///
/// `F(power - 1, n - k - power + 1)` on the added powers.
///
/// # Errors
/// A power below 2, too few rows, or fitted values whose powers are collinear with the regressors.
///
/// # Examples
/// ```
/// use dvol_core::regression::{Design, Ols};
/// let x: Vec<f64> = (0..50).map(f64::from).collect();
/// let square: Vec<f64> = x.iter().map(|x| x * x + (x * 7.0) % 5.0).collect();
/// let line = Ols::new("a line").fit(&Design::new([("x", x)])?.with_constant(), &square)?;
/// assert!(dvol_core::validation::reset(&line, 3)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Ramsey (1969), Journal of the Royal Statistical Society B 31.
pub fn reset(fit: &FittedOls, power: usize) -> Result<TestResult> {
    if power < 2 {
        return Err(Error::parameter("power", power, "at least 2"));
    }
    // powers of large numbers lose digits: scaled, and with a constant among the regressors about their mean, which
    // leaves the F statistic as it is
    let centre =
        if fit.design().constant_column().is_some() { fit.fitted().mean().unwrap_or(0.0) } else { 0.0 };
    let fitted = fit.fitted() - centre;
    let scale = (fitted.dot(&fitted) / fit.n() as f64).sqrt();
    let powers: Vec<(String, Vec<f64>)> = (2..=power)
        .map(|p| (format!("fitted^{p}"), fitted.mapv(|value| (value / scale).powi(p as i32)).to_vec()))
        .collect();
    let names: Vec<String> = powers.iter().map(|(name, _)| name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let target: Vec<f64> = (fit.fitted() + fit.residuals()).to_vec();
    let design = fit.design().clone().with_columns(powers)?;
    let test = Ols::new("the RESET regression").fit(&design, &target)?.wald(&names, Covariance::Classical)?;
    Ok(TestResult {
        kind: TestKind::Linearity,
        name: "RESET".to_owned(),
        null: "the regression is linear in its regressors".to_owned(),
        alternative: "powers of the fitted values explain what it leaves".to_owned(),
        notes: vec![format!("powers 2 to {power} of the fitted values")],
        ..test
    })
}

/// Its line of the table of residual tests: residuals depend on the forecast by a straight line at most.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "RESET",
    kind: TestKind::Linearity,
    group: Group::Bias,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: false,
    run: |residuals| {
        require_series("RESET", residuals.values(), 10)?;
        require_series("RESET (forecasts)", residuals.regressor(), 10)?;
        let forecast = [("forecast", residuals.regressor().to_vec())];
        let fit = Ols::new("RESET").fit(&Design::new(forecast)?.with_constant(), residuals.values())?;
        reset(&fit, 3)
    },
};

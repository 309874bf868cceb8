//! The Phillips-Perron test.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Covariance, Design, Ols};
use crate::validation::augmented_dickey_fuller::{require_movement, schwert};
use crate::validation::mackinnon::{Deterministic, tau_critical_values, tau_p_value};
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::unit_root_regression::dot;
use serde::{Deserialize, Serialize};

/// The Phillips-Perron test of a unit root: the Dickey-Fuller statistic without lags, corrected for
/// autocorrelation by a Newey-West long-run variance.
///
/// `Z_tau = sqrt(g0 / l2) (rho - 1) / se - (l2 - g0) n se / (2 l s)`, `g0` the residual variance, `l2 = l^2`
/// the long-run variance, `s` the regression's standard error. Lags default to Schwert's rule.
///
/// # Examples
/// ```
/// use dvol_core::validation::PhillipsPerron;
/// let series: Vec<f64> = (0..200).map(|t| f64::from(t * 7919 % 101) - 50.0).collect();
/// assert!(PhillipsPerron::default().test(&series)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Phillips and Perron (1988), Biometrika 75; Hamilton (1994), Time Series Analysis, 17.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PhillipsPerron {
    /// Deterministic terms.
    pub terms: Deterministic,
    /// Lags of the long-run variance; Schwert's rule when `None`.
    pub lags: Option<usize>,
}

impl PhillipsPerron {
    /// Tests the null that `series` has a unit root.
    ///
    /// # Errors
    /// A value that is not finite, a series that is constant but for its last step, or too few observations.
    pub fn test(&self, series: &[f64]) -> Result<TestResult> {
        const WHAT: &str = "the Phillips-Perron test";
        require_series(WHAT, series, 10)?;
        require_movement(WHAT, series, 0)?;
        let lags = self.lags.unwrap_or_else(|| schwert(series.len()));
        let rows = series.len() - 1;
        if lags >= rows {
            return Err(Error::parameter("lags", lags, format!("below {rows}")));
        }
        // shifted to its start: with a constant nothing changes, and large levels keep their digits
        let shift = if self.terms == Deterministic::None { 0.0 } else { series[0] };
        let level: Vec<f64> = series.iter().map(|value| value - shift).collect();
        let mut columns = vec![("level", level[..rows].to_vec())];
        if self.terms != Deterministic::None {
            columns.push(("const", vec![1.0; rows]));
        }
        if self.terms == Deterministic::Trend {
            columns.push(("trend", (1..=rows).map(|t| t as f64).collect()));
        }
        let fit = Ols::new(WHAT).fit(&Design::new(columns)?, &level[1..])?;
        let residuals = fit.residuals().to_vec();
        let n = rows as f64;
        let gamma = |lag: usize| dot(&residuals[lag..], &residuals[..rows - lag]) / n;
        let short = gamma(0);
        let long =
            short + 2.0 * (1..=lags).map(|j| (1.0 - j as f64 / (lags as f64 + 1.0)) * gamma(j)).sum::<f64>();
        let error = fit.std_errors(Covariance::Classical)?[0];
        let rho = fit.coefficients()[0];
        let variance = fit.residual_variance();
        let tau = (short / long).sqrt() * (rho - 1.0) / error
            - 0.5 * (long - short) / long.sqrt() * (n * error / variance.sqrt());
        Ok(TestResult::new(TestKind::UnitRoot.named(format!("Phillips-Perron ({})", self.terms.describe())))
            .with_null("the series has a unit root", "the series is stationary")
            .with_statistic(tau, "Dickey-Fuller tau")
            .with_p_value(tau_p_value(tau, self.terms))
            .with_observations(rows)
            .with_lags(lags)
            .with_critical_values(tau_critical_values(self.terms, rows)))
    }
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Phillips-Perron",
    kind: TestKind::UnitRoot,
    group: Group::Stationarity,
    validity: Validity::Any,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| PhillipsPerron::default().test(residuals.values()),
};

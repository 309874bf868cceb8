//! The augmented Dickey-Fuller test.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::validation::mackinnon::{Deterministic, tau_critical_values, tau_p_value};
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::unit_root_regression::UnitRootRegression;
use serde::{Deserialize, Serialize};

/// How the number of lagged differences is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LagRule {
    /// The least AIC among 0..=max lags, all fitted on the same rows.
    #[default]
    Aic,
    /// The least BIC likewise.
    Bic,
    /// So many.
    Fixed(usize),
}

/// The augmented Dickey-Fuller test of a unit root.
///
/// `dx_t = deterministics + g x_{t-1} + sum_i a_i dx_{t-i} + e_t`; the statistic is the t of `g`, its p-value
/// MacKinnon's (1994) response surface, its critical values MacKinnon's (2010).
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `terms` | constant | none, constant, or constant and trend |
/// | `lags` | AIC | the rule, or a fixed number |
/// | `max_lags` | `ceil(12 (n / 100)^(1/4))` | the largest number the rule may choose (Schwert 1989) |
///
/// # Examples
/// ```
/// use dvol_core::validation::AugmentedDickeyFuller;
/// // a series that is pulled back to zero at once has no unit root
/// let series: Vec<f64> = (0..200).map(|t| f64::from(t * 7919 % 101) - 50.0).collect();
/// assert!(AugmentedDickeyFuller::default().test(&series)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Said and Dickey (1984), Biometrika 71; MacKinnon (1994), Journal of Business and Economic Statistics 12;
/// MacKinnon (2010), Queen's Economics Department Working Paper 1227.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AugmentedDickeyFuller {
    /// Deterministic terms.
    pub terms: Deterministic,
    /// The lag rule.
    pub lags: LagRule,
    /// The most lags the rule may choose; Schwert's rule when `None`.
    pub max_lags: Option<usize>,
}

/// Schwert's (1989) rule, `ceil(12 (n / 100)^(1/4))`.
pub(crate) fn schwert(n: usize) -> usize {
    (12.0 * (n as f64 / 100.0).powf(0.25)).ceil() as usize
}

/// Without a level that differs from row to row, `x_{t-1}` is one more constant and its t statistic is undefined.
pub(crate) fn require_movement(what: &str, series: &[f64], lags: usize) -> Result<()> {
    match series {
        [levels @ .., _] if lags < levels.len() => {
            let used = &levels[lags..];
            let index = lags + used.len();
            if used.iter().all(|&value| value == used[0]) {
                return Err(Error::Value {
                    what: what.to_owned(),
                    series: "series".to_owned(),
                    index,
                    value: series[index],
                    remedy:
                        "no value before it differs from the others of the regression, which leaves the test \
                             undefined; give a series that moves"
                            .to_owned(),
                });
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

impl AugmentedDickeyFuller {
    /// The test with these deterministic terms and AIC.
    pub fn with_terms(terms: Deterministic) -> Self {
        Self { terms, ..Self::default() }
    }

    /// Tests the null that `series` has a unit root.
    ///
    /// # Errors
    /// A value that is not finite, a series that is constant but for its last step, or too few observations for
    /// the lags.
    pub fn test(&self, series: &[f64]) -> Result<TestResult> {
        const WHAT: &str = "the augmented Dickey-Fuller test";
        require_series(WHAT, series, 10)?;
        require_movement(WHAT, series, 0)?;
        let n = series.len();
        let regression = UnitRootRegression::new(series, self.terms);
        let lags = match self.lags {
            LagRule::Fixed(lags) => lags,
            LagRule::Aic | LagRule::Bic => {
                let most = (n / 2).saturating_sub(self.terms.columns() + 1);
                let max = self.max_lags.unwrap_or_else(|| schwert(n).min(most));
                self.require(max, n)?;
                self.best_lags(&regression, max)?
            }
        };
        self.require(lags, n)?;
        require_movement(WHAT, series, lags)?;
        let estimate = regression.level_estimate(lags)?;
        let name = format!("ADF ({})", self.terms.describe());
        Ok(TestResult::new(TestKind::UnitRoot.named(name))
            .with_null(
                "the series has a unit root",
                match self.terms {
                    Deterministic::Trend => "the series is stationary about a trend",
                    _ => "the series is stationary",
                },
            )
            .with_statistic(estimate.t, "Dickey-Fuller tau")
            .with_p_value(tau_p_value(estimate.t, self.terms))
            .with_observations(estimate.n)
            .with_lags(lags)
            .with_critical_values(tau_critical_values(self.terms, estimate.n)))
    }

    fn require(&self, lags: usize, n: usize) -> Result<()> {
        // rows n - 1 - lags, columns lags + 1 + deterministics, one degree of freedom left
        let needed = 2 * lags + self.terms.columns() + 3;
        if n < needed {
            return Err(Error::too_few(
                format!("the augmented Dickey-Fuller test with {lags} lags"),
                needed,
                n,
                "give a longer series or fewer lags",
            ));
        }
        Ok(())
    }

    fn best_lags(&self, regression: &UnitRootRegression, max: usize) -> Result<usize> {
        let rows = (regression.differences().len() - max) as f64;
        let penalty = if self.lags == LagRule::Bic { rows.ln() } else { 2.0 };
        let criterion = |lags: usize, sum: f64| rows * (sum / rows).ln() + penalty * lags as f64;
        let sums = regression.nested_sums_of_squares(max)?;
        let best = sums
            .iter()
            .enumerate()
            .min_by(|(i, a), (j, b)| criterion(*i, **a).total_cmp(&criterion(*j, **b)))
            .map_or(0, |(lags, _)| lags);
        Ok(best)
    }
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "ADF",
    kind: TestKind::UnitRoot,
    group: Group::Stationarity,
    validity: Validity::Any,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| AugmentedDickeyFuller::default().test(residuals.values()),
};

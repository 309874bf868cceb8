//! The KPSS test.

use crate::error::{Error, Result};
use crate::hypothesis::{PBound, TestKind, TestResult};
use crate::regression::{Bandwidth, Design, Kernel, Ols, long_run_variance};
use crate::statistics::centred;
use crate::validation::mackinnon::Deterministic;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use serde::{Deserialize, Serialize};

/// How the lags of the long-run variance are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KpssBandwidth {
    /// Hobijn, Franses and Ooms (1998).
    #[default]
    Hobijn,
    /// So many lags.
    Lags(usize),
}

/// The KPSS test of stationarity about a level or a trend.
///
/// `sum_t S_t^2 / (n^2 s^2)`, `S_t` the partial sums of the residuals from the deterministic terms, `s^2`
/// their long-run variance with Bartlett weights. The p-value is interpolated in Table 1 of the paper and is
/// only a bound outside 1-10 %.
///
/// # Examples
/// ```
/// use dvol_core::hypothesis::PBound;
/// use dvol_core::validation::Kpss;
/// let trending: Vec<f64> = (0..300).map(f64::from).collect();
/// let test = Kpss::default().test(&trending)?;
/// assert!(test.rejects(0.05));
/// assert_eq!(test.p_bound, PBound::AtMost); // beyond the table: p is at most 0.01
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Kwiatkowski, Phillips, Schmidt and Shin (1992), Journal of Econometrics 54; Hobijn, Franses and Ooms
/// (1998), Econometric Institute Report 9802.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kpss {
    /// Constant, or constant and trend.
    pub terms: Deterministic,
    /// The lags of the long-run variance.
    pub bandwidth: KpssBandwidth,
}

impl Kpss {
    /// Tests the null that `series` is stationary about its level or trend.
    ///
    /// # Errors
    /// A value that is not finite, a constant series, too few observations, or terms without a constant.
    pub fn test(&self, series: &[f64]) -> Result<TestResult> {
        const WHAT: &str = "the KPSS test";
        require_series(WHAT, series, 10)?;
        let n = series.len();
        let (residuals, table, null) = match self.terms {
            Deterministic::None => {
                return Err(Error::parameter("terms", "n", "c or ct: KPSS always has a constant"));
            }
            Deterministic::Constant => {
                (centred(series), [0.347, 0.463, 0.574, 0.739], "the series is stationary about a level")
            }
            Deterministic::Trend => {
                let trend: Vec<f64> = (1..=n).map(|t| t as f64).collect();
                let design = Design::new([("trend", trend)])?.with_constant();
                let residuals = Ols::new(WHAT).fit(&design, series)?.residuals().to_vec();
                (residuals, [0.119, 0.146, 0.176, 0.216], "the series is stationary about a trend")
            }
        };
        let lags = match self.bandwidth {
            KpssBandwidth::Hobijn => hobijn_lags(&residuals).min(n - 1),
            KpssBandwidth::Lags(lags) if lags < n => lags,
            KpssBandwidth::Lags(lags) => {
                return Err(Error::parameter("lags", lags, format!("below {n}, the observations")));
            }
        };
        let long_run = long_run_variance(&residuals, Kernel::Bartlett, Bandwidth::Lags(lags))?;
        let (mut partial, mut squares) = (0.0, 0.0);
        for residual in &residuals {
            partial += residual;
            squares += partial * partial;
        }
        let statistic = squares / (n as f64).powi(2) / long_run;
        let (p_value, bound) = interpolate(statistic, table);
        Ok(TestResult::new(TestKind::Stationarity.named(format!("KPSS ({})", self.terms.describe())))
            .with_null(null, "the series has a unit root")
            .with_statistic(statistic, "KPSS")
            .with_p_value(p_value)
            .with_observations(n)
            .with_lags(lags)
            .with_bound(bound)
            .with_critical_values([0.10, 0.05, 0.025, 0.01].into_iter().zip(table).collect::<Vec<_>>()))
    }
}

fn hobijn_lags(residuals: &[f64]) -> usize {
    let n = residuals.len();
    let most = (n as f64).powf(2.0 / 9.0) as usize;
    let product = |lag: usize| {
        residuals[lag..].iter().zip(residuals).map(|(a, b)| a * b).sum::<f64>() / (n as f64 / 2.0)
    };
    let mut level = product(0) / 2.0;
    let mut slope = 0.0;
    for lag in 1..=most {
        level += product(lag);
        slope += lag as f64 * product(lag);
    }
    let ratio = slope / level;
    (1.1447 * (ratio * ratio).cbrt() * (n as f64).cbrt()) as usize
}

fn interpolate(statistic: f64, table: [f64; 4]) -> (f64, PBound) {
    let levels = [0.10, 0.05, 0.025, 0.01];
    if statistic <= table[0] {
        return (levels[0], PBound::AtLeast);
    }
    for i in 1..4 {
        if statistic < table[i] {
            let share = (statistic - table[i - 1]) / (table[i] - table[i - 1]);
            return (levels[i - 1] + share * (levels[i] - levels[i - 1]), PBound::Exact);
        }
    }
    (levels[3], PBound::AtMost)
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "KPSS",
    kind: TestKind::Stationarity,
    group: Group::Stationarity,
    validity: Validity::Any,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| Kpss::default().test(residuals.values()),
};

//! The members of the HAR family: what each adds to Corsi's cascade.

use super::cascade::{cascade, past_mean};
use super::realized::RealizedHar;
use super::scale::Scale;
use super::series::RealizedSeries;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A member of the HAR family.
///
/// | variant | regressors | reads |
/// | --- | --- | --- |
/// | `Har` | means of the measure over the lags | |
/// | `HarJ` | and the day's jump part J(t) | `jump` |
/// | `HarCj` | means of the continuous part and of the jump part | `continuous`, `jump` |
/// | `HarQ` | and y(t) sqrt(RQ(t)): less weight on days measured badly | `quarticity` |
/// | `HarQF` | and the same of every lag's means | `quarticity` |
/// | `Char` | means of the continuous part | `continuous` |
/// | `Semivariance` | RV-(t) and RV+(t) in place of the first lag | `semivariances` |
/// | `Leverage` | and means of returns where negative | `returns` |
/// | `LeverageCj` | `HarCj` and means of returns where negative | `continuous`, `jump`, `returns` |
/// | `HarX` | and further columns at t | `exogenous` |
/// | `Calendar` | and indicators of the target's hour of the week | `times` |
///
/// On the log scale a jump part J enters as log(1 + J), which may be zero. `LeverageCj` with parts split by threshold
/// ([`JumpTest::Threshold`](crate::jumps::JumpTest)) is the LHAR-TCJ.
///
/// # References
/// `HarJ`, `HarCj`: Andersen, T. G., Bollerslev, T. and Diebold, F. X. (2007), Roughing it up, Review of
/// Economics and Statistics 89. `HarQ`, `HarQF`, `Char`: Bollerslev, T., Patton, A. J. and Quaedvlieg, R. (2016),
/// Exploiting the errors, Journal of Econometrics 192. `Semivariance`: Patton, A. J. and Sheppard, K. (2015),
/// Good volatility, bad volatility, Review of Economics and Statistics 97. `Leverage`, `LeverageCj`: Corsi, F. and Reno,
/// R. (2012), Discrete-time volatility forecasting with persistent leverage effect, Journal of Business and
/// Economic Statistics 30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Corsi's.
    #[default]
    Har,
    /// With the jump part of the day.
    #[cfg_attr(feature = "clap", value(alias = "har_j"))]
    HarJ,
    /// Continuous and jump parts apart.
    #[cfg_attr(feature = "clap", value(alias = "har_cj"))]
    HarCj,
    /// With the measurement error of the day.
    #[cfg_attr(feature = "clap", value(alias = "har_q"))]
    HarQ,
    /// With the measurement error at every lag.
    #[cfg_attr(feature = "clap", value(name = "har-qf", alias = "har_qf", alias = "harq-f"))]
    #[serde(rename = "har_qf")]
    HarQF,
    /// Continuous part only.
    Char,
    /// Bad and good volatility apart.
    #[cfg_attr(feature = "clap", value(alias = "shar", alias = "har-rs"))]
    Semivariance,
    /// With past negative returns.
    #[cfg_attr(feature = "clap", value(alias = "lhar"))]
    Leverage,
    /// Continuous and jump parts apart, with past negative returns.
    #[cfg_attr(feature = "clap", value(alias = "lhar-cj", alias = "lhar-tcj"))]
    LeverageCj,
    /// With exogenous columns.
    #[cfg_attr(feature = "clap", value(alias = "har_x"))]
    HarX,
    /// With the hour of the week of the target.
    Calendar,
}

type Columns = Vec<(String, Vec<f64>)>;

impl Variant {
    /// The name in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Har => "har",
            Self::HarJ => "har_j",
            Self::HarCj => "har_cj",
            Self::HarQ => "har_q",
            Self::HarQF => "har_qf",
            Self::Char => "char",
            Self::Semivariance => "har_semivariance",
            Self::Leverage => "har_leverage",
            Self::LeverageCj => "har_leverage_cj",
            Self::HarX => "har_x",
            Self::Calendar => "har_calendar",
        }
    }

    /// All regressors of a model that is not differenced.
    pub(super) fn columns(
        self,
        spec: &RealizedHar,
        series: &RealizedSeries,
        realized: &[f64],
        calendar: &[usize],
    ) -> Result<Columns> {
        let mut columns = match self {
            Self::HarCj | Self::LeverageCj | Self::Char => {
                let continuous = spec
                    .scale
                    .transform("continuous", self.need(series.continuous.as_ref(), "continuous")?)?;
                renamed(cascade(&continuous, &spec.lags, 1, false, true), "continuous")
            }
            Self::Semivariance => cascade(realized, &spec.lags[1..], 1, false, true),
            _ => cascade(realized, &spec.lags, 1, false, true),
        };
        let further = self.further(spec, series, realized, calendar)?;
        if self == Self::Semivariance {
            columns.splice(0..0, further);
        } else {
            columns.extend(further);
        }
        Ok(columns)
    }

    /// What the variant adds to the cascade.
    pub(super) fn further(
        self,
        spec: &RealizedHar,
        series: &RealizedSeries,
        realized: &[f64],
        calendar: &[usize],
    ) -> Result<Columns> {
        match self {
            Self::Har | Self::Char => Ok(Vec::new()),
            Self::HarJ => Ok(vec![("jump".to_owned(), self.jump(spec.scale, series)?)]),
            Self::HarCj => {
                Ok(renamed(cascade(&self.jump(spec.scale, series)?, &spec.lags, 1, false, true), "jump"))
            }
            Self::HarQ => {
                let quarticity = self.need(series.quarticity.as_ref(), "quarticity")?;
                let product = realized.iter().zip(quarticity).map(|(y, rq)| y * rq.sqrt()).collect();
                Ok(vec![("measure_by_root_quarticity".to_owned(), product)])
            }
            Self::HarQF => {
                let quarticity = self.need(series.quarticity.as_ref(), "quarticity")?;
                let product = |&lag: &usize| {
                    let means = past_mean(realized, lag, 1, true).into_iter();
                    let errors = past_mean(quarticity, lag, 1, true);
                    let column = means.zip(errors).map(|(y, rq)| y * rq.sqrt()).collect();
                    (format!("mean_{lag}_by_root_quarticity"), column)
                };
                Ok(spec.lags.iter().map(product).collect())
            }
            Self::Semivariance => {
                let (negative, positive) = self.need(series.semivariances.as_ref(), "semivariances")?;
                Ok(vec![
                    ("negative_semivariance".to_owned(), spec.scale.transform("negative", negative)?),
                    ("positive_semivariance".to_owned(), spec.scale.transform("positive", positive)?),
                ])
            }
            Self::Leverage => self.negative_returns(spec, series),
            Self::LeverageCj => {
                let jumps = Self::HarCj.further(spec, series, realized, calendar)?;
                Ok([jumps, self.negative_returns(spec, series)?].concat())
            }
            Self::HarX if series.exogenous.is_empty() => Err(self.lacks("exogenous columns")),
            Self::HarX => Ok(series.exogenous.clone()),
            Self::Calendar => {
                let hours = self.target_hours(series, spec.horizon)?;
                let indicator = |&bin: &usize| {
                    let column = hours.iter().map(|&hour| f64::from(u8::from(hour == bin))).collect();
                    (format!("hour_of_week_{bin}"), column)
                };
                // The first is the constant's.
                Ok(calendar.iter().skip(1).map(indicator).collect())
            }
        }
    }

    /// The hours of the week that occur; empty for variants without a calendar.
    pub(super) fn calendar(self, series: &RealizedSeries) -> Result<Vec<usize>> {
        if self != Self::Calendar {
            return Ok(Vec::new());
        }
        let mut hours = self.target_hours(series, 0)?;
        hours.sort_unstable();
        hours.dedup();
        Ok(hours)
    }

    /// Hour of the week `horizon` rows after each row, on the series' own spacing.
    fn target_hours(self, series: &RealizedSeries, horizon: usize) -> Result<Vec<usize>> {
        let times = self.need(series.times.as_ref(), "times")?;
        let step = match times.as_slice() {
            [first, second, ..] => second.millis() - first.millis(),
            _ => 0,
        };
        let target = |row: usize| {
            times
                .get(row + horizon)
                .copied()
                .unwrap_or_else(|| Timestamp::from_millis(times[row].millis() + horizon as i64 * step))
        };
        Ok((0..times.len()).map(|row| target(row).hour_of_week()).collect())
    }

    fn negative_returns(self, spec: &RealizedHar, series: &RealizedSeries) -> Result<Columns> {
        let returns = self.need(series.returns.as_ref(), "returns")?;
        let negative_mean = |&lag: &usize| {
            let means = past_mean(returns, lag, 1, true);
            // f64::min would turn a null into zero
            let negative = means.into_iter().map(|mean| if mean > 0.0 { 0.0 } else { mean });
            (format!("negative_return_{lag}"), negative.collect())
        };
        Ok(spec.lags.iter().map(negative_mean).collect())
    }

    fn jump(self, scale: Scale, series: &RealizedSeries) -> Result<Vec<f64>> {
        let jump = self.need(series.jump.as_ref(), "jump")?;
        Ok(jump
            .iter()
            .map(|&part| match scale {
                Scale::Level => part,
                Scale::SquareRoot => part.sqrt(),
                Scale::Log => part.ln_1p(),
            })
            .collect())
    }

    fn need<T>(self, column: Option<T>, what: &str) -> Result<T> {
        column.ok_or_else(|| self.lacks(what))
    }

    fn lacks(self, what: &str) -> Error {
        Error::parameter("variant", self.name(), format!("used with a series that has {what}"))
    }
}

fn renamed(columns: Columns, what: &str) -> Columns {
    columns.into_iter().map(|(name, column)| (name.replace("mean", what), column)).collect()
}

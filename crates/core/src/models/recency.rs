//! How much the past counts in fitting.

use crate::error::{Error, Result};
use crate::sample::Sample;
use crate::time::{HOUR_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// Hours in a day.
const DAY: f64 = 24.0;

/// The age in days at which an origin counts half of what the newest one does.
///
/// # Examples
/// ```
/// use dvol_core::models::HalfLife;
/// assert_eq!(HalfLife::days(180).weight(360.0), 0.25);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HalfLife(u32);

impl HalfLife {
    /// Half after so many days; at least 1 when it is used.
    pub const fn days(days: u32) -> Self {
        Self(days)
    }

    /// `2^(-age / half-life)`, the age in days.
    pub fn weight(self, age: f64) -> f64 {
        (-age / f64::from(self.0)).exp2()
    }

    /// The same sample, its origins counting less the older they are.
    ///
    /// # Errors
    /// A half-life of 0 days.
    pub fn of(self, sample: &Sample) -> Result<Sample> {
        if self.0 == 0 {
            return Err(Error::parameter("half-life", 0, "at least 1 day"));
        }
        let Some(last) = last_origin(sample) else { return Ok(sample.clone()) };
        Ok(sample.weighted(|origin| self.weight(age(origin, last))))
    }
}

/// How a fitted model treats what is long past.
///
/// Parameters drift: a model that weighs all of its past alike answers for the mean of many regimes. How fast they
/// drift is unknown, and a choice of one window is itself an estimate; the mean of the forecasts from several
/// windows, each right in some regime, is the choice that needs none.
///
/// | value | what is fitted |
/// | --- | --- |
/// | `expanding` | the model on everything |
/// | `rolling` | the model on the newest so many days |
/// | `half_life` | the model on everything, origins weighted by `2^(-age / half-life)` |
/// | `average` | one model for each of several; their forecasts are averaged |
///
/// # References
/// Pesaran and Timmermann (2007), "Selection of estimation window in the presence of breaks", Journal of
/// Econometrics 137; Pesaran and Pick (2011), "Forecast combination across estimation windows", Journal of Business
/// and Economic Statistics 29; Inoue, Jin and Rossi (2017), "Rolling window selection for out-of-sample forecasting
/// with time-varying parameters", Journal of Econometrics 196.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recency {
    /// Nothing is forgotten.
    Expanding,
    /// What is older than so many days is.
    Rolling {
        /// Days kept.
        days: u32,
    },
    /// Everything fades.
    HalfLife(HalfLife),
    /// The mean of the forecasts under several.
    Average(Vec<Recency>),
}

impl Recency {
    /// All of the past, two years, one year and half a year, averaged.
    pub fn windows() -> Self {
        let rolling = [730, 365, 180].map(|days| Self::Rolling { days });
        Self::Average([Self::Expanding].into_iter().chain(rolling).collect())
    }

    /// What is fitted on: one sample for each member of an average, else a single one.
    ///
    /// # Errors
    /// A window or half-life of 0 days, an average of nothing.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::prelude::*;
    /// use dvol_core::models::Recency;
    /// let panel = Panel::new("2021-03-24".parse()?, 96)?.with(Column::known("dvol", vec![60.0; 96]))?;
    /// let sample = Inputs::new(&panel, &[], "dvol", 1)?.with_targets(Horizon::hours(24));
    /// let both = Recency::Average(vec![Recency::Expanding, Recency::Rolling { days: 1 }]);
    /// let lengths: Vec<usize> = both.samples(&sample)?.iter().map(Sample::len).collect();
    /// assert_eq!(lengths, [72, 24]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn samples(&self, sample: &Sample) -> Result<Vec<Sample>> {
        match self {
            Self::Expanding => Ok(vec![sample.clone()]),
            Self::Rolling { days: 0 } => Err(Error::parameter("window", 0, "at least 1 day")),
            Self::Rolling { days } => {
                let Some(last) = last_origin(sample) else { return Ok(vec![sample.clone()]) };
                Ok(vec![sample.keep(|origin| age(origin, last) < f64::from(*days))])
            }
            Self::HalfLife(half_life) => Ok(vec![half_life.of(sample)?]),
            Self::Average(members) if members.is_empty() => {
                Err(Error::parameter("members of an average over windows", 0, "at least one"))
            }
            Self::Average(members) => {
                let samples = members.iter().map(|member| member.samples(sample)).collect::<Result<Vec<_>>>();
                Ok(samples?.concat())
            }
        }
    }
}

pub(super) fn last_origin(sample: &Sample) -> Option<Timestamp> {
    sample.inputs().origins().last()
}

/// Days from an origin to the newest one.
pub(super) fn age(origin: Timestamp, last: Timestamp) -> f64 {
    (last.millis() - origin.millis()) as f64 / HOUR_MS as f64 / DAY
}

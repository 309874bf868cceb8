//! Scores as data: each is a constant with its terms per forecast and a finish, and a line of [`Score::ALL`].

mod direction;
mod error;
mod interval;
mod relative;

use super::{Forecast, Forecasts};
use crate::models::{Coverage, Interval};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// What a score is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Index points.
    IndexPoints,
    /// Percent.
    Percent,
    /// A share or a ratio.
    One,
}

/// Which value of a score is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// The smaller, the better.
    Smallest,
    /// The larger, the better.
    Largest,
    /// The nearer to 0, the better.
    Zero,
    /// The nearer to what is promised, the better.
    Nominal(Coverage),
}

impl Aim {
    /// How bad a value is: the smaller, the better.
    pub fn badness(self, value: f64) -> f64 {
        match self {
            Self::Smallest => value,
            Self::Largest => -value,
            Self::Zero => value.abs(),
            Self::Nominal(coverage) => (value - coverage.get()).abs(),
        }
    }
}

/// A score of forecasts: a function of sums over them, so that a bootstrap replication needs no forecast again.
///
/// Scores are equal when their keys are; a table of results holds the key.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Aim, Score};
/// assert_eq!(Score::named("rmse"), Some(Score::RMSE));
/// assert_eq!((Score::SKILL.label, Score::SKILL.aim), ("skill", Aim::Largest));
/// ```
/// One of one's own is another constant's terms changed; [`MetricsTable::of_scores`](super::MetricsTable::of_scores) and
/// [`ComparisonSpec::scores`](super::ComparisonSpec) take it beside the table's:
/// ```
/// use dvol_core::evaluation::Score;
/// let worst = Score {
///     key: "beyond_3",
///     label: "beyond 3",
///     term: |case, sums| sums[0] = f64::from(u8::from(case.forecast.residual().abs() > 3.0)),
///     ..Score::MAE
/// };
/// assert_eq!(Score::named("beyond_3"), None);
/// assert_eq!(worst.digits, Score::MAE.digits);
/// ```
#[derive(Clone, Copy)]
pub struct Score {
    /// Its name in results.
    pub key: &'static str,
    /// Its heading in tables.
    pub label: &'static str,
    /// What it is measured in.
    pub unit: Unit,
    /// Digits behind the point in tables.
    pub digits: usize,
    /// Which value is the best.
    pub aim: Aim,
    /// Whether it is about intervals, not points.
    pub of_intervals: bool,
    /// How many sums it is made of.
    pub terms: usize,
    /// What one forecast adds to the sums; they start at 0.
    pub term: fn(&Case<'_>, &mut [f64]),
    /// The score from the number of forecasts and the sums; `None` or not finite where it is undefined.
    pub finish: fn(f64, &[f64]) -> Option<f64>,
}

impl Score {
    /// Every score in the order of tables.
    pub const ALL: [Self; 19] = [
        Self::RMSE,
        Self::MAE,
        Self::MAPE,
        Self::R2,
        Self::SKILL,
        Self::RELATIVE_MAE,
        Self::BIAS,
        Self::QLIKE,
        Self::DIRECTIONAL_ACCURACY,
        Self::DIRECTIONAL_ACCURACY_CONSECUTIVE,
        Self::COVERAGE,
        Self::INTERVAL_WIDTH,
        Self::INTERVAL_SCORE,
        Self::COVERAGE_95,
        Self::INTERVAL_WIDTH_95,
        Self::INTERVAL_SCORE_95,
        Self::PINBALL_5,
        Self::PINBALL_95,
        Self::CRPS,
    ];

    /// The score of this key.
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|score| score.key == key)
    }
}

impl PartialEq for Score {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Score {}

impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key)
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::named(&key).ok_or_else(|| de::Error::custom(format!("`{key}` is no score")))
    }
}

/// One forecast as scores see it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The forecast.
    pub forecast: Forecast,
    /// The forecast before it, when there is one.
    pub before: Option<Forecast>,
    /// The mean of all actual values: the raw second moment would lose digits.
    pub centre: f64,
    /// All forecasts of the model.
    pub series: &'a Forecasts,
    /// The forecast's place among them.
    pub row: usize,
}

impl Case<'_> {
    /// What happened since the origin and what was forecast to happen, where the level at the origin is known.
    fn changes(&self) -> Option<(f64, f64)> {
        let Forecast { actual, predicted, anchor, .. } = self.forecast;
        anchor.is_finite().then_some((actual - anchor, predicted - anchor))
    }

    fn interval(&self, coverage: Coverage) -> Option<Interval> {
        self.series.band(coverage)?.get(self.row)
    }
}

fn flag(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

/// The share of the second sum in the first, `None` of nothing.
fn share(_: f64, sums: &[f64]) -> Option<f64> {
    (sums[0] > 0.0).then(|| sums[1] / sums[0])
}

//! Features that a configuration describes: a column of the panel, seen over a window.

use super::Feature;
use crate::error::{Error, Result};
use crate::features::{RollingMoments, rolling_moments, rolling_zscore};
use crate::identity::ModelIdentity;
use crate::panel::{Frequency, Panel};
use crate::time::Duration;
use serde::{Deserialize, Serialize};

/// What becomes of a column `x` of known values, over the window `w`.
///
/// | transform | formula | window |
/// | --- | --- | --- |
/// | `value` | `x(t)` | none |
/// | `log` | `log x(t)`; `x` above 0 | none |
/// | `lag` | `x(t - w)` | needed |
/// | `change` | `x(t) - x(t - w)` | needed |
/// | `mean` | mean of `x` over `(t - w, t]` | needed |
/// | `distance_to_mean` | `x(t)` less that mean | needed |
/// | `z_score` | that distance over the standard deviation (divisor n - 1) of the same hours; 0 where they are constant | needed |
///
/// Null where a value or more than half of a window is. Hours count: a daily value stands in each hour until the next
/// is known, for eight days and its delay at most, in a mean as in a lag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// As it is.
    Value,
    /// A window ago.
    Lag,
    /// Less what it was a window ago.
    Change,
    /// Its mean over the window.
    Mean,
    /// Its distance to that mean in standard deviations.
    ZScore,
    /// Its distance to that mean.
    DistanceToMean,
    /// Its natural logarithm.
    Log,
}

impl Transform {
    /// Every transform.
    pub const ALL: [Self; 7] =
        [Self::Value, Self::Lag, Self::Change, Self::Mean, Self::ZScore, Self::DistanceToMean, Self::Log];

    /// The shortest window over a column observed so often, in hours: one period to look back by, two to take a mean of.
    /// `None` where there is no window.
    pub fn shortest_window(self, frequency: Frequency) -> Option<u32> {
        let period = frequency.hours() as u32;
        match self {
            Self::Value | Self::Log => None,
            Self::Lag | Self::Change => Some(period),
            Self::Mean | Self::ZScore | Self::DistanceToMean => Some(2 * period),
        }
    }
}

/// A feature as a configuration describes it.
///
/// | key | meaning |
/// | --- | --- |
/// | `column` | a column of the panel, of the files or of one's own |
/// | `transform` | one of [`Transform`] |
/// | `window` | such as `30d`, for transforms that look back; at least the column's frequency |
///
/// # Examples
/// ```
/// use dvol_core::feature_table::{Described, Transform};
/// use dvol_core::panel::{Column, Panel};
/// let known = Panel::new("2021-03-24".parse()?, 4)?.with(Column::known("rate", vec![1.0, 2.0, 4.0, 8.0]))?;
/// let over = |transform| Described::new("rate", transform, "2h".parse()?).named("own").of(&known);
/// assert_eq!(over(Transform::Change)?.values()[2..], [3.0, 6.0]);
/// assert_eq!(over(Transform::Mean)?.values()[2..], [3.0, 6.0]);
/// assert_eq!(over(Transform::ZScore)?.values()[3], 2.0 / 8.0_f64.sqrt());
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// The column of the panel.
    pub column: String,
    /// What becomes of it.
    pub transform: Transform,
    /// How far it looks back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Duration>,
}

impl Described {
    /// A column seen over a window.
    pub fn new(column: impl Into<String>, transform: Transform, window: Duration) -> Self {
        Self { column: column.into(), transform, window: Some(window) }
    }

    /// A column as it is.
    pub fn value(column: impl Into<String>) -> Self {
        Self { column: column.into(), transform: Transform::Value, window: None }
    }

    /// The natural logarithm of a column.
    pub fn log(column: impl Into<String>) -> Self {
        Self { column: column.into(), transform: Transform::Log, window: None }
    }

    /// The feature, under its name: forecasts of models that read it are kept as long as description and code stay.
    pub fn named(&self, name: &str) -> Feature {
        let (own, called) = (self.clone(), name.to_owned());
        let feature = Feature::new(name, move |known| own.values(&called, known));
        match ModelIdentity::of_this_crate("feature", self) {
            Some(ModelIdentity { code, spec }) => feature.with_code(format!("{code} {spec}")),
            None => feature,
        }
    }

    /// The key that cannot be over a column observed so often, with its value and what it may be.
    pub(crate) fn wrong(&self, frequency: Frequency) -> Option<(&'static str, String, String)> {
        let shortest = self.transform.shortest_window(frequency);
        let given = self.window.map_or_else(|| "none".to_owned(), String::from);
        let expected = match (shortest, self.window) {
            (None, None) => return None,
            (Some(hours), Some(window)) if window.0 >= hours => return None,
            (None, Some(_)) => "left out: this transform looks at one value".to_owned(),
            (Some(hours), _) => {
                let least = String::from(Duration(hours));
                format!("at least {least} over {} values, such as 30d", frequency.word())
            }
        };
        Some(("window", given, expected))
    }

    fn values(&self, name: &str, known: &Panel) -> Result<Vec<f64>> {
        let Ok(column) = known.values(&self.column) else {
            let available = known.names().into_iter().map(str::to_owned).collect();
            let table = format!("the panel, which feature `{name}` reads");
            return Err(Error::MissingColumn { table, column: self.column.clone(), available });
        };
        let before =
            |row: usize, window: usize| row.checked_sub(window).map_or(f64::NAN, |past| column[past]);
        let rows = 0..column.len();
        let frequency = if known.step().is_hour() { Frequency::Hourly } else { Frequency::Daily };
        if let Some((key, value, expected)) = self.wrong(frequency) {
            return Err(Error::parameter(format!("features.{name}.{key}"), value, expected));
        }
        let rows_of = |window: Duration| known.step().window(window.0 as usize).unwrap_or(1);
        let window = self.window.map_or(0, rows_of);
        Ok(match self.transform {
            Transform::Value => column.to_vec(),
            Transform::Lag => rows.map(|row| before(row, window)).collect(),
            Transform::Change => rows.map(|row| column[row] - before(row, window)).collect(),
            Transform::Mean => means(column, window),
            Transform::DistanceToMean => {
                column.iter().zip(means(column, window)).map(|(value, mean)| value - mean).collect()
            }
            Transform::ZScore => rolling_zscore(&known.select(&[&self.column])?, &[&self.column], window)?
                .values(&self.column)?
                .to_vec(),
            Transform::Log => {
                if let Some(index) = column.iter().position(|value| *value <= 0.0) {
                    return Err(Error::Value {
                        what: format!("feature `{name}`, a logarithm"),
                        series: self.column.clone(),
                        index,
                        value: column[index],
                        remedy: "take another transform, or bounds above 0 for the column".to_owned(),
                    });
                }
                column.iter().map(|value| value.ln()).collect()
            }
        })
    }
}

/// Trailing means of windows of which at least half is present.
fn means(column: &[f64], window: usize) -> Vec<f64> {
    let RollingMoments { mean, .. } = rolling_moments(column, window, window.div_ceil(2));
    mean
}

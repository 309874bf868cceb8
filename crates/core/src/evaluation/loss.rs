//! Loss functions, and the losses of several models side by side.

use super::Forecasts;
use super::density::{crps, pinball, winkler};
use super::forecast::require_increasing;
use crate::error::{Error, Result};
use crate::models::{Coverage, Level};
use crate::time::{Horizon, Timestamp};
use ndarray::Array2;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};

/// Losses that agree to eleven digits of the larger are equal: a small error of a large level keeps few.
const ROUNDING: f64 = 1e-11;

/// What a forecast costs: its point, or its distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// `(actual - predicted)^2`.
    #[default]
    Mse,
    /// `abs(actual - predicted)`.
    Mae,
    /// `actual / predicted - ln(actual / predicted) - 1`, on the values as given (Patton 2011); both positive.
    Qlike,
    /// Pinball loss of the 5 % quantile.
    Pinball5,
    /// Pinball loss of the 95 % quantile.
    Pinball95,
    /// Winkler's loss of the 80 % interval: its width, and ten times what lies outside.
    Interval80,
    /// Winkler's loss of the 95 % interval: its width, and forty times what lies outside.
    Interval95,
    /// Continuous ranked probability score by the quantiles of the 50, 80, 90 and 95 % intervals.
    Crps,
    /// A loss of points that somebody brings, see [`Loss::own`].
    #[cfg_attr(feature = "clap", value(skip))]
    #[serde(skip_deserializing)]
    Own(OwnLoss),
}

/// A loss of points that somebody brings: its name, by which it is equal to another, and a function of the actual and
/// the predicted value.
#[derive(Clone, Copy)]
pub struct OwnLoss {
    name: &'static str,
    of: fn(f64, f64) -> f64,
}

impl PartialEq for OwnLoss {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for OwnLoss {}

impl Hash for OwnLoss {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Debug for OwnLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Serialize for OwnLoss {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl Loss {
    /// A loss of one's own: a name, and a function of the actual and the predicted value, in this order.
    ///
    /// # Examples
    /// Varian's LINEX, to which a forecast that is too low costs more:
    /// ```
    /// use dvol_core::evaluation::Loss;
    /// let linex = Loss::own("linex", |actual, predicted| {
    ///     let e = 0.5 * (actual - predicted);
    ///     e.exp() - e - 1.0
    /// });
    /// assert!(linex.of(62.0, 60.0) > linex.of(58.0, 60.0));
    /// assert_eq!(linex.to_string(), "linex");
    /// ```
    pub const fn own(name: &'static str, of: fn(f64, f64) -> f64) -> Self {
        Self::Own(OwnLoss { name, of })
    }

    /// The loss of one point forecast: NaN of a loss that is about distributions.
    pub fn of(self, actual: f64, predicted: f64) -> f64 {
        match self {
            Self::Mse => (actual - predicted).powi(2),
            Self::Mae => (actual - predicted).abs(),
            Self::Qlike => {
                let ratio = actual / predicted;
                ratio - ratio.ln() - 1.0
            }
            Self::Own(OwnLoss { of, .. }) => of(actual, predicted),
            Self::Pinball5 | Self::Pinball95 | Self::Interval80 | Self::Interval95 | Self::Crps => f64::NAN,
        }
    }

    /// The loss of one forecast of a series; `None` where the series lacks what the loss is about.
    pub fn at(self, series: &Forecasts, row: usize) -> Option<f64> {
        let actual = series.actual()[row];
        let pinball_at = |coverage: Coverage, upper: bool| {
            let (low, high) = Level::ends(coverage);
            let interval = series.band(coverage)?.get(row)?;
            Some(if upper {
                pinball(high, interval.upper, actual)
            } else {
                pinball(low, interval.lower, actual)
            })
        };
        let winkler_at = |coverage| {
            let interval = series.band(coverage)?.get(row)?;
            Some(winkler(coverage, interval.lower, interval.upper, actual))
        };
        match self {
            Self::Mse | Self::Mae | Self::Qlike | Self::Own(_) => {
                Some(self.of(actual, series.predicted()[row]))
            }
            Self::Pinball5 => pinball_at(Coverage::P90, false),
            Self::Pinball95 => pinball_at(Coverage::P90, true),
            Self::Interval80 => winkler_at(Coverage::P80),
            Self::Interval95 => winkler_at(Coverage::P95),
            Self::Crps => crps(series, row, actual),
        }
    }

    /// What a series must give for this loss, in words; nothing beside points for a loss of points.
    fn needs(self) -> &'static str {
        match self {
            Self::Mse | Self::Mae | Self::Qlike | Self::Own(_) => "point forecasts",
            Self::Pinball5 | Self::Pinball95 => "90 % intervals",
            Self::Interval80 => "80 % intervals",
            Self::Interval95 => "95 % intervals",
            Self::Crps => "50, 80, 90 and 95 % intervals",
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mse => "mse",
            Self::Mae => "mae",
            Self::Qlike => "qlike",
            Self::Pinball5 => "pinball 5 %",
            Self::Pinball95 => "pinball 95 %",
            Self::Interval80 => "Winkler 80 %",
            Self::Interval95 => "Winkler 95 %",
            Self::Crps => "CRPS",
            Self::Own(OwnLoss { name, .. }) => name,
        })
    }
}

/// The losses of several models on the same questions: what comparison tests read.
#[derive(Debug, Clone, PartialEq)]
pub struct Losses {
    models: Vec<String>,
    values: Array2<f64>,
    origins: Vec<Timestamp>,
    horizon: Horizon,
    /// The largest size of any loss: what differs by more digits than rounding of it does differ.
    largest: f64,
}

impl Losses {
    /// The losses of aligned forecast series.
    ///
    /// # Errors
    /// No series, series that are not aligned, a name used twice, a series without the intervals that the loss is
    /// about, or a loss that is not finite (a NaN, or QLIKE of a value that is not positive).
    pub fn of<'a>(forecasts: impl IntoIterator<Item = &'a Forecasts>, loss: Loss) -> Result<Self> {
        let forecasts: Vec<&Forecasts> = forecasts.into_iter().collect();
        let Some(&first) = forecasts.first() else {
            return Err(Error::too_few("a comparison", 1, 0, "give at least one forecast series"));
        };
        let mut values = Array2::zeros((first.len(), forecasts.len()));
        for (column, series) in forecasts.iter().enumerate() {
            first.aligned_with(series)?;
            for row in 0..series.len() {
                values[[row, column]] = loss.at(series, row).ok_or_else(|| missing(series, loss, row))?;
            }
        }
        let models = forecasts.iter().map(|series| series.model().to_owned()).collect();
        let origins = first.origins().to_vec();
        Self::new(models, values, origins, first.horizon())
    }

    /// Losses computed elsewhere: `values` has shape (origins, models).
    ///
    /// # Errors
    /// Lengths that differ, origins out of order, a name used twice, or a loss that is not finite.
    pub fn new(
        models: Vec<String>,
        values: Array2<f64>,
        origins: Vec<Timestamp>,
        horizon: Horizon,
    ) -> Result<Self> {
        if values.dim() != (origins.len(), models.len()) {
            return Err(Error::Mismatch {
                what: "a table of losses".to_owned(),
                left: format!("{} rows of {}", values.nrows(), values.ncols()),
                right: format!("{} origins of {} models", origins.len(), models.len()),
                remedy: "give one row an origin and one column a model".to_owned(),
            });
        }
        if let Some(position) = (1..models.len()).find(|&i| models[..i].contains(&models[i])) {
            return Err(Error::parameter("model", &models[position], "a name that occurs once"));
        }
        require_increasing("a table of losses", &origins)?;
        if let Some(((index, column), &value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
            return Err(Error::Value {
                what: "comparing losses".to_owned(),
                series: models[column].clone(),
                index,
                value,
                remedy: "drop the row; QLIKE needs positive actual and predicted values".to_owned(),
            });
        }
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        Ok(Self { models, values, origins, horizon, largest })
    }

    /// The models' names, one a column.
    pub fn models(&self) -> &[String] {
        &self.models
    }

    /// The losses, shape (origins, models).
    pub fn values(&self) -> &Array2<f64> {
        &self.values
    }

    /// The origins, one a row.
    pub fn origins(&self) -> &[Timestamp] {
        &self.origins
    }

    /// The forecast distance.
    pub fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// The number of origins.
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// Whether there is no origin.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// The mean loss of each model.
    pub fn means(&self) -> Vec<f64> {
        let n = self.len() as f64;
        self.values.columns().into_iter().map(|column| column.sum() / n).collect()
    }

    /// The column of a model.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn position(&self, model: &str) -> Result<usize> {
        self.models.iter().position(|other| other == model).ok_or_else(|| Error::MissingColumn {
            table: "losses".to_owned(),
            column: model.to_owned(),
            available: self.models.clone(),
        })
    }

    /// Whether the losses of two models, or their distances to a constant, agree to eleven digits: what is left is
    /// rounding, and no test has anything to say about it.
    pub fn are_alike(&self, first: usize, second: usize) -> bool {
        let (mut least, mut most, mut largest) = (f64::INFINITY, f64::NEG_INFINITY, 0.0_f64);
        for row in self.values.rows() {
            let difference = row[first] - row[second];
            (least, most) = (least.min(difference), most.max(difference));
            if most - least > ROUNDING * self.largest {
                return false;
            }
            largest = largest.max(row[first].abs()).max(row[second].abs());
        }
        // a small error of a large level keeps few digits, and its square fewer
        most - least <= ROUNDING * largest
    }

    /// Whether the losses of two models agree to eleven digits.
    pub fn are_equal(&self, first: usize, second: usize) -> bool {
        let (mut furthest, mut largest) = (0.0_f64, 0.0_f64);
        for row in self.values.rows() {
            furthest = furthest.max((row[first] - row[second]).abs());
            if furthest > ROUNDING * self.largest {
                return false;
            }
            largest = largest.max(row[first].abs()).max(row[second].abs());
        }
        furthest <= ROUNDING * largest
    }

    /// The loss of `first` minus that of `second`, one an origin: positive where `second` is better.
    pub fn differential(&self, first: usize, second: usize) -> Vec<f64> {
        self.values.rows().into_iter().map(|row| row[first] - row[second]).collect()
    }
}

fn missing(series: &Forecasts, loss: Loss, row: usize) -> Error {
    Error::Mismatch {
        what: format!("{loss} of {}", series.model()),
        left: format!("the forecast of {}", series.origins()[row]),
        right: format!("no {}", loss.needs()),
        remedy: format!("compare models that give {} at every origin, or choose another loss", loss.needs()),
    }
}

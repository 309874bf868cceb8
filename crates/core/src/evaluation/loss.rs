//! Loss functions, and the losses of several models side by side.

use super::Forecasts;
use super::forecast::require_increasing;
use crate::error::{Error, Result};
use crate::time::{Horizon, Timestamp};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a forecast error costs.
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
}

impl Loss {
    /// The loss of one forecast.
    pub fn of(self, actual: f64, predicted: f64) -> f64 {
        match self {
            Self::Mse => (actual - predicted).powi(2),
            Self::Mae => (actual - predicted).abs(),
            Self::Qlike => {
                let ratio = actual / predicted;
                ratio - ratio.ln() - 1.0
            }
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mse => "mse",
            Self::Mae => "mae",
            Self::Qlike => "qlike",
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
}

impl Losses {
    /// The losses of aligned forecast series.
    ///
    /// # Errors
    /// No series, series that are not aligned, a name used twice, or a loss that is not finite (a NaN, or QLIKE of
    /// a value that is not positive).
    pub fn of<'a>(forecasts: impl IntoIterator<Item = &'a Forecasts>, loss: Loss) -> Result<Self> {
        let forecasts: Vec<&Forecasts> = forecasts.into_iter().collect();
        let Some(&first) = forecasts.first() else {
            return Err(Error::too_few("a comparison", 1, 0, "give at least one forecast series"));
        };
        let mut values = Array2::zeros((first.len(), forecasts.len()));
        for (column, series) in forecasts.iter().enumerate() {
            first.aligned_with(series)?;
            for (row, (&actual, &predicted)) in series.actual().iter().zip(series.predicted()).enumerate() {
                values[[row, column]] = loss.of(actual, predicted);
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
        Ok(Self { models, values, origins, horizon })
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
            largest = largest.max(row[first].abs()).max(row[second].abs());
        }
        // a small error of a large level keeps few digits, and its square fewer
        most - least <= 1e-11 * largest
    }

    /// Whether the losses of two models agree to eleven digits.
    pub fn are_equal(&self, first: usize, second: usize) -> bool {
        let (mut furthest, mut largest) = (0.0_f64, 0.0_f64);
        for row in self.values.rows() {
            furthest = furthest.max((row[first] - row[second]).abs());
            largest = largest.max(row[first].abs()).max(row[second].abs());
        }
        furthest <= 1e-11 * largest
    }

    /// The loss of `first` minus that of `second`, one an origin: positive where `second` is better.
    pub fn differential(&self, first: usize, second: usize) -> Vec<f64> {
        self.values.rows().into_iter().map(|row| row[first] - row[second]).collect()
    }
}

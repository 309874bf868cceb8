//! The walk-forward protocol: refit on the past, forecast the next stretch, move on.

use super::Forecasts;
use crate::error::{Error, Result};
use crate::models::Model;
use crate::sample::Sample;
use crate::time::{HOUR_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// More refits than any data set of ours has days for.
const MOST_FOLDS: i64 = 100_000;

/// How far back a fold's training data reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainingWindow {
    /// From the first hour of the data.
    Expanding,
    /// The past so many hours only.
    Rolling(u32),
}

/// A walk-forward backtest.
///
/// Fold `k` forecasts the origins of `[from + k refit, from + (k + 1) refit)` with a model fitted on origins
/// that satisfy `origin + horizon + embargo <=` the fold's start: every training target was known, and an
/// embargo more lies between. Scalers, stopping times, ensembling weights and interval widths are learned
/// from that training sample, because [`Model::fit_boxed`] is given nothing else.
///
/// # References
/// Tashman (2000), "Out-of-sample tests of forecasting accuracy", International Journal of Forecasting 16;
/// Lopez de Prado (2018), "Advances in Financial Machine Learning", chapter 7 (purging, embargo).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalkForward {
    /// First origin.
    pub from: Timestamp,
    /// Last origin.
    pub to: Timestamp,
    /// Hours between refits.
    pub refit_hours: u32,
    /// Hours between the last training target and the fold's start.
    pub embargo_hours: u32,
    /// How far back training reaches.
    pub window: TrainingWindow,
}

/// One stretch of origins forecast by one fitted model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fold {
    /// Position, from 0.
    pub index: usize,
    /// First origin forecast.
    pub start: Timestamp,
    /// Last origin forecast.
    pub end: Timestamp,
    /// The latest time a training target may have.
    pub training_end: Timestamp,
    /// The earliest training origin, when the window rolls.
    pub training_start: Option<Timestamp>,
}

impl Fold {
    /// What a model of this fold may learn from.
    pub fn training(&self, sample: &Sample) -> Sample {
        let start = self.training_start;
        sample.known_by(self.training_end).keep(|origin| start.is_none_or(|start| origin >= start))
    }

    /// The origins this fold forecasts.
    pub fn testing(&self, sample: &Sample) -> Sample {
        sample.origins_between(self.start, self.end)
    }
}

impl WalkForward {
    /// The folds in order of time.
    ///
    /// # Errors
    /// An empty range of origins, a refit interval of 0, or more folds than anybody can fit.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{TrainingWindow, WalkForward};
    /// let protocol = WalkForward {
    ///     from: "2022-07-01".parse()?,
    ///     to: "2022-12-31T23:00".parse()?,
    ///     refit_hours: 90 * 24,
    ///     embargo_hours: 24,
    ///     window: TrainingWindow::Expanding,
    /// };
    /// assert_eq!(protocol.folds()?.len(), 3);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn folds(&self) -> Result<Vec<Fold>> {
        if self.refit_hours == 0 {
            return Err(Error::parameter("refit", 0, "at least 1 hour, such as 90d"));
        }
        if self.to < self.from {
            return Err(Error::parameter("to", self.to, format!("a time from {} on", self.from)));
        }
        let folds = (self.to.hours() - self.from.hours()) / i64::from(self.refit_hours) + 1;
        if folds > MOST_FOLDS {
            let expected =
                format!("long enough for {MOST_FOLDS} folds at most from {} to {}", self.from, self.to);
            return Err(Error::parameter("refit", format!("{}h", self.refit_hours), expected));
        }
        let back =
            |time: Timestamp, hours: u32| Timestamp::from_millis(time.millis() - i64::from(hours) * HOUR_MS);
        let step = i64::from(self.refit_hours);
        let hours = self.to.hours() - self.from.hours() + 1;
        let folds = (0..(hours + step - 1) / step).map(|index| {
            let start = Timestamp::from_hours(self.from.hours() + index * step);
            let end = Timestamp::from_hours((start.hours() + step - 1).min(self.to.hours()));
            let training_start = match self.window {
                TrainingWindow::Expanding => None,
                TrainingWindow::Rolling(length) => Some(back(start, length)),
            };
            Fold {
                index: index as usize,
                start,
                end,
                training_end: back(start, self.embargo_hours),
                training_start,
            }
        });
        Ok(folds.collect())
    }

    /// Forecasts of one fold.
    ///
    /// # Errors
    /// What fitting or predicting returns, or [`Error::TooFew`] when the fold holds no origin.
    pub fn run_fold(&self, model: &dyn Model, sample: &Sample, fold: &Fold) -> Result<Forecasts> {
        let training = fold.training(sample);
        if training.is_empty() {
            return Err(Error::too_few(
                format!("fitting {} for the fold from {}", model.name(), fold.start),
                1,
                0,
                "start the walk-forward later or give earlier data",
            ));
        }
        let testing = fold.testing(sample);
        let fitted = model.fit_boxed(&training)?;
        let predictions = fitted.predict(testing.inputs())?;
        Forecasts::join(&model.name(), &testing, &predictions)
    }

    /// The whole walk: every fold in order, one series of forecasts.
    ///
    /// # Errors
    /// As [`Self::run_fold`]; folds without an origin (beyond the data) are an error only when all are.
    pub fn run(&self, model: &dyn Model, sample: &Sample) -> Result<Forecasts> {
        let mut pieces = Vec::new();
        for fold in self.folds()? {
            if !fold.testing(sample).is_empty() {
                pieces.push(self.run_fold(model, sample, &fold)?);
            }
        }
        Forecasts::concatenate(&pieces)
    }
}

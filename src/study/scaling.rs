//! The scaling stage: what more parameters buy.

use super::Study;
use crate::error::{Error, Result};
use crate::evaluation::Metrics;
use crate::models::lstm::{LstmSpec, Settings};
use crate::report::{self, Align, Cell, Reported, Table};
use crate::training::Report;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One size of a network and what it reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScalingStep {
    /// Hidden units a layer.
    pub hidden_size: usize,
    /// Stacked LSTM layers.
    pub num_layers: usize,
    /// Trainable scalars.
    pub parameters: usize,
    /// Epochs run.
    pub epochs: usize,
    /// Wall-clock seconds an epoch.
    pub seconds_per_epoch: f64,
    /// Scores on the test part.
    pub test: Metrics,
}

/// The same network in several sizes, and persistence on the same origins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScalingStudy {
    /// The sizes, in the order given.
    pub steps: Vec<ScalingStep>,
    /// What has to be beaten.
    pub persistence: Metrics,
}

impl ScalingStudy {
    /// The sizes of several finished runs.
    ///
    /// # Errors
    /// No run, or a run whose forecasts use the future.
    pub fn of<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Result<Self> {
        let mut steps = Vec::new();
        let mut persistence = None;
        for report in reports {
            if report.leaky {
                return Err(Error::parameter(
                    "run",
                    &report.name,
                    "an honest run: a leaky one is not comparable",
                ));
            }
            let epochs = report.history.epochs.len();
            steps.push(ScalingStep {
                hidden_size: report.config.hidden_size,
                num_layers: report.config.num_layers,
                parameters: report.parameters,
                epochs,
                seconds_per_epoch: report.history.seconds / epochs.max(1) as f64,
                test: report.metrics.test.clone(),
            });
            persistence.get_or_insert_with(|| report.metrics.persistence.clone());
        }
        let persistence =
            persistence.ok_or_else(|| Error::too_few("scaling", 1, 0, "train at least one network"))?;
        Ok(Self { steps, persistence })
    }

    /// Parameters and test scores of each size: what [`scaling`](crate::figures::training::scaling) draws.
    pub fn points(&self) -> Vec<(usize, Metrics)> {
        let named = |step: &ScalingStep| {
            let model = format!("{} x {}", step.hidden_size, step.num_layers);
            (step.parameters, step.test.clone().named(model))
        };
        self.steps.iter().map(named).collect()
    }
}

impl Reported for ScalingStudy {
    fn report(&self) -> report::Report {
        let header = ["hidden x layers", "parameters", "epochs", "RMSE", "MAE", "R2", "skill", "an epoch"];
        let mut table = Table::new(header).set(Align::Right, 1..);
        let scores = |metrics: &Metrics| {
            [
                Cell::number(metrics.rmse(), 4),
                Cell::number(metrics.mae(), 4),
                Cell::optional(metrics.r2(), 4),
                Cell::optional(metrics.skill(), 4),
            ]
        };
        for step in &self.steps {
            let first = [
                Cell::text(format!("{} x {}", step.hidden_size, step.num_layers)),
                Cell::count(step.parameters),
                Cell::count(step.epochs),
            ];
            let last = Cell::number(step.seconds_per_epoch, 1).with_unit(" s");
            table.push(first.into_iter().chain(scores(&step.test)).chain([last]));
        }
        let first = [Cell::text("persistence"), Cell::count(0), Cell::count(0)];
        table.push(first.into_iter().chain(scores(&self.persistence)).chain([Cell::missing()]));
        table.into()
    }
}

impl fmt::Display for ScalingStudy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Study {
    /// Trains one preset in several sizes, (hidden units, layers), all else equal.
    ///
    /// # Errors
    /// What [`Study::train_with`] returns.
    pub fn scaling(&self, name: &str, sizes: &[(usize, usize)], settings: &Settings) -> Result<ScalingStudy> {
        let reports = sizes
            .iter()
            .map(|&(hidden_size, num_layers)| {
                let own = Settings {
                    hidden_size: Some(hidden_size),
                    num_layers: Some(num_layers),
                    ..settings.clone()
                };
                Ok(self.train_with(name, &own)?.report)
            })
            .collect::<Result<Vec<Report>>>()?;
        ScalingStudy::of(&reports)
    }

    /// The number of trainable parameters of a preset in one size.
    ///
    /// # Errors
    /// An unknown preset or a size out of range.
    pub fn parameters(&self, name: &str, hidden_size: usize, num_layers: usize) -> Result<usize> {
        let size =
            Settings { hidden_size: Some(hidden_size), num_layers: Some(num_layers), ..Settings::default() };
        let spec: LstmSpec = self.trainer(name, &size)?;
        Ok(spec.architecture().parameter_count())
    }
}

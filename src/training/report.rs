//! What a run leaves to read: one JSON document.

use crate::artifacts::read_json;
use crate::error::{Error, Result};
use crate::evaluation::Metrics;
use crate::models::lstm::{History, LstmSpec};
use crate::report::Cell;
use crate::sample::Sample;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};

/// One part of the split.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Origins.
    pub origins: usize,
    /// The first origin.
    pub first: Timestamp,
    /// The last origin.
    pub last: Timestamp,
}

impl Part {
    pub(super) fn of(sample: &Sample) -> Result<Self> {
        if sample.is_empty() {
            return Err(Error::too_few("a part of the split", 1, 0, "train on a longer series"));
        }
        let inputs = sample.inputs();
        Ok(Self { origins: sample.len(), first: inputs.origin(0), last: inputs.origin(sample.len() - 1) })
    }
}

/// Scores on the test part, and beside them persistence's on the same origins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// The validation part, which chose the epoch.
    pub validation: Metrics,
    /// The test part.
    pub test: Metrics,
    /// Test origins at which no jump was flagged; `None` without a jump feature or such origins.
    pub test_normal: Option<Metrics>,
    /// Test origins at which a jump was flagged.
    pub test_jump: Option<Metrics>,
    /// Persistence on the test part.
    pub persistence: Metrics,
}

/// Configuration, history, scores, time and parameter count of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The run's name: the prefix of its files.
    pub name: String,
    /// When it ended.
    pub created: Timestamp,
    /// The version of dvol.
    pub code_version: String,
    /// Whether its forecasts use the future (`--protocol original-2025`): never compare it with honest runs.
    pub leaky: bool,
    /// The full specification.
    pub config: LstmSpec,
    /// Trainable scalars.
    pub parameters: usize,
    /// SHA-256 over the training data.
    pub data_sha256: String,
    /// The training part.
    pub train: Part,
    /// The validation part.
    pub validation: Part,
    /// The test part.
    pub test: Part,
    /// Scores.
    pub metrics: Scores,
    /// Epoch by epoch.
    pub history: History,
    /// Wall-clock seconds, loading left out.
    pub seconds: f64,
    /// Workers that shared the gradient.
    pub workers: usize,
    /// The best weights.
    pub checkpoint: PathBuf,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (test, persistence) = (&self.metrics.test, &self.metrics.persistence);
        writeln!(
            f,
            "{}: {} parameters, {} epochs (best {}), {:.1} s{}",
            self.name,
            self.parameters,
            self.history.epochs.len(),
            self.history.best_epoch,
            self.seconds,
            if self.leaky { ", LEAKY: rescaled with statistics of the target hour" } else { "" }
        )?;
        let mut row = |name: &str, metrics: &Metrics| {
            writeln!(
                f,
                "{name:<12} n {:>6}  RMSE {:.3}  MAE {:.3}  MAPE {}  R2 {}  skill {}",
                metrics.n,
                metrics.rmse(),
                metrics.mae(),
                Cell::optional(metrics.mape(), 2).shown(),
                Cell::optional(metrics.r2(), 4).shown(),
                Cell::optional(metrics.skill(), 4).shown(),
            )
        };
        row("test", test)?;
        if let Some(metrics) = &self.metrics.test_normal {
            row("  normal", metrics)?;
        }
        if let Some(metrics) = &self.metrics.test_jump {
            row("  jump", metrics)?;
        }
        row("persistence", persistence)?;
        write!(f, "checkpoint {}", self.checkpoint.display())
    }
}

/// All reports in a folder, in order of time.
///
/// # Errors
/// When the folder cannot be read or a JSON file in it is no report.
pub fn list_reports(folder: &Path) -> Result<Vec<(PathBuf, Report)>> {
    let mut reports = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            reports.push((path.clone(), read_json(&path)?));
        }
    }
    reports.sort_by(|a: &(PathBuf, Report), b| (a.1.created, &a.0).cmp(&(b.1.created, &b.0)));
    Ok(reports)
}

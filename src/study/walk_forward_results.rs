//! The result files of a finished walk-forward.

use super::assessment::{Assessment, read_trials};
use super::{Reads, Study};
use crate::artifacts::write_json;
use crate::error::Result;
use crate::evaluation::{Comparison, Forecasts, Metrics, MetricsTable, write_forecasts, write_forecasts_csv};
use crate::report::{Report, Reported};
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// What one walk-forward found, and the series it was found on.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct WalkForwardResults {
    /// Scores of each model, on the origins all of them answer.
    pub metrics: Vec<Metrics>,
    /// The tests between the models; `None` for one model alone.
    #[serde(skip)]
    pub comparison: Option<Comparison>,
    /// The verdicts; `None` without persistence or without a rival to it.
    #[serde(skip)]
    pub assessment: Option<Assessment>,
    /// The series on their common origins.
    #[serde(skip)]
    pub series: Vec<Forecasts>,
    #[serde(skip)]
    table: MetricsTable,
}

impl Study {
    /// Writes what models walked forward into a folder and enters it in the ledger: `forecasts.parquet` and `.csv` (all
    /// origins); `metrics.json`, and for several models `comparison.json`, `goals.json`, `deflated.json` and
    /// `regimes.json` (on common origins). `tried.json` of that folder is read for the deflation.
    ///
    /// # Errors
    /// Models without a common origin, what the tests return, a disk that refuses.
    pub fn write_walk_forward(
        &self,
        series: Vec<Forecasts>,
        out: &Path,
        stage: &str,
    ) -> Result<WalkForwardResults> {
        write_forecasts(&out.join("forecasts.parquet"), &series)?;
        write_forecasts_csv(&out.join("forecasts.csv"), &series)?;
        // Models differ in the history they need: tests and scores are on the origins all of them answer.
        let series = self.on_common_origins(series)?;
        let metrics: Vec<Metrics> = series.iter().map(Metrics::of).collect::<Result<_>>()?;
        self.write_recorded(&out.join("metrics.json"), &metrics, stage)?;
        let (mut comparison, mut assessment) = (None, None);
        if series.len() > 1 {
            let tests = self.compare(&series)?;
            self.write_recorded(&out.join("comparison.json"), &tests, stage)?;
            assessment = self.assess(&series, &tests, &read_trials(out)?.trials)?;
            comparison = Some(tests);
        }
        if let Some(assessment) = &assessment {
            assessment.write(self, out)?;
        }
        let table = MetricsTable::of(&series)?;
        Ok(WalkForwardResults { metrics, comparison, assessment, series, table })
    }

    /// Writes a JSON file and enters it in the ledger as made from models.
    pub(super) fn write_recorded(&self, path: &Path, value: &impl Serialize, stage: &str) -> Result<()> {
        write_json(path, value)?;
        self.record(path, Reads::Models, stage)
    }
}

impl Reported for WalkForwardResults {
    fn report(&self) -> Report {
        let mut report = self.table.report();
        if let Some(assessment) = &self.assessment {
            report.gap().include(assessment);
        }
        report
    }
}

impl fmt::Display for WalkForwardResults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

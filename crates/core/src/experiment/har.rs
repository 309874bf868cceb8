//! The HAR stage.

use super::Experiment;
use super::jobs::run_jobs;
use super::left_out::ModelLeftOut;
use crate::error::Result;
use crate::evaluation::{Forecasts, MetricsTable};
use crate::models::{Family, Har, MODELS, ModelEntry};
use crate::regression::{Covariance, RegressionTable};
use crate::report::{Report, Reported};
use std::fmt;

/// Corsi's regression on the training part, and what all HAR models forecast on the test part, with calibrated intervals.
#[derive(Debug, Clone)]
pub struct HarReport {
    /// Corsi's coefficients with standard errors that know about overlapping targets.
    pub table: RegressionTable,
    /// Persistence first, then one series a HAR model.
    pub forecasts: Vec<Forecasts>,
    /// Their scores.
    pub metrics: MetricsTable,
    /// The models of the family that the data have no columns for.
    pub left_out: Vec<ModelLeftOut>,
}

impl Reported for HarReport {
    fn report(&self) -> Report {
        let mut report = self.table.report();
        report.gap().include(&self.metrics);
        for model in &self.left_out {
            report.line(model.to_string());
        }
        report
    }
}

impl fmt::Display for HarReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Experiment {
    /// Fits the HAR family on the training part and forecasts the test part; models that the data have no columns for
    /// are left out and named.
    ///
    /// Targets of neighbouring origins overlap by all but an hour, so the table's standard errors are
    /// Newey and West's with horizon - 1 lags at least.
    ///
    /// # Errors
    /// A missing feature, a singular design, an empty part.
    pub fn har(&self) -> Result<HarReport> {
        let corsi = Har::corsi();
        let parts = self.split(&self.sample_for(&corsi)?)?;
        let overlap = self.dataset.panel().rows(self.config.horizon);
        let table = corsi.fit(&parts.train)?.table(Covariance::newey_west(2 * overlap))?;
        let linear = MODELS.iter().filter(|entry| entry.family == Family::Linear);
        let entries = ModelEntry::find("persistence").into_iter().chain(linear);
        let (models, left_out) = self.possible(entries.filter_map(ModelEntry::make).collect())?;
        let forecasts = run_jobs(&models, |model| self.forecast(model.as_ref()))?;
        let forecasts = self.on_common_origins(forecasts)?;
        let metrics = self.table(&forecasts)?;
        Ok(HarReport { table, forecasts, metrics, left_out })
    }

    /// The records of those origins that every series has.
    ///
    /// # Errors
    /// When no origin is common to all.
    pub fn on_common_origins(&self, series: Vec<Forecasts>) -> Result<Vec<Forecasts>> {
        crate::evaluation::common_origins(&series)
    }
}

//! The HAR stage.

use super::Experiment;
use super::jobs::run_jobs;
use crate::error::Result;
use crate::evaluation::{Forecasts, MetricsTable};
use crate::models::{Family, Har, MODELS, Model, ModelEntry};
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
}

impl Reported for HarReport {
    fn report(&self) -> Report {
        let mut report = self.table.report();
        report.gap().include(&self.metrics);
        report
    }
}

impl fmt::Display for HarReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Experiment {
    /// Fits the HAR family on the training part and forecasts the test part.
    ///
    /// Targets of neighbouring origins overlap by all but an hour, so the table's standard errors are
    /// Newey and West's with horizon - 1 lags at least.
    ///
    /// # Errors
    /// A missing feature, a singular design, an empty part.
    pub fn har(&self) -> Result<HarReport> {
        let corsi = Har::corsi();
        let parts = self.split(&self.sample_for(&corsi)?)?;
        let overlap = self.config.horizon.rows();
        let table = corsi.fit(&parts.train)?.table(Covariance::newey_west(2 * overlap))?;
        let linear = MODELS.iter().filter(|entry| entry.family == Family::Linear);
        let entries = ModelEntry::find("persistence").into_iter().chain(linear);
        let models: Vec<Box<dyn Model>> = entries.filter_map(ModelEntry::make).collect();
        let forecasts = run_jobs(&models, |model| self.forecast(model.as_ref()))?;
        let forecasts = self.on_common_origins(forecasts)?;
        let metrics = self.table(&forecasts)?;
        Ok(HarReport { table, forecasts, metrics })
    }

    /// The records of those origins that every series has.
    ///
    /// # Errors
    /// When no origin is common to all.
    pub fn on_common_origins(&self, series: Vec<Forecasts>) -> Result<Vec<Forecasts>> {
        crate::evaluation::common_origins(&series)
    }
}

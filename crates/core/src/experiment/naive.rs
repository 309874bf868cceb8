//! The naive stage.

use super::Experiment;
use crate::error::Result;
use crate::evaluation::{Forecasts, MetricsTable};
use crate::models::{Family, ModelEntry};

impl Experiment {
    /// Forecasts of all naive rules on the test part.
    ///
    /// # Errors
    /// When the test part is empty.
    pub fn naive(&self) -> Result<Vec<Forecasts>> {
        ModelEntry::of_family(Family::Naive).map(|rule| self.forecast(rule.as_ref())).collect()
    }

    /// The metrics of several series as one table.
    ///
    /// # Errors
    /// When the series differ in origins or horizon.
    pub fn table(&self, series: &[Forecasts]) -> Result<MetricsTable> {
        MetricsTable::of(series)
    }
}

//! The naive stage.

use super::Study;
use crate::error::Result;
use crate::evaluation::{Forecasts, MetricsTable};
use crate::models::Naive;

impl Study {
    /// Forecasts of all naive rules on the test part.
    ///
    /// # Errors
    /// When the test part is empty.
    pub fn naive(&self) -> Result<Vec<Forecasts>> {
        Naive::all().iter().map(|rule| self.forecast(rule)).collect()
    }

    /// The metrics of several series as one table.
    ///
    /// # Errors
    /// When the series differ in origins or horizon.
    pub fn table(&self, series: &[Forecasts]) -> Result<MetricsTable> {
        MetricsTable::of(series)
    }

    /// Walks models of the registry forward by the study's protocol, and keeps the origins all of them answer.
    ///
    /// Folds are kept below the results folder: what `dvol backtest` has done is not done again.
    ///
    /// # Errors
    /// What [`Study::backtest`] returns.
    pub fn walk_forward(&self, models: &[&str]) -> Result<Vec<Forecasts>> {
        let names: Vec<String> = models.iter().map(|&name| name.to_owned()).collect();
        let given = &self.config().backtest;
        let out = self.config().results().join("backtest");
        let series = self.backtest(&names, given.seeds, &given.protocol(), &out, &|_| {})?;
        self.on_common_origins(series)
    }
}

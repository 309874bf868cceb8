//! The naive stage: of an experiment, and of any hourly series.

use super::Experiment;
use crate::error::{Error, Result};
use crate::evaluation::{ChronologicalSplit, Forecasts, Metrics, MetricsTable};
use crate::models::{Family, Model, ModelEntry};
use crate::panel::{Column, Panel};
use crate::report::{Report, Reported};
use crate::sample::Inputs;
use crate::time::{Horizon, Timestamp};
use serde::Serialize;
use std::fmt;

/// The scores of all naive rules on the same origins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NaiveScores {
    /// Where the data come from.
    pub input: String,
    /// The forecast distance.
    pub horizon: Horizon,
    /// Origins.
    pub n: usize,
    /// The first of them.
    pub first_origin: Timestamp,
    /// The last of them.
    pub last_origin: Timestamp,
    /// One entry a rule.
    pub metrics: Vec<Metrics>,
}

impl NaiveScores {
    /// Scores forecasts of the same origins, of data described by `input`.
    ///
    /// # Errors
    /// No forecast, or scores that cannot be told.
    pub fn new(input: impl Into<String>, series: &[Forecasts]) -> Result<Self> {
        let metrics = series.iter().map(Metrics::of).collect::<Result<Vec<_>>>()?;
        let Some(first) = series.first() else {
            return Err(Error::too_few(
                "scoring naive rules",
                1,
                0,
                "give the forecasts of one rule at least",
            ));
        };
        let origins = first.origins();
        let (first_origin, last_origin) = (origins[0], origins[origins.len() - 1]);
        Ok(Self {
            input: input.into(),
            horizon: first.horizon(),
            n: first.len(),
            first_origin,
            last_origin,
            metrics,
        })
    }
}

impl Reported for NaiveScores {
    fn report(&self) -> Report {
        let Self { input, first_origin, last_origin, metrics, .. } = self;
        let mut report = Report::new();
        report
            .line(input)
            .line(format!("origins {first_origin} .. {last_origin}"))
            .include(&MetricsTable(metrics.clone()));
        report
    }
}

impl fmt::Display for NaiveScores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

/// Forecasts of all naive rules on the last part of an hourly series; the mean is that of the first part.
///
/// # Errors
/// A series too short for the parts.
///
/// # Examples
/// ```
/// use dvol_core::experiment::naive_forecasts;
/// use dvol_core::time::{Horizon, Timestamp};
/// let levels: Vec<f64> = (0..4000).map(|hour| 60.0 + (f64::from(hour) / 50.0).sin()).collect();
/// let series = naive_forecasts("dvol", Timestamp::from_hours(0), levels, Horizon::hours(24))?;
/// assert_eq!(series[0].model(), "persistence");
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn naive_forecasts(
    column: &str,
    start: Timestamp,
    levels: Vec<f64>,
    horizon: Horizon,
) -> Result<Vec<Forecasts>> {
    let panel = Panel::new(start, levels.len())?.with(Column::known(column, levels))?;
    let sample = Inputs::new(&panel, &[], column, 1)?.with_targets(horizon);
    let parts = ChronologicalSplit::default().cut(&sample, panel.start(), panel.last())?;
    let forecast =
        |rule: Box<dyn Model>| Experiment::forecasts_on(rule.fit_boxed(&parts.train)?.as_ref(), &parts.test);
    ModelEntry::of_family(Family::Naive).map(forecast).collect()
}

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

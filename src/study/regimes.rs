//! The regime stage: where a model's residuals come from.

use super::Study;
use crate::error::Result;
use crate::evaluation::{Comparison, ComparisonSpec, Forecasts, RegimeReport, compare, residuals_by_regime};
use crate::panel::{Column, Panel};
use crate::regimes::{
    MarkovSwitching, calendar_years, event_windows, expanding_terciles, jump_hours, jumps_on_the_way,
    rising_and_falling,
};
use serde::Serialize;
use std::fmt;

/// Hours of history before a level is called low or high, and the stretch over which it rises or falls.
const MONTH: usize = 720;
const DAY: usize = 24;

/// One model's residuals under every scheme of labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegimeStudy {
    /// The model.
    pub model: String,
    /// One report a scheme: jump hours, jumps on the way, events, terciles, direction, years, Markov states.
    pub reports: Vec<RegimeReport>,
}

impl fmt::Display for RegimeStudy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for report in &self.reports {
            writeln!(f, "{report}\n")?;
        }
        Ok(())
    }
}

impl Study {
    /// Sorts a model's residuals by market state at the origin: jump and normal hours, the configured events,
    /// DVOL terciles so far, rising and falling, calendar years, two Markov states.
    ///
    /// Labels that need the future (events, named afterwards; jumps between origin and target) say so in
    /// their report.
    ///
    /// # Errors
    /// When no origin has a label, or a report cannot be made.
    pub fn residuals_by_regime(&self, forecasts: &Forecasts) -> Result<RegimeStudy> {
        let features = self.features()?;
        let start = features.start();
        let dvol = features.values("dvol")?;
        let changes: Vec<f64> =
            std::iter::once(f64::NAN).chain(dvol.windows(2).map(|pair| (pair[1] / pair[0]).ln())).collect();
        let changes = Panel::new(start, dvol.len())?.with(Column::known("dvol_log_change", changes))?;
        let features = features.clone().join(&changes)?;
        let origin = forecasts.records()[0].origin;
        let (_, markov) = MarkovSwitching::default().known_labels(&features, "dvol_log_change", origin)?;
        let mut reports = vec![
            residuals_by_regime(forecasts, &jump_hours(&features, "jump_indicator", DAY)?)?,
            residuals_by_regime(
                forecasts,
                &jumps_on_the_way(&features, "jump_indicator", forecasts.horizon())?,
            )?,
        ];
        let events = event_windows(start, features.len(), &self.config.events)?;
        // A test period without any event has nothing to report here.
        reports.extend(residuals_by_regime(forecasts, &events));
        reports.push(residuals_by_regime(forecasts, &expanding_terciles(&features, "dvol", MONTH)?)?);
        reports.push(residuals_by_regime(forecasts, &rising_and_falling(&features, "dvol", DAY)?)?);
        reports.push(residuals_by_regime(forecasts, &calendar_years(start, features.len())?)?);
        reports.push(residuals_by_regime(forecasts, &markov)?);
        Ok(RegimeStudy { model: forecasts.model().to_owned(), reports })
    }

    /// Compares models on the same origins, with the study's seed.
    ///
    /// # Errors
    /// Series that answer different questions.
    pub fn compare(&self, models: &[Forecasts]) -> Result<Comparison> {
        compare(
            models,
            &ComparisonSpec { seed: self.config.seed.stage("compare"), ..ComparisonSpec::default() },
        )
    }
}

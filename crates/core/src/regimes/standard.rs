//! The thesis's set of labels on one panel.

use super::{
    Hindsight, Known, Labels, MarkovSwitching, calendar_years, event_windows, expanding_terciles,
    full_sample_terciles, jump_hours, jumps_on_the_way, rising_and_falling,
};
use crate::error::Result;
use crate::events::Event;
use crate::panel::{Column, Panel};
use crate::time::{Horizon, Timestamp};

/// Labels of either knowledge, for lists of both.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyLabels {
    /// Known at each hour.
    Known(Labels<Known>),
    /// Given afterwards.
    Hindsight(Labels<Hindsight>),
}

impl AnyLabels {
    /// What the labels tell apart.
    pub fn scheme(&self) -> &str {
        match self {
            Self::Known(labels) => labels.scheme(),
            Self::Hindsight(labels) => labels.scheme(),
        }
    }
}

impl From<Labels<Known>> for AnyLabels {
    fn from(labels: Labels<Known>) -> Self {
        Self::Known(labels)
    }
}

impl From<Labels<Hindsight>> for AnyLabels {
    fn from(labels: Labels<Hindsight>) -> Self {
        Self::Hindsight(labels)
    }
}

/// Which labels to make of a panel of known values.
///
/// | parameter | meaning | default |
/// | --- | --- | --- |
/// | `level` | column that is forecast: terciles, its changes | `dvol` |
/// | `market` | column that rises and falls | `price` |
/// | `indicator` | column of jumps | `jump_indicator` |
/// | `events` | crises | the six of the thesis |
/// | `horizon` | how far the next jump counts | 24 h |
/// | `past` | hours over which the market rises or falls, and least history of terciles | 720 |
/// | `training_end` | last hour the Markov-switching model is estimated on | none: no such labels |
#[derive(Debug, Clone, PartialEq)]
pub struct StandardLabels {
    /// Column that is forecast.
    pub level: String,
    /// Column that rises and falls.
    pub market: String,
    /// Column of jumps.
    pub indicator: String,
    /// Crises.
    pub events: Vec<Event>,
    /// How far the next jump counts.
    pub horizon: Horizon,
    /// Hours over which the market rises or falls, and least history of terciles.
    pub past: usize,
    /// Last hour the Markov-switching model is estimated on.
    pub training_end: Option<Timestamp>,
}

impl Default for StandardLabels {
    fn default() -> Self {
        Self {
            level: "dvol".to_owned(),
            market: "price".to_owned(),
            indicator: "jump_indicator".to_owned(),
            events: Event::thesis(),
            horizon: Horizon::hours(24),
            past: 720,
            training_end: None,
        }
    }
}

impl StandardLabels {
    /// All labels the panel's columns allow: those on a column it has not are left out.
    ///
    /// # Errors
    /// Columns that are not known at their own row, or a training window too short for the Markov-switching model.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::panel::{Column, Panel};
    /// use dvol_core::regimes::{AnyLabels, StandardLabels};
    /// let dvol = (0..2_000).map(|hour| 60.0 + (f64::from(hour) / 50.0).sin()).collect::<Vec<f64>>();
    /// let panel = Panel::new("2022-11-01".parse()?, 2_000)?.with(Column::known("dvol", dvol))?;
    /// let labels = StandardLabels::default().of(&panel)?;
    /// let schemes: Vec<&str> = labels.iter().map(AnyLabels::scheme).collect();
    /// assert_eq!(schemes, ["calendar year", "crisis", "tercile of dvol so far", "tercile of dvol, full sample"]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(&self, panel: &Panel) -> Result<Vec<AnyLabels>> {
        let mut labels: Vec<AnyLabels> = vec![
            calendar_years(panel.start(), panel.len())?.into(),
            event_windows(panel.start(), panel.len(), &self.events)?.into(),
        ];
        if panel.has(&self.indicator) {
            labels.push(jump_hours(panel, &self.indicator, 1)?.into());
            labels.push(jumps_on_the_way(panel, &self.indicator, self.horizon)?.into());
        }
        if panel.has(&self.level) {
            labels.push(expanding_terciles(panel, &self.level, self.past)?.into());
            labels.push(full_sample_terciles(panel, &self.level)?.into());
        }
        if panel.has(&self.market) {
            labels.push(rising_and_falling(panel, &self.market, self.past)?.into());
        }
        if let (Some(end), true) = (self.training_end, panel.has(&self.level)) {
            let name = format!("log changes of {}", self.level);
            let logs: Vec<f64> = panel.values(&self.level)?.iter().map(|value| value.ln()).collect();
            let changes: Vec<f64> = (0..logs.len())
                .map(|row| row.checked_sub(1).map_or(f64::NAN, |before| logs[row] - logs[before]))
                .map(|change| if change.is_finite() { change } else { f64::NAN })
                .collect();
            let changes =
                Panel::new(panel.start(), panel.len())?.with(Column::known(name.as_str(), changes))?;
            let (fitted, known) = MarkovSwitching::default().known_labels(&changes, &name, end)?;
            labels.push(known.into());
            labels.push(fitted.smoothed_labels(&changes, &name)?.into());
        }
        Ok(labels)
    }
}

//! One model's scores within each event's window and outside all of them.

use super::{Forecasts, Metrics};
use crate::error::Result;
use crate::events::Event;

/// Scores of the targets within one event's window, or of those within none.
#[derive(Debug, Clone, PartialEq)]
pub struct EventScores {
    /// The event; `None`: all other hours.
    pub event: Option<Event>,
    /// The scores; `None` where there is no forecast.
    pub metrics: Option<Metrics>,
}

/// The scores by event, in the order given, and last those of all other hours; events without a target of these
/// forecasts are left out.
///
/// # Errors
/// Never for a valid series.
pub fn scores_by_event(forecasts: &Forecasts, events: &[Event]) -> Result<Vec<EventScores>> {
    let covered = |event: &&Event| forecasts.targets().any(|target| event.contains(target));
    let events: Vec<&Event> = events.iter().filter(covered).collect();
    let groups = events.iter().map(|event| Some(*event)).chain([None]);
    let scores = groups.map(|group| {
        let part = forecasts.filter(|record| match group {
            Some(event) => event.contains(record.target()),
            None => !events.iter().any(|event| event.contains(record.target())),
        });
        Ok(EventScores { event: group.cloned(), metrics: part.map(|part| Metrics::of(&part)).transpose()? })
    });
    scores.collect()
}

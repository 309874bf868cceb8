//! States by date: calendar years, and windows around events.

use super::LabelSet;
use super::Scheme;
use super::labels::{Hindsight, Known, Labels};
use crate::error::{Error, Result};
use crate::events::Event;
use crate::panel::Grid;
use crate::time::Timestamp;

/// The calendar year in UTC of each of `hours` hours from `start`.
///
/// # Errors
/// No hour.
pub fn calendar_years(start: Timestamp, hours: usize) -> Result<Labels<Known>> {
    Ok(years_of(Grid::hours(start, hours)?))
}

fn years_of(grid: Grid) -> Labels<Known> {
    let first = grid.start().year();
    let years: Vec<i16> = grid.times().map(Timestamp::year).collect();
    let last = years.last().copied().unwrap_or(first);
    let states = (first..=last).map(|year| year.to_string()).collect();
    let codes = years.into_iter().map(|year| u16::try_from(year - first).ok()).collect();
    Labels::new(Scheme::CalendarYear, states, grid, codes)
}

/// The event whose window each of `hours` hours from `start` lies in, else `calm`.
///
/// An event is named afterwards, so the labels are [`Hindsight`]. Where windows overlap the earlier event in the
/// list has the hour.
///
/// # Errors
/// No hour, no event, or an event's name used twice.
///
/// # Examples
/// ```
/// use dvol_core::{events::Event, regimes::event_windows, time::Timestamp};
/// let start: Timestamp = "2022-11-01".parse()?;
/// let crises = event_windows(start, 24 * 30, &Event::thesis())?;
/// assert_eq!(crises.at("2022-11-08T12:00".parse()?), Some("FTX"));
/// assert_eq!(crises.at("2022-11-20T12:00".parse()?), Some("calm"));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn event_windows(start: Timestamp, hours: usize, events: &[Event]) -> Result<Labels<Hindsight>> {
    events_on(Grid::hours(start, hours)?, events)
}

/// The event whose window each row of a grid lies in: see [`event_windows`].
///
/// # Errors
/// No event, or an event's name used twice.
pub fn events_on(grid: Grid, events: &[Event]) -> Result<Labels<Hindsight>> {
    if events.is_empty() || events.len() >= usize::from(u16::MAX) {
        return Err(Error::parameter("events", events.len(), "at least one event"));
    }
    if let Some(event) = (1..events.len())
        .map(|i| (&events[i], &events[..i]))
        .find_map(|(event, before)| before.iter().any(|other| other.name == event.name).then_some(event))
    {
        return Err(Error::parameter("event", &event.name, "a name that occurs once"));
    }
    let states = std::iter::once("calm".to_owned()).chain(events.iter().map(|event| event.name.clone()));
    let codes = grid.times().map(|time| {
        let event = events.iter().position(|event| event.contains(time));
        Some(event.map_or(0, |position| position as u16 + 1))
    });
    let codes = codes.collect();
    Ok(Labels::new(Scheme::Crisis, states.collect(), grid, codes))
}

pub(super) const CALENDAR_YEARS: LabelSet =
    LabelSet { name: "calendar years", make: |_, panel| Ok(vec![years_of(panel.grid().clone()).into()]) };

pub(super) const EVENT_WINDOWS: LabelSet = LabelSet {
    name: "windows of events",
    make: |spec, panel| {
        if spec.events.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![events_on(panel.grid().clone(), &spec.events)?.into()])
    },
};

//! States by date: calendar years, and windows around events.

use super::LabelSet;
use super::Scheme;
use super::labels::{Hindsight, Known, Labels};
use crate::error::{Error, Result};
use crate::events::Event;
use crate::time::{HOUR_MS, Timestamp};

/// The calendar year in UTC of each of `hours` hours from `start`.
///
/// # Errors
/// No hour.
pub fn calendar_years(start: Timestamp, hours: usize) -> Result<Labels<Known>> {
    require_hours("calendar years", hours)?;
    let first = start.year();
    let years: Vec<i16> = (0..hours).map(|hour| at(start, hour).year()).collect();
    let last = years.last().copied().unwrap_or(first);
    let states = (first..=last).map(|year| year.to_string()).collect();
    let codes = years.into_iter().map(|year| u16::try_from(year - first).ok()).collect();
    Ok(Labels::new(Scheme::CalendarYear, states, start, codes))
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
    require_hours("event windows", hours)?;
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
    let codes = (0..hours).map(|hour| {
        let time = at(start, hour);
        let event = events.iter().position(|event| event.contains(time));
        Some(event.map_or(0, |position| position as u16 + 1))
    });
    Ok(Labels::new(Scheme::Crisis, states.collect(), start, codes.collect()))
}

fn require_hours(what: &str, hours: usize) -> Result<()> {
    if hours == 0 {
        return Err(Error::too_few(what, 1, 0, "give at least one hour"));
    }
    Ok(())
}

fn at(start: Timestamp, hour: usize) -> Timestamp {
    Timestamp::from_millis(start.millis() + hour as i64 * HOUR_MS)
}

pub(super) const CALENDAR_YEARS: LabelSet = LabelSet {
    name: "calendar years",
    make: |_, panel| Ok(vec![calendar_years(panel.start(), panel.len())?.into()]),
};

pub(super) const EVENT_WINDOWS: LabelSet = LabelSet {
    name: "windows of events",
    make: |spec, panel| Ok(vec![event_windows(panel.start(), panel.len(), &spec.events)?.into()]),
};

//! Instants and forecast horizons, in UTC.

mod duration;

pub use duration::Duration;

use crate::error::{Error, Result};
use crate::report::Cell;
use jiff::{Timestamp as Instant, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// Milliseconds in one hour.
pub const HOUR_MS: i64 = 3_600_000;

/// 1970-01-01 and 2200-01-01, in milliseconds.
const FIRST: i64 = 0;
const LAST: i64 = 7_258_118_400_000;

/// An instant in UTC, to the millisecond.
///
/// # Examples
/// ```
/// use dvol_core::time::{Horizon, Timestamp};
/// let origin: Timestamp = "2022-11-08 00:00".parse()?;
/// assert_eq!((origin + Horizon::hours(24)).to_string(), "2022-11-09T00:00:00Z");
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970-01-01 UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole hours since 1970-01-01 UTC.
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours.saturating_mul(HOUR_MS))
    }

    /// This machine's clock.
    pub fn now() -> Self {
        Self(Instant::now().as_millisecond())
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole hours since 1970-01-01 UTC, rounded down.
    pub const fn hours(self) -> i64 {
        self.0.div_euclid(HOUR_MS)
    }

    /// Whether the instant lies on a full hour.
    pub const fn is_full_hour(self) -> bool {
        self.0.rem_euclid(HOUR_MS) == 0
    }

    /// Hour of the week in UTC: 0 is Monday 00:00, 167 is Sunday 23:00.
    pub const fn hour_of_week(self) -> usize {
        // 1970-01-01 was a Thursday: 72 hours into the week.
        (self.hours() + 72).rem_euclid(168) as usize
    }

    /// Hour of the day in UTC, 0 to 23.
    pub const fn hour_of_day(self) -> usize {
        self.hours().rem_euclid(24) as usize
    }

    /// Calendar date and time in UTC.
    pub fn civil(self) -> civil::DateTime {
        Instant::from_millisecond(self.0).unwrap_or(Instant::MIN).to_zoned(TimeZone::UTC).datetime()
    }

    /// Calendar year in UTC.
    pub fn year(self) -> i16 {
        self.civil().year()
    }

    /// Reads ISO 8601 or space-separated times, with or without zone (none means UTC), dates alone,
    /// and Unix epochs in seconds (up to 11 digits) or milliseconds. `None` when it is none of these, or before 1970
    /// or after 2199: no series of ours is that old, and no forecast that bold.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).and_then(|time| Self::within_years(time.0))
    }

    /// From milliseconds since 1970-01-01 UTC, when that is a time before 2200 and not before 1970.
    pub fn within_years(millis: i64) -> Option<Self> {
        (FIRST..LAST).contains(&millis).then_some(Self(millis))
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) = text.parse::<f64>()
            && number.is_finite()
        {
            let millis = if number.abs() < 1e11 { number * 1e3 } else { number };
            return Some(Self(millis.round() as i64));
        }
        if let Ok(instant) = text.parse::<Instant>() {
            return Some(Self(instant.as_millisecond()));
        }
        let plain = text.strip_suffix(" UTC").unwrap_or(text);
        if let Ok(moment) = plain.parse::<civil::DateTime>() {
            let zoned = moment.to_zoned(TimeZone::UTC).ok()?;
            return Some(Self(zoned.timestamp().as_millisecond()));
        }
        let date = plain.parse::<civil::Date>().ok()?;
        Some(Self(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()))
    }
}

impl FromStr for Timestamp {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).ok_or_else(|| {
            Error::parameter("time", text, "a UTC time from 1970 to 2199 such as 2022-11-08T00:00:00Z")
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.civil();
        if self.0.rem_euclid(1000) == 0 {
            write!(f, "{}Z", moment.strftime("%Y-%m-%dT%H:%M:%S"))
        } else {
            write!(f, "{}Z", moment.strftime("%Y-%m-%dT%H:%M:%S%.3f"))
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is not a time from 1970 to 2199 such as 2022-11-08T00:00:00Z"
            ))
        })
    }
}

/// A forecast's distance from origin to target, in whole hours, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Horizon(u32);

impl TryFrom<u32> for Horizon {
    type Error = Error;
    fn try_from(hours: u32) -> Result<Self> {
        let inside = (1..=Self::LONGEST).contains(&hours);
        let expected = || format!("a whole number of hours from 1 to {}", Self::LONGEST);
        if inside { Ok(Self(hours)) } else { Err(Error::parameter("horizon", hours, expected())) }
    }
}

impl From<Horizon> for u32 {
    fn from(horizon: Horizon) -> Self {
        horizon.0
    }
}

impl Horizon {
    /// The longest that a file or a flag may ask for, in hours: ten years.
    pub const LONGEST: u32 = 87_600;

    /// A horizon of so many hours; 0 becomes 1, the shortest the hourly grid knows.
    pub const fn hours(hours: u32) -> Self {
        Self(if hours == 0 { 1 } else { hours })
    }

    /// The number of hours.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The horizon as a cell of a table.
    pub fn cell(self) -> Cell {
        Cell::number(f64::from(self.0), 0).with_unit(" h")
    }

    fn milliseconds(self) -> i64 {
        i64::from(self.0) * HOUR_MS
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} h", self.0)
    }
}

impl Add<Horizon> for Timestamp {
    type Output = Self;
    fn add(self, horizon: Horizon) -> Self {
        Self(self.0.saturating_add(horizon.milliseconds()))
    }
}

impl Sub<Horizon> for Timestamp {
    type Output = Self;
    fn sub(self, horizon: Horizon) -> Self {
        Self(self.0.saturating_sub(horizon.milliseconds()))
    }
}

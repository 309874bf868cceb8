//! The instants that rows stand for: every hour, every day, or the days of an exchange.

use crate::error::{Error, Result};
use crate::time::{HOUR_MS, Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

const DAY_MS: i64 = 24 * HOUR_MS;
/// 1970-01-01 was a Thursday: three days into the week.
const THURSDAY: i64 = 3;

/// From one row to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An hour. A row holds what is stamped with its hour.
    #[default]
    Hour,
    /// A day in UTC, Saturdays and Sundays too. A row holds the close of its day.
    Day,
    /// A day on which the index was quoted, none of them a Saturday or a Sunday. A row holds the close of its day.
    TradingDay,
}

impl Step {
    /// Whether rows are hours.
    pub fn is_hour(&self) -> bool {
        *self == Self::Hour
    }

    /// Hours of a horizon that one row stands for.
    pub const fn hours(self) -> u32 {
        match self {
            Self::Hour => 1,
            Self::Day | Self::TradingDay => 24,
        }
    }

    /// Rows of a calendar year, as volatility is annualised.
    pub const fn rows_a_year(self) -> f64 {
        match self {
            Self::Hour => 8760.0,
            Self::Day => 365.0,
            Self::TradingDay => 252.0,
        }
    }

    /// Rows of a window of so many hours: a week is 168, 7 or 5 of them. `None` when the window is shorter than a row.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::panel::Step;
    /// let weeks = [Step::Hour, Step::Day, Step::TradingDay].map(|step| step.window(168));
    /// assert_eq!(weeks, [Some(168), Some(7), Some(5)]);
    /// assert_eq!((Step::TradingDay.window(24), Step::TradingDay.window(12)), (Some(1), None));
    /// ```
    pub const fn window(self, hours: usize) -> Option<usize> {
        let days = hours / 24;
        match self {
            Self::Hour => Some(hours),
            Self::Day | Self::TradingDay if days == 0 => None,
            Self::TradingDay if days >= 7 => Some((days * 5 + 3) / 7),
            Self::Day | Self::TradingDay => Some(days),
        }
    }

    /// Rows from an origin to its target, at least 1: a day is one row, a week seven, or five of trading.
    pub fn rows(self, horizon: Horizon) -> usize {
        self.window(horizon.get() as usize).unwrap_or(1).max(1)
    }

    /// Refuses a horizon that ends between two rows, or at another weekday's distance each time.
    ///
    /// # Errors
    /// A horizon that is no whole number of days; on trading days, one that is neither a day nor whole weeks.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::{panel::Step, time::Horizon};
    /// assert!(Step::Hour.check(Horizon::hours(6)).is_ok());
    /// assert!(Step::TradingDay.check(Horizon::hours(6)).is_err());
    /// assert!(Step::TradingDay.check(Horizon::hours(168)).is_ok()); // five rows
    /// ```
    pub fn check(self, horizon: Horizon) -> Result<()> {
        let hours = horizon.get();
        let (fits, expected) = match self {
            Self::Hour => return Ok(()),
            Self::Day => (hours.is_multiple_of(24), "whole days on daily rows, such as 24"),
            Self::TradingDay => (
                hours == 24 || hours.is_multiple_of(168),
                "24 or whole weeks on trading-day rows, such as 168",
            ),
        };
        if fits { Ok(()) } else { Err(Error::parameter("horizon", horizon, expected)) }
    }
}

impl Step {
    /// What its rows are called in reports.
    pub const fn rows_called(self) -> &'static str {
        match self {
            Self::Hour => "hours",
            Self::Day => "days",
            Self::TradingDay => "trading days",
        }
    }

    /// The time that a horizon leads to; on trading days the weekday is right, an exchange's holidays are not known.
    pub fn target(self, origin: Timestamp, horizon: Horizon) -> Timestamp {
        match self {
            Self::Hour => origin + horizon,
            Self::Day | Self::TradingDay => {
                (0..self.rows(horizon)).fold(origin, |day, _| next_day(day, self))
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hour => "hourly",
            Self::Day => "daily",
            Self::TradingDay => "trading-day",
        })
    }
}

/// The instants of a panel's rows, strictly increasing.
///
/// # Examples
/// ```
/// use dvol_core::panel::Grid;
/// let friday = "2024-03-28".parse()?; // 29 March was Good Friday
/// let days = Grid::days([friday, "2024-04-01".parse()?, "2024-04-02".parse()?])?;
/// assert_eq!(days.step(), dvol_core::panel::Step::TradingDay);
/// assert_eq!(days.row_of("2024-04-01".parse()?), Some(1));
/// assert_eq!(days.at(3), "2024-04-03".parse()?); // beyond the end: the next weekday
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid(Rows);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rows {
    Hours { start: Timestamp, length: usize },
    Days { step: Step, days: Arc<[Timestamp]> },
}

impl Grid {
    /// So many hours from `start`.
    ///
    /// # Errors
    /// When `start` is not a full hour or `length` is 0.
    pub fn hours(start: Timestamp, length: usize) -> Result<Self> {
        if !start.is_full_hour() {
            return Err(Error::parameter("start", start, "a full hour in UTC"));
        }
        if length == 0 {
            return Err(Error::too_few("a panel", 1, 0, "give at least one hour"));
        }
        Ok(Self(Rows::Hours { start, length }))
    }

    /// These days: of an exchange when none is a Saturday or a Sunday, else every day from the first to the last.
    ///
    /// # Errors
    /// No day, one that is no midnight in UTC, or one that is not later than the one before.
    pub fn days(days: impl IntoIterator<Item = Timestamp>) -> Result<Self> {
        let days: Vec<Timestamp> = days.into_iter().collect();
        let (Some(&first), Some(&last)) = (days.first(), days.last()) else {
            return Err(Error::too_few("a panel", 1, 0, "give at least one day"));
        };
        if let Some(day) = days.iter().find(|day| day.millis().rem_euclid(DAY_MS) != 0) {
            return Err(Error::parameter("day", day, "a midnight in UTC"));
        }
        if let Some(pair) = days.windows(2).find(|pair| pair[1] <= pair[0]) {
            return Err(Error::parameter("day", pair[1], format!("later than the one before, {}", pair[0])));
        }
        if days.iter().any(|day| is_weekend(*day)) {
            let every = (first.millis()..=last.millis()).step_by(DAY_MS as usize);
            let days = every.map(Timestamp::from_millis).collect();
            return Ok(Self(Rows::Days { step: Step::Day, days }));
        }
        Ok(Self(Rows::Days { step: Step::TradingDay, days: days.into() }))
    }

    /// From one row to the next.
    pub fn step(&self) -> Step {
        match &self.0 {
            Rows::Hours { .. } => Step::Hour,
            Rows::Days { step, .. } => *step,
        }
    }

    /// The number of rows, at least 1.
    pub fn len(&self) -> usize {
        match &self.0 {
            Rows::Hours { length, .. } => *length,
            Rows::Days { days, .. } => days.len(),
        }
    }

    /// Always false: a grid has at least one row.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The first row.
    pub fn start(&self) -> Timestamp {
        self.at(0)
    }

    /// The last row.
    pub fn last(&self) -> Timestamp {
        self.at(self.len() - 1)
    }

    /// The time of a row; rows beyond the end continue the grid, on weekdays where it has no weekend.
    pub fn at(&self, row: usize) -> Timestamp {
        match &self.0 {
            Rows::Hours { start, .. } => Timestamp::from_millis(start.millis() + row as i64 * HOUR_MS),
            Rows::Days { step, days } => match days.get(row) {
                Some(day) => *day,
                None => (days.len()..=row).fold(days[days.len() - 1], |day, _| next_day(day, *step)),
            },
        }
    }

    /// The instant by which everything is known that a row's forecast may use: the hour itself, or the day's end.
    pub fn known_by(&self, row: usize) -> Timestamp {
        let wait = if self.step().is_hour() { 0 } else { DAY_MS };
        Timestamp::from_millis(self.at(row).millis() + wait)
    }

    /// The row of a time, when it lies on the grid.
    pub fn row_of(&self, time: Timestamp) -> Option<usize> {
        self.row_before(time).filter(|&row| row < self.len() && self.at(row) == time)
    }

    /// The last row at or before a time, counted on beyond the end; `None` before the first.
    pub fn row_before(&self, time: Timestamp) -> Option<usize> {
        match &self.0 {
            Rows::Hours { start, .. } => {
                usize::try_from((time.millis() - start.millis()).div_euclid(HOUR_MS)).ok()
            }
            Rows::Days { step, days } => {
                let row = days.partition_point(|day| *day <= time).checked_sub(1)?;
                let mut next = (row, days[row]);
                while row + 1 == days.len() && next_day(next.1, *step) <= time {
                    next = (next.0 + 1, next_day(next.1, *step));
                }
                Some(next.0)
            }
        }
    }

    /// The first row at or after a time; the grid's length when there is none.
    pub fn row_after(&self, time: Timestamp) -> usize {
        let Some(before) = self.row_before(time) else { return 0 };
        (before + usize::from(self.at(before) < time)).min(self.len())
    }

    /// Rows from an origin to its target.
    pub fn rows(&self, horizon: Horizon) -> usize {
        self.step().rows(horizon)
    }

    /// The days from the first to the last that the grid could have: weekdays, or all where it has weekends; hours for
    /// an hourly one.
    pub fn weekdays(&self) -> usize {
        match self.step() {
            Step::Hour | Step::Day => self.len(),
            Step::TradingDay => {
                let days = self.start().millis()..=self.last().millis();
                let days = days.step_by(DAY_MS as usize).map(Timestamp::from_millis);
                days.filter(|day| !is_weekend(*day)).count()
            }
        }
    }

    /// The rows in words, with what they say about the calendar that they follow.
    pub fn calendar(&self) -> String {
        let away = self.weekdays().saturating_sub(self.len());
        match self.step() {
            Step::TradingDay => {
                format!("{self}: no row on a weekend, {away} weekdays without one (holidays)")
            }
            Step::Day | Step::Hour => self.to_string(),
        }
    }

    /// The times of all rows.
    pub fn times(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        (0..self.len()).map(|row| self.at(row))
    }

    /// The grid with so many rows more.
    #[must_use]
    pub fn extended(&self, rows: usize) -> Self {
        let length = self.len() + rows;
        match &self.0 {
            Rows::Hours { start, .. } => Self(Rows::Hours { start: *start, length }),
            Rows::Days { step, .. } => {
                Self(Rows::Days { step: *step, days: (0..length).map(|row| self.at(row)).collect() })
            }
        }
    }

    /// Some rows, at least one.
    pub(super) fn slice(&self, rows: Range<usize>) -> Self {
        match &self.0 {
            Rows::Hours { .. } => Self(Rows::Hours { start: self.at(rows.start), length: rows.len() }),
            Rows::Days { step, days } => Self(Rows::Days { step: *step, days: days[rows].into() }),
        }
    }
}

fn is_weekend(day: Timestamp) -> bool {
    (day.millis().div_euclid(DAY_MS) + THURSDAY).rem_euclid(7) >= 5
}

fn next_day(day: Timestamp, step: Step) -> Timestamp {
    let next = Timestamp::from_millis(day.millis() + DAY_MS);
    if step == Step::TradingDay && is_weekend(next) { next_day(next, step) } else { next }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} from {} to {}", self.len(), self.step().rows_called(), self.start(), self.last())
    }
}

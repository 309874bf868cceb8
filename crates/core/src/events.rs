//! Dated market events, named afterwards.

use crate::time::{HOUR_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// A market event: a name, the UTC day it broke out, and how many days around it belong to it.
///
/// An event's name is hindsight: nobody knew on 2022-11-08 that the day would be one. Labels made from events
/// serve to describe results, never to make forecasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The name in tables and figures.
    pub name: String,
    /// 00:00 UTC of the day.
    pub date: Timestamp,
    /// Days before and after the day that count as its window.
    #[serde(default = "three")]
    pub days: u32,
}

fn three() -> u32 {
    3
}

impl Event {
    /// An event with the thesis's window of three days on either side.
    pub fn new(name: impl Into<String>, date: Timestamp) -> Self {
        Self { name: name.into(), date, days: three() }
    }

    /// The six events of the thesis.
    ///
    /// # Examples
    /// ```
    /// let ftx = &dvol_core::events::Event::thesis()[3];
    /// assert!(ftx.contains("2022-11-09T12:00".parse()?));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn thesis() -> Vec<Self> {
        // Days since 1970-01-01.
        [
            ("China mining ban", 18_766),
            ("Luna/UST", 19_121),
            ("3AC", 19_156),
            ("FTX", 19_304),
            ("SVB", 19_426),
            ("ETF approval", 19_732),
        ]
        .map(|(name, day)| Self::new(name, Timestamp::from_hours(day * 24)))
        .into()
    }

    /// Six events of Ether's market: what shook all of crypto, the merge, and its own fund.
    ///
    /// # Examples
    /// ```
    /// let merge = &dvol_core::events::Event::ether()[3];
    /// assert!(merge.contains("2022-09-15T06:42".parse()?));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn ether() -> Vec<Self> {
        // Days since 1970-01-01.
        [
            ("China mining ban", 18_766),
            ("Luna/UST", 19_121),
            ("3AC", 19_156),
            ("Merge", 19_250),
            ("FTX", 19_304),
            ("ETF approval", 19_866),
        ]
        .map(|(name, day)| Self::new(name, Timestamp::from_hours(day * 24)))
        .into()
    }

    /// The first hour of the window.
    pub fn start(&self) -> Timestamp {
        Timestamp::from_millis(self.date.millis() - i64::from(self.days) * 24 * HOUR_MS)
    }

    /// The last hour of the window.
    pub fn end(&self) -> Timestamp {
        Timestamp::from_millis(self.date.millis() + (i64::from(self.days) * 24 + 23) * HOUR_MS)
    }

    /// Whether a time lies in the window.
    pub fn contains(&self, time: Timestamp) -> bool {
        (self.start()..=self.end()).contains(&time)
    }
}

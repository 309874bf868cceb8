//! Scheduled events: dates that were published before they came.

use crate::time::{HOUR_MS, Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days an index of implied volatility looks ahead.
const DAYS_AHEAD: i64 = 30;

/// An event whose time was announced before it came, such as the release of a price index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheduled {
    /// What is released; events of one name follow each other.
    pub name: String,
    /// When, to the minute.
    pub release: Timestamp,
    /// When that became known; before it the event does not exist for any feature.
    pub announced: Timestamp,
}

/// Scheduled events in order of their release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Scheduled>")]
pub struct Schedule(Vec<Scheduled>);

impl From<Vec<Scheduled>> for Schedule {
    fn from(mut events: Vec<Scheduled>) -> Self {
        events.sort_by(|one, other| (one.release, &one.name).cmp(&(other.release, &other.name)));
        Self(events)
    }
}

impl Schedule {
    /// The events, the earliest first.
    pub fn events(&self) -> &[Scheduled] {
        &self.0
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// By how much the number of events in the coming 30 days falls over the horizon, as known at `origin`.
    ///
    /// # Formula
    /// `#(t, t + h] - #(t + 30 d, t + 30 d + h]`, counting events announced by `t`: those that leave the index's
    /// window less those that enter it. 0 without a schedule. `None` where the announced schedule does not reach
    /// over `t .. t + 30 d + h`: it is taken to reach from the first event of a name, less the shortest
    /// distance between two of them, to the last one and that distance further, where the next is due.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::schedule::{Schedule, Scheduled};
    /// use dvol_core::time::Horizon;
    /// let release = |release: &str| Ok::<_, dvol_core::Error>(Scheduled {
    ///     name: "cpi".to_owned(), release: release.parse()?, announced: "2023-12-01".parse()?,
    /// });
    /// let months = ["2024-01-11T13:30", "2024-02-13T13:30", "2024-03-12T12:30"];
    /// let schedule = Schedule::from(months.map(release).into_iter().collect::<Result<Vec<_>, _>>()?);
    /// let day = Horizon::hours(24);
    /// assert_eq!(schedule.balance("2024-01-11T00:00".parse()?, day), Some(1.0)); // one is released
    /// assert_eq!(schedule.balance("2024-01-14T00:00".parse()?, day), Some(-1.0)); // the next comes into sight
    /// assert_eq!(schedule.balance("2024-11-01T00:00".parse()?, day), None);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn balance(&self, origin: Timestamp, horizon: Horizon) -> Option<f64> {
        let later = |time: Timestamp, hours: i64| Timestamp::from_millis(time.millis() + hours * HOUR_MS);
        let far = later(origin, DAYS_AHEAD * 24);
        let mut names: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        let mut balance = 0.0;
        let within = |time: Timestamp, from: Timestamp| time > from && time <= from + horizon;
        for event in &self.0 {
            let known = names.entry(&event.name).or_default();
            if event.announced > origin {
                continue;
            }
            known.push(event.release.millis());
            balance += f64::from(u8::from(within(event.release, origin)));
            balance -= f64::from(u8::from(within(event.release, far)));
        }
        let reaches = |times: &Vec<i64>| {
            let gap =
                times.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0).min().unwrap_or(0);
            let (Some(first), Some(last)) = (times.first(), times.last()) else { return false };
            first - gap <= origin.millis() && (far + horizon).millis() < last + gap
        };
        names.values().all(reaches).then_some(balance)
    }
}

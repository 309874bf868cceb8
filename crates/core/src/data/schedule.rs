//! The schedule of events from a file.

use super::Table;
use crate::error::{Error, Result};
use crate::schedule::{Schedule, Scheduled};
use crate::time::{HOUR_MS, Timestamp};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The schedule's file in the data folder.
const FILE: &str = "schedule.csv";
const NAMES: [&str; 2] = ["event", "name"];
const RELEASES: [&str; 3] = ["release_utc", "release", "release_time"];
const ANNOUNCEMENTS: [&str; 3] = ["announced_utc", "announced", "announced_time"];

/// Where scheduled events come from.
///
/// | key | meaning | default |
/// | --- | --- | --- |
/// | `file` | CSV or parquet with `event`, `release_utc` and, if it has it, `announced_utc` | `schedule.csv` in the data folder, when it is there |
/// | `announced_days` | days before its release that an event of a file without `announced_utc` was known | none |
/// | `events` | further events, each with `name`, `release`, `announced` | none |
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScheduleSettings {
    /// The file, relative to the configuration's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// How long before its release an event was announced, days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced_days: Option<u32>,
    /// Events beside those of the file.
    pub events: Vec<Scheduled>,
}

impl ScheduleSettings {
    /// Reads the schedule; `root` is what `file` is relative to, `data` the data folder.
    ///
    /// # Errors
    /// A file that is named and cannot be read, a missing column, a cell that is no time, an event announced after its
    /// release.
    pub fn read(&self, root: &Path, data: &Path) -> Result<Schedule> {
        let mut events = self.events.clone();
        for event in &events {
            if event.announced > event.release {
                return Err(Error::parameter(
                    format!("schedule.events: announced time of `{}`", event.name),
                    event.announced,
                    format!("a time not after its release, {}", event.release),
                ));
            }
        }
        let beside = data.join(FILE);
        let path = match &self.file {
            Some(file) => Some(root.join(file)),
            None => beside.is_file().then_some(beside),
        };
        if let Some(path) = path {
            events.extend(self.of_table(&Table::read(path)?)?);
        }
        Ok(events.into())
    }

    fn of_table(&self, table: &Table) -> Result<Vec<Scheduled>> {
        let column = |names: &[&str]| table.find(names).map(str::to_owned);
        let name = column(&NAMES).ok_or_else(|| table.missing(NAMES[0]))?;
        let release = column(&RELEASES).ok_or_else(|| table.missing(RELEASES[0]))?;
        let (names, releases) = (table.texts(&name)?, table.times(&release)?);
        let announced = match (column(&ANNOUNCEMENTS), self.announced_days) {
            (Some(column), _) => {
                let times = table.times(&column)?;
                if let Some(row) = (0..times.len()).find(|&row| times[row] > releases[row]) {
                    return Err(table.cell(&column, row, "lies after the event's release"));
                }
                times
            }
            (None, Some(days)) => {
                let before = i64::from(days) * 24 * HOUR_MS;
                releases.iter().map(|time| Timestamp::from_millis(time.millis() - before)).collect()
            }
            (None, None) => {
                return Err(Error::file(
                    table.path(),
                    format!(
                        "no column `{}` says when each event was known; add one, or give `announced_days` under \
                         [schedule] in the configuration",
                        ANNOUNCEMENTS[0]
                    ),
                ));
            }
        };
        let rows = names.into_iter().zip(releases).zip(announced);
        Ok(rows.map(|((name, release), announced)| Scheduled { name, release, announced }).collect())
    }
}

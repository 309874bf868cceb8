//! What a file was taken for, in words for every report.

use super::options::Span;
use crate::time::Timestamp;
use serde::Serialize;
use std::fmt;

/// How the times of a file were read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnderstoodTime {
    /// The column, or the columns of date and time of day.
    pub columns: Vec<String>,
    /// How they are written, such as `epoch milliseconds`.
    pub written: String,
    /// The zone they name, or the one that was given, or UTC.
    pub zone: String,
    /// The step that rows keep; none where they keep none.
    pub step: Option<String>,
    /// The first row's time.
    pub first: Timestamp,
    /// The last row's time.
    pub last: Timestamp,
}

/// What a file was taken for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Understood {
    /// The file.
    pub input: String,
    /// Rows of data.
    pub rows: usize,
    /// Its times; none where rows were taken in the file's order.
    pub time: Option<UnderstoodTime>,
    /// What was passed over, unpacked, sorted or snapped.
    pub notes: Vec<String>,
}

impl fmt::Display for Understood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} rows, ", self.input, self.rows)?;
        match &self.time {
            None => write!(f, "in the file's order, without times")?,
            Some(time) => {
                let columns: Vec<String> = time.columns.iter().map(|column| format!("`{column}`")).collect();
                write!(f, "times from {}: {}, {}", columns.join(" and "), time.written, time.zone)?;
                match &time.step {
                    Some(step) => write!(f, ", every {step}")?,
                    None => write!(f, ", no constant step")?,
                }
                write!(f, ", {} .. {}", time.first, time.last)?;
            }
        }
        self.notes.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}

/// `3 stamps snapped to the step, by 14 s at most`.
pub(crate) fn snapped(count: usize, furthest: i64) -> String {
    let stamps = if count == 1 { "stamp" } else { "stamps" };
    format!("{count} {stamps} snapped to the step, by {} at most", Span::from_millis(furthest))
}

//! Values that their source will revise: what a file says of them, and what a manifest keeps.

use super::table::Table;
use crate::error::Result;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What stands beside such a value in the column of statuses.
pub(super) const WORD: &str = "flash";

/// The column of statuses beside a column of values, as Coin Metrics names it.
pub(super) fn status_of(column: &str) -> String {
    format!("{column}-status")
}

/// The preliminary values of one column of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preliminary {
    /// How many.
    pub count: usize,
    /// The first one's time.
    pub first: Timestamp,
    /// The last one's.
    pub last: Timestamp,
}

impl Preliminary {
    /// Those of a file's column; `rows` are the rows kept, in order of time, and `times` their times.
    pub(super) fn of(
        table: &Table,
        column: &str,
        rows: &[usize],
        times: &[Timestamp],
        values: &[f64],
    ) -> Result<Option<Self>> {
        let status = status_of(column);
        if !table.has(&status) {
            return Ok(None);
        }
        let words = table.texts(&status)?;
        let mut marked = rows
            .iter()
            .zip(times)
            .zip(values)
            .filter(|((row, _), value)| !value.is_nan() && words[**row].eq_ignore_ascii_case(WORD))
            .map(|((_, time), _)| *time);
        let Some(first) = marked.next() else { return Ok(None) };
        let (count, last) = marked.fold((1, first), |(count, _), time| (count + 1, time));
        Ok(Some(Self { count, first, last }))
    }
}

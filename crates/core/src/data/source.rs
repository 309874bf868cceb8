//! One file: read, checked, described, and laid on the hours of a panel.

use super::manifest::Source;
use super::observations::Observations;
use super::policy::ImportPolicy;
use super::reading::ReadOptions;
use super::subject::Sought;
use super::table::Table;
use crate::artifacts::sha256;
use crate::error::{Error, Result};
use crate::panel::{Panel, Step};
use crate::time::Timestamp;
use std::path::Path;

/// A file's table, what the manifest says of it, and what it observes; `path` is the name that errors use.
pub(super) fn read_source(
    path: &Path,
    bytes: Vec<u8>,
    sought: &Sought,
    policy: &ImportPolicy,
    options: &ReadOptions,
) -> Result<(Table, (Source, Observations))> {
    let hash = sha256(&bytes);
    let table = Table::from_bytes_with(path, bytes, options)?;
    let observed = Observations::read(&table, sought, policy, options)?;
    let (Some(&first), Some(&last)) = (observed.times.first(), observed.times.last()) else {
        return Err(Error::file(path, "no data row; give at least one"));
    };
    let columns =
        observed.series.iter().map(|series| (series.name.clone().into_owned(), series.file_column.clone()));
    let record = Source {
        subject: sought.subject,
        path: path.display().to_string(),
        sha256: hash,
        rows: table.len(),
        gaps: observed.missing_rows(),
        first,
        last,
        columns: columns.collect(),
        preliminary: observed
            .series
            .iter()
            .filter_map(|series| Some((series.name.clone().into_owned(), series.preliminary?)))
            .collect(),
        understood: observed.understood(&table).to_string(),
        own: None,
    };
    Ok((table, (record, observed)))
}

/// Values by hour since 1970, in increasing order, in their rows of a panel; NaN where there is none. On trading days a
/// value of a day without a row stands in the next one, when that has none of its own.
pub(super) fn on_grid(panel: &Panel, by_hour: impl Iterator<Item = (i64, f64)>) -> Vec<f64> {
    let mut values = vec![f64::NAN; panel.len()];
    let first = panel.start().hours();
    for (hour, value) in by_hour {
        let time = Timestamp::from_hours(hour);
        let row = match panel.step() {
            Step::Hour | Step::Day => panel.row_of(time),
            Step::TradingDay => Some(panel.grid().row_after(time)).filter(|_| hour >= first),
        };
        if let Some(place) = row.and_then(|row| values.get_mut(row)) {
            *place = value;
        }
    }
    values
}

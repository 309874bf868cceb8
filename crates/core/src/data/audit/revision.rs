//! Past values that are not what the last data set held.

use super::{Check, Finding, Severity};
use crate::data::manifest::{ColumnRecord, Manifest};
use crate::time::Timestamp;

/// Compares the month hashes of months that both panels hold whole.
///
/// The last month of the older panel is left out, and its last whole month too where a column was still
/// being published: a value that was missing and came later is news, not a revision. That is seen by the
/// column's last value.
pub(super) fn check(now: &Manifest, before: &Manifest) -> Vec<Finding> {
    let first = now.first.max(before.first);
    now.columns.iter().filter_map(|column| revised(column, before.column(&column.name)?, first)).collect()
}

fn revised(now: &ColumnRecord, before: &ColumnRecord, first: Timestamp) -> Option<Finding> {
    let from = month_after(first);
    let until = before.last?.civil().strftime("%Y-%m").to_string();
    let months: Vec<&String> = before
        .months
        .iter()
        .filter(|(month, hash)| {
            **month >= from && **month < until && now.months.get(*month).is_none_or(|other| other != *hash)
        })
        .map(|(month, _)| month)
        .collect();
    let start = months.first()?;
    Some(Finding {
        severity: Severity::Warning,
        check: Check::Revision,
        column: now.name.clone(),
        count: months.len(),
        at: Timestamp::parse(&format!("{start}-01")),
        detail: format!(
            "{} months hold other values than in the last data set: {}",
            months.len(),
            months.iter().take(12).map(|month| month.as_str()).collect::<Vec<_>>().join(", ")
        ),
    })
}

/// The first month that begins at or after a time.
fn month_after(time: Timestamp) -> String {
    let moment = time.civil();
    let begins = moment.day() == 1 && moment.hour() == 0;
    let month = if begins { moment } else { moment.saturating_add(jiff::Span::new().months(1)) };
    month.strftime("%Y-%m").to_string()
}

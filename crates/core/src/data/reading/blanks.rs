//! Tables as R's `write.table` writes them: cells divided by blanks, row names that have no name of their own.

use super::cells::{count, sample};
use super::moment::Moment;
use super::numbers::plain_number;
use super::time_names::is_time;

/// The body with a tab for every run of blanks outside quotes, where that makes a table: rows of equally many cells, two
/// at least, below a header of as many, or of one less where rows have names.
pub(super) fn tabbed(body: &str) -> Option<String> {
    let lines = sample(body);
    let (header, rows) = lines.split_first()?;
    let width = cells(rows.first()?).count();
    let names = cells(header).count();
    let alike = width >= 2 && rows.iter().all(|row| cells(row).count() == width);
    let headed =
        names == width || names + 1 == width && named_rows(rows.iter().filter_map(|row| cells(row).next()));
    let is_table =
        alike && headed && rows.iter().flat_map(|row| cells(row)).any(|cell| plain_number(cell).is_some());
    is_table.then(|| {
        let whole: Vec<String> =
            body.lines().map(|line| cells(line).collect::<Vec<_>>().join("\t")).collect();
        whole.join("\n")
    })
}

/// Whether every row below the header has a name in front, for which the header has none.
pub(super) fn has_row_names(body: &str, delimiter: u8, header: &[String]) -> bool {
    let lines = sample(body);
    let rows = lines.get(1..).unwrap_or_default();
    let wider =
        |row: &str| !row.trim_end().ends_with(char::from(delimiter)) && count(row, delimiter) == header.len();
    // A header that begins with the name of a time has lost its last name, not its first.
    let timed = |cell: &str| Moment::parse(cell.trim_matches('"')).is_some();
    let begins = header.first().is_some_and(|name| is_time(name))
        && rows.first().and_then(|row| first(row, delimiter)).is_some_and(timed);
    !rows.is_empty()
        && !begins
        && rows.iter().all(|row| wider(row))
        && named_rows(rows.iter().filter_map(|row| first(row, delimiter)))
}

fn first(row: &str, delimiter: u8) -> Option<&str> {
    row.split(char::from(delimiter)).next().map(str::trim)
}

/// Names are quoted, or count the rows.
fn named_rows<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut quoted = true;
    let mut counted = true;
    let mut before: Option<u64> = None;
    for name in names {
        quoted &= name.len() > 1 && name.starts_with('"') && name.ends_with('"');
        let number = name.trim_matches('"').parse().ok();
        counted &= number.is_some_and(|number: u64| before.map_or(number < 2, |before| number == before + 1));
        before = number;
    }
    quoted || counted
}

/// Cells between runs of blanks, quotes and all.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut quoted = false;
        let end = rest.find(|mark: char| {
            quoted ^= mark == '"';
            !quoted && mark == ' '
        });
        let (cell, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind.trim_start();
        Some(cell)
    })
}

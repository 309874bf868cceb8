//! The lines of names above the data: whether there are any, how many, and what columns are called.

use super::cells::sample;
use super::layout;
use super::moment::Moment;
use super::numbers::{is_null, plain_number};
use crate::error::{Error, Result};
use csv::StringRecord;
use std::collections::HashSet;
use std::path::Path;

/// Whether a row holds values and not names.
pub(super) fn is_data(first: &[String]) -> bool {
    // An index without a name and columns that pandas numbered: `,0,1`.
    let numbered = |(place, name): (usize, &String)| name.parse() == Ok(place);
    if first.len() > 1 && first[0].is_empty() && first[1..].iter().enumerate().all(numbered) {
        return false;
    }
    let filled: Vec<&String> = first.iter().filter(|cell| !cell.is_empty()).collect();
    let numbers = filled.iter().filter(|cell| plain_number(cell).is_some()).count();
    let dated = filled.iter().any(|cell| Moment::parse(cell).is_some());
    !filled.is_empty()
        && (numbers * 2 > filled.len() && numbers > 1 || dated && numbers > 0 || numbers == filled.len())
}

pub(super) fn names_without_header(
    path: &Path,
    first: &[String],
    comment: Option<&str>,
    delimiter: u8,
    body: &str,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    if let Some(comment) = comment {
        let words: Vec<&str> = comment.split(char::from(delimiter)).map(str::trim).collect();
        if words.len() == first.len()
            && words.iter().all(|word| !word.is_empty() && plain_number(word).is_none())
        {
            notes.push("column names from the comment above the data".to_owned());
            return Ok(words.into_iter().map(str::to_owned).collect());
        }
    }
    let rows: Vec<Vec<&str>> = sample(body)
        .into_iter()
        .take(20)
        .map(|line| line.split(char::from(delimiter)).map(str::trim).collect())
        .collect();
    if let Some(layout) = layout::recognised(&rows) {
        notes.push(format!(
            "no header: columns named by position as {}: {}",
            layout.name,
            layout.columns.join(", ")
        ));
        return Ok(layout.columns.iter().take(first.len()).map(|&name| name.to_owned()).collect());
    }
    let shown: Vec<&str> = first.iter().take(4).map(String::as_str).collect();
    Err(Error::file(
        path,
        format!(
            "no header: the first row holds values (`{}`), not names; put a line of column names above it, or pass \
             over other lines with --skip-rows",
            shown.join("`, `")
        ),
    ))
}

/// The next row, its cells without the blanks around them; false behind the last. A row of data is trimmed where its cells
/// are copied: `StringRecord::trim` allocates.
pub(super) fn next_trimmed(
    reader: &mut csv::Reader<&[u8]>,
    record: &mut StringRecord,
) -> std::result::Result<bool, csv::Error> {
    let found = reader.read_record(record)?;
    record.trim();
    Ok(found)
}

/// Rows below the first that hold names too: no number and no time, only words and empty cells.
pub(super) fn further_headers(
    reader: &mut csv::Reader<&[u8]>,
    pending: &mut Vec<StringRecord>,
    width: usize,
) -> std::result::Result<Vec<StringRecord>, csv::Error> {
    let mut further = Vec::new();
    let mut record = StringRecord::new();
    while further.len() < 3 && next_trimmed(reader, &mut record)? {
        let words = record.len() == width && width > 1 && record.iter().all(|cell| !is_value(cell));
        if !words {
            pending.push(record);
            break;
        }
        further.push(std::mem::take(&mut record));
    }
    // A table of words has no second header: one needs data of another kind below it.
    let below = pending.first().is_some_and(|row| row.iter().any(|cell| plain_number(cell).is_some()));
    let last_named_once = further.iter().all(|row| row.iter().any(|cell| !cell.is_empty()));
    if !(below && last_named_once) {
        pending.splice(0..0, std::mem::take(&mut further));
    }
    Ok(further)
}

pub(super) fn is_value(cell: &str) -> bool {
    !cell.is_empty()
        && (is_null(cell)
            || cell.bytes().any(|byte| byte.is_ascii_digit())
                && (plain_number(cell).is_some() || Moment::parse(cell).is_some()))
}

/// Names from one header line, or from several: `Close` and below it `BTC-USD`, `Date` in a line of its own.
pub(super) fn named(first: Vec<String>, further: &[StringRecord]) -> Vec<String> {
    let mut names = first;
    let unique = |names: &[String]| names.iter().all(|name| !name.is_empty()) && repeated(names).is_none();
    if !further.is_empty() {
        let distinct = unique(&names[1..]);
        for (place, name) in names.iter_mut().enumerate() {
            let below: Vec<&str> =
                further.iter().filter_map(|row| row.get(place)).filter(|cell| !cell.is_empty()).collect();
            match below.last() {
                // the first column's own name stands lowest
                Some(lowest) if place == 0 => (*lowest).clone_into(name),
                Some(lowest) if !distinct && lowest != name => {
                    let whole = format!("{name} {lowest}");
                    whole.trim_start().clone_into(name);
                }
                _ => {}
            }
        }
    }
    names.into_iter().enumerate().map(|(place, name)| column_name(place, name)).collect()
}

/// The first name that an earlier column has too.
pub(super) fn repeated(names: &[String]) -> Option<&String> {
    let mut seen = HashSet::with_capacity(names.len());
    names.iter().find(|name| !seen.insert(*name))
}

/// pandas writes its index without a name.
pub(super) fn column_name(place: usize, name: String) -> String {
    if name.is_empty() { format!("unnamed: {place}") } else { name }
}

//! Which column of a table is its time, and how it is written.

use super::epoch::{Refusal, Role};
use super::numbers::{Evidence, evidence, number, plain_number};
use super::options::{Decimal, ReadOptions};
use super::parquet::ParquetFile;
use super::time_column::{Read, Unread, one_direction, partner, read, read_values, times_of_day};
use super::time_names::{candidates, zone_in_name};
use super::values::Values;
use super::written;
use crate::data::Table;
use crate::error::{Error, Result, listed, quoted};
use std::collections::HashSet;

/// The times of a table's rows, in the file's order.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    pub columns: Vec<String>,
    pub millis: Vec<i64>,
    pub words: String,
    pub zone: String,
}

/// What a search found.
pub(crate) enum Found {
    Clock(Clock),
    /// The columns looked at and why each is no time.
    Nothing(Vec<Looked>),
}

/// A column that was looked at in vain.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    pub column: String,
    role: Role,
    refusal: Refusal,
}

impl Looked {
    /// Whether the column seems meant as a time.
    pub fn is_meant(&self) -> bool {
        self.role == Role::Named
    }
}

/// Looks for the column of times, or reads the one that is named.
pub(crate) fn find_clock(table: &Table, options: &ReadOptions) -> Result<Found> {
    if let Some(named) = &options.timestamp {
        return read_named(table, named, options).map(Found::Clock);
    }
    let mut looked = Vec::new();
    let mut found: Vec<(usize, Read)> = Vec::new();
    for (place, role) in candidates(table) {
        if role == Role::Unnamed && !found.is_empty() {
            break;
        }
        match read(table, place, role, options) {
            Ok(read) => {
                let settled = role == Role::Named && one_direction(&read.instants.millis);
                found.push((place, read));
                if settled {
                    break;
                }
            }
            Err(Unread::Error(error)) => return Err(error),
            Err(Unread::Refusal(refusal)) => {
                if role > Role::Unnamed || refusal.row.is_some_and(|row| row > 0) {
                    looked.push(Looked { column: table.names()[place].clone(), role, refusal });
                }
            }
        }
    }
    let best = found.iter().position(|(_, read)| one_direction(&read.instants.millis)).unwrap_or(0);
    if best >= found.len() {
        return Ok(Found::Nothing(looked));
    }
    let (place, read) = found.swap_remove(best);
    finish(table, place, read, options).map(Found::Clock)
}

/// The same for one of several files: what was told of all of them holds where this one does not tell itself.
pub(crate) fn find_shared_clock(table: &Table, options: &ReadOptions) -> Result<Found> {
    let shared = options.shared.timestamp.clone().filter(|name| table.has(name));
    let options = ReadOptions { timestamp: options.timestamp.clone().or(shared), ..options.clone() };
    let found = find_clock(table, &options);
    match (&found, &options.shared.time_format) {
        (Ok(Found::Nothing(_)) | Err(_), Some(format)) if options.time_format.is_none() => {
            find_clock(table, &ReadOptions { time_format: Some(format.clone()), ..options.clone() })
        }
        _ => found,
    }
}

/// Adds the time of day beside a date, and the zone.
fn finish(table: &Table, place: usize, mut read: Read, options: &ReadOptions) -> Result<Clock> {
    let name = table.names()[place].clone();
    let mut columns = vec![name];
    let mut words = read.instants.words.clone();
    if read.instants.dates
        && let Some((partner, times)) = partner(table, place, !one_direction(&read.instants.millis))?
    {
        read.instants.millis.iter_mut().zip(times).for_each(|(date, time)| *date += time);
        columns.push(table.names()[partner].clone());
        words = format!("{words} with their time of day");
    }
    zoned(table, columns, words, read, options)
}

fn zoned(
    table: &Table,
    columns: Vec<String>,
    words: String,
    mut read: Read,
    options: &ReadOptions,
) -> Result<Clock> {
    if let (true, None, Some((name, zone))) =
        (read.instants.local && read.zone.is_none(), &options.zone, zone_in_name(&columns))
    {
        let why = format!(
            "its name says `{zone}`, its cells no zone: say which with --zone, such as Europe/Berlin"
        );
        return Err(error(table, &name, Refusal::of_column(why).with_remedy()));
    }
    let mut zone = read.zone.unwrap_or_else(|| "UTC".to_owned());
    if let (true, Some(named)) = (read.instants.local, &options.zone) {
        let known = written::zone_named(named)
            .ok_or_else(|| Error::parameter("zone", named, "a zone such as Europe/Berlin, UTC or +01:00"))?;
        written::in_zone(&mut read.instants.millis, &known)
            .map_err(|refusal| error(table, &columns[0], refusal))?;
        zone = written::name(&known);
    }
    Ok(Clock { columns, millis: read.instants.millis, words, zone })
}

fn read_named(table: &Table, named: &str, options: &ReadOptions) -> Result<Clock> {
    let place = |name: &str| table.place(name);
    let refused = |place: usize| {
        move |unread| match unread {
            Unread::Error(error) => error,
            Unread::Refusal(refusal) => error(table, &table.names()[place], refusal),
        }
    };
    if let (Some((date, time)), false) = (named.split_once(','), table.has(named)) {
        let (date, time) = (place(date.trim())?, place(time.trim())?);
        let mut both = read(table, date, Role::Named, options).map_err(refused(date))?;
        let times =
            times_of_day(table, time)?.map_err(|refusal| error(table, &table.names()[time], refusal))?;
        both.instants.millis.iter_mut().zip(times).for_each(|(date, time)| *date += time);
        let words = format!("{} with their time of day", both.instants.words);
        let columns = vec![table.names()[date].clone(), table.names()[time].clone()];
        return zoned(table, columns, words, both, options);
    }
    let place = place(named)?;
    let read = read(table, place, Role::Named, options).map_err(refused(place))?;
    finish(table, place, read, options)
}

/// One column as times in the file's order, whatever its name.
pub(crate) fn times_of(table: &Table, column: &str) -> Result<Vec<i64>> {
    let options = ReadOptions { timestamp: Some(column.to_owned()), ..ReadOptions::default() };
    let place = table.place(column)?;
    match read(table, place, Role::Named, &options) {
        Ok(read) => Ok(read.instants.millis),
        Err(Unread::Error(error)) => Err(error),
        Err(Unread::Refusal(refusal)) => Err(error(table, column, refusal)),
    }
}

/// The column of times of a parquet file and how it is written, by its first group of rows.
pub(crate) fn find_in_first_group(
    table: &Table,
    file: &ParquetFile,
    options: &ReadOptions,
) -> Result<(usize, Clock)> {
    let mut looked = Vec::new();
    for (place, role) in candidates(table) {
        let name = &table.names()[place];
        match options.timestamp.as_ref() {
            Some(named) if named != name => continue,
            _ => {}
        }
        let role = if options.timestamp.is_some() { Role::Named } else { role };
        let read = file
            .column_of_group(place, 0)
            .map_err(Unread::Error)
            .and_then(|values| read_values(values, role, options.time_format.as_deref()));
        match read {
            Ok(read) => {
                let words = read.instants.words.clone();
                return Ok((place, zoned(table, vec![name.clone()], words, read, options)?));
            }
            Err(Unread::Error(error)) if role == Role::Named => return Err(error),
            Err(Unread::Refusal(refusal)) if role > Role::Unnamed => {
                looked.push(Looked { column: name.clone(), role, refusal });
            }
            Err(_) => {}
        }
    }
    match &options.timestamp {
        Some(named) if !table.has(named) => Err(table.missing(named)),
        _ => Err(not_understood(table, &looked)),
    }
}

/// The times of one group of rows, read as the first group was.
pub(crate) fn times_of_group(
    table: &Table,
    file: &ParquetFile,
    (place, group): (usize, usize),
    options: &ReadOptions,
) -> Result<Vec<i64>> {
    let name = &table.names()[place];
    let first: usize = (0..group).map(|group| file.rows_of_group(group)).sum();
    match read_values(file.column_of_group(place, group)?, Role::Named, options.time_format.as_deref()) {
        Ok(read) => Ok(zoned(table, vec![name.clone()], String::new(), read, options)?.millis),
        Err(Unread::Error(error)) => Err(error),
        Err(Unread::Refusal(Refusal { row, why, with_remedy })) => {
            Err(error(table, name, Refusal { row: row.map(|row| first + row), why, with_remedy }))
        }
    }
}

/// Whether some column may be a time written in a way nobody knows, or counts rows from the last to the first: the
/// order of rows is then not to be taken for that of time.
pub(crate) fn suspects(table: &Table) -> bool {
    (0..table.names().len()).any(|place| match table.text_column(place) {
        Some(cells) => suspicious(cells),
        None => match table.typed_column(place) {
            Ok(Values::Texts(texts)) => {
                suspicious(texts.iter().map(|text| text.as_deref().unwrap_or_default()))
            }
            Ok(Values::Whole(whole)) => whole.len() > 2 && whole.windows(2).all(|pair| pair[0] > pair[1]),
            Ok(Values::Numbers(numbers)) => {
                numbers.len() > 2 && numbers.windows(2).all(|pair| pair[0] > pair[1])
            }
            Ok(_) | Err(_) => false,
        },
    })
}

/// Numbers that only fall, or other cells with digits that are all distinct.
fn suspicious<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> bool {
    let numbers: Option<Vec<f64>> =
        cells.clone().map(|cell| number(cell, Decimal::Point).map(|(value, _)| value)).collect();
    if let Some(numbers) = numbers {
        return numbers.len() > 2 && numbers.windows(2).all(|pair| pair[0] > pair[1]);
    }
    let words =
        |cell: &str| cell.bytes().any(|byte| byte.is_ascii_digit()) && evidence(cell) == Evidence::Nothing;
    let mut seen = HashSet::new();
    cells.clone().nth(2).is_some()
        && cells.clone().all(|cell| words(cell) && plain_number(cell).is_none() && seen.insert(cell))
}

/// Columns that a sentence tells of.
const MOST_LOOKED: usize = 12;

/// What is said when no column is a time.
pub(crate) fn not_understood(table: &Table, looked: &[Looked]) -> Error {
    unread(
        table,
        looked,
        ", say how it is written with --time-format, or take rows in the file's order with --no-time --step 1h",
    )
}

/// The same for a panel, which needs the time of every row.
pub(crate) fn not_understood_of_a_panel(table: &Table, looked: &[Looked]) -> Error {
    unread(table, looked, ", or say how it is written with --time-format")
}

fn unread(table: &Table, looked: &[Looked], otherwise: &str) -> Error {
    let mut seen: Vec<String> = looked
        .iter()
        .take(MOST_LOOKED)
        .map(|looked| match looked.refusal.row {
            Some(row) => {
                let value = table.shown(&looked.column, row);
                format!(
                    "`{}` (row {}: `{}`: {})",
                    quoted(&looked.column),
                    row + 1,
                    quoted(&value),
                    looked.refusal.why
                )
            }
            None => format!("`{}` ({})", quoted(&looked.column), looked.refusal.why),
        })
        .collect();
    if looked.len() > MOST_LOOKED {
        seen.push(format!("and {} more", looked.len() - MOST_LOOKED));
    }
    let seen = if seen.is_empty() {
        format!("none of {} is one", listed(table.names()))
    } else {
        format!("looked at {}", seen.join(", "))
    };
    Error::file(
        table.path(),
        format!("no column of times is understood: {seen}; name it with --timestamp{otherwise}"),
    )
}

fn error(table: &Table, column: &str, refusal: Refusal) -> Error {
    let Refusal { row, why, with_remedy } = refusal;
    if let Some(row) = row {
        let remedy = "; write 2022-11-08T00:00:00Z, or say with --time-format how times are written";
        table.cell(column, row, why + if with_remedy { "" } else { remedy })
    } else {
        let remedy = if with_remedy { "" } else { "; say with --time-format how times are written" };
        Error::file(table.path(), format!("column `{column}`: {why}{remedy}"))
    }
}

//! Which column of a table is its time, and how it is written.

use super::epoch::{self, Form, Instants, Number, Refusal, Role};
use super::moment::time_of_day;
use super::numbers::is_null;
use super::options::ReadOptions;
use super::parquet::{ParquetFile, Values};
use super::written;
use crate::data::Table;
use crate::error::{Error, Result};

const DAY_MS: i64 = 24 * 3_600_000;

/// Names a time column goes by, best first; compared in lower case, without `<>` and with spaces for `_` and `-`.
const TIME_NAMES: [&str; 34] = [
    "timestamp",
    "time",
    "datetime",
    "date time",
    "date",
    "origin",
    "open time",
    "period start",
    "time period start",
    "gmt time",
    "local time",
    "utc time",
    "unix timestamp",
    "unix",
    "unix time",
    "unixtime",
    "epoch",
    "observation date",
    "exchange date",
    "trade date",
    "tradedate",
    "snapped at",
    "created at",
    "transact time",
    "datum",
    "datum zeit",
    "zeitpunkt",
    "fecha",
    "ts",
    "day",
    "month",
    "time utc",
    "date utc",
    "timestamp utc",
];

/// Names that may be a time or a count of rows.
const INDEX_NAMES: [&str; 5] = ["t", "unnamed: 0", "index", "  index level 0  ", "level 0"];

/// Names of a time of day beside a date.
const CLOCK_NAMES: [&str; 10] =
    ["time", "time of day", "hour", "hr", "uhrzeit", "zeit", "hora", "heure", "tradetime", "trade time"];

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

/// One column read as a time.
struct Read {
    instants: Instants,
    zone: Option<String>,
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

/// Adds the time of day beside a date, and the zone.
fn finish(table: &Table, place: usize, mut read: Read, options: &ReadOptions) -> Result<Clock> {
    let name = table.names()[place].clone();
    let mut columns = vec![name];
    let mut words = read.instants.words.clone();
    if read.instants.dates
        && let Some((partner, times)) = partner(table, place)?
    {
        read.instants.millis.iter_mut().zip(times).for_each(|(date, time)| *date += time);
        columns.push(table.names()[partner].clone());
        words = format!("{words} with their time of day");
    }
    zoned(table, columns, words, read, options)
}

fn zoned(table: &Table, columns: Vec<String>, words: String, mut read: Read, options: &ReadOptions) -> Result<Clock> {
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
    let place = |name: &str| {
        table.names().iter().position(|other| other == name).ok_or_else(|| table.missing(name))
    };
    let refused = |place: usize| {
        move |unread| match unread {
            Unread::Error(error) => error,
            Unread::Refusal(refusal) => error(table, &table.names()[place], refusal),
        }
    };
    if let (Some((date, time)), false) = (named.split_once(','), table.has(named)) {
        let (date, time) = (place(date.trim())?, place(time.trim())?);
        let mut both = read(table, date, Role::Named, options).map_err(refused(date))?;
        let times = times_of_day(table, time)?.map_err(|refusal| error(table, &table.names()[time], refusal))?;
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
    let place = table.names().iter().position(|name| name == column).ok_or_else(|| table.missing(column))?;
    match read(table, place, Role::Named, &options) {
        Ok(read) => Ok(read.instants.millis),
        Err(Unread::Error(error)) => Err(error),
        Err(Unread::Refusal(refusal)) => Err(error(table, column, refusal)),
    }
}

/// The column of times of a parquet file and how it is written, by its first group of rows.
pub(crate) fn find_in_first_group(table: &Table, file: &ParquetFile, options: &ReadOptions) -> Result<(usize, Clock)> {
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
        Err(Unread::Refusal(Refusal { row, why })) => {
            Err(error(table, name, Refusal { row: row.map(|row| first + row), why }))
        }
    }
}

/// What is said when no column is a time.
pub(crate) fn not_understood(table: &Table, looked: &[Looked]) -> Error {
    let seen: Vec<String> = looked
        .iter()
        .map(|looked| match looked.refusal.row {
            Some(row) => {
                let value = table.shown(&looked.column, row);
                format!("`{}` (row {}: `{value}`: {})", looked.column, row + 1, looked.refusal.why)
            }
            None => format!("`{}` ({})", looked.column, looked.refusal.why),
        })
        .collect();
    let seen = if seen.is_empty() {
        format!("none of {} is one", table.names().join(", "))
    } else {
        format!("looked at {}", seen.join(", "))
    };
    Error::file(
        table.path(),
        format!(
            "no column of times is understood: {seen}; name it with --timestamp, say how it is written with \
             --time-format, or take rows in the file's order with --no-time --step 1h"
        ),
    )
}

fn error(table: &Table, column: &str, refusal: Refusal) -> Error {
    match refusal.row {
        Some(row) => {
            let why = refusal.why;
            let remedy = if why.contains(';') || why.contains("--") {
                ""
            } else {
                "; write 2022-11-08T00:00:00Z, or say with --time-format how times are written"
            };
            table.cell(column, row, format!("{why}{remedy}"))
        }
        None => {
            let remedy = if refusal.why.contains("--") { "" } else { "; say with --time-format how times are written" };
            Error::file(table.path(), format!("column `{column}`: {}{remedy}", refusal.why))
        }
    }
}

fn normal(name: &str) -> String {
    name.trim_matches(['<', '>', '"']).to_lowercase().replace(['_', '-'], " ")
}

/// Columns in the order in which they are tried.
fn candidates(table: &Table) -> Vec<(usize, Role)> {
    let names: Vec<String> = table.names().iter().map(|name| normal(name)).collect();
    let called = |wanted: &'static [&'static str], role: Role| {
        let names = &names;
        wanted.iter().flat_map(move |wanted| {
            names.iter().enumerate().filter(move |(_, name)| *name == wanted).map(move |(place, _)| (place, role))
        })
    };
    let mut order: Vec<(usize, Role)> = called(&TIME_NAMES, Role::Named).chain(called(&INDEX_NAMES, Role::Index)).collect();
    let dated = (0..names.len()).filter(|place| table.is_dated(*place));
    let rest = (0..names.len()).filter(|place| !table.is_dated(*place));
    for place in dated.chain(rest) {
        if !order.iter().any(|(other, _)| *other == place) {
            order.push((place, Role::Unnamed));
        }
    }
    order
}

/// A column that is no time, or cannot be read at all.
enum Unread {
    Refusal(Refusal),
    Error(Error),
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

const WITHOUT: &str = "a row without a time; drop the row or date it";

fn read(table: &Table, place: usize, role: Role, options: &ReadOptions) -> std::result::Result<Read, Unread> {
    let format = options.time_format.as_deref().filter(|_| role > Role::Unnamed || options.timestamp.is_some());
    if let Some(cells) = table.text_column(place) {
        return read_texts(cells, role, format);
    }
    let values = match table.typed_column(place) {
        Ok(values) => values,
        // A column of another kind is no time; whether it can be read is its reader's affair.
        Err(error) if role == Role::Named => return Err(Unread::Error(error)),
        Err(_) => return Err(Refusal::of_column("not a column of times").into()),
    };
    read_values(values, role, format)
}

/// Typed values as times.
fn read_values(values: Values, role: Role, format: Option<&str>) -> std::result::Result<Read, Unread> {
    let dated = |values: Vec<Option<i64>>, scale: i64| -> std::result::Result<Vec<i64>, Refusal> {
        let each = |(row, value): (usize, Option<i64>)| {
            let millis = value.ok_or_else(|| Refusal::at(row, WITHOUT))?.checked_mul(scale);
            millis
                .filter(|millis| epoch::in_calendar(*millis))
                .ok_or_else(|| Refusal::at(row, "a time outside the years 1900 to 2199; correct or drop the row"))
        };
        values.into_iter().enumerate().map(each).collect()
    };
    let present = |values: Vec<Option<i64>>| -> std::result::Result<Vec<i64>, Refusal> {
        values.into_iter().enumerate().map(|(row, value)| value.ok_or_else(|| Refusal::at(row, WITHOUT))).collect()
    };
    let plain = |millis: Vec<i64>, words: &str, dates: bool| Instants { millis, words: words.to_owned(), local: true, dates };
    Ok(match values {
        Values::Instants { millis, unit, zone } => {
            let mut instants = plain(dated(millis, 1)?, unit, false);
            instants.local = zone.is_none();
            Read { instants, zone }
        }
        Values::Dates(days) => {
            Read { instants: plain(dated(days, DAY_MS)?, "parquet dates", true), zone: None }
        }
        Values::Whole(whole) => {
            let numbers: Vec<Number> = present(whole)?.into_iter().map(Number::Whole).collect();
            read_numbers(&numbers, role, format)?
        }
        Values::Numbers(floats) => {
            let numbers = floats.into_iter().enumerate().map(|(row, value)| {
                if value.is_finite() { Ok(Number::from(value)) } else { Err(Refusal::at(row, WITHOUT)) }
            });
            read_numbers(&numbers.collect::<std::result::Result<Vec<_>, _>>()?, role, format)?
        }
        Values::Texts(texts) => {
            return read_texts(texts.iter().map(|text| text.as_deref().unwrap_or_default()), role, format);
        }
        Values::Clocks(_) => return Err(Refusal::of_column("it holds times of day without a date").into()),
    })
}

fn read_numbers(numbers: &[Number], role: Role, format: Option<&str>) -> std::result::Result<Read, Refusal> {
    let instants = match format {
        None => epoch::decide(numbers, role)?,
        Some(word) => match Form::named(word) {
            Some(form) => epoch::under(form, numbers)?,
            None => {
                let texts: Vec<String> = numbers
                    .iter()
                    .map(|number| match number {
                        Number::Whole(whole) => whole.to_string(),
                        Number::Broken(value) => value.to_string(),
                    })
                    .collect();
                let written = written::by_pattern(word, texts.iter().map(String::as_str))?;
                return Ok(Read { instants: written.instants, zone: written.zone });
            }
        },
    };
    Ok(Read { instants, zone: None })
}

fn read_texts<'a>(
    cells: impl Iterator<Item = &'a str> + Clone,
    role: Role,
    format: Option<&str>,
) -> std::result::Result<Read, Unread> {
    if let Some(pattern) = format.filter(|format| Form::named(format).is_none()) {
        let written = written::by_pattern(pattern, cells)?;
        return Ok(Read { instants: written.instants, zone: written.zone });
    }
    let first = cells.clone().find(|cell| !is_null(cell));
    let Some(first) = first else { return Err(Refusal::of_column("it is empty").into()) };
    if Number::parse(first).is_none() && format.is_none() {
        if role == Role::Unnamed && super::moment::Moment::parse(first).is_none() {
            return Err(Refusal::of_column("not a column of times").into());
        }
        if time_of_day(first).is_some() {
            return Err(Refusal::of_column("it holds times of day without a date").into());
        }
        let written = written::decide(cells)?;
        return Ok(Read { instants: written.instants, zone: written.zone });
    }
    let numbers = cells
        .enumerate()
        .map(|(row, cell)| {
            Number::parse(cell).ok_or_else(|| Refusal::at(row, if is_null(cell) { WITHOUT } else { "not a time" }))
        })
        .collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(read_numbers(&numbers, role, format)?)
}

pub(super) fn one_direction(millis: &[i64]) -> bool {
    millis.windows(2).all(|pair| pair[0] < pair[1]) || millis.windows(2).all(|pair| pair[0] > pair[1])
}

/// The column of times of day beside a column of dates, if there is one that can be read.
fn partner(table: &Table, date: usize) -> Result<Option<(usize, Vec<i64>)>> {
    for wanted in CLOCK_NAMES {
        let place = (0..table.names().len()).find(|&place| place != date && normal(&table.names()[place]) == wanted);
        if let Some(place) = place
            && let Ok(times) = times_of_day(table, place)?
        {
            return Ok(Some((place, times)));
        }
    }
    Ok(None)
}

/// Milliseconds since midnight: `09:30`, `093000`, 930, or hours 0 to 23 in a column of hours.
fn times_of_day(table: &Table, place: usize) -> Result<std::result::Result<Vec<i64>, Refusal>> {
    let texts: Vec<String> = match table.text_column(place) {
        Some(cells) => cells.map(str::to_owned).collect(),
        None => match table.typed_column(place)? {
            Values::Clocks(clocks) => {
                return Ok(clocks.into_iter().enumerate().map(|(row, value)| value.ok_or_else(|| Refusal::at(row, WITHOUT))).collect());
            }
            Values::Whole(whole) => whole.iter().map(|value| value.map_or(String::new(), |value| value.to_string())).collect(),
            Values::Texts(texts) => texts.into_iter().map(Option::unwrap_or_default).collect(),
            _ => return Ok(Err(Refusal::of_column("no times of day"))),
        },
    };
    let counted = texts.iter().all(|text| text.len() <= 6 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let longest = texts.iter().map(String::len).max().unwrap_or(0);
    let hours = matches!(normal(&table.names()[place]).as_str(), "hour" | "hr" | "hora" | "heure");
    let read = |text: &String| match (counted, longest) {
        (true, 1 | 2) if hours => text.parse::<i64>().ok().filter(|hour| *hour < 24).map(|hour| hour * 3_600_000),
        (true, 1 | 2) => None,
        (true, 3 | 4) => time_of_day(&format!("{text:0>4}")),
        (true, _) => time_of_day(&format!("{text:0>6}")),
        (false, _) => time_of_day(text),
    };
    Ok(texts.iter().enumerate().map(|(row, text)| read(text).ok_or_else(|| Refusal::at(row, "not a time of day"))).collect())
}

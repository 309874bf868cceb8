//! One column as times: text, numbers, or a type made for them.

use super::epoch::{self, Form, Instants, Number, Refusal, Role};
use super::moment::time_of_day;
use super::numbers::is_null;
use super::options::ReadOptions;
use super::time_names::{CLOCK_NAMES, normal};
use super::values::Values;
use super::written;
use crate::data::Table;
use crate::error::{Error, Result};

const DAY_MS: i64 = 24 * 3_600_000;

/// One column read as a time.
pub(super) struct Read {
    pub instants: Instants,
    pub zone: Option<String>,
}

/// A column that is no time, or cannot be read at all.
pub(super) enum Unread {
    Refusal(Refusal),
    Error(Error),
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

fn without(row: usize) -> Refusal {
    Refusal::at(row, "a row without a time; drop the row or date it").with_remedy()
}

pub(super) fn read(
    table: &Table,
    place: usize,
    role: Role,
    options: &ReadOptions,
) -> std::result::Result<Read, Unread> {
    let format =
        options.time_format.as_deref().filter(|_| role > Role::Unnamed || options.timestamp.is_some());
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
pub(super) fn read_values(
    values: Values,
    role: Role,
    format: Option<&str>,
) -> std::result::Result<Read, Unread> {
    let dated = |values: Vec<Option<i64>>, scale: i64| -> std::result::Result<Vec<i64>, Refusal> {
        let each = |(row, value): (usize, Option<i64>)| {
            let millis = value.ok_or_else(|| without(row))?.checked_mul(scale);
            millis.filter(|millis| epoch::in_calendar(*millis)).ok_or_else(|| {
                Refusal::at(row, "a time outside the years 1900 to 2199; correct or drop the row")
                    .with_remedy()
            })
        };
        values.into_iter().enumerate().map(each).collect()
    };
    let present = |values: Vec<Option<i64>>| -> std::result::Result<Vec<i64>, Refusal> {
        values.into_iter().enumerate().map(|(row, value)| value.ok_or_else(|| without(row))).collect()
    };
    let plain = |millis: Vec<i64>, words: &str, dates: bool| Instants {
        millis,
        words: words.to_owned(),
        local: true,
        dates,
    };
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
                if value.is_finite() { Ok(Number::from(value)) } else { Err(without(row)) }
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
        Some(word) => {
            if let Some(form) = Form::named(word) {
                epoch::under(form, numbers)?
            } else {
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
        }
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
            if is_rounded(cell) {
                let why = "a time that was rounded when it was saved in powers of ten; save its column as whole numbers";
                return Err(Refusal::at(row, why).with_remedy());
            }
            Number::parse(cell)
                .ok_or_else(|| if is_null(cell) { without(row) } else { Refusal::at(row, "not a time") })
        })
        .collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(read_numbers(&numbers, role, format)?)
}

/// `1.70407E+12`, as a spreadsheet saves an epoch: fewer digits than the number has.
fn is_rounded(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['e', 'E']) else { return false };
    let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    exponent.parse::<i32>().is_ok_and(|exponent| exponent > fraction as i32)
}

pub(super) fn one_direction(millis: &[i64]) -> bool {
    millis.windows(2).all(|pair| pair[0] < pair[1]) || millis.windows(2).all(|pair| pair[0] > pair[1])
}

/// The column of times of day beside a column of dates, if there is one that can be read: by its name, or, where dates
/// come twice, the only one that holds times of day.
pub(super) fn partner(table: &Table, date: usize, twice: bool) -> Result<Option<(usize, Vec<i64>)>> {
    for wanted in CLOCK_NAMES {
        let place =
            (0..table.names().len()).find(|&place| place != date && normal(&table.names()[place]) == wanted);
        if let Some(place) = place
            && let Ok(times) = times_of_day(table, place)?
        {
            return Ok(Some((place, times)));
        }
    }
    if !twice {
        return Ok(None);
    }
    let mut found = None;
    for place in (0..table.names().len()).filter(|&place| place != date) {
        let written = match table.text_column(place) {
            Some(mut cells) => {
                cells.next().is_some_and(|cell| cell.contains(':') && time_of_day(cell).is_some())
            }
            None => table.is_clock(place),
        };
        if written && let Ok(times) = times_of_day(table, place)? {
            if found.is_some() {
                return Ok(None);
            }
            found = Some((place, times));
        }
    }
    Ok(found)
}

/// Milliseconds since midnight: `09:30`, `093000`, 930, or hours 0 to 23 in a column of hours.
pub(super) fn times_of_day(table: &Table, place: usize) -> Result<std::result::Result<Vec<i64>, Refusal>> {
    let texts: Vec<String> = match table.text_column(place) {
        Some(cells) => cells.map(str::to_owned).collect(),
        None => match table.typed_column(place)? {
            Values::Clocks(clocks) => {
                return Ok(clocks
                    .into_iter()
                    .enumerate()
                    .map(|(row, value)| value.ok_or_else(|| without(row)))
                    .collect());
            }
            Values::Whole(whole) => {
                whole.iter().map(|value| value.map_or(String::new(), |value| value.to_string())).collect()
            }
            Values::Texts(texts) => texts.into_iter().map(Option::unwrap_or_default).collect(),
            _ => return Ok(Err(Refusal::of_column("no times of day"))),
        },
    };
    let counted = texts
        .iter()
        .all(|text| text.len() <= 6 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let longest = texts.iter().map(String::len).max().unwrap_or(0);
    let hours = matches!(normal(&table.names()[place]).as_str(), "hour" | "hr" | "hora" | "heure");
    let read = |text: &String| match (counted, longest) {
        (true, 1 | 2) if hours => {
            text.parse::<i64>().ok().filter(|hour| *hour < 24).map(|hour| hour * 3_600_000)
        }
        (true, 1 | 2) => None,
        (true, 3 | 4) => time_of_day(&format!("{text:0>4}")),
        (true, _) => time_of_day(&format!("{text:0>6}")),
        (false, _) => time_of_day(text),
    };
    Ok(texts
        .iter()
        .enumerate()
        .map(|(row, text)| read(text).ok_or_else(|| Refusal::at(row, "not a time of day")))
        .collect())
}

//! A column of written dates as instants: the whole column decides which number is the month.

use super::epoch::{Instants, Refusal};
use super::moment::{Date, Moment, Order, Zone};
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

const DAY_MS: i64 = 24 * 3_600_000;

/// A zone by its name or offset.
pub(super) fn zone_named(name: &str) -> Option<TimeZone> {
    if name.eq_ignore_ascii_case("utc") || name == "Z" {
        return Some(TimeZone::UTC);
    }
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let probe = format!("2000-01-01 00:00{name}");
    match Moment::parse(&probe)?.zone {
        Zone::Offset(millis) if name.starts_with(['+', '-']) => {
            Offset::from_seconds((millis / 1_000) as i32).ok().map(TimeZone::fixed)
        }
        _ => None,
    }
}

/// Wall-clock times of a zone as instants; an hour that comes twice is told by the rows before it.
pub(super) fn in_zone(millis: &mut [i64], zone: &TimeZone) -> Result<(), Refusal> {
    let descending = millis.len() > 1 && millis[0] > millis[millis.len() - 1];
    let passes = passes(millis);
    let mut before: Option<i64> = None;
    for (row, value) in millis.iter_mut().enumerate() {
        let local = civil_of(*value).ok_or_else(|| Refusal::at(row, "not in the calendar"))?;
        let at = |offset: Offset| *value - i64::from(offset.seconds()) * 1_000;
        let instant = match zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => at(offset),
            AmbiguousOffset::Fold { before: first, after: second } => {
                let (first, second) = if descending { (second, first) } else { (first, second) };
                let behind = before
                    .is_some_and(|before| if descending { at(first) >= before } else { at(first) <= before });
                match passes[row] {
                    Pass::Second => at(second),
                    Pass::ByOrder | Pass::Single if behind => at(second),
                    Pass::First | Pass::ByOrder => at(first),
                    Pass::Single | Pass::Lost => {
                        let why = format!(
                            "this wall-clock time came twice in {}, and the file has it once: which of the two it was is \
                             lost; write the offset in the cells, such as 02:00+01:00, or drop the row",
                            name(zone)
                        );
                        return Err(Refusal::at(row, why).with_remedy());
                    }
                }
            }
            AmbiguousOffset::Gap { .. } => {
                let why = format!(
                    "this wall-clock time does not exist in {}: clocks went forward over it; correct or drop the row",
                    name(zone)
                );
                return Err(Refusal::at(row, why).with_remedy());
            }
        };
        before = Some(instant);
        *value = instant;
    }
    Ok(())
}

/// What tells apart the two passes of an hour that came twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// The row before or behind is the other pass: this is the first in the file's order, or the second.
    First,
    Second,
    /// The time stands in the column twice, or rows are so far apart that the hour does not matter (calendar days).
    ByOrder,
    /// Nothing but a step back from the row before.
    Single,
    /// Nothing at all: rows are in no order.
    Lost,
}

/// Which pass each row would be if its hour came twice. A repetition is nearer than half a step.
fn passes(millis: &[i64]) -> Vec<Pass> {
    let mut sorted = millis.to_vec();
    sorted.sort_unstable();
    let mut spacings: Vec<i64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).collect();
    spacings.sort_unstable();
    let step = spacings.get(spacings.len() / 2).copied().unwrap_or(DAY_MS);
    // Wall clocks go back for an hour even where rows are in order; in a file that is in none, order tells nothing.
    let rising = millis.windows(2).filter(|pair| pair[1] >= pair[0]).count();
    let turned = rising.min(millis.len().saturating_sub(1) - rising);
    let in_order = turned * 10 <= millis.len();
    let repeats =
        |row: usize, other: Option<&i64>| other.is_some_and(|other| (millis[row] - other).abs() < step / 2);
    (0..millis.len())
        .map(|row| {
            let twice = sorted.partition_point(|other| *other < millis[row]) + 1;
            if step >= DAY_MS / 4 {
                Pass::ByOrder
            } else if in_order && row > 0 && repeats(row, millis.get(row - 1)) {
                Pass::Second
            } else if in_order && repeats(row, millis.get(row + 1)) {
                Pass::First
            } else if in_order && sorted.get(twice) == Some(&millis[row]) {
                Pass::ByOrder
            } else if in_order {
                Pass::Single
            } else {
                Pass::Lost
            }
        })
        .collect()
}

fn civil_of(millis: i64) -> Option<civil::DateTime> {
    jiff::Timestamp::from_millisecond(millis).ok().map(|instant| instant.to_zoned(TimeZone::UTC).datetime())
}

/// What a report calls a zone.
pub(super) fn name(zone: &TimeZone) -> String {
    if *zone == TimeZone::UTC {
        return "UTC".to_owned();
    }
    zone.iana_name().map_or_else(
        || zone.to_fixed_offset().map_or_else(|_| "a zone".to_owned(), |offset| offset.to_string()),
        str::to_owned,
    )
}

/// Instants of a column, and the zones its cells name.
pub(super) struct Written {
    pub instants: Instants,
    pub zone: Option<String>,
}

/// Reads a column of written times.
pub(super) fn decide<'a>(cells: impl Iterator<Item = &'a str>) -> Result<Written, Refusal> {
    let moments = cells
        .enumerate()
        .map(|(row, cell)| {
            Moment::parse(cell).ok_or_else(|| {
                if super::numbers::is_null(cell) {
                    Refusal::at(row, "a row without a time; drop the row or date it").with_remedy()
                } else {
                    Refusal::at(row, "not a time")
                }
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let (order, mark) = order(&moments)?;
    let mut millis = Vec::with_capacity(moments.len());
    for (row, moment) in moments.iter().enumerate() {
        let days = moment.date.days(order).ok_or_else(|| {
            Refusal::at(row, format!("not a date written {} as the other rows are", order.words(mark)))
        })?;
        millis.push(days * DAY_MS + moment.time.unwrap_or(0));
    }
    let timed = moments.iter().any(|moment| moment.time.is_some());
    let written = match moments.first().map(|moment| moment.date) {
        Some(Date::Open { .. }) => order.words(mark),
        Some(Date::Month(_)) => "year-month".to_owned(),
        _ => "year-month-day".to_owned(),
    };
    let zone = apply_zones(&moments, &mut millis)?;
    let words = if timed { format!("{written} and time of day") } else { format!("{written} dates") };
    let instants = Instants { millis, words, local: zone.is_none(), dates: !timed };
    Ok(Written { instants, zone })
}

/// The zones that cells name, applied; none where no cell names one.
fn apply_zones(moments: &[Moment], millis: &mut [i64]) -> Result<Option<String>, Refusal> {
    let zoned = moments.iter().filter(|moment| moment.zone != Zone::None).count();
    if zoned == 0 {
        return Ok(None);
    }
    // A date alone beside zoned times is midnight of no known zone.
    if let Some(row) = moments.iter().position(|moment| moment.zone == Zone::None) {
        return Err(Refusal::at(row, "a time without a zone among times with one; give all or none a zone")
            .with_remedy());
    }
    let mut offsets: Vec<i64> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for (row, moment) in moments.iter().enumerate() {
        match moment.zone {
            Zone::Offset(offset) => {
                millis[row] -= offset;
                if !offsets.contains(&offset) && offsets.len() < 4 {
                    offsets.push(offset);
                }
            }
            Zone::Named(name) => {
                if !names.contains(&name) && names.len() < 4 {
                    names.push(name);
                }
            }
            Zone::None => {}
        }
    }
    if let [one] = names.as_slice()
        && offsets.is_empty()
    {
        let zone = zone_named(one).ok_or_else(|| Refusal::at(0, format!("the zone `{one}` is not known")))?;
        in_zone(millis, &zone)?;
        return Ok(Some((*one).to_owned()));
    }
    if !names.is_empty() {
        return Err(Refusal::of_column(format!(
            "rows in several zones without their offsets: {}",
            names.join(", ")
        )));
    }
    let words: Vec<String> = offsets
        .iter()
        .map(|offset| match offset / 60_000 {
            0 => "UTC".to_owned(),
            minutes => format!("UTC{:+03}:{:02}", minutes / 60, minutes.abs() % 60),
        })
        .collect();
    Ok(Some(words.join(" and ")))
}

/// The one order of year, month and day that makes dates of all rows, and the mark between them.
fn order(moments: &[Moment]) -> Result<(Order, u8), Refusal> {
    let open = moments.iter().enumerate().filter_map(|(row, moment)| match moment.date {
        Date::Open { mark, year_last, .. } => Some((row, mark, year_last)),
        _ => None,
    });
    let Some((_, mark, year_last)) = open.clone().next() else { return Ok((Order::YearMonthDay, b'-')) };
    let mut possible: Vec<Order> =
        Order::ALL.into_iter().filter(|order| !year_last || *order != Order::YearMonthDay).collect();
    for (row, other, last) in open {
        if other != mark || last != year_last {
            return Err(Refusal::at(row, "a date written otherwise than the rows before it"));
        }
        let date = moments[row].date;
        possible.retain(|order| date.days(*order).is_some());
        if possible.is_empty() {
            return Err(Refusal::at(
                row,
                "no date in the order of year, month and day of the rows before it",
            ));
        }
    }
    let points = mark == b'.' && possible.contains(&Order::DayMonthYear);
    if points && year_last {
        possible = vec![Order::DayMonthYear];
    }
    if possible.len() > 1 {
        let in_order = |order: &Order| one_direction(moments, *order);
        let kept: Vec<Order> = possible.iter().copied().filter(in_order).collect();
        if !kept.is_empty() {
            possible = kept;
        }
    }
    if points && possible.len() > 1 {
        // days follow days: an order that makes years of them spans far more
        let narrowest = possible.iter().map(|order| span(moments, *order)).min().unwrap_or(0);
        possible.retain(|order| span(moments, *order) <= 20 * narrowest.max(1));
        if possible.contains(&Order::DayMonthYear) {
            possible = vec![Order::DayMonthYear];
        }
    }
    match possible.as_slice() {
        [one] => Ok((*one, mark)),
        several => {
            let ways: Vec<String> = several.iter().map(|order| order.words(mark)).collect();
            let patterns: Vec<String> = several
                .iter()
                .map(|order| format!("--time-format {}", with_time(&order.pattern(mark), year_last, moments)))
                .collect();
            Err(Refusal::of_column(format!(
                "dates that may be {}: say {}",
                ways.join(" or "),
                patterns.join(" or ")
            ))
            .with_remedy())
        }
    }
}

/// Days from the first to the last date under an order.
fn span(moments: &[Moment], order: Order) -> i64 {
    let days = || moments.iter().filter_map(|moment| moment.date.days(order));
    days().max().unwrap_or(0) - days().min().unwrap_or(0)
}

fn with_time(pattern: &str, year_last: bool, moments: &[Moment]) -> String {
    let date = if year_last { pattern.to_owned() } else { pattern.replace("%Y", "%y") };
    if moments.iter().any(|moment| moment.time.is_some()) { format!("\"{date} %H:%M:%S\"") } else { date }
}

fn one_direction(moments: &[Moment], order: Order) -> bool {
    let at = |moment: &Moment| moment.date.days(order).unwrap_or(0) * DAY_MS + moment.time.unwrap_or(0);
    let mut steps = moments.windows(2).map(|pair| at(&pair[1]) - at(&pair[0]));
    let rising = steps.clone().all(|step| step > 0);
    rising || steps.all(|step| step < 0)
}

/// Reads a column by a pattern such as `%d/%m/%Y %H:%M` (strptime); a pattern without a time of day is a date,
/// one without a day the month's first.
pub(super) fn by_pattern<'a>(
    pattern: &str,
    cells: impl Iterator<Item = &'a str>,
) -> Result<Written, Refusal> {
    let mut zone = None;
    let mut dates = true;
    let millis = cells
        .enumerate()
        .map(|(row, cell)| {
            let refused =
                |error: jiff::Error| Refusal::at(row, format!("not a time of the form {pattern}: {error}"));
            let mut read =
                jiff::fmt::strtime::BrokenDownTime::parse(pattern, cell.trim()).map_err(refused)?;
            // a month is its first day, as pandas has it
            if read.day().is_none() && read.day_of_year().is_none() && read.month().is_some() {
                read.set_day(Some(1)).map_err(refused)?;
            }
            let date = read.to_date().map_err(refused)?;
            let time = if read.hour().is_some() || read.second().is_some() {
                dates = false;
                read.to_time().map_err(refused)?
            } else {
                civil::Time::midnight()
            };
            let offset = read.offset().map_or(0, |offset| i64::from(offset.seconds()) * 1_000);
            zone = zone.take().or_else(|| read.offset().map(|offset| format!("UTC{offset}")));
            let instant = date.to_datetime(time).to_zoned(TimeZone::UTC).map_err(refused)?;
            Ok(instant.timestamp().as_millisecond() - offset)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let words = format!("times of the form {pattern}");
    Ok(Written { instants: Instants { millis, words, local: zone.is_none(), dates }, zone })
}

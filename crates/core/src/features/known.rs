//! From observation time to knowledge time.

use crate::error::Result;
use crate::panel::{Column, Frequency, Panel};

/// The oldest a daily value may be and still stand for "the latest known": a week.
pub const MAX_DAILY_AGE_HOURS: usize = 7 * 24;

/// The panel of what was known at each hour.
///
/// # Formula
/// With `x[s]` stamped `s` and known after `k` hours, row `t` of the result is
/// - hourly: `x[t - k]`, null where that hour is a gap;
/// - daily and 8-hourly: the newest non-null `x[s]` with `s + k <= t` and `t - s <=` [`MAX_DAILY_AGE_HOURS`] + 24 + k.
///
/// The grid grows by the shortest hourly delay, so that the last row is the hour at which the last bar of the index is
/// known: tomorrow's forecast starts there. On a grid of days a row holds what is known by its day's end, and the grid
/// does not grow.
///
/// # Errors
/// None but those of building a panel.
///
/// # Examples
/// ```
/// use dvol_core::features::known;
/// use dvol_core::panel::{Column, Panel};
/// let raw = Panel::new("2021-03-24".parse()?, 2)?.with(Column::bars("dvol", vec![84.88, 86.6]))?;
/// let known = known(&raw)?;
/// assert_eq!(known.values("dvol")?[1..], [84.88, 86.6]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn known(raw: &Panel) -> Result<Panel> {
    if !raw.step().is_hour() {
        return raw.columns().iter().try_fold(raw.bare(), |panel, column| {
            panel.with(Column::known(column.name(), by_day(raw, column)))
        });
    }
    let hourly = |column: &&Column| column.frequency() == Frequency::Hourly;
    let delay =
        raw.columns().iter().filter(hourly).map(Column::known_after_hours).min().unwrap_or(0) as usize;
    let length = raw.len() + delay;
    let mut panel = Panel::on(raw.grid().extended(delay));
    for column in raw.columns() {
        let values = match column.frequency() {
            Frequency::Hourly => delayed(column, length),
            Frequency::EightHourly | Frequency::Daily => carried(column, length),
        };
        panel = panel.with(Column::known(column.name(), values))?;
    }
    Ok(panel)
}

/// What was known of a column by the end of each day: its own row's value, or the newest one published by then.
fn by_day(raw: &Panel, column: &Column) -> Vec<f64> {
    let hours = i64::from(column.known_after_hours());
    let known_at = |row: usize| raw.at(row).hours() + hours;
    let oldest = (MAX_DAILY_AGE_HOURS + 24) as i64;
    let (mut next, mut newest) = (0, None);
    (0..raw.len())
        .map(|row| {
            let end = raw.grid().known_by(row).hours();
            if known_at(row) <= end {
                return column.values()[row];
            }
            while next < raw.len() && known_at(next) <= end {
                if column.values()[next].is_finite() {
                    newest = Some(next);
                }
                next += 1;
            }
            let fresh = newest.filter(|&source| end - known_at(source) <= oldest);
            fresh.map_or(f64::NAN, |source| column.values()[source])
        })
        .collect()
}

fn delayed(column: &Column, length: usize) -> Vec<f64> {
    let delay = column.known_after_hours() as usize;
    let value = |row: usize| row.checked_sub(delay).and_then(|source| column.values().get(source)).copied();
    (0..length).map(|row| value(row).unwrap_or(f64::NAN)).collect()
}

fn carried(column: &Column, length: usize) -> Vec<f64> {
    let delay = column.known_after_hours() as usize;
    let mut newest: Option<(usize, f64)> = None;
    (0..length)
        .map(|row| {
            if let Some(source) = row.checked_sub(delay)
                && let Some(&value) = column.values().get(source)
                && value.is_finite()
            {
                newest = Some((row, value));
            }
            match newest {
                Some((since, value)) if row - since <= MAX_DAILY_AGE_HOURS + 24 => value,
                _ => f64::NAN,
            }
        })
        .collect()
}

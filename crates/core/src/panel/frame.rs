//! A panel as a polars frame, and back.

use super::{Column, Grid, Panel};
use crate::error::{Error, Result};
use crate::time::{HOUR_MS, Timestamp};
use polars::prelude::{
    Column as Series, DataFrame, DataType, Float64Chunked, IntoColumn, IntoSeries, NamedFrom,
    NewChunkedArray, Series as PolarsSeries, TimeUnit,
};

/// The column of a frame that holds the hours.
const TIMES: &str = "timestamp";
const FRAME: &str = "a frame";
/// The fewest rows that show a daily step.
const FEWEST_DAYS: usize = 20;

impl Panel {
    /// The panel as a polars frame: `timestamp` (UTC, ms) and one nullable Float64 column each.
    ///
    /// # Errors
    /// When polars refuses the columns.
    pub fn frame(&self) -> Result<DataFrame> {
        let times: Vec<i64> = self.times().map(Timestamp::millis).collect();
        let stamp = PolarsSeries::new(TIMES.into(), times)
            .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
            .map_err(Error::internal("building the timestamp column"))?;
        let mut columns: Vec<Series> = vec![stamp.into_column()];
        columns.extend(self.columns.iter().map(|column| {
            let nullable = column.values.iter().map(|value| (!value.is_nan()).then_some(*value));
            Float64Chunked::from_iter_options(column.name().into(), nullable).into_series().into_column()
        }));
        DataFrame::new(self.len(), columns).map_err(Error::internal("building a frame"))
    }

    /// The panel of a polars frame: its `timestamp` (a date and time in UTC, full hours in rising order) and every
    /// other column as an hourly bar, known one hour after its stamp ([`Column::bars`]).
    ///
    /// Nulls and hours without a row are gaps. Twenty midnights or more, most of them a day apart, are a daily series: its
    /// rows are its days, and each value a close ([`Column::closes`]). A column with another frequency or publication lag is built by
    /// [`Column::new`] and added by [`Panel::with`].
    ///
    /// # Errors
    /// When there is no `timestamp`, it is no date and time, an hour is null, not full, or not later than the one
    /// before; when another column is not of numbers, or holds an infinite one.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::panel::{Column, Panel};
    /// let start = "2021-03-24T00:00:00Z".parse()?;
    /// let panel = Panel::new(start, 3)?.with(Column::bars("dvol", vec![84.88, f64::NAN, 86.19]))?;
    /// let back = Panel::from_frame(&panel.frame()?)?;
    /// assert_eq!(back.fingerprint(), panel.fingerprint());
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn from_frame(frame: &DataFrame) -> Result<Self> {
        let rows = hours(frame)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Err(Error::too_few("a panel", 1, 0, "give at least one hour"));
        };
        let times = || rows.iter().map(|&hour| Timestamp::from_hours(hour));
        let grid = if are_days(&rows) {
            Grid::days(times())?
        } else {
            Grid::hours(Timestamp::from_hours(*first), (last - first) as usize + 1)?
        };
        let places: Vec<usize> = times().filter_map(|time| grid.row_of(time)).collect();
        let others = frame.columns().iter().filter(|column| column.name() != TIMES);
        others.into_iter().try_fold(Self::on(grid.clone()), |panel, column| {
            let values = on_grid(column, &places, grid.len())?;
            panel.with(Column::on(&grid, column.name().as_str(), values))
        })
    }
}

/// Whether rows are a daily series: midnights, most of them a day apart, enough of them to show it.
fn are_days(hours: &[i64]) -> bool {
    let a_day_apart = hours.windows(2).filter(|pair| pair[1] - pair[0] == 24).count();
    hours.len() >= FEWEST_DAYS && hours.iter().all(|hour| hour % 24 == 0) && 2 * a_day_apart > hours.len()
}

/// The hours since 1970 of each row.
fn hours(frame: &DataFrame) -> Result<Vec<i64>> {
    let found = frame.columns().iter().find(|column| column.name() == TIMES);
    let stamps = found.ok_or_else(|| Error::MissingColumn {
        table: FRAME.to_owned(),
        column: TIMES.to_owned(),
        available: frame.columns().iter().map(|column| column.name().to_string()).collect(),
    })?;
    if !matches!(stamps.dtype(), DataType::Datetime(..)) {
        return Err(Error::parameter(
            format!("column `{TIMES}`"),
            stamps.dtype(),
            "a date and time: cast it to DataType::Datetime(TimeUnit::Milliseconds, None)",
        ));
    }
    let millis = stamps
        .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
        .and_then(|stamps| stamps.cast(&DataType::Int64))
        .map_err(Error::internal("reading the timestamp column"))?;
    let millis = millis.i64().map_err(Error::internal("reading the timestamp column"))?;
    let mut hours: Vec<i64> = Vec::with_capacity(millis.len());
    for (row, stamp) in millis.iter().enumerate() {
        let refuse = |value: String, expected: &str| {
            Err(Error::parameter(format!("column `{TIMES}`, row {}", row + 1), value, expected))
        };
        let Some(stamp) = stamp else { return refuse("null".to_owned(), "an hour") };
        let shown = Timestamp::from_millis(stamp).to_string();
        if stamp.rem_euclid(HOUR_MS) != 0 {
            return refuse(shown, "a full hour in UTC");
        }
        if hours.last().is_some_and(|before| *before >= stamp.div_euclid(HOUR_MS)) {
            return refuse(shown, "later than the row before: sort the frame and keep one row an hour");
        }
        hours.push(stamp.div_euclid(HOUR_MS));
    }
    Ok(hours)
}

/// A column's values at their places on the grid, NaN elsewhere.
fn on_grid(column: &Series, places: &[usize], length: usize) -> Result<Vec<f64>> {
    if !column.dtype().is_primitive_numeric() {
        return Err(Error::parameter(
            format!("column `{}`", column.name()),
            column.dtype(),
            "numbers: cast it to Float64, or drop it",
        ));
    }
    let numbers = column.cast(&DataType::Float64).map_err(Error::internal("reading a column"))?;
    let numbers = numbers.f64().map_err(Error::internal("reading a column"))?;
    let mut values = vec![f64::NAN; length];
    for (row, (place, value)) in places.iter().zip(numbers.iter()).enumerate() {
        let value = value.unwrap_or(f64::NAN);
        if value.is_infinite() {
            return Err(Error::Value {
                what: "a panel".to_owned(),
                series: column.name().to_string(),
                index: row,
                value,
                remedy: "give a number, or null for a gap".to_owned(),
            });
        }
        values[*place] = value;
    }
    Ok(values)
}

//! One column of a user's file as a series, refused in words when it is not one.

use clap::Args;
use dvol_core::data::Table;
use dvol_core::error::{Error, Result};
use dvol_core::experiment::Experiment;
use dvol_core::time::{HOUR_MS, Timestamp};
use std::path::{Path, PathBuf};

/// Where a series stands in a user's file.
#[derive(Debug, Args)]
pub(crate) struct SeriesFile {
    /// CSV or parquet file with one row an observation [default: the study's panel]
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Column of positive levels or of a realized measure
    #[arg(long, value_name = "NAME", default_value = "dvol")]
    pub column: String,
    /// Column of times [default: found by name]
    #[arg(long, value_name = "NAME")]
    pub timestamp: Option<String>,
    /// Treat empty cells as gaps instead of refusing them
    #[arg(long)]
    pub allow_gaps: bool,
}

impl SeriesFile {
    /// Reads the column from a file.
    pub fn read(&self, path: &Path) -> Result<Series> {
        read(path, &self.column, self.timestamp.as_deref(), self.allow_gaps)
    }
}

/// A column on its time grid.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// One a row of the grid; `None` when the file has no time column.
    pub times: Option<Vec<Timestamp>>,
    /// One a row of the grid; NaN where the file has no row.
    pub values: Vec<f64>,
    /// For each row of the file its row on the grid.
    pub rows: Vec<usize>,
    /// Observations in a year of this spacing.
    pub observations_in_a_year: f64,
}

impl Series {
    /// Another column of the same file, on the grid.
    pub fn place(&self, column: &[f64]) -> Vec<f64> {
        let mut grid = vec![f64::NAN; self.values.len()];
        self.rows.iter().zip(column).for_each(|(&row, value)| grid[row] = *value);
        grid
    }

    /// Grid rows that the file does not have.
    pub fn holes(&self) -> usize {
        self.values.len() - self.rows.len()
    }
}

/// The largest share of missing rows that still are holes in a grid rather than a market that closes.
const MOST_HOLES: f64 = 0.1;

/// Reads `column`. Without `allow_gaps` an empty cell is an error; a constant column always is.
pub(crate) fn read(path: &Path, column: &str, timestamp: Option<&str>, allow_gaps: bool) -> Result<Series> {
    let table = Table::read(path)?;
    let values = numbers(&table, column, allow_gaps)?;
    not_constant(&table, column, &values)?;
    let time_column = match timestamp {
        Some(name) => Some(name.to_owned()),
        None => table.time_column().ok().map(str::to_owned),
    };
    let Some(name) = time_column else {
        let rows = (0..values.len()).collect();
        return Ok(Series { times: None, values, rows, observations_in_a_year: 365.0 * 24.0 });
    };
    let times = increasing(&table, &name)?;
    Ok(on_grid(&times, &values))
}

/// A numeric column without gaps, or with gaps where they are allowed.
pub(crate) fn numbers(table: &Table, column: &str, allow_gaps: bool) -> Result<Vec<f64>> {
    let values = table.numbers(column)?;
    match values.iter().position(|value| value.is_nan()) {
        Some(row) if !allow_gaps => Err(table.cell(
            column,
            row,
            "no number in this cell; fill it or drop the row (or pass --allow-gaps to treat it as a gap)",
        )),
        _ => Ok(values),
    }
}

fn not_constant(table: &Table, column: &str, values: &[f64]) -> Result<()> {
    let mut present = values.iter().filter(|value| !value.is_nan());
    let Some(first) = present.next() else {
        return Err(table.cell(column, 0, "the column holds no number at all; name another with --column"));
    };
    if values.len() > 1 && present.all(|value| value == first) {
        return Err(table.cell(
            column,
            values.len() - 1,
            "the same value in every row: a constant has no dynamics; name another column",
        ));
    }
    Ok(())
}

/// A time column whose rows strictly increase.
pub(crate) fn increasing(table: &Table, column: &str) -> Result<Vec<Timestamp>> {
    let times = table.times(column)?;
    match (1..times.len()).find(|&row| times[row] <= times[row - 1]) {
        Some(row) => Err(table.cell(
            column,
            row,
            format!(
                "not later than the row before ({}); sort by time and keep each time once",
                times[row - 1]
            ),
        )),
        None => Ok(times),
    }
}

/// A column of the study's panel, with its gaps.
pub(crate) fn of_study(study: &Experiment, column: &str) -> Result<Series> {
    let panel = study.panel();
    Ok(Series {
        times: Some(panel.times().collect()),
        values: panel.values(column)?.to_vec(),
        rows: (0..panel.len()).collect(),
        observations_in_a_year: 365.0 * 24.0,
    })
}

/// Puts rows on the grid of their median spacing, so that a row shift is a time shift again.
fn on_grid(times: &[Timestamp], values: &[f64]) -> Series {
    let consecutive = |observations_in_a_year: f64| Series {
        times: Some(times.to_vec()),
        values: values.to_vec(),
        rows: (0..values.len()).collect(),
        observations_in_a_year,
    };
    let mut spacings: Vec<i64> = times.windows(2).map(|pair| pair[1].millis() - pair[0].millis()).collect();
    if spacings.is_empty() {
        return consecutive(365.0 * 24.0);
    }
    let middle = spacings.len() / 2;
    let step = *spacings.select_nth_unstable(middle).1;
    let year = 365.0 * 24.0 * HOUR_MS as f64;
    let span = times[times.len() - 1].millis() - times[0].millis();
    let regular = times.iter().all(|time| (time.millis() - times[0].millis()) % step == 0);
    let length = (span / step + 1) as usize;
    if !regular || (length - times.len()) as f64 > MOST_HOLES * length as f64 {
        // A market that closes: its sessions follow one another, and a year has fewer observations.
        return consecutive(year * (times.len() - 1) as f64 / span as f64);
    }
    let rows: Vec<usize> =
        times.iter().map(|time| ((time.millis() - times[0].millis()) / step) as usize).collect();
    let stamps =
        (0..length as i64).map(|row| Timestamp::from_millis(times[0].millis() + row * step)).collect();
    let empty = Series {
        times: Some(stamps),
        values: vec![f64::NAN; length],
        rows,
        observations_in_a_year: year / step as f64,
    };
    Series { values: empty.place(values), ..empty }
}

/// An error of a computation on the values, told with the file, column and row it came from.
pub(crate) fn in_file(error: Error, path: &Path, column: &str, rows: &[usize]) -> Error {
    match error {
        Error::Value { index, value, remedy, what, .. } => Error::Cell {
            path: path.to_path_buf(),
            column: column.to_owned(),
            row: rows.iter().position(|&row| row == index).map_or(index, |row| row) + 1,
            value: value.to_string(),
            problem: format!("{what}: {remedy}"),
        },
        Error::TooFew { what, needed, found, remedy } => Error::file(
            path,
            format!("column `{column}`: {what} needs at least {needed} rows, found {found}; {remedy}"),
        ),
        Error::Singular { what, columns, remedy } => Error::file(
            path,
            format!("column `{column}`: {what}: the design is singular ({columns}); {remedy}"),
        ),
        other => other,
    }
}

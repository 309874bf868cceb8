//! One column of a user's file as a series, refused in words when it is not one.

use crate::reading::ReadFlags;
use clap::Args;
use dvol_core::data::{DatedTable, MOST_HOLES, Need, Understood};
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
    /// Treat empty cells as gaps instead of refusing them
    #[arg(long)]
    pub allow_gaps: bool,
    #[command(flatten)]
    reading: ReadFlags,
}

impl SeriesFile {
    /// Reads the column from a file.
    pub fn read(&self, path: &Path, need: Need) -> Result<(Series, DatedTable)> {
        read(&self.reading, path, &self.column, self.allow_gaps, need)
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
    /// Whether rows follow one another across the hours of a market that closes.
    pub closes: bool,
    /// What the file was taken for; none for the study's panel.
    pub understood: Option<Understood>,
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

/// Reads `column`. Without `allow_gaps` an empty cell is an error; a constant column always is.
pub(crate) fn read(
    reading: &ReadFlags,
    path: &Path,
    column: &str,
    allow_gaps: bool,
    need: Need,
) -> Result<(Series, DatedTable)> {
    let table = reading.read(path, need)?;
    let values = numbers(&table, column, allow_gaps)?;
    not_constant(&table, column, &values)?;
    let mut series = on_grid(&table, &values);
    // Complete only now: a column adds its remarks when it is read.
    series.understood = Some(table.understood());
    Ok((series, table))
}

/// A numeric column without gaps, or with gaps where they are allowed.
pub(crate) fn numbers(table: &DatedTable, column: &str, allow_gaps: bool) -> Result<Vec<f64>> {
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

fn not_constant(table: &DatedTable, column: &str, values: &[f64]) -> Result<()> {
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

/// A column of the study's panel, with its gaps.
pub(crate) fn of_study(study: &Experiment, column: &str) -> Result<Series> {
    let panel = study.panel();
    Ok(Series {
        times: Some(panel.times().collect()),
        values: panel.values(column)?.to_vec(),
        rows: (0..panel.len()).collect(),
        observations_in_a_year: 365.0 * 24.0,
        closes: false,
        understood: None,
    })
}

/// Puts rows on the grid of their step, so that a row shift is a time shift again.
fn on_grid(table: &DatedTable, values: &[f64]) -> Series {
    const YEAR: f64 = 365.0 * 24.0 * HOUR_MS as f64;
    let consecutive = |observations_in_a_year: f64, closes| Series {
        times: table.times().map(<[Timestamp]>::to_vec),
        values: values.to_vec(),
        rows: (0..values.len()).collect(),
        observations_in_a_year,
        closes,
        understood: None,
    };
    let (Some(times), Some(first), Some(last)) =
        (table.times(), table.times().and_then(<[_]>::first), table.times().and_then(<[_]>::last))
    else {
        return consecutive(table.step().map_or(365.0 * 24.0, |step| YEAR / step.millis() as f64), false);
    };
    if times.len() < 2 {
        return consecutive(365.0 * 24.0, false);
    }
    let span = last.millis() - first.millis();
    let few = |holes: u64| holes as f64 <= MOST_HOLES * (holes as f64 + times.len() as f64);
    let (Some(step), Some(holes)) = (table.step(), table.holes().filter(|holes| few(*holes))) else {
        // A market that closes: its sessions follow one another, and a year has fewer observations.
        return consecutive(YEAR * (times.len() - 1) as f64 / span as f64, true);
    };
    let step = step.millis();
    let length = times.len() + holes as usize;
    let rows: Vec<usize> =
        times.iter().map(|time| ((time.millis() - first.millis()) / step) as usize).collect();
    let stamps = (0..length as i64).map(|row| Timestamp::from_millis(first.millis() + row * step)).collect();
    let empty = Series {
        times: Some(stamps),
        values: vec![f64::NAN; length],
        rows,
        observations_in_a_year: YEAR / step as f64,
        closes: false,
        understood: None,
    };
    Series { values: empty.place(values), ..empty }
}

/// An error of a computation on the values, told with the file, column and row it came from.
pub(crate) fn in_file(error: Error, table: &DatedTable, column: &str, rows: &[usize]) -> Error {
    let path = table.table().path();
    match error {
        Error::Value { index, remedy, what, .. } => {
            let row = rows.iter().position(|&row| row == index).unwrap_or(index);
            table.cell(column, row, format!("{what}: {remedy}"))
        }
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

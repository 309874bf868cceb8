//! The table everything starts from.

mod frame;
mod grid;

pub use grid::{Grid, Step};

use crate::artifacts::hexadecimal;
use crate::error::{Error, Result};
use crate::time::{Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// How often a column is observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// One value an hour, stamped with the start of the hour.
    #[serde(alias = "1h")]
    Hourly,
    /// One value every eight hours, stamped 00:00, 08:00 and 16:00 UTC; the other rows are null.
    #[serde(alias = "8h")]
    EightHourly,
    /// One value a UTC day, stamped at its 00:00; the other 23 rows are null.
    #[serde(alias = "1d")]
    Daily,
}

impl Frequency {
    /// Hours from one observation to the next.
    pub fn hours(self) -> i64 {
        match self {
            Self::Hourly => 1,
            Self::EightHourly => 8,
            Self::Daily => 24,
        }
    }

    /// The word of a report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::EightHourly => "8-hourly",
            Self::Daily => "daily",
        }
    }

    /// What one observation spans, in a report.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Hourly => "h",
            Self::EightHourly => "times 8 h",
            Self::Daily => "d",
        }
    }
}

/// One column of a [`Panel`]: values on the grid and when each becomes known.
#[derive(Debug, Clone)]
pub struct Column {
    name: Arc<str>,
    values: Arc<[f64]>,
    frequency: Frequency,
    known_after_hours: u32,
}

impl Column {
    /// A column whose value stamped `t` becomes known at `t + known_after_hours`; NaN stands for null.
    pub fn new(
        name: impl Into<Arc<str>>,
        values: impl Into<Arc<[f64]>>,
        frequency: Frequency,
        known_after_hours: u32,
    ) -> Self {
        Self { name: name.into(), values: values.into(), frequency, known_after_hours }
    }

    /// An hourly bar series stamped at the bar's open: known one hour later.
    pub fn bars(name: impl Into<Arc<str>>, values: impl Into<Arc<[f64]>>) -> Self {
        Self::new(name, values, Frequency::Hourly, 1)
    }

    /// A daily series stamped with its day, whose value is the day's close: known at the day's end.
    pub fn closes(name: impl Into<Arc<str>>, values: impl Into<Arc<[f64]>>) -> Self {
        Self::new(name, values, Frequency::Daily, 24)
    }

    /// A series of as many values as a grid has rows: bars of its hours, or closes of its days.
    pub fn on(grid: &Grid, name: impl Into<Arc<str>>, values: impl Into<Arc<[f64]>>) -> Self {
        if grid.step().is_hour() { Self::bars(name, values) } else { Self::closes(name, values) }
    }

    /// A series whose value in row `t` uses only what is known at `t`: every feature.
    pub fn known(name: impl Into<Arc<str>>, values: impl Into<Arc<[f64]>>) -> Self {
        Self::new(name, values, Frequency::Hourly, 0)
    }

    /// The column's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values, one a row; NaN is null.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// How often the column is observed.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Hours from a row's stamp until its value is known.
    pub fn known_after_hours(&self) -> u32 {
        self.known_after_hours
    }

    /// The number of nulls among the rows of a grid where an observation is due.
    pub fn gaps(&self, grid: &Grid) -> usize {
        self.due(grid).filter(|&row| self.values[row].is_nan()).count()
    }

    /// The rows where an observation is due, between the first and the last one present.
    pub fn due(&self, grid: &Grid) -> impl Iterator<Item = usize> + '_ {
        let first = self.values.iter().position(|value| !value.is_nan()).unwrap_or(self.values.len());
        let last = self.values.iter().rposition(|value| !value.is_nan()).map_or(0, |row| row + 1);
        // a row of a day is a day's observation
        let step = if grid.step().is_hour() { self.frequency.hours() } else { 1 };
        let offset = grid.start().hours();
        (first..last).filter(move |&row| (offset + row as i64).rem_euclid(step) == 0)
    }
}

/// Columns on a complete, strictly increasing [`Grid`] of hours, days or trading days in UTC. A gap is a null (NaN),
/// never a missing row.
///
/// # Examples
/// ```
/// use dvol_core::panel::{Column, Panel};
/// use dvol_core::time::Timestamp;
/// let start: Timestamp = "2021-03-24T00:00:00Z".parse()?;
/// let panel = Panel::new(start, 3)?.with(Column::bars("dvol", vec![84.88, f64::NAN, 86.19]))?;
/// assert_eq!(panel.column("dvol")?.gaps(panel.grid()), 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Panel {
    grid: Grid,
    columns: Vec<Column>,
}

impl Panel {
    /// An empty panel of `length` hours from `start`.
    ///
    /// # Errors
    /// When `start` is not a full hour or `length` is 0.
    pub fn new(start: Timestamp, length: usize) -> Result<Self> {
        Grid::hours(start, length).map(Self::on)
    }

    /// An empty panel on a grid.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::panel::{Column, Grid, Panel};
    /// let days = Grid::days(["2024-03-28".parse()?, "2024-04-01".parse()?])?;
    /// let panel = Panel::on(days).with(Column::closes("dvol", vec![13.01, 13.65]))?;
    /// assert_eq!(panel.at(1), "2024-04-01".parse()?);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn on(grid: Grid) -> Self {
        Self { grid, columns: Vec::new() }
    }

    /// The same grid without a column.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self::on(self.grid.clone())
    }

    /// The instants of the rows.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// From one row to the next.
    pub fn step(&self) -> Step {
        self.grid.step()
    }

    /// The panel with one more column.
    ///
    /// # Errors
    /// When the length differs from the grid's or the name is taken.
    pub fn with(mut self, column: Column) -> Result<Self> {
        if column.values.len() != self.len() {
            return Err(Error::Mismatch {
                what: format!("adding column `{}`", column.name),
                left: format!("{} values", column.values.len()),
                right: format!("{} rows", self.len()),
                remedy: "give one value per row, NaN for a gap".to_owned(),
            });
        }
        if self.columns.iter().any(|other| other.name == column.name) {
            return Err(Error::parameter("column", &column.name, "a name the panel does not have yet"));
        }
        self.columns.push(column);
        Ok(self)
    }

    /// The first row's time.
    pub fn start(&self) -> Timestamp {
        self.grid.start()
    }

    /// The last row's time.
    pub fn last(&self) -> Timestamp {
        self.grid.last()
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.grid.len()
    }

    /// Always false: a panel has at least one row.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The time of a row; rows beyond the end continue the grid.
    pub fn at(&self, row: usize) -> Timestamp {
        self.grid.at(row)
    }

    /// The row of a time, when it lies on the grid.
    pub fn row_of(&self, time: Timestamp) -> Option<usize> {
        self.grid.row_of(time)
    }

    /// Rows from an origin to its target.
    pub fn rows(&self, horizon: Horizon) -> usize {
        self.grid.rows(horizon)
    }

    /// The times of all rows.
    pub fn times(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        self.grid.times()
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The names of the columns in order.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(Column::name).collect()
    }

    /// Whether the column exists.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name() == name)
    }

    /// A column by name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.columns.iter().find(|column| column.name() == name).ok_or_else(|| Error::MissingColumn {
            table: "panel".to_owned(),
            column: name.to_owned(),
            available: self.names().into_iter().map(str::to_owned).collect(),
        })
    }

    /// The values of a column; NaN is null.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn values(&self, name: &str) -> Result<&[f64]> {
        Ok(self.column(name)?.values())
    }

    /// Only the named columns, in the order given.
    ///
    /// # Errors
    /// When one is missing.
    pub fn select(&self, names: &[&str]) -> Result<Self> {
        let columns = names.iter().map(|name| self.column(name).cloned()).collect::<Result<_>>()?;
        Ok(Self { grid: self.grid.clone(), columns })
    }

    /// Both panels' columns on their common grid.
    ///
    /// # Errors
    /// When the grids differ or a name occurs in both.
    pub fn join(self, other: &Self) -> Result<Self> {
        if self.grid != other.grid {
            return Err(Error::Mismatch {
                what: "joining panels".to_owned(),
                left: self.grid.to_string(),
                right: other.grid.to_string(),
                remedy: "cut both to the same rows first".to_owned(),
            });
        }
        other.columns.iter().cloned().try_fold(self, Self::with)
    }

    /// The rows from `from` to `to`, both included, clipped to the grid; hours in between belong to their row.
    ///
    /// # Errors
    /// When nothing is left.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Result<Self> {
        let first = self.grid.row_before(from).unwrap_or(0);
        let end = self.grid.row_before(to).map_or(0, |last| (last + 1).min(self.len()));
        if end <= first {
            return Err(Error::Mismatch {
                what: "cutting a panel".to_owned(),
                left: format!("{from} .. {to}"),
                right: format!("{} .. {}", self.start(), self.last()),
                remedy: "choose a window that overlaps the data".to_owned(),
            });
        }
        let columns = self
            .columns
            .iter()
            .map(|column| Column { values: column.values[first..end].into(), ..column.clone() })
            .collect();
        Ok(Self { grid: self.grid.slice(first..end), columns })
    }

    /// SHA-256 of the values and of when each is known: what tells two data sets apart.
    ///
    /// Grid, names, frequencies, publication lags and every value's bits; all NaN are the same null.
    pub fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.start().millis().to_le_bytes());
        hasher.update((self.len() as u64).to_le_bytes());
        if !self.step().is_hour() {
            self.times().for_each(|day| hasher.update(day.millis().to_le_bytes()));
        }
        for column in &self.columns {
            let frequency = match column.frequency {
                Frequency::Hourly => 0,
                Frequency::Daily => 1,
                Frequency::EightHourly => 2,
            };
            hasher.update((column.name.len() as u64).to_le_bytes());
            hasher.update(column.name.as_bytes());
            hasher.update([frequency]);
            hasher.update(column.known_after_hours.to_le_bytes());
            let bits = |value: &f64| if value.is_nan() { f64::NAN } else { *value }.to_bits().to_le_bytes();
            hasher.update(column.values.iter().flat_map(bits).collect::<Vec<u8>>());
        }
        hexadecimal(&hasher.finalize())
    }
}

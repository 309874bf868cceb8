//! The hourly table everything starts from.

mod frame;

use crate::artifacts::hexadecimal;
use crate::error::{Error, Result};
use crate::time::{HOUR_MS, Timestamp};
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

    /// The number of nulls among the rows where an observation is due.
    pub fn gaps(&self, start: Timestamp) -> usize {
        self.due(start).filter(|&row| self.values[row].is_nan()).count()
    }

    /// The rows where an observation is due, between the first and the last one present.
    pub fn due(&self, start: Timestamp) -> impl Iterator<Item = usize> + '_ {
        let first = self.values.iter().position(|value| !value.is_nan()).unwrap_or(self.values.len());
        let last = self.values.iter().rposition(|value| !value.is_nan()).map_or(0, |row| row + 1);
        let step = self.frequency.hours();
        let offset = start.hours();
        (first..last).filter(move |&row| (offset + row as i64).rem_euclid(step) == 0)
    }
}

/// A complete, strictly increasing hourly UTC grid. A gap is a null (NaN), never a missing row.
///
/// # Examples
/// ```
/// use dvol_core::panel::{Column, Panel};
/// use dvol_core::time::Timestamp;
/// let start: Timestamp = "2021-03-24T00:00:00Z".parse()?;
/// let panel = Panel::new(start, 3)?.with(Column::bars("dvol", vec![84.88, f64::NAN, 86.19]))?;
/// assert_eq!(panel.column("dvol")?.gaps(panel.start()), 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Panel {
    start: Timestamp,
    length: usize,
    columns: Vec<Column>,
}

impl Panel {
    /// An empty grid of `length` hours from `start`.
    ///
    /// # Errors
    /// When `start` is not a full hour or `length` is 0.
    pub fn new(start: Timestamp, length: usize) -> Result<Self> {
        if !start.is_full_hour() {
            return Err(Error::parameter("start", start, "a full hour in UTC"));
        }
        if length == 0 {
            return Err(Error::too_few("a panel", 1, 0, "give at least one hour"));
        }
        Ok(Self { start, length, columns: Vec::new() })
    }

    /// The panel with one more column.
    ///
    /// # Errors
    /// When the length differs from the grid's or the name is taken.
    pub fn with(mut self, column: Column) -> Result<Self> {
        if column.values.len() != self.length {
            return Err(Error::Mismatch {
                what: format!("adding column `{}`", column.name),
                left: format!("{} values", column.values.len()),
                right: format!("{} rows", self.length),
                remedy: "give one value per hour, NaN for a gap".to_owned(),
            });
        }
        if self.columns.iter().any(|other| other.name == column.name) {
            return Err(Error::parameter("column", &column.name, "a name the panel does not have yet"));
        }
        self.columns.push(column);
        Ok(self)
    }

    /// The first hour.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The last hour.
    pub fn last(&self) -> Timestamp {
        self.at(self.length - 1)
    }

    /// The number of hours.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Always false: a panel has at least one hour.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The time of a row; rows beyond the end continue the grid.
    pub fn at(&self, row: usize) -> Timestamp {
        Timestamp::from_millis(self.start.millis() + row as i64 * HOUR_MS)
    }

    /// The row of a time, when it lies on the grid.
    pub fn row_of(&self, time: Timestamp) -> Option<usize> {
        let distance = time.millis() - self.start.millis();
        let row = usize::try_from(distance / HOUR_MS).ok()?;
        (distance >= 0 && distance % HOUR_MS == 0 && row < self.length).then_some(row)
    }

    /// The times of all rows.
    pub fn times(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        (0..self.length).map(|row| self.at(row))
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
        Ok(Self { start: self.start, length: self.length, columns })
    }

    /// Both panels' columns on their common grid.
    ///
    /// # Errors
    /// When the grids differ or a name occurs in both.
    pub fn join(self, other: &Self) -> Result<Self> {
        if (self.start, self.length) != (other.start, other.length) {
            return Err(Error::Mismatch {
                what: "joining panels".to_owned(),
                left: format!("{} hours from {}", self.length, self.start),
                right: format!("{} hours from {}", other.length, other.start),
                remedy: "cut both to the same hours first".to_owned(),
            });
        }
        other.columns.iter().cloned().try_fold(self, Self::with)
    }

    /// The hours from `from` to `to`, both included, clipped to the grid.
    ///
    /// # Errors
    /// When nothing is left.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Result<Self> {
        let first = from.hours().max(self.start.hours());
        let last = to.hours().min(self.last().hours());
        if last < first {
            return Err(Error::Mismatch {
                what: "cutting a panel".to_owned(),
                left: format!("{from} .. {to}"),
                right: format!("{} .. {}", self.start, self.last()),
                remedy: "choose a window that overlaps the data".to_owned(),
            });
        }
        let skip = (first - self.start.hours()) as usize;
        let length = (last - first + 1) as usize;
        let columns = self
            .columns
            .iter()
            .map(|column| Column { values: column.values[skip..skip + length].into(), ..column.clone() })
            .collect();
        Ok(Self { start: Timestamp::from_hours(first), length, columns })
    }

    /// SHA-256 of the values and of when each is known: what tells two data sets apart.
    ///
    /// Grid, names, frequencies, publication lags and every value's bits; all NaN are the same null.
    pub fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.start.millis().to_le_bytes());
        hasher.update((self.length as u64).to_le_bytes());
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

//! Anybody's CSV or parquet file as a table whose every complaint names file, column, row and value.

use super::reading::{
    Cells, Contents, Decimal, Found, ParquetFile, ReadOptions, Skip, Values, cells, contents, find_clock,
    not_understood, times_of,
};
use super::table_numbers::Marks;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// A table of a CSV or parquet file; columns are interpreted when asked for.
///
/// CSV: divided by comma, semicolon, tab or bar, in UTF-8, UTF-16 or Latin-1, packed by gzip or zip or plain;
/// lines above the header are passed over. Parquet is known by its magic bytes, not by its name, and only columns
/// that are asked for are decoded.
///
/// # Examples
/// ```
/// use dvol_core::data::Table;
/// let table = Table::from_csv("forecasts.csv", "time,actual\n2024-01-01 00:00,60.5\n2024-01-01 01:00,61\n")?;
/// assert_eq!(table.numbers("actual")?, [60.5, 61.0]);
/// assert_eq!(table.times(&table.time_column()?)?[1].to_string(), "2024-01-01T01:00:00Z");
/// let error = table.numbers("predicted").unwrap_err().to_string();
/// assert_eq!(error, "forecasts.csv: no column `predicted`; it has: time, actual");
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    path: PathBuf,
    names: Vec<String>,
    places: Arc<HashMap<String, usize>>,
    pub(super) body: Body,
    pub(super) decimal: Option<Decimal>,
    /// What was told of several files at once.
    pub(super) shared_decimal: Option<Decimal>,
    /// Which marks before the fraction stand anywhere in the file, once that was needed.
    pub(super) marks: Arc<OnceLock<Marks>>,
    notes: Arc<Mutex<Vec<String>>>,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    Text(Arc<Cells>),
    Parquet(ParquetFile),
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is empty, has no data row, names a column twice, or has a row of another
    /// length than its header.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_with(path, &ReadOptions::default())
    }

    /// Reads a file, told what it does not tell itself.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn read_with(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Self> {
        let path = path.as_ref();
        if is_parquet(path) {
            return Self::checked(path, Body::Parquet(ParquetFile::open(path)?), options, Vec::new());
        }
        let bytes = fs::read(path).map_err(Error::io(path))?;
        Self::from_bytes_with(path, bytes, options)
    }

    /// Interprets bytes already read; `path` is the name that errors use.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn from_bytes(path: impl AsRef<Path>, bytes: Vec<u8>) -> Result<Self> {
        Self::from_bytes_with(path, bytes, &ReadOptions::default())
    }

    /// The same, told what the bytes do not tell themselves.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn from_bytes_with(path: impl AsRef<Path>, bytes: Vec<u8>, options: &ReadOptions) -> Result<Self> {
        let path = path.as_ref();
        let mut notes = Vec::new();
        match contents(path, bytes, &mut notes)? {
            Contents::Parquet(bytes) => {
                Self::checked(path, Body::Parquet(ParquetFile::from_bytes(path, bytes)?), options, notes)
            }
            Contents::Text(text) => Self::from_text(path, &text, options, notes),
        }
    }

    /// Interprets CSV text; `path` is the name that errors use.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn from_csv(path: impl AsRef<Path>, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self::from_text(path.as_ref(), text, &ReadOptions::default(), Vec::new())
    }

    fn from_text(path: &Path, text: &str, options: &ReadOptions, mut notes: Vec<String>) -> Result<Self> {
        let cells = cells(path, text, Skip::of(options), &mut notes)?;
        Self::checked(path, Body::Text(Arc::new(cells)), options, notes)
    }

    fn checked(path: &Path, body: Body, options: &ReadOptions, notes: Vec<String>) -> Result<Self> {
        let names = match &body {
            Body::Text(cells) => cells.names.clone(),
            Body::Parquet(file) => file.names(),
        };
        let table = Self {
            path: path.to_path_buf(),
            places: Arc::new(names.iter().cloned().zip(0..).collect()),
            names,
            body,
            decimal: options.decimal,
            shared_decimal: options.shared.decimal,
            marks: Arc::default(),
            notes: Arc::new(Mutex::new(notes)),
        };
        if table.is_empty() {
            return Err(Error::file(path, "a header but no data row; give at least one row"));
        }
        Ok(table)
    }

    /// The file, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The column names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of data rows.
    pub fn len(&self) -> usize {
        match &self.body {
            Body::Text(cells) => cells.rows(),
            Body::Parquet(file) => file.rows(),
        }
    }

    /// Whether there is no data row; a table that was read has at least one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a column of exactly this name exists.
    pub fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    /// The first of the candidate names that exists, compared without regard to case.
    pub fn find(&self, candidates: &[&str]) -> Option<&str> {
        candidates.iter().find_map(|candidate| {
            self.names.iter().find(|name| name.eq_ignore_ascii_case(candidate)).map(String::as_str)
        })
    }

    /// The column that holds the times, by name and content.
    ///
    /// # Errors
    /// When no column is understood as the time; the columns looked at are named.
    pub fn time_column(&self) -> Result<String> {
        match find_clock(self, &ReadOptions::default())? {
            Found::Clock(clock) => Ok(clock.columns[0].clone()),
            Found::Nothing(looked) => Err(not_understood(self, &looked)),
        }
    }

    /// What was passed over or taken off while reading.
    pub(super) fn notes(&self) -> Vec<String> {
        self.notes.lock().map(|notes| notes.clone()).unwrap_or_default()
    }

    pub(super) fn note(&self, note: String) {
        if let Ok(mut notes) = self.notes.lock()
            && !notes.contains(&note)
        {
            notes.push(note);
        }
    }

    /// A column as instants, decided by the whole column: ISO 8601 and other written dates, with or without zone
    /// (none is UTC), epochs from seconds to nanoseconds, compact dates and a spreadsheet's days.
    ///
    /// # Errors
    /// A missing column, or a cell that is no such time.
    pub fn times(&self, column: &str) -> Result<Vec<Timestamp>> {
        Ok(times_of(self, column)?.into_iter().map(Timestamp::from_millis).collect())
    }

    /// A column as it is written; a null of parquet is the empty text.
    ///
    /// # Errors
    /// A missing column.
    pub fn texts(&self, column: &str) -> Result<Vec<String>> {
        let place = self.place(column)?;
        let optional = |value: Option<String>| value.unwrap_or_default();
        Ok(match &self.body {
            Body::Text(cells) => cells.column(place).map(str::to_owned).collect(),
            Body::Parquet(file) => match file.column(place)? {
                Values::Texts(texts) => texts.into_iter().map(optional).collect(),
                Values::Numbers(numbers) => numbers
                    .into_iter()
                    .map(|value| if value.is_nan() { String::new() } else { value.to_string() })
                    .collect(),
                Values::Whole(whole) => {
                    whole.into_iter().map(|value| optional(value.map(|value| value.to_string()))).collect()
                }
                Values::Instants { millis, .. } | Values::Clocks(millis) => millis
                    .into_iter()
                    .map(|value| optional(value.map(|value| Timestamp::from_millis(value).to_string())))
                    .collect(),
                Values::Dates(days) => days
                    .into_iter()
                    .map(|day| {
                        optional(day.map(|day| Timestamp::from_hours(day.saturating_mul(24)).to_string()))
                    })
                    .collect(),
            },
        })
    }

    /// The cells of a text table's column; none for parquet.
    pub(super) fn text_column(&self, place: usize) -> Option<impl Iterator<Item = &str> + Clone> {
        match &self.body {
            Body::Text(cells) => Some(cells.column(place)),
            Body::Parquet(_) => None,
        }
    }

    /// The values of a parquet column.
    pub(super) fn typed_column(&self, place: usize) -> Result<Values> {
        match &self.body {
            Body::Parquet(file) => file.column(place),
            Body::Text(cells) => {
                Ok(Values::Texts(cells.column(place).map(|cell| Some(cell.to_owned())).collect()))
            }
        }
    }

    /// The parquet file behind a table; none for text.
    pub(super) fn parquet(&self) -> Option<&ParquetFile> {
        match &self.body {
            Body::Parquet(file) => Some(file),
            Body::Text(_) => None,
        }
    }

    /// Whether a column's type says that it holds times.
    pub(super) fn is_dated(&self, place: usize) -> bool {
        matches!(&self.body, Body::Parquet(file) if file.is_dated(place))
    }

    /// Whether a column's type says that it holds times of day.
    pub(super) fn is_clock(&self, place: usize) -> bool {
        matches!(&self.body, Body::Parquet(file) if file.is_clock(place))
    }

    /// A cell for a message; empty where it cannot be read.
    pub(super) fn shown(&self, column: &str, row: usize) -> String {
        let Ok(place) = self.place(column) else { return String::new() };
        match &self.body {
            Body::Text(cells) => cells.cell(row, place).unwrap_or_default().to_owned(),
            Body::Parquet(_) => {
                self.texts(column).ok().and_then(|texts| texts.get(row).cloned()).unwrap_or_default()
            }
        }
    }

    /// An error about one cell; `row` counts from 0 here and is reported from 1.
    pub fn cell(&self, column: &str, row: usize, problem: impl Into<String>) -> Error {
        Error::Cell {
            path: self.path.clone(),
            column: column.to_owned(),
            row: row + 1,
            value: self.shown(column, row),
            problem: problem.into(),
        }
    }

    /// An error about a column that is not there.
    pub fn missing(&self, column: &str) -> Error {
        Error::MissingColumn {
            table: self.path.display().to_string(),
            column: column.to_owned(),
            available: self.names.clone(),
        }
    }

    pub(super) fn place(&self, column: &str) -> Result<usize> {
        self.places.get(column).copied().ok_or_else(|| self.missing(column))
    }
}

/// Whether a file begins as parquet does.
pub(super) fn is_parquet(path: &Path) -> bool {
    let mut magic = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok_and(|()| magic == *b"PAR1")
}

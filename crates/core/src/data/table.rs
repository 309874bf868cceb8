//! Anybody's CSV or parquet file as a table whose every complaint names file, column, row and value.

use crate::error::{Error, Result};
use crate::time::Timestamp;
use csv::StringRecord;
use polars::prelude::{AnyValue, Column as Series, DataFrame, DataType, ParquetReader, SerReader, TimeUnit};
use std::borrow::Cow;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Names a time column goes by, best first.
const TIME_NAMES: [&str; 10] =
    ["timestamp", "time", "datetime", "date", "origin", "open_time", "period_start", "ts", "t", "unnamed: 0"];

/// Words that stand for a missing value.
const NULL_WORDS: [&str; 8] = ["", "nan", "null", "none", "na", "n/a", "nat", "-"];

/// A table read whole from a CSV or parquet file; columns are interpreted when asked for.
///
/// CSV: comma, semicolon or tab separated (seen from the header), first row names the columns, every row
/// has as many cells as the header. Parquet is known by its magic bytes, not by its name.
///
/// # Examples
/// ```
/// use dvol_core::data::Table;
/// let table = Table::from_csv("forecasts.csv", "time,actual\n2024-01-01 00:00,60.5\n1704070800,61\n")?;
/// assert_eq!(table.numbers("actual")?, [60.5, 61.0]);
/// assert_eq!(table.times(table.time_column()?)?[1].to_string(), "2024-01-01T01:00:00Z");
/// let error = table.numbers("predicted").unwrap_err().to_string();
/// assert_eq!(error, "forecasts.csv: no column `predicted`; it has: time, actual");
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    path: PathBuf,
    names: Vec<String>,
    cells: Cells,
}

#[derive(Debug, Clone)]
enum Cells {
    /// All cells in one string, row by row, and where each ends: one allocation, not one a row.
    Text {
        text: String,
        ends: Vec<usize>,
    },
    Frame(DataFrame),
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is empty, has no data row, names a column twice, or has a row of another
    /// length than its header.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = fs::read(path).map_err(Error::io(path))?;
        Self::from_bytes(path, bytes)
    }

    /// Interprets bytes already read; `path` is the name that errors use.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn from_bytes(path: impl AsRef<Path>, bytes: Vec<u8>) -> Result<Self> {
        let path = path.as_ref();
        if bytes.starts_with(b"PAR1") {
            return Self::from_parquet(path, bytes);
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let place = error.utf8_error().valid_up_to();
            Error::file(path, format!("neither parquet nor UTF-8 text (byte {place}); save it as UTF-8 CSV"))
        })?;
        Self::from_csv(path, &text)
    }

    /// Interprets CSV text; `path` is the name that errors use.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn from_csv(path: impl AsRef<Path>, text: &str) -> Result<Self> {
        let path = path.as_ref();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(Error::file(path, "the file is empty; give a header and at least one row"));
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(text))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| Error::file(path, describe(&error));
        let header = reader.headers().map_err(unreadable)?.clone();
        let names: Vec<String> =
            header.iter().enumerate().map(|(place, name)| column_name(place, name)).collect();
        let mut cells = String::with_capacity(text.len());
        let mut ends = Vec::new();
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(unreadable)? {
            for cell in &record {
                cells.push_str(cell);
                ends.push(cells.len());
            }
        }
        Self::checked(path, names, Cells::Text { text: cells, ends })
    }

    fn from_parquet(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let frame = ParquetReader::new(Cursor::new(bytes))
            .finish()
            .map_err(|error| Error::file(path, format!("not a readable parquet file: {error}")))?;
        let names = frame.get_column_names().into_iter().map(ToString::to_string).collect();
        Self::checked(path, names, Cells::Frame(frame))
    }

    fn checked(path: &Path, names: Vec<String>, cells: Cells) -> Result<Self> {
        for (place, name) in names.iter().enumerate() {
            if names[..place].contains(name) {
                return Err(Error::file(path, format!("two columns are named `{name}`; rename one")));
            }
        }
        let table = Self { path: path.to_path_buf(), names, cells };
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
        match &self.cells {
            Cells::Text { ends, .. } => ends.len() / self.names.len().max(1),
            Cells::Frame(frame) => frame.height(),
        }
    }

    /// Whether there is no data row; a table that was read has at least one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a column of exactly this name exists.
    pub fn has(&self, column: &str) -> bool {
        self.names.iter().any(|name| name == column)
    }

    /// The first of the candidate names that exists, compared without regard to case.
    pub fn find(&self, candidates: &[&str]) -> Option<&str> {
        candidates.iter().find_map(|candidate| {
            self.names.iter().find(|name| name.eq_ignore_ascii_case(candidate)).map(String::as_str)
        })
    }

    /// The column that holds the times: a usual name, else the first column if its first cell is a date.
    ///
    /// # Errors
    /// When no column looks like it.
    pub fn time_column(&self) -> Result<&str> {
        if let Some(name) = self.find(&TIME_NAMES) {
            return Ok(name);
        }
        let first = self.names.first().map_or("", String::as_str);
        let dated = self.text(0, 0).is_some_and(|text| {
            text.parse::<f64>().map_or(Timestamp::parse(&text).is_some(), |number| number.abs() > 1e8)
        });
        if dated {
            return Ok(first);
        }
        Err(self.missing("timestamp"))
    }

    /// A column as numbers; an empty cell or a word for missing (`nan`, `null`, `NA`, ...) is NaN.
    ///
    /// # Errors
    /// A missing column, or a cell that is not a finite number.
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>> {
        let place = self.place(column)?;
        if let Cells::Frame(frame) = &self.cells {
            let series = &frame.columns()[place];
            if series.dtype().is_primitive_numeric() {
                return self.frame_numbers(series);
            }
        }
        (0..self.len())
            .map(|row| {
                let text = self.text(row, place).unwrap_or_default();
                if is_null(&text) {
                    return Ok(f64::NAN);
                }
                match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => Ok(number),
                    _ => Err(self.cell(
                        column,
                        row,
                        "not a finite number; use a point for decimals, or leave the cell empty for a gap",
                    )),
                }
            })
            .collect()
    }

    fn frame_numbers(&self, series: &Series) -> Result<Vec<f64>> {
        let cast = series.cast(&DataType::Float64).map_err(Error::internal("reading a numeric column"))?;
        let numbers = cast.f64().map_err(Error::internal("reading a numeric column"))?;
        let numbers: Vec<f64> = numbers.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        match numbers.iter().position(|number| number.is_infinite()) {
            Some(row) => Err(self.cell(series.name(), row, "not finite; store a null for a gap")),
            None => Ok(numbers),
        }
    }

    /// A column as instants: ISO 8601 or space-separated, with or without zone (none is UTC), dates, and
    /// Unix epochs in seconds or milliseconds.
    ///
    /// # Errors
    /// A missing column, or a cell that is no time between 1970 and 2200.
    pub fn times(&self, column: &str) -> Result<Vec<Timestamp>> {
        let place = self.place(column)?;
        if let Cells::Frame(frame) = &self.cells
            && matches!(frame.columns()[place].dtype(), DataType::Datetime(..) | DataType::Date)
        {
            return self.frame_times(&frame.columns()[place]);
        }
        (0..self.len())
            .map(|row| {
                let text = self.text(row, place).unwrap_or_default();
                let time = Timestamp::parse(&text).filter(|time| (1970..2200).contains(&time.year()));
                time.ok_or_else(|| {
                    self.cell(
                        column,
                        row,
                        "not a time; write 2022-11-08T00:00:00Z, or an epoch in seconds or milliseconds",
                    )
                })
            })
            .collect()
    }

    fn frame_times(&self, series: &Series) -> Result<Vec<Timestamp>> {
        let millis = series
            .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
            .and_then(|column| column.cast(&DataType::Int64))
            .map_err(Error::internal("reading a time column"))?;
        let millis = millis.i64().map_err(Error::internal("reading a time column"))?;
        let times = millis.iter().enumerate().map(|(row, value)| {
            value
                .map(Timestamp::from_millis)
                .ok_or_else(|| self.cell(series.name(), row, "a row without a time; drop the row or date it"))
        });
        times.collect()
    }

    /// A column as it is written; a null of parquet is the empty text.
    ///
    /// # Errors
    /// A missing column.
    pub fn texts(&self, column: &str) -> Result<Vec<String>> {
        let place = self.place(column)?;
        Ok((0..self.len()).map(|row| self.text(row, place).unwrap_or_default().into_owned()).collect())
    }

    /// An error about one cell; `row` counts from 0 here and is reported from 1.
    pub fn cell(&self, column: &str, row: usize, problem: impl Into<String>) -> Error {
        let place = self.names.iter().position(|name| name == column);
        Error::Cell {
            path: self.path.clone(),
            column: column.to_owned(),
            row: row + 1,
            value: place.and_then(|place| self.text(row, place)).unwrap_or_default().into_owned(),
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

    fn place(&self, column: &str) -> Result<usize> {
        self.names.iter().position(|name| name == column).ok_or_else(|| self.missing(column))
    }

    fn text(&self, row: usize, place: usize) -> Option<Cow<'_, str>> {
        match &self.cells {
            Cells::Text { text, ends } => {
                let cell = row * self.names.len() + place;
                let start = if cell == 0 { 0 } else { *ends.get(cell - 1)? };
                text.get(start..*ends.get(cell)?).map(Cow::Borrowed)
            }
            Cells::Frame(frame) => match frame.columns().get(place)?.get(row).ok()? {
                AnyValue::Null => None,
                AnyValue::String(text) => Some(Cow::Owned(text.to_owned())),
                value => Some(Cow::Owned(value.to_string())),
            },
        }
    }
}

fn is_null(text: &str) -> bool {
    NULL_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// pandas writes its index without a name.
fn column_name(place: usize, name: &str) -> String {
    if name.is_empty() { format!("unnamed: {place}") } else { name.to_owned() }
}

fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |byte: u8| header.bytes().filter(|other| *other == byte).count();
    // the earliest of equals wins, so a single column reads as comma separated
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

fn describe(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => format!(
            "row {}: {len} cells where the header has {expected_len}; mend or delete the row",
            pos.as_ref().map_or(0, csv::Position::record)
        ),
        _ => format!("not readable as CSV: {error}"),
    }
}

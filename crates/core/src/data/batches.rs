//! Long parquet series in batches: more rows than memory holds.

use crate::error::{Error, Result};
use crate::time::Timestamp;
use polars::prelude::{DataFrame, DataType, ParquetReader, SerReader, TimeUnit};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows read at a time.
const BATCH: usize = 1 << 20;

/// One stretch of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// When each value was observed.
    pub times: Vec<Timestamp>,
    /// The values; NaN is null.
    pub values: Vec<f64>,
}

/// Two columns of a parquet file, a batch at a time.
#[derive(Debug)]
pub struct Batches {
    path: PathBuf,
    time: String,
    column: String,
    rows: usize,
    next: usize,
}

impl Batches {
    /// Opens a file; nothing but its footer is read yet.
    ///
    /// # Errors
    /// A file that is missing or no parquet, or lacks one of the columns.
    pub fn open(path: impl AsRef<Path>, time: &str, column: &str) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| {
            Error::file(path, format!("cannot be read ({error}); name a parquet file with --input"))
        })?;
        let mut reader = ParquetReader::new(file);
        let foreign =
            |error: polars::prelude::PolarsError| Error::file(path, format!("not a parquet file: {error}"));
        let rows = reader.num_rows().map_err(foreign)?;
        let schema = reader.schema().map_err(foreign)?;
        let available: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
        for name in [time, column] {
            if !available.iter().any(|other| other == name) {
                return Err(Error::MissingColumn {
                    table: path.display().to_string(),
                    column: name.to_owned(),
                    available,
                });
            }
        }
        Ok(Self { path: path.to_path_buf(), time: time.to_owned(), column: column.to_owned(), rows, next: 0 })
    }

    /// Rows in the file.
    pub fn rows(&self) -> usize {
        self.rows
    }

    fn read(&self, offset: usize, length: usize) -> Result<Batch> {
        let file = File::open(&self.path).map_err(Error::io(&self.path))?;
        let unusable = |error: polars::prelude::PolarsError| Error::file(&self.path, error.to_string());
        let frame: DataFrame = ParquetReader::new(file)
            .with_columns(Some(vec![self.time.clone(), self.column.clone()]))
            .with_slice(Some((offset, length)))
            .finish()
            .map_err(unusable)?;
        let cell = |row: usize, column: &str, problem: &str| Error::Cell {
            path: self.path.clone(),
            column: column.to_owned(),
            row: offset + row + 1,
            value: "null".to_owned(),
            problem: problem.to_owned(),
        };
        let stamps = frame.column(&self.time).map_err(unusable)?;
        let stamps = match stamps.dtype() {
            DataType::Datetime(_, _) => {
                stamps.cast(&DataType::Datetime(TimeUnit::Milliseconds, None)).map_err(unusable)?
            }
            _ => stamps.clone(),
        };
        let stamps = stamps.cast(&DataType::Int64).map_err(unusable)?;
        let times = stamps
            .i64()
            .map_err(unusable)?
            .iter()
            .enumerate()
            .map(|(row, time)| {
                time.map(Timestamp::from_millis)
                    .ok_or_else(|| cell(row, &self.time, "a time is needed in every row; drop the row"))
            })
            .collect::<Result<Vec<_>>>()?;
        let values =
            frame.column(&self.column).map_err(unusable)?.cast(&DataType::Float64).map_err(unusable)?;
        let values = values.f64().map_err(unusable)?.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        Ok(Batch { times, values })
    }
}

impl Iterator for Batches {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        let length = BATCH.min(self.rows - self.next);
        if length == 0 {
            return None;
        }
        let batch = self.read(self.next, length);
        self.next += length;
        Some(batch)
    }
}

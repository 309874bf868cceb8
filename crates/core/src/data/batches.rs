//! Long parquet series in batches: more rows than memory holds.

use super::reading::{
    Grid, ParquetFile, ReadOptions, Span, Understood, UnderstoodTime, Values, find_in_first_group, grid,
    times_of_group,
};
use super::table::{Table, is_parquet};
use crate::error::{Error, Result};
use crate::time::Timestamp;
use std::path::Path;

/// The largest share of missing rows that still are holes in a grid rather than a market that closes.
pub const MOST_HOLES: f64 = 0.1;

/// One stretch of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// When each value was observed.
    pub times: Vec<Timestamp>,
    /// The values; NaN is null.
    pub values: Vec<f64>,
}

/// Two columns of a parquet file, a group of rows at a time, on the step that its rows keep.
///
/// Steps without a row become nulls, so that no return reaches across them; where so many are missing that the market
/// closes, rows follow one another.
#[derive(Debug)]
pub struct Batches {
    table: Table,
    file: ParquetFile,
    options: ReadOptions,
    time: usize,
    column: usize,
    next: usize,
    /// The last stamp handed out.
    last: Option<i64>,
    step: Option<Span>,
    closes: bool,
    understood: UnderstoodTime,
}

impl Batches {
    /// Opens a file; nothing but its footer and the first and last times are read yet.
    ///
    /// # Errors
    /// A file that is missing or no parquet, lacks one of the columns, or whose times are not understood.
    pub fn open(path: impl AsRef<Path>, time: &str, column: &str) -> Result<Self> {
        let options = ReadOptions { timestamp: Some(time.to_owned()), ..ReadOptions::default() };
        Self::open_with(path, &options, column)
    }

    /// A parquet file of more than `rows` rows; none for a shorter file or text, which is read at once.
    ///
    /// # Errors
    /// As [`Batches::open`].
    pub fn open_long(
        path: impl AsRef<Path>,
        options: &ReadOptions,
        column: &str,
        rows: usize,
    ) -> Result<Option<Self>> {
        let path = path.as_ref();
        let long = is_parquet(path) && Table::read_with(path, options)?.len() > rows;
        if long { Self::open_with(path, options, column).map(Some) } else { Ok(None) }
    }

    /// The same as [`Batches::open`], told what the file does not tell itself.
    ///
    /// # Errors
    /// As [`Batches::open`].
    pub fn open_with(path: impl AsRef<Path>, options: &ReadOptions, column: &str) -> Result<Self> {
        let table = Table::read_with(&path, options)?;
        let Some(file) = table.parquet().cloned() else {
            return Err(Error::file(path, "not a parquet file; only parquet is read in batches"));
        };
        let place = table.place(column)?;
        let (time, clock) = find_in_first_group(&table, &file, options)?;
        let last_group = file.groups().saturating_sub(1);
        let ending = times_of_group(&table, &file, (time, last_group), options)?;
        let (Some(first), Some(last)) = (clock.millis.first().copied(), ending.last().copied()) else {
            return Err(Error::file(path, "no data row; give at least one"));
        };
        let early = increasing(&table, time, &clock.millis, 0)
            .map(|()| grid(&clock.millis, options.step))?
            .map_err(|off| table.cell(&table.names()[time], off.row, off.problem))?;
        let step = early.step.filter(|_| early.regular);
        let places = step.map(|step| (last - first) as f64 / step.millis() as f64 + 1.0);
        let closes = places.is_none_or(|places| places - file.rows() as f64 > MOST_HOLES * places);
        let understood = UnderstoodTime {
            columns: clock.columns,
            written: clock.words,
            zone: clock.zone,
            step: step.map(|step| step.to_string()),
            first: Timestamp::from_millis(first),
            last: Timestamp::from_millis(last),
        };
        let options = options.clone();
        Ok(Self { table, file, options, time, column: place, next: 0, last: None, step, closes, understood })
    }

    /// Rows in the file.
    pub fn rows(&self) -> usize {
        self.file.rows()
    }

    /// The step that the rows keep; none where they keep none.
    pub fn step(&self) -> Option<Span> {
        self.step
    }

    /// Rows in a year, as far as the file goes.
    pub fn observations_in_a_year(&self) -> f64 {
        const YEAR: f64 = 365.0 * 86_400_000.0;
        match self.step {
            Some(step) if !self.closes => YEAR / step.millis() as f64,
            _ => {
                let span = self.understood.last.millis() - self.understood.first.millis();
                YEAR * self.rows().saturating_sub(1) as f64 / span.max(1) as f64
            }
        }
    }

    /// What the file was taken for.
    pub fn understood(&self) -> Understood {
        Understood {
            input: self.table.path().display().to_string(),
            rows: self.rows(),
            time: Some(self.understood.clone()),
            notes: Vec::new(),
        }
    }

    fn read(&mut self, group: usize) -> Result<Batch> {
        let times = times_of_group(&self.table, &self.file, (self.time, group), &self.options)?;
        let offset: usize = (0..group).map(|group| self.file.rows_of_group(group)).sum();
        increasing(&self.table, self.time, &times, offset)?;
        let name = &self.table.names()[self.column];
        let values = match self.file.column_of_group(self.column, group)? {
            Values::Numbers(values) => values,
            Values::Whole(values) => {
                values.into_iter().map(|value| value.map_or(f64::NAN, |value| value as f64)).collect()
            }
            _ => return Err(self.table.cell(name, offset, "no number; name a column of numbers")),
        };
        let step = self.step.filter(|_| !self.closes);
        let times = match step {
            None => times,
            Some(step) => {
                let Grid { millis, regular, .. } = grid(&times, Some(step)).map_err(|off| {
                    self.table.cell(&self.table.names()[self.time], offset + off.row, off.problem)
                })?;
                if regular { millis } else { times }
            }
        };
        if let (Some(last), Some(first)) = (self.last, times.first())
            && *first <= last
        {
            let problem = format!("not later than the row before ({})", Timestamp::from_millis(last));
            return Err(self.table.cell(&self.table.names()[self.time], offset, problem));
        }
        let mut batch =
            Batch { times: Vec::with_capacity(times.len()), values: Vec::with_capacity(times.len()) };
        for (time, value) in times.into_iter().zip(values) {
            if let (Some(step), Some(last)) = (step, self.last) {
                let mut missing = last + step.millis();
                while missing < time {
                    batch.times.push(Timestamp::from_millis(missing));
                    batch.values.push(f64::NAN);
                    missing += step.millis();
                }
            }
            self.last = Some(time);
            batch.times.push(Timestamp::from_millis(time));
            batch.values.push(value);
        }
        Ok(batch)
    }
}

fn increasing(table: &Table, time: usize, millis: &[i64], offset: usize) -> Result<()> {
    match (1..millis.len()).find(|&row| millis[row] <= millis[row - 1]) {
        None => Ok(()),
        Some(row) => {
            let before = Timestamp::from_millis(millis[row - 1]);
            let problem =
                format!("not later than the row before ({before}); a file of this length must be in order");
            Err(table.cell(&table.names()[time], offset + row, problem))
        }
    }
}

impl Iterator for Batches {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.file.groups() {
            return None;
        }
        self.next += 1;
        Some(self.read(self.next - 1))
    }
}

//! A table with its rows in order of time: what every command reads.

use super::clock::{self, Clock, Found, Looked};
use super::grid::{Grid, grid};
use super::options::{ReadOptions, Span};
use super::understood::{Understood, UnderstoodTime, snapped};
use crate::data::Table;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use std::path::Path;

/// What a computation needs to know of its rows' times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// When each row was: no times, no answer.
    Clock,
    /// Which row came first: a file without any column of times is taken as it stands, one whose times are not
    /// understood, or that may be newest first, is refused.
    Order,
    /// The same, but a column of times that is not understood is only said.
    Rows,
}

/// A table whose rows are in order of time, strictly increasing, with stamps on the step that nearly all keep.
///
/// # Examples
/// ```
/// use dvol_core::data::{DatedTable, Need, ReadOptions, Table};
/// let text = "Date,Close\n03.01.2024,61\n02.01.2024,60.5\n01.01.2024,60\n";
/// let table = Table::from_csv("dvol.csv", text)?;
/// let dated = DatedTable::new(table, &ReadOptions::default(), Need::Clock)?;
/// assert_eq!(dated.numbers("Close")?, [60.0, 60.5, 61.0]);
/// assert_eq!(
///     dated.understood().to_string(),
///     "dvol.csv: 3 rows, times from `Date`: day.month.year dates, UTC, every 1 d, 2024-01-01T00:00:00Z .. \
///      2024-01-03T00:00:00Z; newest row first: turned round"
/// );
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DatedTable {
    table: Table,
    /// File rows in order of time; none where the file is in order.
    order: Option<Vec<usize>>,
    times: Option<Vec<Timestamp>>,
    step: Option<Span>,
    holes: Option<u64>,
    time: Option<UnderstoodTime>,
    notes: Vec<String>,
}

impl DatedTable {
    /// Reads a file.
    ///
    /// # Errors
    /// As [`Table::read`]; times that are needed and not understood, out of order, twice in the file, or off the
    /// step that nearly all rows keep.
    pub fn read(path: impl AsRef<Path>, options: &ReadOptions, need: Need) -> Result<Self> {
        Self::new(Table::read_with(path, options)?, options, need)
    }

    /// Orders a table already read.
    ///
    /// # Errors
    /// As [`DatedTable::read`].
    pub fn new(table: Table, options: &ReadOptions, need: Need) -> Result<Self> {
        if options.no_time {
            if let Some(named) = &options.timestamp {
                return Err(Error::parameter(
                    "no-time",
                    format!("with --timestamp {named}"),
                    "one or the other",
                ));
            }
            if need == Need::Clock && options.step.is_none() {
                return Err(Error::parameter(
                    "step",
                    "none",
                    "the time from row to row beside --no-time, such as 1h",
                ));
            }
            return Ok(Self::in_file_order(table, options.step, Vec::new()));
        }
        let found = match clock::find_clock(&table, options) {
            Err(error) if need == Need::Rows && options.timestamp.is_none() => {
                return Ok(Self::in_file_order(table, None, vec![format!("times are not used ({error})")]));
            }
            found => found?,
        };
        match found {
            Found::Clock(clock) if need == Need::Rows => {
                let file = table.clone();
                Self::dated(table, clock, options).or_else(|error| {
                    Ok(Self::in_file_order(file, None, vec![format!("times are not used ({error})")]))
                })
            }
            Found::Clock(clock) => Self::dated(table, clock, options),
            Found::Nothing(looked) => {
                let meant = looked.iter().any(Looked::is_meant);
                if need == Need::Clock || need == Need::Order && (meant || clock::suspects(&table)) {
                    return Err(clock::not_understood(&table, &looked));
                }
                let columns: Vec<String> = looked
                    .iter()
                    .filter(|looked| looked.is_meant())
                    .map(|looked| format!("`{}` is not understood as a time", looked.column))
                    .collect();
                Ok(Self::in_file_order(table, options.step, columns))
            }
        }
    }

    fn in_file_order(table: Table, step: Option<Span>, mut notes: Vec<String>) -> Self {
        if let Some(step) = step {
            notes.push(format!("rows taken as {step} apart"));
        }
        Self { table, order: None, times: None, step, holes: None, time: None, notes }
    }

    fn dated(table: Table, clock: Clock, options: &ReadOptions) -> Result<Self> {
        let Clock { columns, mut millis, words, zone } = clock;
        let mut notes = Vec::new();
        let order = ordered(&table, &columns[0], &millis, options.sort, &mut notes)?;
        if let Some(order) = &order {
            millis = order.iter().map(|&row| millis[row]).collect();
        }
        let row = |row: usize| order.as_ref().map_or(row, |order| order[row]);
        let Grid { step, regular, millis: placed, snapped: moved, furthest } =
            grid(&millis, options.step).map_err(|off| table.cell(&columns[0], row(off.row), off.problem))?;
        let holes = Grid { step, regular, millis: placed.clone(), snapped: moved, furthest }.holes();
        if moved > 0 {
            notes.push(snapped(moved, furthest));
        }
        if let Some(holes) = holes.filter(|holes| *holes > 0) {
            notes.push(format!("{holes} step{} without a row", if holes == 1 { "" } else { "s" }));
        }
        let times: Vec<Timestamp> = placed.into_iter().map(Timestamp::from_millis).collect();
        let time = times.first().zip(times.last()).map(|(first, last)| UnderstoodTime {
            columns,
            written: words,
            zone,
            step: step.filter(|_| regular).map(|step| step.to_string()),
            first: *first,
            last: *last,
        });
        Ok(Self { table, order, times: Some(times), step: step.filter(|_| regular), holes, time, notes })
    }

    /// The table in the file's order.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no row; a table that was read has at least one.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The rows' times; none where rows were taken in the file's order.
    pub fn times(&self) -> Option<&[Timestamp]> {
        self.times.as_deref()
    }

    /// The step that all rows keep; none for an irregular file.
    pub fn step(&self) -> Option<Span> {
        self.step
    }

    /// Steps between the first and the last row that have none; unknown without a step.
    pub fn holes(&self) -> Option<u64> {
        self.holes
    }

    /// A column as numbers, in order of time.
    ///
    /// # Errors
    /// As [`Table::numbers`].
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>> {
        Ok(self.in_order(self.table.numbers(column)?))
    }

    /// A column as it is written, in order of time.
    ///
    /// # Errors
    /// As [`Table::texts`].
    pub fn texts(&self, column: &str) -> Result<Vec<String>> {
        Ok(self.in_order(self.table.texts(column)?))
    }

    fn in_order<T: Clone>(&self, values: Vec<T>) -> Vec<T> {
        match &self.order {
            Some(order) => order.iter().map(|&row| values[row].clone()).collect(),
            None => values,
        }
    }

    /// The file's row, from 0, of a row in order of time.
    pub fn file_row(&self, row: usize) -> usize {
        self.order.as_ref().and_then(|order| order.get(row).copied()).unwrap_or(row)
    }

    /// An error about one cell; `row` counts in order of time, and is told as the file counts.
    pub fn cell(&self, column: &str, row: usize, problem: impl Into<String>) -> Error {
        self.table.cell(column, self.file_row(row), problem)
    }

    /// What the file was taken for, up to now: columns add their own remarks when they are read.
    pub fn understood(&self) -> Understood {
        let mut notes = self.table.notes();
        notes.extend(self.notes.iter().cloned());
        Understood {
            input: self.table.path().display().to_string(),
            rows: self.len(),
            time: self.time.clone(),
            notes,
        }
    }

    /// Whether a column is one of those that hold the times.
    pub fn is_time(&self, column: &str) -> bool {
        self.time.as_ref().is_some_and(|time| time.columns.iter().any(|other| other == column))
    }
}

/// The order that makes times strictly increasing; none where they are.
fn ordered(
    table: &Table,
    column: &str,
    millis: &[i64],
    sort: bool,
    notes: &mut Vec<String>,
) -> Result<Option<Vec<usize>>> {
    let back = (1..millis.len()).find(|&row| millis[row] <= millis[row - 1]);
    let Some(back) = back else { return Ok(None) };
    if millis.len() > 1 && millis.windows(2).all(|pair| pair[0] > pair[1]) {
        notes.push("newest row first: turned round".to_owned());
        return Ok(Some((0..millis.len()).rev().collect()));
    }
    let before = Timestamp::from_millis(millis[back - 1]);
    let falling = millis.windows(2).all(|pair| pair[0] >= pair[1]);
    if !sort && !falling && millis[back] < millis[back - 1] {
        let problem = format!("not later than the row before ({before}); put rows in order with --sort");
        return Err(table.cell(column, back, problem));
    }
    let mut order: Vec<usize> = (0..millis.len()).collect();
    order.sort_by_key(|&row| millis[row]);
    if let Some(pair) = order.windows(2).find(|pair| millis[pair[0]] == millis[pair[1]]) {
        let days = millis.iter().all(|millis| millis.rem_euclid(24 * 3_600_000) == 0);
        let twice = format!(
            "not later than the row before it in time (row {}): this time stands in the file twice; keep each time once{}",
            pair[0] + 1,
            if days {
                ", or give rows of one day their times of day, such as 09:30 or hours 0 to 23"
            } else {
                ""
            }
        );
        return Err(table.cell(column, pair[1], twice));
    }
    let moved = order.iter().enumerate().filter(|(place, row)| place != *row).count();
    notes.push(format!("{moved} rows sorted by time"));
    Ok(Some(order))
}

//! One checked source: strictly increasing times, bounded values, one frequency.

use super::days::on_days;
use super::fault::Fault;
use super::manifest::Repair;
use super::policy::{DuplicatePolicy, ImportPolicy, InvalidPolicy, OrderPolicy};
use super::preliminary::Preliminary;
use super::reading::{
    Clock, Found, ReadOptions, Span, Understood, UnderstoodTime, find_shared_clock,
    not_understood_of_a_panel, snapped,
};
use super::subject::{Bound, ENOUGH_ROWS, Expected, Sought, Subject};
use super::table::Table;
use crate::error::{Error, Result, listed, quoted};
use crate::panel::{Frequency, Grid};
use crate::time::{HOUR_MS, Timestamp};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// So many equal steps in a row that are longer than the file's own are another frequency, not holes.
const FOREIGN_STEPS: usize = 4;

const DAY_MS: i64 = 24 * HOUR_MS;

/// What reads a series of any step.
const ELSEWHERE: &str =
    "give such rows, or take `dvol describe --input` and `dvol har --input`, which count rows";

/// An index of volatility that never reaches so many points counts fractions.
const SHARES: f64 = 3.0;

/// A stamp may miss its hour or day by so much and is moved there.
const TOLERANCE_MS: i64 = 180_000;

/// One series of a source, and the file's name for it.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) name: Cow<'static, str>,
    pub(super) file_column: String,
    pub(super) values: Vec<f64>,
    pub(super) preliminary: Option<Preliminary>,
}

/// What one table says about its subject, after every check.
#[derive(Debug, Clone)]
pub(super) struct Observations {
    pub(super) subject: Subject,
    pub(super) frequency: Frequency,
    pub(super) times: Vec<Timestamp>,
    pub(super) series: Vec<Series>,
    pub(super) repairs: Vec<Repair>,
    /// Values that the policy does not allow, which matter within the panel's hours.
    pub(super) faults: Vec<Fault>,
    path: PathBuf,
    time: UnderstoodTime,
    notes: Vec<String>,
}

impl Observations {
    /// Checks a table against what it is read for; `policy` says what may be repaired.
    pub(super) fn read(
        table: &Table,
        sought: &Sought,
        policy: &ImportPolicy,
        options: &ReadOptions,
    ) -> Result<Self> {
        let named = policy.columns.get(sought.time_key.as_ref()).or(options.timestamp.as_ref()).cloned();
        let clock = match find_shared_clock(table, &ReadOptions { timestamp: named, ..options.clone() })? {
            Found::Clock(clock) => clock,
            Found::Nothing(looked) => return Err(not_understood_of_a_panel(table, &looked)),
        };
        let Clock { columns, millis, words, zone } = clock;
        let sort = options.sort || policy.order == OrderPolicy::Sort;
        let times = millis.into_iter().map(Timestamp::from_millis).collect();
        let time_column = columns[0].as_str();
        let mut checker = Checker {
            table,
            time_column,
            times,
            subject: sought.subject,
            policy,
            sort,
            repairs: Vec::new(),
            faults: Vec::new(),
            notes: Vec::new(),
        };
        let frequency = sought.frequency_at(usual_spacing(&checker.times), checker.times.len());
        checker.snap(frequency);
        if let (Frequency::Daily, Some((days, placed))) = (frequency, on_days(&checker.times)) {
            checker.times = days;
            checker.notes.push(placed);
        }
        let rows = checker.ordered_rows()?;
        checker.one_frequency(&rows, frequency)?;
        let times: Vec<Timestamp> = rows.iter().map(|&row| checker.times[row]).collect();
        let mut series = Vec::new();
        for expected in sought.expected.iter() {
            if let Some(file_column) = find(table, expected, &policy.columns) {
                let values = checker.bounded(&file_column, expected)?;
                let values: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
                let preliminary = Preliminary::of(table, &file_column, &rows, &times, &values)?;
                series.push(Series { name: expected.name.clone(), file_column, values, preliminary });
            }
        }
        if let (true, Some(first)) = (series.is_empty(), sought.expected.first()) {
            return Err(missing(table, first, policy));
        }
        let Checker { repairs, faults, mut notes, .. } = checker;
        if sought.subject == Subject::Dvol && frequency == Frequency::Daily && !times.is_empty() {
            notes.push(Grid::days(times.iter().copied())?.calendar());
        }
        let zero = Timestamp::from_millis(0);
        let time = UnderstoodTime {
            written: words,
            zone,
            step: Some(Span::from_millis(step_ms(frequency)).to_string()),
            first: times.first().copied().unwrap_or(zero),
            last: times.last().copied().unwrap_or(zero),
            columns,
        };
        let path = table.path().to_path_buf();
        Ok(Self { subject: sought.subject, frequency, times, series, repairs, faults, path, time, notes })
    }

    /// Why it cannot stand in one panel with an index of another frequency.
    pub(super) fn beside(&self, index: Frequency) -> Error {
        let (own, path) = (self.frequency.word(), self.path.clone());
        Error::file(
            path,
            format!(
                "the {} is {own}, the index {}: give both at one frequency, or describe this one in thesis.toml under \
                 [columns.NAME]",
                self.subject,
                index.word()
            ),
        )
    }

    /// What the file was taken for.
    pub(super) fn understood(&self, table: &Table) -> Understood {
        let notes = table.notes().into_iter().chain(self.notes.iter().cloned()).collect();
        Understood {
            input: table.path().display().to_string(),
            rows: table.len(),
            time: Some(self.time.clone()),
            notes,
        }
    }

    /// Steps of the subject's frequency between the first and the last time that no row covers; weekends are none where
    /// a series has no row on any of them.
    pub(super) fn missing_rows(&self) -> usize {
        if let (Frequency::Daily, Ok(grid)) = (self.frequency, Grid::days(self.times.iter().copied())) {
            return grid.weekdays().saturating_sub(self.times.len());
        }
        let step = step_ms(self.frequency);
        match (self.times.first(), self.times.last()) {
            (Some(first), Some(last)) => {
                let span = (last.millis() - first.millis()) / step;
                (span as usize + 1).saturating_sub(self.times.len())
            }
            _ => 0,
        }
    }
}

fn step_ms(frequency: Frequency) -> i64 {
    frequency.hours() * HOUR_MS
}

/// The middle distance from one stamp to the next, whatever their order.
fn usual_spacing(times: &[Timestamp]) -> i64 {
    let mut spacings: Vec<i64> =
        times.windows(2).map(|pair| (pair[1].millis() - pair[0].millis()).abs()).collect();
    spacings.sort_unstable();
    spacings.get(spacings.len() / 2).copied().unwrap_or(0)
}

fn find(table: &Table, expected: &Expected, mapping: &BTreeMap<String, String>) -> Option<String> {
    match mapping.get(expected.name.as_ref()) {
        Some(name) => table.has(name).then(|| name.clone()),
        None => table.find(expected.known_as).map(str::to_owned),
    }
}

/// An error about a column that a file should hold, under the name the user gave it.
pub(super) fn missing(table: &Table, expected: &Expected, policy: &ImportPolicy) -> Error {
    let sought = policy.columns.get(expected.name.as_ref()).map_or(expected.name.as_ref(), String::as_str);
    let problem = format!(
        "no column `{}`; it has: {}; name the one of its values with --column, or under [import.columns] of thesis.toml",
        quoted(sought),
        listed(table.names())
    );
    Error::file(table.path(), problem)
}

struct Checker<'a> {
    table: &'a Table,
    time_column: &'a str,
    times: Vec<Timestamp>,
    subject: Subject,
    policy: &'a ImportPolicy,
    sort: bool,
    repairs: Vec<Repair>,
    faults: Vec<Fault>,
    notes: Vec<String>,
}

impl Checker<'_> {
    /// Moves stamps that miss their hour or day by a little.
    fn snap(&mut self, frequency: Frequency) {
        let step = step_ms(frequency);
        let (mut moved, mut furthest) = (Vec::new(), 0);
        for (row, time) in self.times.iter_mut().enumerate() {
            let place = (time.millis() + step / 2).div_euclid(step) * step;
            let by = (place - time.millis()).abs();
            if by > 0 && by <= TOLERANCE_MS {
                *time = Timestamp::from_millis(place);
                moved.push(row);
                furthest = furthest.max(by);
            }
        }
        if let Some(&first) = moved.first() {
            self.notes.push(snapped(moved.len(), furthest));
            self.repaired("stamps moved to their place", self.time_column, moved.len(), first);
        }
    }

    /// The rows to keep, in strictly increasing time.
    fn ordered_rows(&mut self) -> Result<Vec<usize>> {
        let times = &self.times;
        let mut rows: Vec<usize> = (0..times.len()).collect();
        if times.len() > 1 && times.windows(2).all(|pair| pair[0] > pair[1]) {
            rows.reverse();
            self.notes.push("newest row first: turned round".to_owned());
            return Ok(rows);
        }
        if let Some(row) = (1..times.len()).find(|&row| times[row] < times[row - 1]) {
            if !self.sort {
                let problem = format!(
                    "earlier than the row before ({}); sort the file, pass --sort or set order = \"sort\"",
                    times[row - 1]
                );
                return Err(self.table.cell(self.time_column, row, problem));
            }
            rows.sort_by_key(|&row| times[row]);
            let moved = rows.iter().enumerate().filter(|(place, row)| place != *row).count();
            self.repaired("sorted", self.time_column, moved, row);
        }
        let twice = |pair: &[usize]| self.times[pair[0]] == self.times[pair[1]];
        let Some(first) = rows.windows(2).find(|pair| twice(pair)).map(|pair| pair[1]) else {
            return Ok(rows);
        };
        if self.policy.duplicates == DuplicatePolicy::Error {
            let problem =
                "this time stands in the file twice; delete one row or set duplicates = \"keep_last\"";
            return Err(self.table.cell(self.time_column, first, problem));
        }
        let before = rows.len();
        // dedup keeps the first of equals
        if self.policy.duplicates == DuplicatePolicy::KeepLast {
            rows.reverse();
        }
        let times = &self.times;
        rows.dedup_by_key(|row| times[*row]);
        if self.policy.duplicates == DuplicatePolicy::KeepLast {
            rows.reverse();
        }
        self.repaired("duplicate times dropped", self.time_column, before - rows.len(), first);
        Ok(rows)
    }

    /// Refuses times off the grid and stretches of another frequency.
    fn one_frequency(&self, rows: &[usize], frequency: Frequency) -> Result<()> {
        let step = step_ms(frequency);
        let unit = match frequency {
            Frequency::Hourly => "hour",
            Frequency::EightHourly => "eight hours of a UTC day",
            Frequency::Daily => "UTC day",
        };
        let usual = usual_spacing(&self.times);
        if frequency == Frequency::Hourly && usual != step && rows.len() >= ENOUGH_ROWS {
            return Err(self.not_hourly(usual));
        }
        if let Some(&row) = rows.iter().find(|&&row| self.times[row].millis().rem_euclid(step) != 0) {
            let problem = format!("not the start of a {unit}; this source needs one row per {unit}");
            return Err(self.table.cell(self.time_column, row, problem));
        }
        let mut run = 0;
        let mut previous = 0;
        for pair in rows.windows(2) {
            let length = self.times[pair[1]].millis() - self.times[pair[0]].millis();
            run = if length == previous { run + 1 } else { 1 };
            previous = length;
            if length > step && run == FOREIGN_STEPS {
                let problem = format!(
                    "from about here rows are {} h apart, not {} h: mixed frequencies; give one row per {unit}",
                    length / HOUR_MS,
                    step / HOUR_MS
                );
                return Err(self.table.cell(self.time_column, pair[0], problem));
            }
        }
        Ok(())
    }

    /// A file that keeps another step than the hour all along.
    fn not_hourly(&self, usual: i64) -> Error {
        let weekend =
            |pair: &[Timestamp]| usual == DAY_MS && (pair[1].millis() - pair[0].millis()).abs() == 3 * DAY_MS;
        let step = Span::from_millis(usual);
        if self.subject == Subject::Own {
            let problem = format!("rows keep a step of {step}, not of an hour; say so with `frequency`");
            return Error::file(self.table.path(), problem);
        }
        let (step, remedy) = if self.times.windows(2).any(weekend) {
            (format!("{step}, weekends left out (business days)"), ELSEWHERE)
        } else if usual < HOUR_MS && HOUR_MS % usual == 0 {
            (step.to_string(), "keep the rows of the full hours")
        } else {
            (step.to_string(), ELSEWHERE)
        };
        let problem = format!(
            "rows keep a step of {step}; horizons, windows and the rhythm of the week count hours or days, so this \
             source needs one row an hour, or one a day: {remedy}"
        );
        Error::file(self.table.path(), problem)
    }

    /// A column whose values are all within its bound, or null where the policy allows.
    fn bounded(&mut self, column: &str, expected: &Expected) -> Result<Vec<f64>> {
        let mut values = self.table.numbers(column)?;
        let mut refused = Vec::new();
        for (row, value) in values.iter_mut().enumerate() {
            if !value.is_nan() && !expected.bound.admits(*value) {
                *value = f64::NAN;
                refused.push(row);
            }
        }
        if self.policy.invalid == InvalidPolicy::Error {
            for row in refused {
                self.faults.push(Fault {
                    time: self.times[row],
                    path: self.table.path().to_path_buf(),
                    column: column.to_owned(),
                    row: row + 1,
                    value: self.table.shown(column, row),
                    problem: format!(
                        "{} for `{}`; correct it or set invalid = \"null\"",
                        expected.bound.words(),
                        expected.name
                    ),
                });
            }
        } else if let Some(&first) = refused.first() {
            self.repaired("impossible values made null", column, refused.len(), first);
        }
        if values.iter().all(|value| value.is_nan()) {
            if let Some(fault) = self.faults.iter().find(|fault| fault.column == column) {
                return Err(fault.error());
            }
            let path = self.table.path();
            return Err(Error::file(
                path,
                format!("column `{column}` holds no value at all; give another file"),
            ));
        }
        if expected.bound == Bound::IndexPoints
            && values.iter().all(|value| value.is_nan() || *value < SHARES)
        {
            let problem = format!(
                "no value of `{column}` reaches {SHARES}: an index stands in points (53.84), not in fractions (0.5384) or \
                 with per cent marks; multiply by 100, or take the marks away"
            );
            return Err(Error::file(self.table.path(), problem));
        }
        Ok(values)
    }

    fn repaired(&mut self, what: &str, column: &str, count: usize, first_row: usize) {
        self.repairs.push(Repair {
            source: self.table.path().display().to_string(),
            column: column.to_owned(),
            what: what.to_owned(),
            count,
            first_row: Some(first_row + 1),
        });
    }
}

//! Files to a panel: read, check, align to the hour, combine, count.

use super::dataset::Dataset;
use super::manifest::{Provenance, Repair, Source};
use super::observations::{Observations, missing};
use super::policy::{GapPolicy, ImportPolicy};
use super::reading::ReadOptions;
use super::source::{on_grid, read_source};
use super::subject::Subject;
use super::table::Table;
use super::transaction_volume::splice;
use crate::error::{Error, Result};
use crate::market::Asset;
use crate::panel::{Column, Frequency, Grid, Panel};
use crate::range::Range;
use crate::time::Timestamp;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// The files of an import. Several files of one subject complete one another: where two hold the same
/// value's place, the earlier one in the list wins and a disagreement is counted.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Whose volatility they are about.
    pub asset: Asset,
    /// DVOL, hourly.
    pub dvol: Vec<PathBuf>,
    /// Price and traded volume, hourly; may be empty.
    pub price: Vec<PathBuf>,
    /// Price of the perpetual future, hourly; may be empty.
    pub perpetual: Vec<PathBuf>,
    /// Funding rate of the perpetual future, hourly or every eight hours; may be empty.
    pub funding: Vec<PathBuf>,
    /// On-chain metrics, daily; may be empty.
    pub onchain: Vec<PathBuf>,
    /// Reported on-chain transaction volume, daily; may be empty.
    pub volume: Vec<PathBuf>,
}

impl Sources {
    /// Every file.
    pub fn all(&self) -> Vec<&PathBuf> {
        let Self { asset: _, dvol, price, perpetual, funding, onchain, volume } = self;
        [dvol, price, perpetual, funding, onchain, volume].into_iter().flatten().collect()
    }
}

/// One file's bytes and the name that errors and the manifest use.
#[derive(Debug, Clone)]
pub struct SourceBytes {
    /// What it is about.
    pub subject: Subject,
    /// The name.
    pub path: PathBuf,
    /// CSV or parquet.
    pub bytes: Vec<u8>,
}

/// Reads files and makes them one panel on the hours from DVOL's first to its last, or on its days where it has one value
/// a day.
///
/// Only the index is needed. Columns that no file holds are not in the panel, and what reads them is left out.
///
/// # Errors
/// The first thing in any file that the policy does not allow, with file, column, row and value.
pub fn import(sources: &Sources, policy: &ImportPolicy) -> Result<Dataset> {
    import_with(sources, policy, &|_| ReadOptions::default())
}

/// Like [`import`], told what the files of each subject do not tell themselves.
///
/// # Errors
/// As [`import`]; options that take rows without times.
pub fn import_with(
    sources: &Sources,
    policy: &ImportPolicy,
    options: &(dyn Fn(Subject) -> ReadOptions + Sync),
) -> Result<Dataset> {
    let files = [
        (Subject::Dvol, &sources.dvol),
        (Subject::Price, &sources.price),
        (Subject::Perpetual, &sources.perpetual),
        (Subject::Funding, &sources.funding),
        (Subject::Onchain, &sources.onchain),
        (Subject::Volume, &sources.volume),
    ];
    let bytes = files
        .into_iter()
        .flat_map(|(subject, paths)| paths.iter().map(move |path| (subject, path)))
        .map(|(subject, path)| {
            let bytes = fs::read(path).map_err(Error::io(path))?;
            Ok(SourceBytes { subject, path: path.clone(), bytes })
        })
        .collect::<Result<Vec<_>>>()?;
    let provenance = Provenance::Import { policy: policy.clone(), asset: sources.asset };
    Ok(import_bytes_with(bytes, policy, options)?.with_provenance(provenance))
}

/// Like [`import`], for files already in memory.
///
/// # Errors
/// As [`import`].
pub fn import_bytes(files: Vec<SourceBytes>, policy: &ImportPolicy) -> Result<Dataset> {
    import_bytes_with(files, policy, &|_| ReadOptions::default())
}

fn import_bytes_with(
    files: Vec<SourceBytes>,
    policy: &ImportPolicy,
    options: &(dyn Fn(Subject) -> ReadOptions + Sync),
) -> Result<Dataset> {
    if Subject::ALL.into_iter().any(|subject| options(subject).no_time) {
        return Err(Error::parameter("no-time", true, "left out: a panel needs the time of every row"));
    }
    if !files.iter().any(|file| file.subject == Subject::Dvol) {
        return Err(Error::parameter(Subject::Dvol.to_string(), "none", "at least one file"));
    }
    if let Some(file) = files.iter().find(|file| file.subject == Subject::Own) {
        return Err(Error::file(
            &file.path,
            "tells no column of the panel; describe it and use `Dataset::with_column`",
        ));
    }
    known_keys(policy)?;
    Range::LAG_HOURS.check("publication_lag_hours", policy.publication_lag_hours.into())?;
    let read = files
        .into_par_iter()
        .map(|file| {
            let told = options(file.subject);
            let SourceBytes { subject, path, bytes } = file;
            read_source(&path, bytes, &subject.sought(), policy, &told)
        })
        .collect::<Result<Vec<_>>>()?;
    let (tables, read): (Vec<Table>, Vec<(Source, Observations)>) = read.into_iter().unzip();
    let (records, observations): (Vec<Source>, Vec<Observations>) = read.into_iter().unzip();
    required(&tables, &observations, policy)?;
    if let Some(named) = options(Subject::Dvol).shared.timestamp
        && !tables.iter().any(|table| table.has(&named))
    {
        return Err(Error::parameter("timestamp", named, "a column of a given file"));
    }
    drop(tables);
    mapping_used(policy, &records)?;
    let mut repairs: Vec<Repair> =
        observations.iter().flat_map(|observed| observed.repairs.iter().cloned()).collect();
    let panel = assemble(&observations, policy, &mut repairs)?;
    let provenance = Provenance::Import { policy: policy.clone(), asset: Asset::default() };
    Ok(Dataset::new(panel, provenance, records, repairs))
}

/// A mapping for a column that does not exist would be silently without effect.
fn known_keys(policy: &ImportPolicy) -> Result<()> {
    let known: Vec<&str> = Subject::ALL
        .into_iter()
        .flat_map(|subject| {
            subject.expected().iter().map(|expected| expected.name.as_ref()).chain([subject.time_key()])
        })
        .collect();
    match policy.columns.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Error::parameter("columns", key, format!("one of {}", known.join(", ")))),
        None => Ok(()),
    }
}

/// Each required column must be in one of its subject's files; not in each of them.
fn required(tables: &[Table], observations: &[Observations], policy: &ImportPolicy) -> Result<()> {
    for subject in Subject::ALL {
        let files = || tables.iter().zip(observations).filter(|(_, observed)| observed.subject == subject);
        for expected in subject.expected().iter().filter(|expected| expected.required) {
            let held =
                |observed: &Observations| observed.series.iter().any(|series| series.name == expected.name);
            if let (Some((table, _)), false) = (files().next(), files().any(|(_, observed)| held(observed))) {
                return Err(missing(table, expected, policy));
            }
        }
    }
    Ok(())
}

/// A mapped column that no file holds is a slip of the pen, not a wish to do without it.
fn mapping_used(policy: &ImportPolicy, records: &[Source]) -> Result<()> {
    for (name, file_column) in policy.columns.iter().filter(|(name, _)| !name.ends_with("_time")) {
        let used = records.iter().any(|record| record.columns.get(name) == Some(file_column));
        if !used {
            return Err(Error::parameter(
                "columns",
                format!("{name} = {file_column}"),
                "a column of a given file",
            ));
        }
    }
    Ok(())
}

fn assemble(
    observations: &[Observations],
    policy: &ImportPolicy,
    repairs: &mut Vec<Repair>,
) -> Result<Panel> {
    let dvol = observations.iter().filter(|observed| observed.subject == Subject::Dvol);
    let spans = dvol.filter_map(|observed| Some((*observed.times.first()?, *observed.times.last()?)));
    let span = spans.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1)));
    let (start, last) = span.ok_or_else(|| Error::too_few("a panel", 1, 0, "give a DVOL file with rows"))?;
    within(observations, start, last)?;
    let mut panel = Panel::on(grid_of(observations, start, last)?);
    for subject in [Subject::Dvol, Subject::Price, Subject::Perpetual] {
        for (name, by_hour) in combined(observations, subject, repairs) {
            let mut values = on_grid(&panel, by_hour.iter().copied());
            if let GapPolicy::ForwardFill(rows) = policy.gaps {
                forward_fill(name, &mut values, rows, repairs);
            }
            let column = Column::on(panel.grid(), name, values);
            panel = panel.with(column)?;
        }
    }
    for (name, by_hour) in combined(observations, Subject::Funding, repairs) {
        let mut files = observations.iter().filter(|observed| observed.subject == Subject::Funding);
        let hourly = files.any(|observed| observed.frequency == Frequency::Hourly);
        let frequency = if hourly { Frequency::Hourly } else { Frequency::EightHourly };
        let values = on_grid(&panel, by_hour.iter().copied());
        panel = panel.with(Column::new(name, values, frequency, 1))?;
    }
    let known_after = 24 + policy.publication_lag_hours;
    let daily = combined(observations, Subject::Onchain, repairs);
    let reported = combined(observations, Subject::Volume, repairs).into_iter().next();
    let reported = reported.map(|(_, values)| values.into_iter().collect()).unwrap_or_default();
    let spliced = splice(&reported, &flows(&daily));
    let volume = spliced.iter().map(|(hour, (value, _))| (*hour, *value)).collect();
    let source =
        spliced.iter().map(|(hour, (_, provenance))| (*hour, f64::from(*provenance as u8))).collect();
    let volumes = [("transaction_volume_usd", volume), ("transaction_volume_source", source)];
    // without a reported volume and without both flows there is none
    let columns = volumes.into_iter().filter(|_| !spliced.is_empty()).chain(daily);
    for (name, by_hour) in columns {
        let values = on_grid(&panel, by_hour.iter().copied());
        panel = panel.with(Column::new(name, values, Frequency::Daily, known_after))?;
    }
    for column in panel.columns() {
        if column.values().iter().all(|value| value.is_nan()) {
            return Err(Error::Mismatch {
                what: format!("column `{}`", column.name()),
                left: "no value".to_owned(),
                right: format!("within DVOL's hours {start} .. {last}"),
                remedy: "give files that overlap in time".to_owned(),
            });
        }
    }
    Ok(panel)
}

/// The rows of a panel: the index's days where it has one value a day, else the hours from its first to its last.
fn grid_of(observations: &[Observations], start: Timestamp, last: Timestamp) -> Result<Grid> {
    let index = || observations.iter().filter(|observed| observed.subject == Subject::Dvol);
    let daily = index().all(|observed| observed.frequency == Frequency::Daily);
    let fits = |observed: &&Observations| match observed.subject {
        Subject::Dvol | Subject::Price => (observed.frequency == Frequency::Daily) == daily,
        _ => !daily,
    };
    if let Some(other) = observations.iter().find(|observed| !fits(observed)) {
        return Err(other.beside(if daily { Frequency::Daily } else { Frequency::Hourly }));
    }
    if daily {
        let days: BTreeSet<Timestamp> = index().flat_map(|observed| observed.times.iter().copied()).collect();
        return Grid::days(days);
    }
    Grid::hours(start, (last.hours() - start.hours() + 1) as usize)
}

/// Refuses impossible values of the panel's hours; before and after them a series may have been anything.
fn within(observations: &[Observations], start: Timestamp, last: Timestamp) -> Result<()> {
    for observed in observations {
        let fault = observed.faults.iter().find(|fault| (start..=last).contains(&fault.time));
        if let Some(fault) = fault {
            return Err(fault.error());
        }
    }
    Ok(())
}

/// One series: values by hour since 1970, in strictly increasing order.
type ByHour = Vec<(i64, f64)>;

/// The series of a subject over all its files, in the order of the subject's columns.
fn combined(
    observations: &[Observations],
    subject: Subject,
    repairs: &mut Vec<Repair>,
) -> Vec<(&'static str, ByHour)> {
    let files: Vec<&Observations> =
        observations.iter().filter(|observed| observed.subject == subject).collect();
    let mut columns = Vec::new();
    for expected in subject.expected() {
        let mut count = |what: &str, count: usize| {
            if count > 0 {
                let (column, what) = (expected.name.clone().into_owned(), what.to_owned());
                repairs.push(Repair { source: subject.to_string(), column, what, count, first_row: None });
            }
        };
        let of_file = |observed: &&Observations| -> Option<ByHour> {
            let series = observed.series.iter().find(|series| series.name == expected.name)?;
            let pairs = observed.times.iter().zip(&series.values).filter(|(_, value)| !value.is_nan());
            Some(pairs.map(|(time, value)| (time.hours(), *value)).collect())
        };
        let series = files.iter().filter_map(of_file).reduce(|earlier, later| {
            let completed = complete(&earlier, &later);
            count("places filled from a later file", completed.filled);
            count("places where a later file disagrees (the earlier one kept)", completed.disagreeing);
            completed.series
        });
        columns.extend(series.map(|series| (expected.name.as_ref(), series)));
    }
    columns
}

struct Completed {
    series: ByHour,
    filled: usize,
    disagreeing: usize,
}

/// `earlier`, with the hours that only `later` has.
fn complete(earlier: &[(i64, f64)], later: &[(i64, f64)]) -> Completed {
    let mut completed = Completed { series: Vec::with_capacity(earlier.len()), filled: 0, disagreeing: 0 };
    let mut rest = earlier.iter().peekable();
    for &(hour, value) in later {
        while let Some(&kept) = rest.next_if(|(other, _)| *other < hour) {
            completed.series.push(kept);
        }
        if let Some(&kept) = rest.next_if(|(other, _)| *other == hour) {
            completed.disagreeing += usize::from((kept.1 - value).abs() > 1e-9 * value.abs());
            completed.series.push(kept);
        } else {
            completed.filled += 1;
            completed.series.push((hour, value));
        }
    }
    completed.series.extend(rest);
    completed
}

/// Exchange inflow plus outflow, on days that have both.
fn flows(daily: &[(&'static str, ByHour)]) -> BTreeMap<i64, f64> {
    let of = |name: &str| daily.iter().find(|(column, _)| *column == name).map(|(_, values)| values);
    match (of("exchange_inflow_usd"), of("exchange_outflow_usd")) {
        (Some(inflow), Some(outflow)) => {
            let outflow: BTreeMap<i64, f64> = outflow.iter().copied().collect();
            inflow.iter().filter_map(|(hour, value)| Some((*hour, value + outflow.get(hour)?))).collect()
        }
        _ => BTreeMap::new(),
    }
}

fn forward_fill(name: &str, values: &mut [f64], limit: u32, repairs: &mut Vec<Repair>) {
    let (mut held, mut age, mut count, mut first_row) = (f64::NAN, 0, 0, None);
    for (row, value) in values.iter_mut().enumerate() {
        if value.is_nan() {
            age += 1;
            if age <= limit && !held.is_nan() {
                *value = held;
                count += 1;
                first_row = first_row.or(Some(row + 1));
            }
        } else {
            (held, age) = (*value, 0);
        }
    }
    if count > 0 {
        let (source, column) = ("panel".to_owned(), name.to_owned());
        repairs.push(Repair { source, column, what: format!("forward_fill({limit})"), count, first_row });
    }
}

//! `dvol describe`: what the columns of a file look like.

use crate::reading::{self, ReadFlags};
use crate::{Printing, Run};
use clap::Args;
use dvol_core::data::{DatedTable, Need};
use dvol_core::error::{Error, Result};
use dvol_core::hypothesis::TestResult;
use dvol_core::range::{Range, Within};
use dvol_core::regression::RegressionTable;
use dvol_core::validation::{Description, PredictorReport, Undefined, describe};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Describe the columns of a file: summary, normality, stationarity, correlation, collinearity
#[derive(Debug, Args)]
pub(crate) struct DescribeCommand {
    /// CSV or parquet file with one row an observation, in order of time
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Columns, separated by commas [default: every column of numbers but the time]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Column to regress on the others, with RESET's test of linearity
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Newey-West lags of that regression's standard errors
    #[arg(long, value_name = "LAGS", default_value_t = 24, value_parser = Within::<usize>::range(Range::LAGS))]
    hac: usize,
    #[command(flatten)]
    reading: ReadFlags,
    #[command(flatten)]
    printing: Printing,
}

#[derive(Serialize)]
struct Report<'a> {
    n: usize,
    #[serde(flatten)]
    description: &'a Description,
    regression: Option<&'a RegressionTable>,
    linearity: Option<&'a TestResult>,
}

impl Run for DescribeCommand {
    fn run(self) -> Result<()> {
        let table = self.reading.read(&self.input, Need::Rows)?;
        let (columns, left_out) = choose(&table, &self)?;
        let explain = |error| in_file(error, &self.input);
        let mut description = describe(&columns).map_err(explain)?;
        description.undefined.splice(0..0, left_out);
        let regressed = self.target.as_ref().map(|target| {
            let named = columns.iter().filter(|(name, _)| described(&description, name)).cloned();
            regress(&complete_rows(named.collect()), target, self.hac).map_err(explain)
        });
        let regressed = regressed.transpose()?;
        let report = Report {
            n: table.len(),
            description: &description,
            regression: regressed.as_ref().map(|report| &report.table),
            linearity: regressed.as_ref().map(|report| &report.linearity),
        };
        reading::print_as(self.printing, Some(&table.understood()), &report, || {
            let matrices = description.correlation.iter().map(|matrix| format!("\n{matrix}"));
            let regression = regressed.iter().map(|report| format!("\n{report}"));
            let parts = [description.to_string()].into_iter().chain(matrices).chain(regression);
            parts.collect::<Vec<String>>().join("\n")
        })
    }
}

/// Named columns, one value a row.
type Columns = Vec<(String, Vec<f64>)>;

/// The columns of numbers, and those that are none, with the reason. A column asked for by name must be one.
fn choose(table: &DatedTable, arguments: &DescribeCommand) -> Result<(Columns, Vec<Undefined>)> {
    let mut asked = arguments.columns.clone();
    if let Some(target) = &arguments.target
        && !asked.is_empty()
        && !asked.contains(target)
    {
        asked.push(target.clone());
    }
    if let Some(twice) = asked.iter().enumerate().find(|(i, name)| asked[..*i].contains(name)) {
        return Err(Error::parameter("columns", twice.1, "each column once"));
    }
    if !asked.is_empty() {
        let columns = asked.into_iter().map(|name| Ok((name.clone(), table.numbers(&name)?)));
        return Ok((columns.collect::<Result<Columns>>()?, Vec::new()));
    }
    let (mut columns, mut left_out) = (Columns::new(), Vec::new());
    let mut first_error = None;
    for name in table.table().names().iter().filter(|name| !table.is_time(name)) {
        match table.numbers(name) {
            Ok(values) => columns.push((name.clone(), values)),
            Err(error) if arguments.target.as_ref() == Some(name) => return Err(error),
            Err(error) => {
                left_out.push(Undefined::new(name, "the column", &error));
                first_error = first_error.or(Some(error));
            }
        }
    }
    match (columns.is_empty(), first_error) {
        (true, Some(error)) => Err(error),
        (true, None) => Err(Error::file(table.table().path(), "no column of numbers beside the time")),
        _ => Ok((columns, left_out)),
    }
}

fn described(description: &Description, column: &str) -> bool {
    description.summary.iter().any(|summary| summary.name == column)
}

/// The columns on the rows that all of them have.
fn complete_rows(columns: Columns) -> Columns {
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    let kept: Vec<usize> =
        (0..rows).filter(|&row| columns.iter().all(|(_, values)| !values[row].is_nan())).collect();
    columns.into_iter().map(|(name, values)| (name, kept.iter().map(|&row| values[row]).collect())).collect()
}

fn regress(columns: &[(String, Vec<f64>)], target: &str, lags: usize) -> Result<PredictorReport> {
    let others = columns.iter().filter(|(name, _)| name != target).cloned();
    let values = columns.iter().find(|(name, _)| name == target).map_or(&[][..], |(_, values)| values);
    PredictorReport::fit(format!("{target} on the other columns"), others, values, lags)
}

/// The same error with the file in front.
fn in_file(error: Error, path: &Path) -> Error {
    match error {
        Error::TooFew { .. } | Error::Singular { .. } | Error::Value { .. } | Error::Mismatch { .. } => {
            Error::file(path, error.to_string())
        }
        other => other,
    }
}

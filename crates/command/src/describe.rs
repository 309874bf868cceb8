//! `dvol describe`: what the columns of a file look like.

use crate::validate::complete;
use crate::{Printing, Run};
use clap::Args;
use dvol_core::data::Table;
use dvol_core::error::{Error, Result};
use dvol_core::hypothesis::TestResult;
use dvol_core::regression::RegressionTable;
use dvol_core::validation::{Description, PredictorReport, describe};
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
    #[arg(long, value_name = "LAGS", default_value_t = 24)]
    hac: usize,
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
        let table = Table::read(&self.input)?;
        let columns = choose(&table, &self)?;
        let explain = |error| in_file(error, &self.input);
        let description = describe(&columns).map_err(explain)?;
        let regressed =
            self.target.as_ref().map(|target| regress(&columns, target, self.hac).map_err(explain));
        let regressed = regressed.transpose()?;
        let report = Report {
            n: table.len(),
            description: &description,
            regression: regressed.as_ref().map(|report| &report.table),
            linearity: regressed.as_ref().map(|report| &report.linearity),
        };
        self.printing.print_as(&report, || {
            let matrices = description.correlation.iter().map(|matrix| format!("\n{matrix}"));
            let regression = regressed.iter().map(|report| format!("\n{report}"));
            let parts = [description.to_string()].into_iter().chain(matrices).chain(regression);
            parts.collect::<Vec<String>>().join("\n")
        })
    }
}

fn choose(table: &Table, arguments: &DescribeCommand) -> Result<Vec<(String, Vec<f64>)>> {
    let mut names = arguments.columns.clone();
    if names.is_empty() {
        let time = table.time_column().ok();
        names = table
            .names()
            .iter()
            .filter(|name| Some(name.as_str()) != time && holds_numbers(table, name))
            .cloned()
            .collect();
    }
    if let Some(target) = &arguments.target
        && !names.contains(target)
    {
        names.push(target.clone());
    }
    if names.is_empty() {
        return Err(Error::file(
            table.path(),
            "no column of numbers; name the columns with --columns to see what is wrong with them",
        ));
    }
    if let Some(twice) = names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
        return Err(Error::parameter("columns", twice.1, "each column once"));
    }
    names
        .into_iter()
        .map(|name| {
            let values = complete(table, &name)?;
            let last = values.len() - 1;
            if last > 0 && values.iter().all(|value| *value == values[0]) {
                return Err(table.cell(
                    &name,
                    last,
                    "the same value in every row; leave the column out with --columns",
                ));
            }
            Ok((name, values))
        })
        .collect()
}

/// Whether any cell is a number: a single word in a column of numbers is a mistake, not a column of words.
fn holds_numbers(table: &Table, column: &str) -> bool {
    table.texts(column).is_ok_and(|cells| cells.iter().any(|cell| cell.trim().parse::<f64>().is_ok()))
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

//! `dvol describe`: what the columns of a file look like.

use crate::Run;
use crate::validate::complete;
use clap::Args;
use dvol_core::data::Table;
use dvol_core::error::{Error, Result};
use dvol_core::hypothesis::TestResult;
use dvol_core::regression::{Covariance, Design, Ols, RegressionTable};
use dvol_core::validation::{Description, describe, reset};
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
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    n: usize,
    #[serde(flatten)]
    description: Description,
    regression: Option<RegressionTable>,
    linearity: Option<TestResult>,
}

impl Run for DescribeCommand {
    fn run(self) -> Result<()> {
        let table = Table::read(&self.input)?;
        let columns = choose(&table, &self)?;
        let explain = |error| in_file(error, &self.input);
        let description = describe(&columns).map_err(explain)?;
        let (regression, linearity) = match &self.target {
            None => (None, None),
            Some(target) => {
                let (tables, test) = regress(&columns, target, self.hac).map_err(explain)?;
                (Some(tables), Some(test))
            }
        };
        let report = Report { n: table.len(), description, regression, linearity };
        if self.json {
            return crate::print_json(&report);
        }
        crate::print_text(&report.description.to_string())?;
        for matrix in &report.description.correlation {
            crate::print_text(&format!("\n{matrix}"))?;
        }
        if let (Some(regression), Some(linearity)) = (&report.regression, &report.linearity) {
            crate::print_text(&format!("\n{regression}\n{linearity}"))?;
        }
        Ok(())
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

fn regress(
    columns: &[(String, Vec<f64>)],
    target: &str,
    lags: usize,
) -> Result<(RegressionTable, TestResult)> {
    let others = columns.iter().filter(|(name, _)| name != target).cloned();
    let design = Design::new(others)?.with_constant();
    let values = columns.iter().find(|(name, _)| name == target).map_or(&[][..], |(_, values)| values);
    let fit = Ols::new(format!("{target} on the other columns")).fit(&design, values)?;
    Ok((fit.table(Covariance::newey_west(lags))?, reset(&fit, 3)?))
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

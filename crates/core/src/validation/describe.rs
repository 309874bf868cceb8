//! What the columns of a table look like before anything is modelled.

use crate::error::{Error, Result};
use crate::hypothesis::TestResult;
use crate::regression::{Design, variance_inflation_factors};
use crate::report::{Align, Cell, Notation, Report, Reported, Table};
use crate::statistics::{excess_kurtosis, mean, quantile, skewness, sorted, standard_deviation};
use crate::validation::augmented_dickey_fuller::AugmentedDickeyFuller;
use crate::validation::correlation::{Correlation, CorrelationMatrix, correlation_matrix};
use crate::validation::dagostino::dagostino;
use crate::validation::jarque_bera::jarque_bera;
use crate::validation::kpss::Kpss;
use crate::validation::lilliefors::lilliefors;
use crate::validation::phillips_perron::PhillipsPerron;
use crate::validation::require_series;
use crate::validation::shapiro_wilk::shapiro_wilk;
use rayon::prelude::*;
use serde::Serialize;
use std::fmt;

/// Location, spread and shape of one column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnSummary {
    /// The column.
    pub name: String,
    /// Values.
    pub n: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation, divisor `n - 1`.
    pub std: f64,
    /// Least value.
    pub min: f64,
    /// First quartile (linear interpolation).
    pub q25: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q75: f64,
    /// Greatest value.
    pub max: f64,
    /// Skewness, biased.
    pub skewness: f64,
    /// Excess kurtosis, biased.
    pub excess_kurtosis: f64,
}

/// One test on one column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnTest {
    /// The column.
    pub column: String,
    /// The result.
    #[serde(flatten)]
    pub result: TestResult,
    /// Whether it rejects at 5 %.
    pub rejects_at_5: bool,
}

/// A column's variance inflation factor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inflation {
    /// The column.
    pub column: String,
    /// `1 / (1 - R^2)` of the column on all others.
    pub vif: f64,
}

/// Summary, normality, stationarity, correlation and collinearity of the columns of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// One summary a column.
    pub summary: Vec<ColumnSummary>,
    /// Jarque-Bera, D'Agostino, Shapiro-Wilk and Lilliefors for each column.
    pub normality: Vec<ColumnTest>,
    /// ADF, Phillips-Perron and KPSS for each column.
    pub stationarity: Vec<ColumnTest>,
    /// Pearson's and Spearman's matrices.
    pub correlation: Vec<CorrelationMatrix>,
    /// Variance inflation factors; empty for a single column.
    pub vif: Vec<Inflation>,
    /// What is not defined for a column, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undefined: Vec<Undefined>,
}

/// The fewest values that are described.
const FEWEST: usize = 20;

/// Something that is not defined for a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Undefined {
    /// The column.
    pub column: String,
    /// What is not defined.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl Undefined {
    /// From the error that computing it gave.
    pub fn new(column: &str, what: &str, error: &Error) -> Self {
        Self { column: column.to_owned(), what: what.to_owned(), reason: error.to_string() }
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not described: `{}`: {}: {}", self.column, self.what, self.reason)
    }
}

/// Summarises one column.
///
/// # Errors
/// A value that is not finite, a constant column, or fewer than 2 values.
///
/// # Examples
/// ```
/// let summary = dvol_core::validation::summarize("x", &[1.0, 2.0, 3.0, 4.0])?;
/// assert_eq!((summary.median, summary.q25), (2.5, 1.75));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn summarize(name: &str, values: &[f64]) -> Result<ColumnSummary> {
    require_series(&format!("a summary of `{name}`"), values, 2)?;
    let sorted = sorted(values);
    Ok(ColumnSummary {
        name: name.to_owned(),
        n: values.len(),
        mean: mean(values),
        std: standard_deviation(values),
        min: sorted[0],
        q25: quantile(&sorted, 0.25),
        median: quantile(&sorted, 0.5),
        q75: quantile(&sorted, 0.75),
        max: sorted[sorted.len() - 1],
        skewness: skewness(values),
        excess_kurtosis: excess_kurtosis(values),
    })
}

/// Describes named columns of one length, in order of time; NaN is a gap.
///
/// What is not defined for a column is left out and told in [`Description::undefined`]. Rows before a column's first
/// value and after its last are not its own; tests need the rows between without a gap. Correlations and variance
/// inflation use the rows that all described columns have.
///
/// # Errors
/// Columns of different lengths, or none that can be described: the first one's reason.
///
/// # Examples
/// ```
/// let x: Vec<f64> = (0..100).map(|t| f64::from(t * 7919 % 101)).collect();
/// let y: Vec<f64> = (0..100).map(|t| f64::from(t * t % 97)).collect();
/// let flat = vec![1.0; 100];
/// let columns = [("x".to_owned(), x), ("y".to_owned(), y), ("flat".to_owned(), flat)];
/// let description = dvol_core::validation::describe(&columns)?;
/// assert_eq!(description.vif.len(), 2);
/// assert_eq!(description.undefined[0].column, "flat");
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn describe(columns: &[(String, Vec<f64>)]) -> Result<Description> {
    let mut undefined = Vec::new();
    let mut first_error = None;
    let mut described: Vec<&(String, Vec<f64>)> = Vec::new();
    let mut summary = Vec::new();
    for column in columns {
        let (name, values) = column;
        let present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let enough = require_series(&format!("a description of `{name}`"), &present, FEWEST);
        match enough.and_then(|()| summarize(name, &present)) {
            Ok(one) => {
                summary.push(one);
                described.push(column);
            }
            Err(error) => {
                undefined.push(Undefined::new(name, "the column", &error));
                first_error = first_error.or(Some(error));
            }
        }
    }
    if let (true, Some(error)) = (described.is_empty(), first_error) {
        return Err(error);
    }
    let tested: Vec<(Vec<ColumnTest>, Vec<ColumnTest>, Vec<Undefined>)> =
        described.par_iter().map(|(name, values)| tests_of(name, values)).collect();
    let (mut normality, mut stationarity) = (Vec::new(), Vec::new());
    for (normal, stationary, without) in tested {
        normality.extend(normal);
        stationarity.extend(stationary);
        undefined.extend(without);
    }
    let complete = complete_rows(&described)?;
    let all = "all columns";
    let correlation = [Correlation::Pearson, Correlation::Spearman]
        .into_iter()
        .filter_map(|kind| {
            correlation_matrix(kind, &complete)
                .map_err(|error| undefined.push(Undefined::new(all, "the correlation", &error)))
                .ok()
        })
        .collect();
    let vif = if complete.len() > 1 {
        let factors = Design::new(complete.iter().cloned())
            .and_then(|design| variance_inflation_factors(&design.with_constant()));
        factors.unwrap_or_else(|error| {
            undefined.push(Undefined::new(all, "variance inflation", &error));
            Vec::new()
        })
    } else {
        Vec::new()
    };
    let vif = vif.into_iter().map(|(column, vif)| Inflation { column, vif }).collect();
    Ok(Description { summary, normality, stationarity, correlation, vif, undefined })
}

/// A test and what a report calls it.
type Named = (&'static str, fn(&[f64]) -> Result<TestResult>);

/// The tests of one column, and those that are not defined for it.
fn tests_of(name: &str, values: &[f64]) -> (Vec<ColumnTest>, Vec<ColumnTest>, Vec<Undefined>) {
    let own = within_gaps(values);
    let mut undefined = Vec::new();
    if let Some(row) = own.iter().position(|value| value.is_nan()) {
        let start = values.iter().position(|value| !value.is_nan()).unwrap_or(0);
        undefined.push(Undefined {
            column: name.to_owned(),
            what: "tests".to_owned(),
            reason: format!(
                "row {} has no value, and tests need neighbours; fill it or give a stretch without gaps",
                start + row + 1
            ),
        });
        return (Vec::new(), Vec::new(), undefined);
    }
    let mut run = |tests: &[Named]| {
        let mut results = Vec::new();
        for (test, function) in tests {
            match function(own) {
                Ok(result) if !result.statistic.is_finite() => undefined.push(Undefined {
                    column: name.to_owned(),
                    what: (*test).to_owned(),
                    reason: "its statistic is not defined for these values".to_owned(),
                }),
                Ok(result) => {
                    results.push(ColumnTest {
                        column: name.to_owned(),
                        rejects_at_5: result.rejects(0.05),
                        result,
                    });
                }
                Err(error) => undefined.push(Undefined::new(name, test, &error)),
            }
        }
        results
    };
    let normality = run(&[
        ("Jarque-Bera", jarque_bera),
        ("D'Agostino", dagostino),
        ("Shapiro-Wilk", shapiro_wilk),
        ("Lilliefors", lilliefors),
    ]);
    let stationarity = run(&[
        ("ADF", |values| AugmentedDickeyFuller::default().test(values)),
        ("Phillips-Perron", |values| PhillipsPerron::default().test(values)),
        ("KPSS", |values| Kpss::default().test(values)),
    ]);
    (normality, stationarity, undefined)
}

/// A column without the rows before its first and after its last value.
fn within_gaps(values: &[f64]) -> &[f64] {
    let first = values.iter().position(|value| !value.is_nan()).unwrap_or(0);
    let last = values.iter().rposition(|value| !value.is_nan()).map_or(0, |row| row + 1);
    values.get(first..last).unwrap_or_default()
}

/// The columns on the rows that all of them have.
fn complete_rows(columns: &[&(String, Vec<f64>)]) -> Result<Vec<(String, Vec<f64>)>> {
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    if let Some((name, values)) = columns.iter().find(|(_, values)| values.len() != rows) {
        return Err(Error::Mismatch {
            what: "a description".to_owned(),
            left: format!("`{}` with {rows} rows", columns[0].0),
            right: format!("`{name}` with {} rows", values.len()),
            remedy: "give columns of one length".to_owned(),
        });
    }
    let kept: Vec<usize> =
        (0..rows).filter(|&row| columns.iter().all(|(_, values)| !values[row].is_nan())).collect();
    Ok(columns
        .iter()
        .map(|(name, values)| (name.clone(), kept.iter().map(|&row| values[row]).collect()))
        .collect())
}

impl Description {
    /// The names of the tests in the order of the table, each with the null that it tests.
    fn tests(&self) -> Vec<(String, String)> {
        let all = || self.normality.iter().chain(&self.stationarity);
        let count = |column: &str| all().filter(|test| test.column == column).count();
        // The column with most tests has them in order; another may lack one.
        let fullest = self.summary.iter().map(|one| one.name.as_str()).max_by_key(|name| count(name));
        let of_fullest = all().filter(|test| Some(test.column.as_str()) == fullest);
        let mut names: Vec<(String, String)> = Vec::new();
        for test in of_fullest.chain(all()) {
            if !names.iter().any(|(name, _)| *name == test.result.name) {
                names.push((test.result.name.clone(), test.result.null.clone()));
            }
        }
        names
    }
}

/// Four digits after the point, fewer of large numbers, an exponent where that says nothing.
fn number(value: f64) -> Cell {
    let notation = match value.abs() {
        size if size > 0.0 && !(1e-3..1e7).contains(&size) => Notation::Exponent(3),
        size if size >= 1e4 => Notation::Fixed(0),
        _ => Notation::Fixed(4),
    };
    Cell::written(value, notation)
}

impl Reported for Description {
    fn report(&self) -> Report {
        let header = ["", "n", "mean", "std", "min", "25 %", "median", "75 %", "max", "skew", "kurtosis"];
        let mut summary = Table::new(header).set(Align::Left, ..);
        for s in &self.summary {
            let numbers =
                [s.mean, s.std, s.min, s.q25, s.median, s.q75, s.max, s.skewness, s.excess_kurtosis];
            summary.push([Cell::name(&s.name), Cell::count(s.n)].into_iter().chain(numbers.map(number)));
        }
        let tests = self.tests();
        let names = tests.iter().map(|(name, _)| name.as_str());
        let mut p_values = Table::new(std::iter::once("").chain(names)).set(Align::Left, ..);
        for column in &self.summary {
            let own = |name: &str| {
                let mut all = self.normality.iter().chain(&self.stationarity);
                let test = all.find(|test| test.column == column.name && test.result.name == name);
                test.map_or(Cell::missing(), |test| {
                    let mark = if test.rejects_at_5 { " *" } else { "" };
                    Cell::p_value(test.result.p_value).tight().marked(mark)
                })
            };
            p_values.push(
                std::iter::once(Cell::name(&column.name)).chain(tests.iter().map(|(name, _)| own(name))),
            );
        }
        let mut report = Report::from(summary);
        report.gap().line("p-values, * where the null is rejected at 5 %").table(p_values);
        let mut nulls: Vec<&String> = tests.iter().map(|(_, null)| null).collect();
        nulls.dedup();
        for null in nulls {
            let own: Vec<&str> =
                tests.iter().filter(|(_, other)| other == null).map(|(name, _)| name.as_str()).collect();
            report.note(format!("null hypothesis of {}: {null}", own.join(", ")));
        }
        let inflations: Vec<String> =
            self.vif.iter().map(|one| format!("VIF {}: {:.2}", one.column, one.vif)).collect();
        if !inflations.is_empty() {
            report.line(inflations.join(", "));
        }
        for one in &self.undefined {
            report.note(one.to_string());
        }
        report
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Reported for CorrelationMatrix {
    fn report(&self) -> Report {
        let kind = format!("{:?}", self.kind);
        let header = std::iter::once(kind.as_str()).chain(self.names.iter().map(String::as_str));
        let mut table = Table::new(header).set(Align::Left, ..);
        for (name, row) in self.names.iter().zip(&self.coefficients) {
            table.push(std::iter::once(Cell::name(name)).chain(row.iter().copied().map(number)));
        }
        table.into()
    }
}

impl fmt::Display for CorrelationMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

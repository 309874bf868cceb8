//! What the columns of a table look like before anything is modelled.

use crate::error::Result;
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

/// Describes named columns of one length, in order of time.
///
/// # Errors
/// Columns of different lengths, fewer than 20 rows, a constant column, perfect collinearity (named), or a
/// value that is not finite.
///
/// # Examples
/// ```
/// let x: Vec<f64> = (0..100).map(|t| f64::from(t * 7919 % 101)).collect();
/// let y: Vec<f64> = (0..100).map(|t| f64::from(t * t % 97)).collect();
/// let description = dvol_core::validation::describe(&[("x".to_owned(), x), ("y".to_owned(), y)])?;
/// assert_eq!(description.vif.len(), 2);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn describe(columns: &[(String, Vec<f64>)]) -> Result<Description> {
    for (name, values) in columns {
        require_series(&format!("a description of `{name}`"), values, 20)?;
    }
    let correlation = [Correlation::Pearson, Correlation::Spearman]
        .into_iter()
        .map(|kind| correlation_matrix(kind, columns))
        .collect::<Result<_>>()?;
    let vif = if columns.len() > 1 {
        variance_inflation_factors(&Design::new(columns.iter().cloned())?.with_constant())?
            .into_iter()
            .map(|(column, vif)| Inflation { column, vif })
            .collect()
    } else {
        Vec::new()
    };
    let test = |tests: fn(&[f64]) -> Result<Vec<TestResult>>| -> Result<Vec<ColumnTest>> {
        let of_columns = columns
            .par_iter()
            .map(|(name, values)| {
                Ok(tests(values)?
                    .into_iter()
                    .map(|result| ColumnTest {
                        column: name.clone(),
                        rejects_at_5: result.rejects(0.05),
                        result,
                    })
                    .collect::<Vec<_>>())
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(of_columns.concat())
    };
    Ok(Description {
        summary: columns.iter().map(|(name, values)| summarize(name, values)).collect::<Result<_>>()?,
        normality: test(|values| {
            Ok(vec![jarque_bera(values)?, dagostino(values)?, shapiro_wilk(values)?, lilliefors(values)?])
        })?,
        stationarity: test(|values| {
            Ok(vec![
                AugmentedDickeyFuller::default().test(values)?,
                PhillipsPerron::default().test(values)?,
                Kpss::default().test(values)?,
            ])
        })?,
        correlation,
        vif,
    })
}

impl Description {
    /// The names of the tests in the order of the table, each with the null that it tests.
    fn tests(&self) -> Vec<(String, String)> {
        let mut names: Vec<(String, String)> = Vec::new();
        for test in self.normality.iter().chain(&self.stationarity) {
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

//! A regression as a table.

use crate::report::{Align, Cell, Notation, Report, Reported, Table};
use serde::Serialize;
use std::fmt;

/// One row of a regression table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coefficient {
    /// The column's name.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Estimate / standard error.
    pub t: f64,
    /// Two-sided p-value of the null that the coefficient is zero.
    pub p_value: f64,
}

/// Estimates, their uncertainty and the fit statistics of one regression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegressionTable {
    /// What was regressed.
    pub name: String,
    /// The covariance estimator, in words.
    pub covariance: String,
    /// One row a coefficient.
    pub coefficients: Vec<Coefficient>,
    /// R2.
    pub r2: f64,
    /// Adjusted R2.
    pub adj_r2: f64,
    /// The F statistic of all slopes, under the same covariance.
    pub f: Option<f64>,
    /// Its p-value.
    pub f_p_value: Option<f64>,
    /// Gaussian log-likelihood.
    pub log_likelihood: f64,
    /// Akaike's criterion.
    pub aic: f64,
    /// Bayesian criterion.
    pub bic: f64,
    /// Rows.
    pub n: usize,
}

impl Reported for RegressionTable {
    fn report(&self) -> Report {
        let mut table = Table::new(["", "estimate", "std error", "t", "p"]).set(Align::Left, ..);
        for row in &self.coefficients {
            table.push([
                Cell::name(&row.name),
                number(row.estimate).marked(stars(row.p_value)),
                number(row.std_error),
                Cell::number(row.t, 2),
                Cell::p_value(row.p_value),
            ]);
        }
        let mut fit = format!(
            "n {}, R2 {:.4}, adjusted R2 {:.4}, AIC {:.2}, BIC {:.2}",
            self.n, self.r2, self.adj_r2, self.aic, self.bic
        );
        if let (Some(value), Some(p)) = (self.f, self.f_p_value) {
            fit += &format!(", F {value:.2} (p {})", Cell::p_value(p).words());
        }
        let mut report = Report::new();
        report.line(format!("{} ({} covariance)", self.name, self.covariance)).table(table);
        report.line(fit).note("*** p < 0.001, ** p < 0.01, * p < 0.05");
        report
    }
}

impl fmt::Display for RegressionTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

/// Six digits after the point, an exponent where they would all be zero.
fn number(value: f64) -> Cell {
    let tiny = value != 0.0 && value.abs() < 1e-4;
    Cell::written(value, if tiny { Notation::Exponent(4) } else { Notation::Fixed(6) })
}

fn stars(p_value: f64) -> &'static str {
    match p_value {
        p if p < 0.001 => "***",
        p if p < 0.01 => "**",
        p if p < 0.05 => "*",
        _ => "",
    }
}

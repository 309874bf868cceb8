//! A HAR regression as a document and as text.

use crate::har_benchmarks::Benchmark;
use dvol_core::error::Result;
use dvol_core::evaluation::MetricsTable;
use dvol_core::regression::{Covariance, FittedOls, variance_inflation_factors};
use dvol_core::report::{self, Cell, Table};
use dvol_core::statistics::{mean, sum_of_squares};
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Debug, Serialize)]
pub(crate) struct CoefficientLine {
    name: String,
    estimate: f64,
    std_error: f64,
    hac_std_error: f64,
    t: f64,
    p_value: f64,
    hac_t: f64,
    hac_p_value: f64,
    /// Variance inflation factor; none for the constant.
    vif: Option<f64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub model: String,
    pub input: String,
    pub column: String,
    pub horizon: usize,
    coefficients: Vec<CoefficientLine>,
    r2: f64,
    adj_r2: f64,
    f: Option<f64>,
    f_p_value: Option<f64>,
    aic: f64,
    bic: f64,
    n: usize,
    hac: String,
    /// Scores of the fitted values in levels of the series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<Reconstructed>,
    /// Scores on the study's test part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<MetricsTable>,
    /// Scores of this model and of GARCH models on rows after those they were fitted on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<Benchmark>,
    /// Forecast from the last row, in levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<f64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Reconstructed {
    rmse: f64,
    mae: f64,
    r2: f64,
}

impl Reconstructed {
    pub fn of(forecasts: &[f64], actual: &[f64], origins: &[usize]) -> Self {
        let n = origins.len() as f64;
        let seen: Vec<f64> = origins.iter().map(|&row| actual[row]).collect();
        let squares: f64 = origins.iter().map(|&row| (actual[row] - forecasts[row]).powi(2)).sum();
        let total = sum_of_squares(&seen, mean(&seen));
        let absolute: f64 = origins.iter().map(|&row| (actual[row] - forecasts[row]).abs()).sum();
        Self { rmse: (squares / n).sqrt(), mae: absolute / n, r2: 1.0 - squares / total }
    }
}

impl Report {
    /// Estimates under the classical covariance and beside it under `robust`.
    pub fn of(regression: &FittedOls, robust: Covariance) -> Result<Self> {
        let table = regression.table(Covariance::Classical)?;
        let robust = regression.table(robust)?;
        let factors = variance_inflation_factors(regression.design())?;
        let coefficients = table
            .coefficients
            .into_iter()
            .zip(robust.coefficients)
            .map(|(plain, robust)| CoefficientLine {
                vif: factors.iter().find(|(name, _)| *name == plain.name).map(|(_, factor)| *factor),
                name: plain.name,
                estimate: plain.estimate,
                std_error: plain.std_error,
                hac_std_error: robust.std_error,
                t: plain.t,
                p_value: plain.p_value,
                hac_t: robust.t,
                hac_p_value: robust.p_value,
            })
            .collect();
        Ok(Self {
            model: table.name,
            input: String::new(),
            column: String::new(),
            horizon: 0,
            coefficients,
            r2: table.r2,
            adj_r2: table.adj_r2,
            f: table.f,
            f_p_value: table.f_p_value,
            aic: table.aic,
            bic: table.bic,
            n: table.n,
            hac: robust.covariance,
            reconstructed: None,
            test: None,
            benchmarks: Vec::new(),
            forecast: None,
        })
    }

    pub fn describe(&self) -> String {
        let header = ["", "estimate", "std error", "t", "p", "HAC std error", "HAC t", "HAC p", "VIF"];
        let mut table = Table::new(header);
        for line in &self.coefficients {
            table.push([
                Cell::name(&line.name),
                Cell::number(line.estimate, 6),
                Cell::number(line.std_error, 6),
                Cell::number(line.t, 2),
                Cell::number(line.p_value, 4),
                Cell::number(line.hac_std_error, 6),
                Cell::number(line.hac_t, 2),
                Cell::number(line.hac_p_value, 4),
                line.vif.map_or(Cell::empty(), |factor| Cell::number(factor, 1)),
            ]);
        }
        let mut text =
            format!("{} of {}, {} ahead ({})\n", self.model, self.column, self.horizon, self.input);
        let _ = writeln!(text, "{}", report::Report::from(table));
        let _ = writeln!(
            text,
            "n {}, R2 {:.4}, adjusted R2 {:.4}, AIC {:.2}, BIC {:.2}; HAC: {}",
            self.n, self.r2, self.adj_r2, self.aic, self.bic, self.hac
        );
        if let Some(levels) = &self.reconstructed {
            let _ = writeln!(
                text,
                "in levels: R2 {:.4}, RMSE {:.6}, MAE {:.6}",
                levels.r2, levels.rmse, levels.mae
            );
        }
        for benchmark in &self.benchmarks {
            let loss = Cell::optional(benchmark.qlike, 4).shown();
            let Benchmark { model, n, rmse, .. } = benchmark;
            let _ = writeln!(text, "{model} on later rows: RMSE {rmse:.6}, QLIKE {loss}, n {n}");
        }
        if let Some(forecast) = self.forecast {
            let _ = write!(text, "forecast from the last row: {forecast}");
        }
        if let Some(test) = &self.test {
            let _ = write!(text, "\ntest part:\n{test}");
        }
        text
    }
}

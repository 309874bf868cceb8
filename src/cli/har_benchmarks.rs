//! GARCH models beside a HAR regression: the benchmarks of a realized variance.

use crate::error::{Error, Result};
use crate::models::{Garch, RealizedSeries};
use serde::Serialize;

/// Scores of one-row-ahead variances against the realized variance, on the rows that all models forecast.
#[derive(Debug, Serialize)]
pub(super) struct Benchmark {
    pub model: String,
    pub n: usize,
    pub rmse: f64,
    /// Mean of y/f - log(y/f) - 1; none when a forecast or a measure is not positive.
    pub qlike: Option<f64>,
}

/// The HAR forecasts made at `origins` and those of GARCH, GJR and EGARCH fitted to the series' returns.
pub(super) fn score(
    name: String,
    series: &RealizedSeries,
    forecasts: &[f64],
    origins: &[usize],
) -> Result<Vec<Benchmark>> {
    let Some(returns) = &series.returns else {
        return Err(Error::parameter(
            "garch",
            true,
            "used with returns: name them with --returns, or --prices",
        ));
    };
    // A recursion needs neighbours: rows without a return are left out of it.
    let present: Vec<usize> = (0..returns.len()).filter(|&row| !returns[row].is_nan()).collect();
    let compact: Vec<f64> = present.iter().map(|&row| returns[row]).collect();
    let targets: Vec<usize> = origins
        .iter()
        .map(|origin| origin + 1)
        .filter(|&row| !returns[row].is_nan() && !series.realized[row].is_nan())
        .collect();
    let actual: Vec<f64> = targets.iter().map(|&row| series.realized[row]).collect();
    let own: Vec<f64> = targets.iter().map(|&row| forecasts[row - 1]).collect();
    let mut benchmarks = vec![Benchmark::of(name, &own, &actual)];
    for kind in [Garch::Garch, Garch::Gjr, Garch::Egarch] {
        let path = kind.fit(&compact)?.variances(&compact);
        let mut variances = vec![f64::NAN; returns.len()];
        present.iter().zip(&path).for_each(|(&row, variance)| variances[row] = *variance);
        let forecast: Vec<f64> = targets.iter().map(|&row| variances[row]).collect();
        benchmarks.push(Benchmark::of(kind.name().to_owned(), &forecast, &actual));
    }
    Ok(benchmarks)
}

impl Benchmark {
    fn of(model: String, forecasts: &[f64], actual: &[f64]) -> Self {
        let n = actual.len();
        let pairs = || actual.iter().zip(forecasts);
        let squares: f64 = pairs().map(|(y, f)| (y - f).powi(2)).sum();
        let positive = pairs().all(|(y, f)| *y > 0.0 && *f > 0.0);
        let losses: f64 = pairs().map(|(y, f)| y / f - (y / f).ln() - 1.0).sum();
        Self { model, n, rmse: (squares / n as f64).sqrt(), qlike: positive.then_some(losses / n as f64) }
    }
}

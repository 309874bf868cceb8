//! GARCH models beside a HAR regression: the benchmarks of a realized variance.

use crate::error::{Error, Result};
use crate::models::{Garch, RealizedHar, RealizedSeries};
use crate::statistics::mean;
use serde::Serialize;

/// Scores of a model's variance forecasts against the realized variance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VarianceBenchmark {
    /// The model.
    pub model: String,
    /// Rows that all models forecast.
    pub n: usize,
    /// Root mean squared error.
    pub rmse: f64,
    /// Mean of y/f - log(y/f) - 1; none when a forecast or a measure is not positive.
    pub qlike: Option<f64>,
}

/// Fits the HAR model and GARCH, GJR and EGARCH on the first rows and scores them on the last `share` of rows, where
/// all of them forecast.
///
/// A GARCH forecast from row t is the variance of the return `horizon` rows on, or the mean of those until then
/// where the HAR target is averaged.
///
/// # Errors
/// A series without returns, a share outside (0, 1), no row that all forecast, a fit that fails.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::variance_benchmarks;
/// use dvol_core::models::{Garch, RealizedHar, RealizedSeries};
/// let returns: Vec<f64> = (0..900_u32).map(|row| f64::from(row * row % 101) / 50.0 - 1.0).collect();
/// let series = RealizedSeries {
///     realized: returns.iter().map(|value| value * value + 0.1).collect(),
///     returns: Some(returns),
///     ..RealizedSeries::default()
/// };
/// let scores = variance_benchmarks(&RealizedHar::default(), &series, 0.3)?;
/// assert_eq!(scores.len(), 4);
/// assert_eq!(scores[1].model, Garch::Garch.name());
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn variance_benchmarks(
    spec: &RealizedHar,
    series: &RealizedSeries,
    share: f64,
) -> Result<Vec<VarianceBenchmark>> {
    let Some(returns) = &series.returns else {
        return Err(Error::parameter(
            "garch",
            true,
            "used with returns: name them with --returns, or --prices",
        ));
    };
    if !(share > 0.0 && share < 1.0) {
        return Err(Error::parameter("holdout", share, "above 0 and below 1"));
    }
    let cut = (returns.len() as f64 * (1.0 - share)) as usize;
    let fitted = spec.fit(&series.head(cut))?;
    let (own, actual) = (fitted.predict(series)?, fitted.actual(series));
    // A recursion needs neighbours: rows without a return are left out of it.
    let present: Vec<usize> = (0..returns.len()).filter(|&row| !returns[row].is_nan()).collect();
    let compact: Vec<f64> = present.iter().map(|&row| returns[row]).collect();
    let learned = present.partition_point(|&row| row < cut);
    let origins: Vec<usize> = (0..present.len())
        .filter(|&position| {
            let row = present[position];
            row >= cut && own[row].is_finite() && actual[row].is_finite()
        })
        .collect();
    if origins.is_empty() {
        return Err(Error::too_few("scoring GARCH", 1, 0, "give a longer series or a larger --holdout"));
    }
    let at = |column: &[f64]| origins.iter().map(|&position| column[present[position]]).collect::<Vec<f64>>();
    let came_true = at(&actual);
    let mut benchmarks = vec![VarianceBenchmark::score(spec.name(), &at(&own), &came_true)];
    for kind in [Garch::Garch, Garch::Gjr, Garch::Egarch] {
        let garch = kind.fit(&compact[..learned])?;
        let path = garch.variances(&compact);
        let forecasts: Vec<f64> = origins
            .iter()
            .map(|&position| {
                let ahead = garch.ahead(path[position + 1], spec.horizon);
                let span = if spec.averaged { &ahead[..] } else { &ahead[spec.horizon - 1..] };
                mean(span)
            })
            .collect();
        benchmarks.push(VarianceBenchmark::score(kind.name().to_owned(), &forecasts, &came_true));
    }
    Ok(benchmarks)
}

impl VarianceBenchmark {
    fn score(model: String, forecasts: &[f64], actual: &[f64]) -> Self {
        let n = actual.len();
        let pairs = || actual.iter().zip(forecasts);
        let squares: f64 = pairs().map(|(y, f)| (y - f).powi(2)).sum();
        let positive = pairs().all(|(y, f)| *y > 0.0 && *f > 0.0);
        let losses: f64 = pairs().map(|(y, f)| y / f - (y / f).ln() - 1.0).sum();
        Self { model, n, rmse: (squares / n as f64).sqrt(), qlike: positive.then_some(losses / n as f64) }
    }
}

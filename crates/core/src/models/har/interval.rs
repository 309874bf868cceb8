//! Prediction intervals from the residuals of the fit.

use crate::models::{Band, Coverage};
use crate::statistics::{quantile, sorted};

/// Nominal coverages given with every forecast.
const COVERAGES: [Coverage; 4] = [Coverage::P50, Coverage::P80, Coverage::P90, Coverage::P95];

/// Lower and upper residual quantiles, one pair a nominal coverage, on the scale of the regression.
///
/// The spread is that of the training errors: it does not follow the volatility of the day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ResidualQuantiles(Vec<(Coverage, f64, f64)>);

impl ResidualQuantiles {
    pub fn new(residuals: &[f64]) -> Self {
        let sorted = sorted(residuals);
        let pairs = COVERAGES.map(|coverage| {
            let tail = coverage.tail();
            (coverage, quantile(&sorted, tail), quantile(&sorted, 1.0 - tail))
        });
        Self(pairs.into())
    }

    /// Intervals about forecasts of the transformed series, taken back by `back`.
    pub fn intervals(&self, forecasts: &[f64], back: impl Fn(f64) -> f64) -> Vec<Band> {
        self.0
            .iter()
            .map(|&(coverage, low, high)| Band {
                coverage,
                lower: forecasts.iter().map(|forecast| back(forecast + low)).collect(),
                upper: forecasts.iter().map(|forecast| back(forecast + high)).collect(),
            })
            .collect()
    }
}

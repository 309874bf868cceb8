//! GARCH of a level's log returns as a model of the level.

use super::{FittedGarch, Garch};
use crate::error::Result;
use crate::identity::ModelIdentity;
use crate::jumps::log_returns;
use crate::models::{Band, Coverage, Forecaster, Model, Predictions};
use crate::sample::{Inputs, Sample};
use crate::time::Horizon;
use statrs::distribution::{ContinuousCDF, Normal};

/// Nominal coverages given with every forecast.
const COVERAGES: [Coverage; 4] = [Coverage::P50, Coverage::P80, Coverage::P90, Coverage::P95];

/// The level h hours ahead, its hourly log returns a GARCH process with normal shocks.
///
/// With m the mean return and v the sum of the h variances ahead, the forecast is `y exp(h m + v / 2)` and its intervals
/// `y exp(h m + z sqrt(v))`: persistence with a drift, whose width follows the volatility of the hour. Hours over a gap
/// have no return and are left out of the recursion.
///
/// # Examples
/// ```
/// use dvol_core::models::{Garch, Naive};
/// use dvol_core::prelude::*;
/// let mut level = 60.0;
/// let levels: Vec<f64> = (0..2000_i32).map(|hour| {
///     level *= (0.01 * f64::from(hour * 7919 % 101 - 50) / 50.0).exp();
///     level
/// }).collect();
/// let panel = Panel::new("2021-03-24".parse()?, 2000)?.with(Column::known("dvol", levels))?;
/// let sample = Inputs::new(&panel, &[], "dvol", 1)?.with_targets(Horizon::hours(24));
/// let model: &dyn Model = &Garch::Garch;
/// let forecasts = model.fit_boxed(&sample)?.predict(sample.inputs())?;
/// assert_eq!(forecasts.intervals.len(), 4);
/// # Ok::<(), dvol_core::Error>(())
/// ```
impl Model for Garch {
    fn name(&self) -> String {
        Self::name(*self).to_owned()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_this_crate("garch of levels", self)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        let returns: Vec<f64> = returns_of(sample.inputs())?.into_iter().filter(|r| !r.is_nan()).collect();
        Ok(Box::new(GarchOfLevels { garch: self.fit(&returns)?, horizon: sample.horizon() }))
    }
}

/// A fitted recursion that forecasts levels.
struct GarchOfLevels {
    garch: FittedGarch,
    horizon: Horizon,
}

/// Hourly log returns up to the last origin; the first hour, and those beside a gap, have none.
fn returns_of(inputs: &Inputs) -> Result<Vec<f64>> {
    match inputs.len().checked_sub(1) {
        None => Ok(Vec::new()),
        Some(last) => log_returns(inputs.level_history(last, usize::MAX)),
    }
}

impl Forecaster for GarchOfLevels {
    fn name(&self) -> String {
        self.garch.kind.name().to_owned()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let returns = returns_of(inputs)?;
        let present: Vec<f64> = returns.iter().copied().filter(|r| !r.is_nan()).collect();
        let path = self.garch.variances(&present);
        // returns present up to each row
        let mut count = 0;
        let known: Vec<usize> = returns
            .iter()
            .map(|r| {
                count += usize::from(!r.is_nan());
                count
            })
            .collect();
        let rows = inputs.rows(self.horizon);
        let ahead: Vec<(f64, f64)> = (0..inputs.len())
            .map(|i| {
                let row = inputs.level_history(i, usize::MAX).len() - 1;
                let variance: f64 = self.garch.ahead(path[known[row]], rows).iter().sum();
                (inputs.level(i).ln() + rows as f64 * self.garch.mean, variance)
            })
            .collect();
        let point: Vec<f64> =
            ahead.iter().map(|(centre, variance)| (centre + variance / 2.0).exp()).collect();
        let normal = Normal::standard();
        let bands = COVERAGES.map(|coverage| {
            let z = -normal.inverse_cdf(coverage.tail());
            let ends = |side: f64| {
                ahead.iter().map(|(centre, variance)| (centre + side * z * variance.sqrt()).exp()).collect()
            };
            Band::new(coverage, ends(-1.0), ends(1.0))
        });
        let mut predictions = Predictions::from(point);
        predictions.intervals = bands.into_iter().collect::<Result<Vec<Band>>>()?;
        Ok(predictions)
    }
}

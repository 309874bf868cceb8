//! How far a forecast may be off, from the state of the market at its origin.

use crate::error::Result;
use crate::features::ROUGHNESS_FEATURES;
use crate::regression::{Design, FittedRidge, Ridge};
use crate::sample::Inputs;
use crate::statistics::{mean, population_variance};

/// Absolute log errors below this say nothing about spread.
const FLOOR: f64 = 0.002;
/// Ridge penalty against the sum of squares of standardised columns.
const PENALTY: f64 = 1000.0;
/// Standard deviations beyond which a feature is cut.
const LIMIT: f64 = 4.0;

/// The features read as they are.
const PLAIN: [&str; 12] = [
    ROUGHNESS_FEATURES[0],
    ROUGHNESS_FEATURES[1],
    ROUGHNESS_FEATURES[2],
    "log_vrp",
    "log_rv_slope_24h",
    "dvol_distance_24h",
    "dvol_distance_168h",
    "dvol_distance_720h",
    "week_sine_7",
    "week_cosine_7",
    "week_sine_1",
    "week_cosine_1",
];
/// The features read as absolute values.
const ABSOLUTE: [&str; 2] = ["dvol_change_12h", "dvol_change_24h"];
/// The feature read as a logarithm.
const LOGARITHM: &str = "largest_move_24h";

/// A ridge regression of `ln(|u| + 0.002)` on the state of the market, `u` a forecast's log error.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spread {
    // of those it can read, the features that the sample has
    features: Vec<String>,
    bounds: Vec<(f64, f64)>,
    ridge: FittedRidge,
}

impl Spread {
    /// The features it reads, as far as the data have them.
    pub fn features() -> Vec<String> {
        let names = PLAIN.iter().chain(&ABSOLUTE).chain([&LOGARITHM]);
        names.map(|&name| name.to_owned()).collect()
    }

    /// Estimates the spread of `errors`, one an origin, log points.
    pub fn fit(inputs: &Inputs, errors: &[f64]) -> Result<Self> {
        let held = |name: &String| inputs.names().contains(name);
        let features: Vec<String> = Self::features().into_iter().filter(held).collect();
        let columns = columns(inputs, &features)?;
        let bounds: Vec<(f64, f64)> = columns.iter().map(|(_, values)| bounds(values)).collect();
        let target: Vec<f64> = errors.iter().map(|error| (error.abs() + FLOOR).ln()).collect();
        let hours = errors.len().max(1) as f64 * f64::from(inputs.step().hours());
        let ridge = Ridge::new(PENALTY / hours)?;
        Ok(Self { ridge: ridge.fit(&cut(columns, &bounds)?, &target)?, bounds, features })
    }

    /// The spread at every origin, log points, above zero.
    pub fn at(&self, inputs: &Inputs) -> Result<Vec<f64>> {
        let design = cut(columns(inputs, &self.features)?, &self.bounds)?;
        Ok(self.ridge.predict(&design)?.iter().map(|log| log.exp()).collect())
    }
}

fn columns(inputs: &Inputs, features: &[String]) -> Result<Vec<(String, Vec<f64>)>> {
    let seen_as = |name: &str| -> fn(f64) -> f64 {
        if name == LOGARITHM {
            |value| (value + 1e-3).ln()
        } else if ABSOLUTE.contains(&name) {
            f64::abs
        } else {
            |value| value
        }
    };
    let mut columns = Vec::new();
    for name in features {
        let values = inputs.feature(name)?.into_iter().map(seen_as(name)).collect();
        columns.push((name.clone(), values));
    }
    columns.push(("log_level".to_owned(), inputs.levels().into_iter().map(f64::ln).collect()));
    Ok(columns)
}

fn bounds(values: &[f64]) -> (f64, f64) {
    let (mean, deviation) = (mean(values), population_variance(values).sqrt());
    (mean - LIMIT * deviation, mean + LIMIT * deviation)
}

fn cut(mut columns: Vec<(String, Vec<f64>)>, bounds: &[(f64, f64)]) -> Result<Design> {
    for ((_, values), (low, high)) in columns.iter_mut().zip(bounds) {
        values.iter_mut().for_each(|value| *value = value.clamp(*low, *high));
    }
    Design::new(columns)
}

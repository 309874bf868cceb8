//! Small data sets whose truth is known.

use dvol::data::{Dataset, Simulation};
use dvol::evaluation::{Forecast, Forecasts};
use dvol::models::{Band, Coverage};
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use rand_distr::{Distribution, StandardNormal};

pub fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// Independent standard normals.
pub fn normals(n: usize, seed: u64) -> Vec<f64> {
    let mut generator = Seed::new(seed).rng();
    (0..n).map(|_| StandardNormal.sample(&mut generator)).collect()
}

/// Hours of the simulated market.
pub fn simulated(hours: usize, seed: u64) -> Dataset {
    let simulation = Simulation { hours, seed: Seed::new(seed), ..Simulation::default() };
    Dataset::simulated(&simulation).expect("a simulated market")
}

/// One forecast from (anchor, predicted, actual).
pub fn forecast(origin: Timestamp, horizon: Horizon, [anchor, predicted, actual]: [f64; 3]) -> Forecast {
    Forecast { origin, horizon, actual, predicted, anchor }
}

/// The same forecasts with intervals so far below and above each `centre`.
pub fn with_intervals(
    series: Forecasts,
    coverage: Coverage,
    centres: &[f64],
    [below, above]: [f64; 2],
) -> Forecasts {
    let ends = |by: f64| centres.iter().map(|centre| centre + by).collect();
    series.with_band(Band::new(coverage, ends(-below), ends(above)).unwrap()).unwrap()
}

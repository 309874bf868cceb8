//! Small data sets whose truth is known.

use dvol::data::{Dataset, Simulation};
use dvol::evaluation::Forecast;
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

/// A forecast without intervals.
pub fn forecast(
    model: &str,
    origin: Timestamp,
    horizon: Horizon,
    [anchor, predicted, actual]: [f64; 3],
) -> Forecast {
    Forecast {
        model: model.into(),
        origin,
        horizon,
        actual,
        predicted,
        anchor,
        lower: None,
        upper: None,
        lower_95: None,
        upper_95: None,
    }
}

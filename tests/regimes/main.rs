//! Labels of market states, and residuals sorted by them.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod command;
mod labels;
mod markov;
mod residuals;
#[path = "../support/mod.rs"]
mod support;

use dvol::evaluation::Forecasts;
use dvol::models::Coverage;
use dvol::seed::Seed;
use dvol::serde_json::Value;
use dvol::time::{Horizon, Timestamp};
use rand::Rng;
use support::agreement::{Tolerance, close};
use support::oracles::oracle;
use support::samples::{forecast, with_intervals};

fn case(name: &str) -> Value {
    oracle("regimes")["cases"][name].clone()
}

#[track_caller]
fn agree(found: f64, expected: &Value, relative: f64) {
    close("found", found, expected, Tolerance { relative, floor: 1e-6 });
}

fn hour(hours: i64) -> Timestamp {
    Timestamp::from_hours(hours)
}

/// Hourly 24 h forecasts over two years whose errors treble in 2023.
fn two_years(model: &str, bias_2023: f64) -> Forecasts {
    let start: Timestamp = "2022-01-01".parse().unwrap();
    let mut rng = Seed::new(7).rng();
    let mut centres = Vec::new();
    let records = (0..2 * 365 * 24).map(|row| {
        let origin = hour(start.hours() + row);
        let late = origin.year() == 2023;
        let noise: f64 = rng.random_range(-1.0..1.0);
        let anchor = 60.0 + (row as f64 / 500.0).sin();
        let change = (row as f64 / 90.0).cos();
        let actual = anchor + change + if late { 3.0 * noise } else { noise };
        let predicted = anchor + change - if late { bias_2023 } else { 0.0 };
        centres.push(anchor + change);
        forecast(origin, Horizon::hours(24), [anchor, predicted, actual])
    });
    let series = Forecasts::new(model, records).unwrap();
    with_intervals(series, Coverage::P80, &centres, [1.0; 2])
}

//! Scores of forecasts and the tests that compare them.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bootstrap;
mod command;
mod many_models;
mod scores;
mod sizes;
#[path = "../support/mod.rs"]
mod support;
mod two_models;

use dvol::evaluation::Forecasts;
use dvol::models::Coverage;
use dvol::serde_json::Value;
use dvol::time::{Horizon, Timestamp};
use support::agreement::{Tolerance, close};
use support::oracles::{numbers, oracle};
use support::samples::{forecast, with_intervals};

/// One case of `tests/oracles/comparison.json`.
struct Oracle(Value);

impl Oracle {
    pub fn case(name: &str) -> Self {
        Self(oracle("comparison")["cases"][name].clone())
    }

    pub fn numbers(&self, key: &str) -> Vec<f64> {
        numbers(&self.0["inputs"][key])
    }

    #[track_caller]
    pub fn agrees(&self, key: &str, found: f64) {
        let expected = self.0["expected"].pointer(key).unwrap_or_else(|| panic!("no {key}"));
        let relative = self.0["tolerance"].as_f64().unwrap();
        close(key, found, expected, Tolerance { relative, floor: 1e-12 });
    }
}

/// The oracle's two models, six steps ahead.
fn two_models() -> (Forecasts, Forecasts) {
    let case = Oracle::case("diebold_mariano");
    let (actual, anchor) = (case.numbers("actual"), case.numbers("anchor"));
    let series = |model: &str| {
        let records = case.numbers(model).into_iter().enumerate().map(|(row, predicted)| {
            let origin = Timestamp::from_hours(row as i64);
            forecast(origin, Horizon::hours(6), [anchor[row], predicted, actual[row]])
        });
        Forecasts::new(model, records).unwrap()
    };
    (series("small"), series("large"))
}

fn forecasts(model: &str, rows: &[(f64, f64, f64)]) -> Forecasts {
    forecasts_at(Horizon::hours(24), model, rows)
}

/// Hourly forecasts from (anchor, predicted, actual).
fn forecasts_at(horizon: Horizon, model: &str, rows: &[(f64, f64, f64)]) -> Forecasts {
    let records = rows.iter().enumerate().map(|(row, &(anchor, predicted, actual))| {
        forecast(Timestamp::from_hours(row as i64), horizon, [anchor, predicted, actual])
    });
    let predicted: Vec<f64> = rows.iter().map(|row| row.1).collect();
    let series = Forecasts::new(model, records).unwrap();
    let series = with_intervals(series, Coverage::P80, &predicted, [1.0; 2]);
    with_intervals(series, Coverage::P95, &predicted, [2.0; 2])
}

#[track_caller]
fn close_to(found: f64, expected: f64, tolerance: f64) {
    close("found", found, expected, tolerance);
}

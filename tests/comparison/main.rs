//! Scores of forecasts and the tests that compare them.

mod bootstrap;
mod command;
mod many_models;
mod scores;
#[path = "../support/mod.rs"]
mod support;
mod two_models;

use dvol::evaluation::{Forecast, Forecasts};
use dvol::serde_json::Value;
use dvol::time::{Horizon, Timestamp};
use support::agreement::{Tolerance, close};
use support::oracles::{numbers, oracle};
use support::samples::forecast;

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
            forecast(model, origin, Horizon::hours(6), [anchor[row], predicted, actual[row]])
        });
        Forecasts::new(records.collect()).unwrap()
    };
    (series("small"), series("large"))
}

fn forecasts(model: &str, rows: &[(f64, f64, f64)]) -> Forecasts {
    forecasts_at(Horizon::hours(24), model, rows)
}

/// Hourly forecasts from (anchor, predicted, actual).
fn forecasts_at(horizon: Horizon, model: &str, rows: &[(f64, f64, f64)]) -> Forecasts {
    let records = rows.iter().enumerate().map(|(row, &(anchor, predicted, actual))| Forecast {
        lower: Some(predicted - 1.0),
        upper: Some(predicted + 1.0),
        lower_95: Some(predicted - 2.0),
        upper_95: Some(predicted + 2.0),
        ..forecast(model, Timestamp::from_hours(row as i64), horizon, [anchor, predicted, actual])
    });
    Forecasts::new(records.collect()).unwrap()
}

#[track_caller]
fn close_to(found: f64, expected: f64, tolerance: f64) {
    close("found", found, expected, tolerance);
}

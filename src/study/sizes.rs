//! What the recorded simulations of tests say about the tests that the chapters use.

use super::{Found, Study};
use crate::artifacts::read_json;
use crate::error::Result;
use serde::Deserialize;

/// Fewer origins than these are not what the tables of a thesis are made of.
const FEWEST: usize = 1_000;
/// The variance that tests between forecasts take by default.
const VARIANCE: &str = "cosine";

#[derive(Deserialize)]
struct BetweenForecasts {
    rows: Vec<Between>,
}

#[derive(Deserialize)]
struct Between {
    long_run: serde_json::Value,
    n: usize,
    /// Shares at 5, 1 and 0.1 %.
    rejected: [f64; 3],
}

#[derive(Deserialize)]
struct Promise {
    n: usize,
    at_5: f64,
    at_1: f64,
}

impl Study {
    /// How often the tests that these tables use reject true nulls, in a sentence made of the recorded simulations:
    /// `results/forecast_test_sizes.json` (`dvol compare --monte-carlo`) and `results/coverage_test_sizes.json` (`dvol compare
    /// --promises --monte-carlo`).
    ///
    /// # Errors
    /// When a file was not recorded or is damaged.
    pub fn recorded_sizes(&self) -> Result<Found> {
        let results = self.config().results();
        let between: BetweenForecasts = read_json(&results.join("forecast_test_sizes.json"))?;
        let promises: Vec<Promise> = read_json(&results.join("coverage_test_sizes.json"))?;
        let kept = |row: &&Between| row.n >= FEWEST && row.long_run == VARIANCE;
        let at = |level: usize| -> Vec<f64> {
            between.rows.iter().filter(kept).map(|row| 100.0 * row.rejected[level]).collect()
        };
        let promised = |of: fn(&Promise) -> f64| -> Vec<f64> {
            promises.iter().filter(|row| row.n >= FEWEST).map(of).collect()
        };
        Ok(Found::new(format!(
            "True nulls rejected at 5 and 1 %, {FEWEST} origins or more: between forecasts {} and {}, of promises {} and {}.",
            spread(&at(0)),
            spread(&at(1)),
            spread(&promised(|row| row.at_5)),
            spread(&promised(|row| row.at_1)),
        )))
    }
}

/// The middle and the ends of some percentages.
fn spread(percent: &[f64]) -> String {
    let sorted = crate::statistics::sorted(percent);
    match (sorted.first(), sorted.last()) {
        (Some(least), Some(most)) => {
            format!("{:.1} ({least:.1} to {most:.1}) %", crate::statistics::median(&sorted))
        }
        _ => "none".to_owned(),
    }
}

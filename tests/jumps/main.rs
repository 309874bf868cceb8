//! Facts about jump tests and jump features.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod agreement;
mod command;
mod daily;
mod features;
mod hourly;
mod levels;
mod periodicity;
mod simulation;
#[path = "../support/mod.rs"]
mod support;
mod threshold;

use dvol::jumps::{LeeMykland, Reading};
use support::samples::normals;

/// Levels that start at 60 and move by the log returns given.
fn levels(returns: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(60.0)
        .chain(returns.iter().map(|r| {
            sum += r;
            60.0 * f64::exp(sum)
        }))
        .collect()
}

fn brownian(hours: usize, seed: u64) -> Vec<f64> {
    levels(&normals(hours - 1, seed).iter().map(|z| 0.005 * z).collect::<Vec<_>>())
}

fn per_point(alpha: f64) -> LeeMykland {
    LeeMykland { alpha, reading: Reading::PerPoint, ..LeeMykland::default() }
}

//! Hypothesis tests against statsmodels, arch, scipy and published literals; the validation report.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod breaks;
mod command;
mod report;
mod residuals;
#[path = "../support/mod.rs"]
mod support;
mod unit_roots;

use dvol::hypothesis::TestResult;
use dvol::serde_json::Value;
use std::sync::LazyLock;
use support::agreement::close;
use support::oracles::{numbers, oracle};
use support::samples::normals;

static ORACLE: LazyLock<Value> = LazyLock::new(|| oracle("validation"));

fn series(name: &str) -> Vec<f64> {
    numbers(&ORACLE["series"][name])
}

fn sample(name: &str) -> Vec<f64> {
    numbers(&ORACLE["samples"][name]["values"])
}

/// `[statistic, p]` within 1e-6 relative.
#[track_caller]
fn agrees(what: &str, ours: &TestResult, theirs: &Value) {
    close(what, ours.statistic, &theirs[0], 1e-6);
    close(what, ours.p_value, &theirs[1], 1e-6);
}

/// Errors of perfect 24-step forecasts of a random walk made every step: MA(23).
fn overlapping(seed: u64, n: usize) -> Vec<f64> {
    normals(n + 23, seed).windows(24).map(|shocks| shocks.iter().sum()).collect()
}

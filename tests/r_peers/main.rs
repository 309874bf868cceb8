//! What R's packages say, number by number: `tests/oracles/make/r_*.R` and `garch_units.py`.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod forecasts;
mod garch;
mod regressions;
mod samples;
#[path = "../support/mod.rs"]
mod support;
mod tests_on_series;
mod unit_roots;

use serde_json::Value;
use support::oracles::{numbers, oracle};

/// One case of an oracle.
#[track_caller]
fn value<'a>(document: &'a Value, case: &str) -> &'a Value {
    let found = &document["cases"][case]["value"];
    assert!(!found.is_null(), "no case {case}");
    found
}

/// The numbers that `"garch.json#/returns"` points at.
fn pointed(pointer: &str) -> Vec<f64> {
    let (file, path) = pointer.split_once('#').expect("FILE#POINTER");
    let document = oracle(file.trim_end_matches(".json"));
    numbers(document.pointer(path).unwrap_or_else(|| panic!("{pointer} is absent")))
}

/// A series of an oracle: written out, or a pointer into another one.
fn series(entry: &Value) -> Vec<f64> {
    entry.as_str().map_or_else(|| numbers(entry), pointed)
}

//! One suite of checks a table: a further entry is tested by being listed.

mod forecast_tests;
mod jump_detectors;
mod models;
mod label_sets;
mod residual_tests;
mod sources;

use std::collections::BTreeSet;

/// Fails when two entries of a table share a name.
#[track_caller]
fn unique<'a>(names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(!name.is_empty() && seen.insert(name), "`{name}` occurs twice");
    }
    assert!(!seen.is_empty(), "an empty table");
}

//! Facts about heterogeneous autoregressions and the benchmark forecasters of volatility.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod averaged;
mod command;
mod daily;
mod garch;
mod hourly;
#[path = "../support/mod.rs"]
mod support;

use dvol::models::RealizedSeries;
use serde_json::Value;
use support::agreement::{Tolerance, all_close};
use support::oracles::numbers;

/// Up to `relative` of theirs, and of a thousandth where theirs is smaller.
#[track_caller]
fn close(what: &str, ours: &[f64], theirs: &[f64], relative: f64) {
    all_close(what, ours, theirs, Tolerance { relative, floor: 1e-3 });
}

fn oracle_series(document: &Value) -> RealizedSeries {
    let column = |name: &str| numbers(&document["series"][name]);
    RealizedSeries {
        realized: column("realized"),
        continuous: Some(column("continuous")),
        jump: Some(column("jump")),
        quarticity: Some(column("quarticity")),
        semivariances: Some((column("negative"), column("positive"))),
        returns: Some(column("returns")),
        exogenous: vec![("exogenous".to_owned(), column("exogenous"))],
        times: None,
    }
}

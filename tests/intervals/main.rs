//! Facts about intervals: how they are made, what they hold, how that is tested.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod calibrated;
mod coverage_tests;
mod networks;
mod oracles;
mod promises;
#[path = "../support/mod.rs"]
mod support;
mod tracker;

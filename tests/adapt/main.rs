//! Forecasts that forget, that know what is scheduled, and that are written down before their outcome.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod combined;
mod drift;
mod hybrid;
mod kept;
mod ledger;
mod recency;
mod schedule;
mod shared_fits;

//! Data in: readers, policies, panels, the simulator.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod audits;
mod command;
mod files;
mod foreign_steps;
mod imports;
mod index_only;
mod own_columns;
mod real_series;
mod saved;
mod simulator;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod trading_days;

//! Data in: readers, policies, panels, the simulator.

mod audits;
mod command;
mod files;
mod imports;
mod real_series;
mod saved;
mod simulator;
#[path = "../support/mod.rs"]
mod support;
mod tables;

//! People's files: what is recognised, what is asked for, what is refused.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod asked;
mod bounds;
mod cells;
mod commands;
mod imports;
mod mutated;
mod order;
mod parquet;
mod shared_cases;
#[path = "../support/mod.rs"]
mod support;
mod times;
mod variants;

use dvol::data::{DatedTable, Need, ReadOptions, Table};
use std::path::Path;
use support::command::Run;

/// Runs `dvol` at the root of the checkout.
fn dvol(arguments: &[&str]) -> Run {
    support::command::dvol(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

/// A text read as a file of this name, by default options.
fn read(text: &str) -> dvol::Result<DatedTable> {
    read_with(text, &ReadOptions::default())
}

fn read_with(text: &str, options: &ReadOptions) -> dvol::Result<DatedTable> {
    let table = Table::from_bytes_with("a.csv", text.as_bytes().to_vec(), options)?;
    DatedTable::new(table, options, Need::Clock)
}

fn refusal(text: &str) -> String {
    read(text).expect_err("a refusal").to_string()
}

/// First time, last time and the words for them.
fn times(table: &DatedTable) -> (String, String, String) {
    let times = table.times().expect("times");
    let written = table.understood().time.expect("times").written;
    (times[0].to_string(), times[times.len() - 1].to_string(), written)
}

//! What may not happen, whatever comes from outside: a lost data set, a destroyed input, a panic, nonsense with exit
//! code 0.
//!
//! `DVOL_HOSTILE=10` tries ten times as much; `make test-all` does.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod attempt;
mod crashes;
mod flags;
mod locks;
mod named_data;
mod outputs;
mod paths;
mod settings;
#[path = "../support/mod.rs"]
mod support;
mod terminal;

/// How many times as much as in an ordinary run is tried.
fn effort() -> usize {
    std::env::var("DVOL_HOSTILE").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

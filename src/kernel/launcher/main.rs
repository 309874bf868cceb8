//! Starts the Rust kernel of the notebooks, and stands in for `cargo` while it runs.
//!
//! evcxr asks cargo to build each cell, and rust-analyzer asks cargo which sources there are. Answered by
//! cargo, the first cell costs a minute; answered here, a cell is one call of rustc against the `dvol` that
//! `cargo build` already made, and rust-analyzer sees the sources of `dvol` alone. A program of its own,
//! because a process that loads libtorch takes longer to start than a cell takes to compile.

mod build;
mod cargo;
mod cell;
mod diagnostics;
#[path = "../freshness.rs"]
mod freshness;
mod layout;
mod manifest;
mod metadata;
mod note;
#[path = "../place.rs"]
mod place;
mod room;
mod start;
mod stub;

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    let name = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    let outcome = match Path::new(&name).file_name().and_then(|name| name.to_str()) {
        Some("cargo") => cargo::run(&rest),
        Some("mold") => cargo::mold(&rest),
        Some(cargo::OTHER_RUSTC) => cargo::other_rustc(),
        Some("rustup") => cargo::rustup(&rest),
        _ => start::run(&rest),
    };
    outcome.unwrap_or_else(|problem| {
        eprintln!("dvol-kernel: {problem}");
        ExitCode::from(2)
    })
}

//! The notebook kernel: types are inferred in ordinary cells, folders belong to kernels that run, errors are for people.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, dead_code)]

mod cells;
mod messages;
mod own;
mod rooms;
mod signatures;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the Python of set-up in `tools`; a missing one is a failure, not a skip.
fn python(arguments: &[&Path]) -> (bool, String) {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "{} is missing: run `make setup`", python.display());
    let output = Command::new(&python)
        .args(arguments)
        .current_dir(root().join("tools"))
        .output()
        .expect("a python that starts");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

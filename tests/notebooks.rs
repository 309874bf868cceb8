//! The chapters, executed in the real kernel.

use std::path::PathBuf;
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a tool of the repository with the Python of set-up; a missing one is a failure, not a skip.
fn tool(script: &str, arguments: &[&str]) -> (bool, String) {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "{} is missing: run `make setup`", python.display());
    let output = Command::new(&python)
        .arg(root().join("tools").join(script))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("a python that starts");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

#[test]
fn every_chapter_runs_top_to_bottom() {
    let (passed, text) = tool("execute.py", &["--check"]);
    assert!(passed, "{text}");
}

#[test]
fn the_kernel_keeps_its_promises() {
    let (passed, text) = tool("kernel_test.py", &[]);
    assert!(passed, "{text}");
}

//! The compiled command, as a user's shell would run it.

use std::process::{Command, Output};

/// Runs `dvol` and waits.
pub fn dvol(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dvol")).args(arguments).output().expect("dvol runs")
}

/// The one sentence with which `dvol` refuses bad input; anything else fails.
pub fn refusal(arguments: &[&str]) -> String {
    let output = dvol(arguments);
    let message = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.starts_with("dvol: ") && message.trim_end().lines().count() == 1, "{message}");
    assert!(output.stdout.is_empty());
    message
}

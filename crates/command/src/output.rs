//! What a command prints.

use dvol_core::error::{Error, Result};
use std::io::Write as _;
use std::process::ExitCode;

/// Prints one JSON document.
///
/// # Errors
/// When standard output takes no more, such as a full disk.
pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    print_text(&serde_json::to_string_pretty(value).map_err(Error::internal("writing JSON"))?)
}

/// Prints text for people.
///
/// # Errors
/// When standard output takes no more, such as a full disk.
pub fn print_text(text: &str) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(Error::io("standard output"))
}

/// Says what went wrong in one sentence and gives its exit code.
pub(crate) fn failed(error: &Error) -> ExitCode {
    eprintln!("dvol: {error}");
    ExitCode::from(error.exit_code())
}

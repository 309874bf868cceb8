//! What a command prints.

use dvol_core::error::{Error, Result};
use std::io::Write as _;

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

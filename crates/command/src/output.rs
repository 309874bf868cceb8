//! What a command prints.

use dvol_core::error::{Error, Result};
use std::borrow::Cow;
use std::io::Write as _;
use std::process::ExitCode;

/// Prints one JSON document.
///
/// # Errors
/// When standard output takes no more, such as a full disk.
pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(Error::internal("writing JSON"))?;
    print(&visible(&text, |character| format!("\\u{:04x}", u32::from(character))))
}

/// Prints text for people. What a file, a server or a name could tell the terminal itself is shown, not done.
///
/// # Errors
/// When standard output takes no more, such as a full disk.
pub fn print_text(text: &str) -> Result<()> {
    print(&visible(text, escaped))
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(Error::io("standard output"))
}

/// Says what went wrong in one sentence and gives its exit code.
pub(crate) fn failed(error: &Error) -> ExitCode {
    eprintln!("dvol: {}", sentence(&error.to_string()));
    ExitCode::from(error.exit_code())
}

/// Text on one line, without a word to the terminal.
pub(crate) fn sentence(text: &str) -> String {
    visible(text, escaped).replace('\n', "\\n")
}

fn escaped(character: char) -> String {
    character.escape_default().to_string()
}

/// Whether a character moves, colours or turns round what stands beside it.
fn is_command(character: char) -> bool {
    let turns =
        matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (character.is_control() && !['\n', '\t'].contains(&character))
}

/// Text in which such characters are written out.
fn visible(text: &str, write: fn(char) -> String) -> Cow<'_, str> {
    if !text.chars().any(is_command) {
        return Cow::Borrowed(text);
    }
    let parts = text.chars().map(|c| if is_command(c) { write(c) } else { c.to_string() });
    Cow::Owned(parts.collect())
}

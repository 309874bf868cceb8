//! What the kernel has to say to its user: printed by the next cell, since evcxr shows nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The function of the cell that evcxr runs by itself when it starts.
const OWN_CELL: &str = "fn run_user_code_0(";
/// All lines ever left.
const LEFT: &str = "notes";

fn pending(folder: &Path) -> PathBuf {
    folder.join("note")
}

/// Leaves a line for the next cell, once in a kernel's life.
pub fn leave(folder: &Path, line: &str) -> io::Result<()> {
    let all = fs::read_to_string(folder.join(LEFT)).unwrap_or_default();
    if all.lines().any(|other| other == line) {
        return Ok(());
    }
    fs::write(folder.join(LEFT), format!("{all}{line}\n"))?;
    let before = fs::read_to_string(pending(folder)).unwrap_or_default();
    fs::write(pending(folder), format!("{before}{line}\n"))
}

/// The cell's source with the pending note printed first, on the lines it had; `None` when there is nothing to say.
pub fn told_by(folder: &Path, source: &str) -> Option<String> {
    let note = fs::read_to_string(pending(folder)).ok()?;
    if source.contains(OWN_CELL) {
        return None;
    }
    let function = source.find("pub extern \"C\" fn run_user_code_")?;
    let body = function + source[function..].find('{')? + 1;
    let (head, rest) = source.split_at(body);
    Some(format!("{head} println!(\"{{}}\", {:?});{rest}", note.trim_end()))
}

/// The note is in a cell that compiled.
pub fn was_told(folder: &Path) {
    let _ = fs::remove_file(pending(folder));
}

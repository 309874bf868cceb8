//! The manifest evcxr writes for a cell.

use std::fs;
use std::path::Path;

const HEADING: &str = "[dependencies]";

/// Its text.
pub struct Manifest(String);

/// The manifest in a kernel's folder.
pub fn read(folder: &Path) -> Manifest {
    Manifest(fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default())
}

impl Manifest {
    /// Whether cells depend on nothing but `dvol`, which is always there.
    pub fn is_alone(&self) -> bool {
        !self.dependencies().lines().any(|line| line.contains('=') && !names_dvol(line))
    }

    /// Whether a notebook asked for `dvol` by `:dep`, as it must elsewhere.
    pub fn asks_for_dvol(&self) -> bool {
        self.dependencies().lines().any(names_dvol)
    }

    /// The optimisation level that was chosen for cells.
    pub fn optimisation(&self) -> &str {
        let line = self.0.lines().find_map(|line| line.strip_prefix("opt-level"));
        line.and_then(|line| line.split_once('=')).map_or("2", |(_, level)| level.trim().trim_matches('"'))
    }

    /// Writes it without `dvol`, which the real cargo would build a second time.
    pub fn leave_out_dvol(&self, folder: &Path) -> Result<(), String> {
        if !self.asks_for_dvol() {
            return Ok(());
        }
        let lines: Vec<&str> = self.0.lines().filter(|line| !names_dvol(line)).collect();
        let file = folder.join("Cargo.toml");
        fs::write(&file, lines.join("\n") + "\n").map_err(|error| format!("{}: {error}", file.display()))
    }

    fn dependencies(&self) -> &str {
        self.0.split_once(HEADING).map_or("", |(_, rest)| rest)
    }
}

fn names_dvol(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| name.trim() == "dvol")
}

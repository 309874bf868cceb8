//! The ledger of results: which configuration, data, seed and code made a file.

use super::Study;
use crate::artifacts::{read_json, sha256_file, write_json};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What one file was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// SHA-256 of the file.
    pub sha256: String,
    /// SHA-256 of the configuration.
    pub config: String,
    /// SHA-256 of the panel.
    pub data: String,
    /// The experiment's seed.
    pub seed: u64,
    /// The crate's version.
    pub version: String,
    /// The command or stage that makes it again.
    pub stage: String,
}

/// `results/manifest.json`: every figure and table by its path relative to the configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger {
    /// The entries.
    pub entries: BTreeMap<String, Entry>,
}

impl Ledger {
    /// Reads the ledger of a folder; none yet is an empty one.
    ///
    /// # Errors
    /// When the file exists and is damaged.
    pub fn read(results: &Path) -> Result<Self> {
        let path = results.join("manifest.json");
        if path.exists() { read_json(&path) } else { Ok(Self::default()) }
    }
}

impl Study {
    /// Writes down what a result file was made from.
    ///
    /// # Errors
    /// When the file cannot be read or the ledger not written.
    pub fn record(&self, path: &Path, stage: &str) -> Result<()> {
        let results = self.config.results();
        std::fs::create_dir_all(&results).map_err(Error::io(&results))?;
        // Chapters run side by side: one at a time may change the ledger.
        let lock = results.join(".manifest.lock");
        let file = std::fs::File::create(&lock).map_err(Error::io(&lock))?;
        file.lock().map_err(Error::io(&lock))?;
        let mut ledger = Ledger::read(&results)?;
        let home = results.parent().unwrap_or(Path::new(""));
        let name = path.strip_prefix(home).unwrap_or(path).display().to_string();
        let entry = Entry {
            sha256: sha256_file(path)?,
            config: self.config.hash()?,
            data: self.dataset.manifest.panel_sha256.clone(),
            seed: self.config.seed.get(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            stage: stage.to_owned(),
        };
        ledger.entries.insert(name, entry);
        write_json(&results.join("manifest.json"), &ledger)
    }
}

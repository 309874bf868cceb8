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

/// What is wrong with one recorded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It is no longer there.
    Missing,
    /// Its bytes are not those its stage wrote.
    Edited,
    /// Its configuration is not today's.
    OtherConfiguration,
    /// Its data are not today's.
    OtherData,
}

/// A recorded file that cannot be trusted, and the stage that makes it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file, relative to the configuration file.
    pub file: String,
    /// What is wrong.
    pub fault: Fault,
    /// What makes it again.
    pub stage: String,
}

impl Study {
    /// Compares every recorded file with what made it: missing, edited by hand, or of other inputs.
    ///
    /// # Errors
    /// When the ledger is damaged or a file cannot be read.
    pub fn check(&self) -> Result<Vec<Finding>> {
        let results = self.config.results();
        let home = results.parent().unwrap_or(Path::new("")).to_path_buf();
        let config = self.config.hash()?;
        let data = &self.dataset.manifest.panel_sha256;
        let mut findings = Vec::new();
        for (file, entry) in Ledger::read(&results)?.entries {
            let path = home.join(&file);
            let fault = if !path.exists() {
                Some(Fault::Missing)
            } else if sha256_file(&path)? != entry.sha256 {
                Some(Fault::Edited)
            } else if entry.config != config {
                Some(Fault::OtherConfiguration)
            } else if entry.data != *data {
                Some(Fault::OtherData)
            } else {
                None
            };
            findings.extend(fault.map(|fault| Finding { file, fault, stage: entry.stage }));
        }
        Ok(findings)
    }

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

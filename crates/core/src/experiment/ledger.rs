//! The ledgers of results: which configuration, data, seed and code made a file.
//!
//! Each stands in a folder of outputs, as `manifest.json`. `results/manifest.json` is committed with the results that
//! took long to make. What any run of the chapters makes anew has its ledgers where git does not look: figures in
//! `figures/manifest.json`, reports of trained networks beside the checkpoints in `models/manifest.json`.

use super::Experiment;
use crate::artifacts::{Hold, read_json, sha256_file, write_json};
use crate::error::{Error, Result};
use crate::identity::Identity;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// The file's name in each folder of outputs.
const LEDGER: &str = "manifest.json";

/// What one file was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Code, data, protocol, and what the stage reads of the configuration.
    #[serde(flatten)]
    pub identity: Identity,
    /// What that is.
    pub reads: Reads,
    /// The experiment's seed.
    pub seed: u64,
    /// The crate's version.
    pub version: String,
    /// The command or stage that makes it again.
    pub stage: String,
}

/// What of a configuration decides a recorded file, beside the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// What models are made of.
    Models,
    /// That, and the market's events: market states, goals.
    ModelsAndEvents,
    /// Whatever a figure may show.
    Figure,
}

impl Reads {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Models | Self::ModelsAndEvents => &["seed", "normalisation_hours", "jumps", "train"],
            Self::Figure => &["seed", "normalisation_hours", "jumps", "train", "audit", "predict"],
        }
    }
}

/// The keys of a configuration that say how origins are cut.
const PROTOCOL: [&str; 4] = ["horizon", "window", "split", "backtest"];

/// The `manifest.json` of a folder of outputs: files by their path relative to the configuration file.
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
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(LEDGER);
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
    /// The code that made it is not today's.
    OtherCode,
    /// Its protocol is not today's.
    OtherProtocol,
    /// Its part of the configuration is not today's.
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            Fault::Missing => "is missing",
            Fault::Edited => "was changed by hand",
            Fault::OtherCode => "was made by other code",
            Fault::OtherProtocol => "was made under another protocol",
            Fault::OtherConfiguration => "was made with another configuration",
            Fault::OtherData => "was made from other data",
        };
        write!(f, "{} {what}; make it again with `{}`", self.file, self.stage)
    }
}

impl Experiment {
    /// Compares every file in the ledgers of results, figures, models and the printed edition (`docs/manifest.json`) with
    /// what made it: missing, edited by hand, or of other inputs.
    ///
    /// # Errors
    /// When a ledger is damaged or a file cannot be read.
    pub fn check(&self) -> Result<Vec<Finding>> {
        let mut entries = BTreeMap::new();
        let edition = self.config.root().join("docs");
        for folder in [self.config.results(), self.config.figures(), self.config.models(), edition] {
            entries.extend(Ledger::read(&folder)?.entries);
        }
        let mut findings = Vec::new();
        for (file, entry) in entries {
            let path = self.config.root().join(&file);
            let fault = if !path.exists() {
                Some(Fault::Missing)
            } else if sha256_file(&path)? != entry.sha256 {
                Some(Fault::Edited)
            } else {
                let today = self.result_identity(entry.reads)?;
                let Identity { code, data, protocol, spec } = &entry.identity;
                let faults = [
                    (Fault::OtherData, *data != today.data),
                    (Fault::OtherProtocol, *protocol != today.protocol),
                    (Fault::OtherConfiguration, *spec != today.spec),
                    (Fault::OtherCode, *code != today.code),
                ];
                faults.into_iter().find_map(|(fault, found)| found.then_some(fault))
            };
            findings.extend(fault.map(|fault| Finding { file, fault, stage: entry.stage }));
        }
        Ok(findings)
    }

    /// Writes down in `results/manifest.json` what a result file was made from.
    ///
    /// # Errors
    /// When the file cannot be read or the ledger not written.
    pub fn record(&self, path: &Path, reads: Reads, stage: &str) -> Result<()> {
        self.record_in(&self.config.results(), path, reads, stage)
    }

    /// What a file that is made now is made of.
    ///
    /// # Errors
    /// When the configuration cannot be written as JSON.
    pub fn result_identity(&self, reads: Reads) -> Result<Identity> {
        let mut spec = self.config.part(reads.keys())?;
        let schedule = self.schedule()?;
        if !schedule.is_empty() {
            spec["schedule"] = json(schedule)?;
        }
        if !self.config.features.is_empty() {
            spec["features"] = json(&self.config.features)?;
        }
        if !self.config.models.is_empty() {
            spec["models"] = json(&self.config.models)?;
        }
        // Which market it is may be the data set's to say.
        match reads {
            Reads::Models => {}
            Reads::ModelsAndEvents => spec["events"] = json(&self.market().events)?,
            Reads::Figure => spec["market"] = json(&self.market())?,
        }
        Identity::new(&self.code, self.dataset.fingerprint(), &self.config.part(&PROTOCOL)?, &spec)
    }

    /// The same in the ledger of another folder of outputs.
    ///
    /// # Errors
    /// When the file cannot be read or the ledger not written.
    pub fn record_in(&self, folder: &Path, path: &Path, reads: Reads, stage: &str) -> Result<()> {
        // A device has no content to remember.
        if !path.is_file() {
            return Ok(());
        }
        // Chapters run side by side: one at a time may change the ledger.
        let _alone = Hold::to_write_name(folder, "manifest", Duration::MAX)?;
        let mut ledger = Ledger::read(folder)?;
        let entry = Entry {
            sha256: sha256_file(path)?,
            identity: self.result_identity(reads)?,
            reads,
            seed: self.config.seed.get(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            stage: stage.to_owned(),
        };
        ledger.entries.insert(self.name_in_ledger(path), entry);
        write_json(&folder.join(LEDGER), &ledger)
    }

    /// A file's path relative to the configuration file, whoever calls from where.
    pub(super) fn name_in_ledger(&self, path: &Path) -> String {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let (whole, root) = (absolute(path), absolute(self.config.root()));
        whole.strip_prefix(root).unwrap_or(&whole).display().to_string()
    }
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(Error::internal("writing down the market"))
}

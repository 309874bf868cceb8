//! Results that took long to make: committed with what they were made of, read by the chapters.

use super::{Entry, Experiment, Ledger};
use crate::artifacts::read_json;
use crate::error::{Error, Result};
use crate::report::{Report, Reported};
use serde::de::DeserializeOwned;
use std::fmt;
use std::ops::Deref;

/// Hexadecimal digits of a hash that identify it to a reader.
const SHORT: usize = 8;

/// A result read from the results folder, and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<T> {
    /// The result.
    pub value: T,
    /// The file, relative to the configuration's.
    pub file: String,
    /// What made it; `None` when the ledger does not know the file.
    pub entry: Option<Entry>,
    /// Whether it was made of the data this study reads.
    pub of_these_data: bool,
}

impl<T> Recorded<T> {
    /// What a figure of it says in its margin: that it was recorded, with the short hashes of what it was made of.
    pub fn origin(&self) -> String {
        let short = |hash: &str| hash[..SHORT.min(hash.len())].to_owned();
        self.entry.as_ref().map_or_else(
            || format!("recorded in {}", self.file),
            |Entry { identity, .. }| {
                format!("recorded · config {} · data {}", short(&identity.spec), short(&identity.data))
            },
        )
    }

    /// The result together with what a reader must know about its origin.
    pub fn provenance(&self) -> String {
        let Some(entry) = &self.entry else {
            return format!("recorded in {} (the ledger does not know what made it)", self.file);
        };
        let short = |hash: &str| hash[..SHORT.min(hash.len())].to_owned();
        let which = if self.of_these_data { "these data" } else { "other data than this study reads" };
        format!(
            "recorded in {} on data {} ({which}), configuration {}, seed {}, dvol {}; made by `{}`",
            self.file,
            short(&entry.identity.data),
            short(&entry.identity.spec),
            entry.seed,
            entry.version,
            entry.stage
        )
    }
}

impl<T> Deref for Recorded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Reported> Reported for Recorded<T> {
    fn report(&self) -> Report {
        // At its head, before a reader takes it for the data of the cells around it.
        let mut report = Report::new();
        report.note(self.provenance()).include(&self.value);
        report
    }
}

impl<T: Reported> fmt::Display for Recorded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Experiment {
    /// Reads a recorded result by its path below the results folder, without its ending: `backtest/metrics`.
    ///
    /// # Errors
    /// When it was never made, is damaged, or holds another kind of result.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::experiment::{Experiment, Reads, Recorded};
    /// use dvol_core::{artifacts::write_json, config::Config};
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("study.toml");
    /// std::fs::write(&path, "simulation = { hours = 2000 }")?;
    /// let experiment = Experiment::open(&path)?;
    /// let table = folder.path().join("results/table.json");
    /// write_json(&table, &vec![1, 2])?;
    /// experiment.record(&table, Reads::Models, "dvol naive")?;
    /// let read: Recorded<Vec<u32>> = experiment.recorded("table")?;
    /// assert_eq!(read.value, [1, 2]);
    /// assert!(read.provenance().contains("made by `dvol naive`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recorded<T: DeserializeOwned>(&self, name: &str) -> Result<Recorded<T>> {
        let results = self.config().results();
        let path = results.join(format!("{name}.json"));
        if !path.exists() {
            return Err(Error::file(path, "was not recorded; chapters name the command that makes it"));
        }
        let value = read_json(&path)?;
        let file = self.name_in_ledger(&path);
        let entry = Ledger::read(&results)?.entries.remove(&file);
        let own = self.dataset().fingerprint();
        let of_these_data = entry.as_ref().is_some_and(|entry| entry.identity.data == own);
        Ok(Recorded { value, file, entry, of_these_data })
    }
}

//! Where a run leaves its files, and how often.

use crate::artifacts::Hold;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What follows the prefix in the names of a run's further files: no prefix may end so, or the files of two runs
/// would meet.
const TAKEN: [&str; 3] = [".resume", ".next", "_last_good"];

/// The folders and file names of one run.
///
/// # Examples
/// ```
/// use dvol::training::Files;
/// let files = Files::below(".", "ultra_large");
/// assert!(files.checkpoint().ends_with("models/ultra_large.safetensors"));
/// assert!(files.log().ends_with("results/logs/current_training.log"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Files {
    /// The first part of every file's name.
    pub prefix: String,
    /// Results as JSON.
    pub results: PathBuf,
    /// Checkpoints.
    pub models: PathBuf,
    /// Logs.
    pub logs: PathBuf,
    /// Seconds between two saved states; 0 saves after every step.
    pub save_every_seconds: f64,
    /// Whether a saved state is continued.
    pub resume: bool,
}

impl Files {
    /// The usual folders below `root`: `results/cli_training`, `models`, `results/logs`.
    pub fn below(root: impl AsRef<Path>, prefix: &str) -> Self {
        let root = root.as_ref();
        Self {
            prefix: prefix.to_owned(),
            results: root.join("results/cli_training"),
            models: root.join("models"),
            logs: root.join("results/logs"),
            save_every_seconds: 60.0,
            resume: false,
        }
    }

    /// The first part of file names, when it is one.
    ///
    /// # Errors
    /// Text with a slash, an empty one, one that begins with a dot, or that ends like the further files of a run.
    pub fn check_prefix(prefix: &str) -> Result<()> {
        let refused = |expected: String| Err(Error::parameter("save-prefix", prefix, expected));
        if prefix.is_empty() || prefix.contains(['/', '\\', '\0']) || prefix.starts_with('.') {
            return refused("a plain file name".to_owned());
        }
        match TAKEN.iter().find(|end| prefix.ends_with(**end)) {
            Some(end) => {
                refused(format!("without `{end}` at its end, as the files of another run may be named"))
            }
            None => Ok(()),
        }
    }

    /// Keeps other trainings of this prefix out of the folder of checkpoints while the returned lock is held.
    ///
    /// # Errors
    /// When one is running: names its process.
    pub fn hold(&self) -> Result<Hold> {
        Hold::to_write_name(&self.models, &self.prefix, Duration::ZERO)
    }

    /// The best weights.
    pub fn checkpoint(&self) -> PathBuf {
        self.models.join(format!("{}.safetensors", self.prefix))
    }

    /// The weights before a divergence.
    pub fn last_good(&self) -> PathBuf {
        self.models.join(format!("{}_last_good.safetensors", self.prefix))
    }

    /// The state a killed run continues from.
    pub fn state(&self) -> PathBuf {
        self.models.join(format!("{}.resume.safetensors", self.prefix))
    }

    /// The log `tail -f` follows.
    pub fn log(&self) -> PathBuf {
        self.logs.join("current_training.log")
    }

    /// The log's twin for programs: one JSON object a line.
    pub fn json_lines(&self) -> PathBuf {
        self.logs.join("current_training.jsonl")
    }

    /// TensorBoard's folder of this run.
    pub fn tensorboard(&self) -> PathBuf {
        self.logs.join("tensorboard").join(&self.prefix)
    }
}

//! Where a run leaves its files, and how often.

use std::path::{Path, PathBuf};

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

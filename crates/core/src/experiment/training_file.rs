//! A file given to training: an experiment, or settings of a network.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::models::Settings;
use std::path::Path;

/// The one key that both kinds of file have: alone, it is a network's.
const SHARED: &str = "seed";

/// What a configuration file is about, told by its keys.
///
/// # Examples
/// ```
/// use dvol_core::experiment::TrainingFile;
/// let folder = tempfile::tempdir()?;
/// let kind = |name: &str, text: &str| {
///     let path = folder.path().join(name);
///     std::fs::write(&path, text)?;
///     Ok::<_, Box<dyn std::error::Error>>(TrainingFile::read(&path)?)
/// };
/// assert_eq!(kind("run.toml", "epochs = 7\nseed = 1")?, TrainingFile::Settings);
/// assert_eq!(kind("run.json", r#"{"epochs": 7}"#)?, TrainingFile::Settings);
/// assert_eq!(kind("study.toml", "seed = 1\n[train.rolling]\nepochs = 7")?, TrainingFile::Experiment);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingFile {
    /// [`Settings`]: `epochs = 7`.
    Settings,
    /// A [`Config`], whose tables `[train.NAME]` hold settings.
    Experiment,
}

impl TrainingFile {
    /// Tells the kind of a file. One that is neither passes for settings, whose reader says what is wrong.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        if Settings::read(path).is_ok() {
            return Ok(Self::Settings);
        }
        let known = toml::Table::try_from(Config::default())
            .map_err(Error::internal("listing an experiment's keys"))?;
        let given: toml::Table = toml::from_str(&text).unwrap_or_default();
        let is_experiment = given.keys().any(|key| key != SHARED && known.contains_key(key));
        Ok(if is_experiment { Self::Experiment } else { Self::Settings })
    }
}

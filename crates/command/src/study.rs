//! The experiment that a command is about.

use dvol_core::config::Config;
use dvol_core::error::Result;
use dvol_core::experiment::Experiment;
use std::path::Path;

/// The experiment in `file`, or in `thesis.toml` where it exists, or the defaults; on `data` when given.
///
/// # Errors
/// What reading the configuration returns.
pub fn configuration(file: Option<&Path>, data: Option<&Path>) -> Result<Config> {
    let usual = Path::new("thesis.toml");
    let config = match file {
        Some(file) => Config::read(file)?,
        None if usual.exists() => Config::read(usual)?,
        None => Config::default(),
    };
    Ok(match data {
        Some(folder) => config.with_data(folder),
        None => config,
    })
}

/// The experiment of [`configuration`] with its data.
///
/// # Errors
/// What reading the configuration and the data returns.
pub fn open_experiment(file: Option<&Path>, data: Option<&Path>) -> Result<Experiment> {
    Experiment::new(configuration(file, data)?)
}

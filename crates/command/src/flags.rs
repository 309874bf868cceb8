//! The flags that commands share: one name, one meaning, one text.

use crate::{print_json, print_text};
use clap::Args;
use dvol_core::config::Config;
use dvol_core::error::Result;
use dvol_core::experiment::Experiment;
use serde::Serialize;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// The experiment a command is about.
#[derive(Debug, Args)]
pub struct ConfigFlag {
    /// Experiment file [default: thesis.toml where it exists, else the defaults]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl ConfigFlag {
    /// The experiment of the file, or of `thesis.toml` where it exists, or the defaults.
    ///
    /// # Errors
    /// What reading the configuration returns.
    pub fn configuration(&self) -> Result<Config> {
        let usual = Path::new("thesis.toml");
        match &self.config {
            Some(file) => Config::read(file),
            None if usual.exists() => Config::read(usual),
            None => Ok(Config::default()),
        }
    }
}

/// The experiment a command is about, and its data.
#[derive(Debug, Args)]
pub struct ExperimentFlags {
    #[command(flatten)]
    file: ConfigFlag,
    /// Folder of the data set, instead of the experiment's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl ExperimentFlags {
    /// The flags as they would be given.
    pub fn new(config: Option<PathBuf>, data: Option<PathBuf>) -> Self {
        Self { file: ConfigFlag { config }, data }
    }

    /// The experiment's configuration, on the data of `--data` when it is given.
    ///
    /// # Errors
    /// What reading the configuration returns.
    pub fn configuration(&self) -> Result<Config> {
        let config = self.file.configuration()?;
        Ok(match &self.data {
            Some(folder) => config.with_data(folder),
            None => config,
        })
    }

    /// The folder of the data set, as a person would write it.
    ///
    /// # Errors
    /// What reading the configuration returns.
    pub fn data_folder(&self) -> Result<PathBuf> {
        match &self.data {
            Some(folder) => Ok(folder.clone()),
            None => Ok(plain(self.file.configuration()?.data())),
        }
    }

    /// The experiment with its data.
    ///
    /// # Errors
    /// What reading the configuration and the data returns.
    pub fn open(&self) -> Result<Experiment> {
        Experiment::new(self.configuration()?)
    }
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, Args)]
pub struct Printing {
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

impl Printing {
    /// Prints a result as JSON or as text.
    ///
    /// # Errors
    /// When standard output takes no more, such as a full disk.
    pub fn print(self, result: &(impl Serialize + Display)) -> Result<()> {
        self.print_as(result, || result.to_string())
    }

    /// Prints a document as JSON, or the text about it.
    ///
    /// # Errors
    /// When standard output takes no more, such as a full disk.
    pub fn print_as(self, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<()> {
        if self.json { print_json(document) } else { print_text(&text()) }
    }
}

/// Where a result goes, and how it is printed.
#[derive(Debug, Args)]
pub struct Output {
    /// Where the result goes, instead of its usual place
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// How it is printed.
    #[command(flatten)]
    pub printing: Printing,
}

impl Output {
    /// The place named by `--out`, or else `usual`, which is below a folder of the experiment.
    pub fn place(&self, usual: PathBuf) -> PathBuf {
        self.out.clone().unwrap_or_else(|| plain(usual))
    }
}

/// A path below the working folder as a person would write it: without the dot in front.
pub fn plain(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path)
}

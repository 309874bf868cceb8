//! The flags that commands share: one name, one meaning, one text.

use crate::{print_json, print_text};
use clap::Args;
use dvol_core::artifacts::{Hold, STANDARD_OUTPUT, check_target, same_file};
use dvol_core::config::Config;
use dvol_core::error::{Error, Result};
use dvol_core::experiment::Experiment;
use serde::Serialize;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The experiment's file where none is named.
const USUAL: &str = "thesis.toml";

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
        let usual = Path::new(USUAL);
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

    /// The files a command with these flags reads: the experiment's and those of its data set.
    ///
    /// # Errors
    /// What reading the configuration returns.
    pub fn inputs(&self) -> Result<Vec<PathBuf>> {
        let data = self.data_folder()?;
        let files = ["panel.parquet", "manifest.json"].map(|name| data.join(name));
        let experiment = self.file.config.clone().unwrap_or_else(|| USUAL.into());
        Ok(files.into_iter().chain([experiment]).collect())
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

    /// Refuses a file of output in the place of an input, which it would destroy, and where no file can be.
    ///
    /// # Errors
    /// Names the place, and the input.
    pub fn spares<P: AsRef<Path>>(&self, inputs: &[P]) -> Result<()> {
        match &self.out {
            Some(out) => check_target(out).and_then(|()| spares(out, inputs)),
            None => Ok(()),
        }
    }

    /// Whether the result itself goes to standard output (`--out -`), where nothing else belongs then.
    pub fn is_standard_output(&self) -> bool {
        self.out.as_deref() == Some(Path::new(STANDARD_OUTPUT))
    }

    /// Keeps other commands from writing and recording a file of the experiment meanwhile; a place of the user's own
    /// is the user's to share.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub fn hold(&self, path: &Path) -> Result<Option<Hold>> {
        if self.out.is_some() {
            return Ok(None);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Hold::to_write_name(path.parent().unwrap_or(Path::new(".")), &name, Duration::MAX).map(Some)
    }
}

/// Refuses `out` where it is one of `inputs`, under whatever name or link.
///
/// # Errors
/// Names both.
pub fn spares<P: AsRef<Path>>(out: &Path, inputs: &[P]) -> Result<()> {
    match inputs.iter().find(|input| same_file(out, input)) {
        Some(input) => {
            let input = input.as_ref().display();
            Err(Error::file(out, format!("is the input {input} itself; name another place for the output")))
        }
        None => Ok(()),
    }
}

/// A path below the working folder as a person would write it: without the dot in front.
pub fn plain(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path)
}

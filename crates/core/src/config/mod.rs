//! The experiment as a file: `thesis.toml`.

mod own;
mod own_models;
mod training_window;

pub use crate::time::Duration;
pub use training_window::Window;

use crate::data::{AuditLimits, FetchSettings, ImportPolicy, OwnColumn, ScheduleSettings, Simulation};
use crate::error::{Error, Result};
use crate::evaluation::{ChronologicalSplit, TrainingWindow, WalkForward};
use crate::feature_table::Described;
use crate::jumps::JumpFeatureSpec;
use crate::market::Market;
use crate::models::{OwnHar, Preset, Settings};
use crate::range::Range;
use crate::seed::Seed;
use crate::time::{Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything an experiment is: data, window, split, models, protocol, seed.
///
/// Every table has defaults, so an empty file is the thesis itself; an unknown key is an error that names it.
///
/// # Examples
/// ```
/// let config = dvol_core::config::Config::parse("horizon = 6")?;
/// assert_eq!(config.horizon.get(), 6);
/// assert!(dvol_core::config::Config::parse("horizont = 6").is_err());
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The experiment's name.
    pub name: String,
    /// The one seed; every stage derives its own.
    pub seed: Seed,
    /// Forecast distance in hours.
    pub horizon: Horizon,
    /// Where things lie, relative to the configuration file.
    pub folders: Folders,
    /// The hours the thesis is about.
    pub window: Hours,
    /// Chronological shares.
    pub split: ChronologicalSplit,
    /// Rolling normalisation, hours.
    pub normalisation_hours: usize,
    /// How files are read.
    pub import: ImportPolicy,
    /// Further series beside those of the import, by the panel's name of each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, OwnColumn>,
    /// Features of those and of the other columns, by their name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<String, Described>,
    /// Models of one's own by name: lines of the HAR family that read features of one's own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<String, OwnHar>,
    /// How the public sources are asked.
    pub fetch: FetchSettings,
    /// Where the findings of an audit begin.
    pub audit: AuditLimits,
    /// The market that stands in when no data were imported.
    pub simulation: Simulation,
    /// The jump features.
    pub jumps: JumpFeatureSpec,
    /// The events that are known ahead.
    pub schedule: ScheduleSettings,
    /// The market; when absent, the one the data set is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub market: Option<Market>,
    /// Overrides of the trainers' defaults, a table a trainer.
    pub train: BTreeMap<Preset, Settings>,
    /// The walk-forward protocol.
    pub backtest: Backtest,
    /// Tomorrow's forecast.
    pub predict: Predict,
    /// The folder all others are relative to: where the file lies.
    #[serde(skip)]
    root: PathBuf,
    /// Whether somebody named the data folder and nothing that stands in for it.
    #[serde(skip)]
    data_named: bool,
}

/// Where things lie, relative to the configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Folders {
    /// The panel and its manifest.
    pub data: PathBuf,
    /// Figures.
    pub figures: PathBuf,
    /// Tables, logs, results.
    pub results: PathBuf,
    /// Checkpoints.
    pub models: PathBuf,
}

impl Default for Folders {
    fn default() -> Self {
        Self {
            data: "data".into(),
            figures: "figures".into(),
            results: "results".into(),
            models: "models".into(),
        }
    }
}

/// A stretch of hourly bars, both ends included, by their opening times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hours {
    /// Opening time of the first bar.
    pub first: Timestamp,
    /// Opening time of the last bar.
    pub last: Timestamp,
}

impl Default for Hours {
    fn default() -> Self {
        // 2021-04-23 09:00 and 2025-10-14 23:00.
        Self { first: Timestamp::from_hours(449_769), last: Timestamp::from_hours(489_023) }
    }
}

impl Hours {
    /// The times at which the first and the last bar of the stretch are known: an hour after they open.
    pub fn known(&self) -> (Timestamp, Timestamp) {
        (self.first + Horizon::hours(1), self.last + Horizon::hours(1))
    }
}

/// Tomorrow's forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Predict {
    /// The model that is fitted on everything known.
    pub model: String,
}

impl Default for Predict {
    fn default() -> Self {
        Self { model: "har_calendar_and_har_lstm".to_owned() }
    }
}

/// The walk-forward protocol with durations a person writes (`90d`, `24h`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backtest {
    /// First origin.
    pub from: Timestamp,
    /// Last origin.
    pub to: Timestamp,
    /// Time between refits.
    pub refit: Duration,
    /// Time between refits of models that are costly to fit, when that is longer.
    pub refit_networks: Duration,
    /// Time between the last training target and a fold.
    pub embargo: Duration,
    /// `expanding` or `rolling:N` (a duration).
    pub window: Window,
    /// Seeds averaged over for models that depend on one.
    pub seeds: u32,
    /// The models of the table, in its order; all there are when empty.
    pub models: Vec<String>,
    /// What is different for the four trainers when they are fitted fold after fold.
    pub networks: Settings,
}

impl Default for Backtest {
    fn default() -> Self {
        Self {
            // 2022-07-01 00:00 and 2025-10-13 23:00.
            from: Timestamp::from_hours(460_176),
            to: Timestamp::from_hours(488_999),
            refit: Duration(30 * 24),
            refit_networks: Duration(90 * 24),
            embargo: Duration(24),
            window: Window(TrainingWindow::Expanding),
            seeds: 4,
            models: Vec::new(),
            networks: Settings {
                hidden_size: Some(32),
                num_layers: Some(1),
                batch_size: Some(256),
                epochs: Some(10),
                patience: Some(3),
                ..Settings::default()
            },
        }
    }
}

impl Backtest {
    /// The protocol the evaluation room runs.
    pub fn protocol(&self) -> WalkForward {
        WalkForward {
            from: self.from,
            to: self.to,
            refit_hours: self.refit.0,
            embargo_hours: self.embargo.0,
            window: self.window.0,
        }
    }
}

/// Whether a configuration names the data folder, and no market to stand in for it.
fn names_data_alone(text: &str) -> bool {
    let Ok(table) = text.parse::<toml::Table>() else { return false };
    let named = table.get("folders").is_some_and(|folders| folders.get("data").is_some());
    named && !table.contains_key("simulation")
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: "thesis".to_owned(),
            seed: Seed::default(),
            horizon: Horizon::hours(24),
            folders: Folders::default(),
            window: Hours::default(),
            split: ChronologicalSplit::default(),
            normalisation_hours: 720,
            import: ImportPolicy::default(),
            columns: BTreeMap::new(),
            features: BTreeMap::new(),
            models: BTreeMap::new(),
            fetch: FetchSettings::default(),
            audit: AuditLimits::default(),
            simulation: Simulation::default(),
            jumps: JumpFeatureSpec::default(),
            schedule: ScheduleSettings::default(),
            market: None,
            train: BTreeMap::new(),
            backtest: Backtest::default(),
            predict: Predict::default(),
            root: PathBuf::from("."),
            data_named: false,
        }
    }
}

impl Config {
    /// Reads a configuration; paths inside are relative to its folder.
    ///
    /// # Errors
    /// A missing file, text that is no TOML, an unknown key, trainer or feature, a value of the wrong kind or out of
    /// range: with file and line.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::file(path, format!("cannot be read ({error}); give a configuration such as thesis.toml"))
        })?;
        let config: Self = toml::from_str(&text).map_err(Error::toml(path, &text))?;
        let root = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        config.check(&text, &root).map_err(|error| Error::file(path, error.to_string()))?;
        let data_named = names_data_alone(&text);
        Ok(Self { root, data_named, ..config })
    }

    /// A configuration from TOML text; paths inside are relative to the working folder.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).map_err(Error::toml("configuration", text))?;
        config.check(text, &config.root)?;
        Ok(Self { data_named: names_data_alone(text), ..config })
    }

    fn check(&self, text: &str, root: &Path) -> Result<()> {
        self.check_names()?;
        self.check_numbers()?;
        self.check_own(text, root)?;
        self.check_models(text)
    }

    /// Every number is one that can be computed with.
    fn check_numbers(&self) -> Result<()> {
        let Self { import, simulation, backtest, audit, .. } = self;
        let numbers = [
            ("normalisation_hours", self.normalisation_hours as f64, Range::ROWS),
            ("import.publication_lag_hours", import.publication_lag_hours.into(), Range::LAG_HOURS),
            ("simulation.publication_lag_hours", simulation.publication_lag_hours.into(), Range::LAG_HOURS),
            ("simulation.hours", simulation.hours as f64, Range::HOURS),
            ("backtest.seeds", backtest.seeds.into(), Range::SEEDS),
            ("audit.stale_hours", audit.stale_hours as f64, Range::ROWS),
            ("audit.stale_days", audit.stale_days as f64, Range::ROWS),
            ("audit.outlier_scales", audit.outlier_scales, Range::FACTOR),
            ("audit.spike_scales", audit.spike_scales, Range::FACTOR),
            ("audit.realized_ratio", audit.realized_ratio.0, Range::FACTOR),
            ("audit.realized_ratio", audit.realized_ratio.1, Range::FACTOR),
            ("audit.price_disagreement", audit.price_disagreement, Range::FACTOR),
            ("audit.late_hours", audit.late_hours as f64, Range::LAGS),
            ("audit.late_days", audit.late_days as f64, Range::LAGS),
            ("split.train", self.split.train, Range::SHARE),
            ("split.validation", self.split.validation, Range::SHARE),
        ];
        numbers.into_iter().try_for_each(|(name, value, range)| range.check(name, value))?;
        self.fetch.clone().checked().map(|_| ())
    }

    /// The same experiment on the data of another folder (relative to the working folder).
    #[must_use]
    pub fn with_data(mut self, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        self.folders.data = std::path::absolute(&folder).unwrap_or(folder);
        self.data_named = true;
        self
    }

    /// Whether the simulated market may stand in for data that are not there: when nobody named the data folder, and
    /// when the file that names it has a table `[simulation]`, which says what stands in.
    pub fn may_simulate(&self) -> bool {
        !self.data_named
    }

    /// The same experiment with absolute folders and files, to be written elsewhere.
    #[must_use]
    pub fn rooted(&self) -> Self {
        let fixed = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let folders = Folders {
            data: fixed(self.data()),
            figures: fixed(self.figures()),
            results: fixed(self.results()),
            models: fixed(self.models()),
        };
        let columns = self.columns.iter().map(|(name, column)| {
            (name.clone(), OwnColumn { file: fixed(self.root.join(&column.file)), ..column.clone() })
        });
        let file = self.schedule.file.as_ref().map(|file| fixed(self.root.join(file)));
        let schedule = ScheduleSettings { file, ..self.schedule.clone() };
        Self { folders, columns: columns.collect(), schedule, ..self.clone() }
    }

    /// The folder of the configuration file, which all others are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of panel and manifest.
    pub fn data(&self) -> PathBuf {
        self.root.join(&self.folders.data)
    }

    /// The folder of figures.
    pub fn figures(&self) -> PathBuf {
        self.root.join(&self.folders.figures)
    }

    /// The folder of results.
    pub fn results(&self) -> PathBuf {
        self.root.join(&self.folders.results)
    }

    /// The folder of checkpoints.
    pub fn models(&self) -> PathBuf {
        self.root.join(&self.folders.models)
    }

    /// The named tables and keys of the file, with their values: what a stage reads.
    ///
    /// # Errors
    /// When the configuration cannot be written as JSON, or has no such key.
    pub fn part(&self, keys: &[&str]) -> Result<serde_json::Value> {
        let whole =
            serde_json::to_value(self).map_err(Error::internal("reading a part of the configuration"))?;
        let parts = keys.iter().map(|&key| {
            let value =
                whole.get(key).ok_or_else(|| Error::parameter("key", key, "a key of the configuration"))?;
            Ok((key.to_owned(), value.clone()))
        });
        parts.collect::<Result<serde_json::Map<_, _>>>().map(Into::into)
    }
}

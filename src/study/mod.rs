//! An experiment with networks and figures, in stages: what both the command line and the chapters call.

mod assessment;
mod backtest;
mod figures;
mod findings;
mod goals;
mod horizons;
mod importance;
mod keep;
mod predict;
mod registry;
mod replication;
mod scaling;
mod sizes;
mod thesis_split;
mod train;
mod walk_forward_figures;
mod walk_forward_results;

pub use assessment::{Assessment, read_trials};
pub use backtest::FoldReport;
pub use dvol_core::experiment::{
    AbsentColumn, DatedJumps, Entered, Entry, Experiment, Fault, Finding, ForecastLedger, Future,
    HarRegression, HarReport, JumpReport, Ledger, ModelLeftOut, Moved, NaiveScores, OverlapErrors, PUBLISHED,
    Proof, ProspectiveForecast, Prove, Published, Reads, Recorded, RegimeStudy, Said, SchemeStudy, Track,
    TrackRow, TrainingFile,
};
pub use figures::{FIGURES, FigureEntry};
pub use findings::{Finds, Found};
pub use goals::{Goal, Goals};
pub use horizons::{HorizonScore, HorizonStudy, HorizonTable};
pub use importance::ImportanceSpec;
pub use keep::{Keep, Named, Naming};
pub use predict::Outlook;
pub use registry::{NETWORKS, NetworkEntry};
pub use replication::{ProtocolStep, REPORTED_RMSE, Replication};
pub use scaling::{ScalingStep, ScalingStudy};
pub use thesis_split::{SplitScore, ThesisSplit};
pub use walk_forward_results::WalkForwardResults;

use crate::config::{Config, Hours};
use crate::data::{Audit, Dataset, OwnColumn, Sources, audit, import};
use crate::error::{Error, Result};
use crate::feature_table::Feature;
use crate::models::lstm::NETWORK_CODE;
use crate::time::Horizon;
use std::env;
use std::ops::Deref;
use std::path::Path;

/// The file of an experiment, where no other is named.
const EXPERIMENT: &str = "thesis.toml";

/// An [`Experiment`] with networks and figures: the value a chapter starts from.
///
/// Whatever needs no network (`features`, `jumps`, `har`, `compare` ...) is the experiment's own, reached through
/// this value.
///
/// # Examples
/// ```
/// use dvol::config::Config;
/// use dvol::study::Study;
/// let config = Config::parse("simulation = { hours = 12000 }\nfolders = { data = 'nowhere' }")?;
/// let study = Study::new(config)?;
/// assert!(study.is_simulated());
/// assert!(study.features()?.has("dvol_rv_spread"));
/// # Ok::<(), dvol::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Study(Experiment);

impl Study {
    /// Reads a configuration and its data; without imported data the simulated market stands in.
    ///
    /// # Errors
    /// What reading the configuration or the data returns.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Experiment::open(path).map(Self::from)
    }

    /// Opens the experiment that a notebook belongs to: the `thesis.toml` of its folder or of the nearest one above.
    ///
    /// # Errors
    /// Where there is none; what [`Study::open`] returns.
    pub fn here() -> Result<Self> {
        let folder = env::current_dir().map_err(Error::io("."))?;
        let found = folder.ancestors().map(|folder| folder.join(EXPERIMENT)).find(|path| path.is_file());
        let path = found.ok_or_else(|| {
            Error::file(
                folder.join(EXPERIMENT),
                "is missing, in every folder above too: name one with `Study::open`",
            )
        })?;
        Self::open(path)
    }

    /// What an audit of the data finds, within the limits that the configuration sets.
    pub fn audit(&self) -> Audit {
        let absent = self.absent_columns().unwrap_or_default();
        audit(self.dataset(), None, &self.config().audit)
            .with_absent(absent.into_iter().map(AbsentColumn::noted))
    }

    /// The study of one file of an hourly index, as `dvol data import --dvol FILE` reads it, without any file of
    /// configuration.
    ///
    /// The series is its own window; the walk-forward begins after its first third. What needs another column is left
    /// out: [`Experiment::absent_columns`] names it. Nothing is written before a stage keeps a result.
    ///
    /// # Errors
    /// What [`import`] returns.
    ///
    /// # Examples
    /// ```
    /// use dvol::prelude::*;
    /// let rows = (0..2_000_i64).map(|hour| {
    ///     let level = 60.0 + 9.0 * (hour as f64 / 90.0).sin() + (hour as f64 * 0.7).cos();
    ///     format!("{},{level}\n", Timestamp::from_hours(420_000 + hour))
    /// });
    /// let folder = tempfile::tempdir()?;
    /// let file = folder.path().join("my.csv");
    /// std::fs::write(&file, format!("timestamp,value\n{}", rows.collect::<String>()))?;
    ///
    /// let study = Study::open_series(&file)?;
    /// assert!(study.features()?.has("dvol_lag_7d") && !study.features()?.has("nvrv"));
    /// assert_eq!(study.absent_columns()?[0].column, "price");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_series(path: impl AsRef<Path>) -> Result<Self> {
        let sources = Sources { dvol: vec![path.as_ref().to_path_buf()], ..Sources::default() };
        let mut config = Config::default();
        let dataset = import(&sources, &config.import)?;
        let panel = dataset.panel();
        config.window = Hours { first: panel.start(), last: panel.last() };
        config.backtest.from = panel.at(panel.len() / 3);
        config.backtest.to = panel.last();
        Ok(Self::with_dataset(config, dataset))
    }

    /// The study of a configuration.
    ///
    /// # Errors
    /// When the data folder holds a damaged data set, or the simulation's parameters are out of range.
    pub fn new(config: Config) -> Result<Self> {
        Experiment::new(config).map(Self::from)
    }

    /// The study of a configuration on a data set at hand.
    pub fn with_dataset(config: Config, dataset: Dataset) -> Self {
        Self::from(Experiment::with_dataset(config, dataset))
    }

    /// The same study at another horizon, on the same data.
    #[must_use]
    pub fn at_horizon(&self, horizon: Horizon) -> Self {
        Self(self.0.at_horizon(horizon))
    }

    /// The same study with one more column, read from its file, which features may name.
    ///
    /// # Errors
    /// As [`Experiment::with_column`].
    pub fn with_column(&self, name: &str, column: &OwnColumn) -> Result<Self> {
        Ok(Self(self.0.with_column(name, column)?))
    }

    /// The same study with a feature of its own, which any model may name, once it is proven to look at nothing ahead.
    ///
    /// # Errors
    /// As [`Experiment::with_feature`].
    ///
    /// # Examples
    /// ```
    /// use dvol::config::Config;
    /// use dvol::models::Har;
    /// use dvol::prelude::*;
    /// let study = Study::new(Config::parse("simulation = { hours = 12000 }\nfolders = { data = 'nowhere' }")?)?;
    /// let high = Feature::new("dvol_week_high", |known| {
    ///     let dvol = known.values("dvol")?;
    ///     let high = |row: usize| dvol[row.saturating_sub(167)..=row].iter().copied().fold(f64::MIN, f64::max);
    ///     Ok((0..dvol.len()).map(high).collect())
    /// });
    /// let study = study.with_feature(high)?;
    /// let forecasts = study.forecast(&Har::with_exogenous(["dvol_week_high"]))?;
    /// assert!(forecasts.len() > 1_000);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn with_feature(&self, feature: Feature) -> Result<Self> {
        Ok(Self(self.0.with_feature(feature)?))
    }
}

impl From<Experiment> for Study {
    fn from(experiment: Experiment) -> Self {
        Self(experiment.with_code(NETWORK_CODE))
    }
}

impl Deref for Study {
    type Target = Experiment;

    fn deref(&self) -> &Experiment {
        &self.0
    }
}

//! A configuration with its data, and the stages that need no network.

mod description;
mod forecast_ledger;
mod forecast_regimes;
mod har;
mod har_regression;
mod jobs;
mod jumps;
mod ledger;
mod left_out;
mod look_ahead;
mod market;
mod naive;
mod own;
mod published;
mod recorded;
mod regimes;
mod track;
mod training_file;

pub use forecast_ledger::{Entered, ForecastLedger, ProspectiveForecast};
pub use forecast_regimes::{RegimeDocument, RegimePair, RegimeRow, RegimeVerdicts};
pub use har::HarReport;
pub use har_regression::{HarCoefficient, HarRegression, LevelScores, OverlapErrors, realized_series};
pub use jobs::run_jobs;
pub use jumps::{DatedJumps, JumpReport};
pub use ledger::{Entry, Fault, Finding, Ledger, Reads};
pub use left_out::{AbsentColumn, ModelLeftOut};
pub use look_ahead::{Answers, Future, Moved, Proof, Prove, Said};
pub use naive::{NaiveScores, naive_forecasts};
pub use published::{PUBLISHED, Published};
pub use recorded::Recorded;
pub use regimes::{RegimeStudy, SchemeStudy};
pub use track::{Track, TrackRow};
pub use training_file::TrainingFile;

use crate::artifacts::sha256;
use crate::config::Config;
use crate::data::{Dataset, Provenance, load};
use crate::error::{Error, Result};
use crate::evaluation::{Forecasts, Parts};
use crate::feature_table::{Feature, FeatureSettings, all_features, settings_read};
use crate::features::known;
use crate::identity::{Identity, ModelIdentity, RESULT_CODE};
use crate::models::{Forecaster, Model};
use crate::panel::Panel;
use crate::sample::{Inputs, Sample};
use crate::schedule::Schedule;
use crate::time::Horizon;
use serde::Serialize;
use std::path::Path;
use std::sync::OnceLock;

/// A configuration with its data.
///
/// # Examples
/// ```
/// use dvol_core::config::Config;
/// use dvol_core::experiment::Experiment;
/// let config = Config::parse("simulation = { hours = 12000 }\nfolders = { data = 'nowhere' }")?;
/// let experiment = Experiment::new(config)?;
/// assert!(experiment.is_simulated());
/// assert!(experiment.features()?.has("dvol_rv_spread"));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Experiment {
    config: Config,
    dataset: Dataset,
    // of everything whose results this experiment records
    code: String,
    // beside those of the table
    own: Vec<Feature>,
    // of this very configuration and data, which never change: made once, read by every model
    features: OnceLock<Panel>,
    schedule: OnceLock<Schedule>,
}

impl Experiment {
    /// Reads a configuration and its data.
    ///
    /// # Errors
    /// What reading the configuration or [`Self::new`] returns.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::new(Config::read(path)?)
    }

    /// The study of a configuration.
    ///
    /// The simulated market stands in only where [`Config::may_simulate`] and the data folder holds no data set, not
    /// even a damaged or a begun one.
    ///
    /// # Errors
    /// When the data folder was named and holds no data set, or holds a damaged one; when the simulation's parameters
    /// are out of range; when the file of a column that the configuration describes cannot be read.
    pub fn new(config: Config) -> Result<Self> {
        let folder = config.data();
        let dataset = if config.may_simulate() && !Dataset::is_in(&folder) {
            Dataset::simulated(&config.simulation)?
        } else {
            load(&folder)?
        };
        let dataset = config.with_own_columns(dataset)?;
        Ok(Self::with_dataset(config, dataset))
    }

    /// The study of a configuration on a data set at hand, with the features that the configuration describes and no
    /// column but those of the data set.
    pub fn with_dataset(config: Config, dataset: Dataset) -> Self {
        let (code, own) = (RESULT_CODE.to_owned(), config.own_features());
        Self { config, dataset, code, own, features: OnceLock::new(), schedule: OnceLock::new() }
    }

    /// The same experiment, whose results are also made by the code of this hash.
    #[must_use]
    pub fn with_code(self, code: &str) -> Self {
        Self { code: sha256(format!("{RESULT_CODE}{code}").as_bytes()), ..self }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The data and what they are made of.
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The raw hourly table, each value at the hour it is about.
    pub fn panel(&self) -> Panel {
        self.dataset.panel().clone()
    }

    /// Whether the data come from the simulator.
    pub fn is_simulated(&self) -> bool {
        matches!(self.dataset.manifest().provenance, Provenance::Simulation { .. })
    }

    /// Where the data come from, in words.
    pub fn source(&self) -> String {
        let panel = self.dataset.panel();
        let kind = if self.is_simulated() { "the simulated market" } else { "imported data" };
        format!("{kind}, {}", panel.grid())
    }

    /// The same experiment at another horizon, on the same data.
    #[must_use]
    pub fn at_horizon(&self, horizon: Horizon) -> Self {
        let mut experiment = self.clone();
        experiment.config.horizon = horizon;
        // what is scheduled over the horizon is a feature
        experiment.features = OnceLock::new();
        experiment
    }

    /// The same experiment on another panel, made of the same features.
    pub(crate) fn on_panel(&self, panel: Panel) -> Self {
        let dataset = self.dataset.clone().with_panel(panel);
        Self { dataset, features: OnceLock::new(), ..self.clone() }
    }

    /// All features, each value known at its row: `dvol`, the seven base features, the four jump
    /// features, those of the volatility path and of the calendar, and those of [`Self::with_feature`]. Those of columns
    /// that the data lack are left out: [`Self::absent_columns`] names them.
    ///
    /// # Errors
    /// When the column that is tested for jumps is missing.
    pub fn features(&self) -> Result<Panel> {
        if let Some(features) = self.features.get() {
            return Ok(features.clone());
        }
        let features = self.make_features()?;
        Ok(self.features.get_or_init(|| features).clone())
    }

    /// The events that are known ahead, as the configuration says where they are.
    ///
    /// # Errors
    /// When their file cannot be read or understood.
    pub fn schedule(&self) -> Result<&Schedule> {
        if let Some(schedule) = self.schedule.get() {
            return Ok(schedule);
        }
        let schedule = self.config.schedule.read(self.config.root(), &self.config.data())?;
        Ok(self.schedule.get_or_init(|| schedule))
    }

    fn feature_settings(&self) -> Result<FeatureSettings> {
        let schedule = self.schedule()?.clone();
        Ok(FeatureSettings { jumps: self.config.jumps.clone(), schedule, horizon: Some(self.config.horizon) })
    }

    fn make_features(&self) -> Result<Panel> {
        let known = known(self.dataset.panel())?;
        let all = all_features(&known, &self.feature_settings()?)?;
        self.own.iter().try_fold(all, |panel, feature| panel.with(feature.of(&known)?))
    }

    /// Inputs of every complete origin and, 24 hours on, what came true.
    ///
    /// # Errors
    /// A missing feature or no complete origin.
    pub fn sample(&self, features: &[&str], window: usize) -> Result<Sample> {
        let panel = self.features()?;
        panel.step().check(self.config.horizon)?;
        Ok(Inputs::new(&panel, features, "dvol", window)?.with_targets(self.config.horizon))
    }

    /// The sample a model reads.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn sample_for(&self, model: &dyn Model) -> Result<Sample> {
        let inputs = self.inputs_of(model)?;
        inputs.step().check(self.config.horizon)?;
        Ok(inputs.with_targets(self.config.horizon))
    }

    /// The inputs of every complete origin, as a model reads them.
    ///
    /// # Errors
    /// A feature that the data have no column for, a missing feature or no complete origin.
    pub fn inputs_of(&self, model: &dyn Model) -> Result<Inputs> {
        let names = self.features_of(model)?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Inputs::new(&self.features()?, &names, "dvol", model.window())
    }

    /// What forecasts of a model under a protocol are made of: its code, these data, the protocol with the horizon,
    /// and what the model reads of the configuration.
    ///
    /// `None` for a model that does not say what it is, or reads a feature that does not.
    ///
    /// # Errors
    /// When the protocol cannot be written as JSON.
    pub fn identity(&self, model: &dyn Model, protocol: &impl Serialize) -> Result<Option<Identity>> {
        let Some(ModelIdentity { code, spec }) = model.identity() else { return Ok(None) };
        let read = model.features();
        let own = self.own.iter().filter(|feature| read.iter().any(|name| name == feature.name()));
        let own: Option<Vec<_>> = own.map(|feature| Some((feature.name(), feature.code()?))).collect();
        let Some(own) = own else { return Ok(None) };
        let settings = settings_read(&read, &self.feature_settings()?);
        let protocol = (protocol, self.config.horizon);
        Identity::new(&code, self.dataset.fingerprint(), &protocol, &(spec, settings, own)).map(Some)
    }

    /// Training, validation and test part of the thesis's window.
    ///
    /// A window that reaches beyond the data is cut to them, so that simulated or newer data work as they are.
    ///
    /// # Errors
    /// When a part is empty.
    pub fn split(&self, sample: &Sample) -> Result<Parts> {
        let (first, last) = self.config.window.known();
        let panel = self.dataset.panel();
        let end = panel.at(panel.len());
        self.config.split.cut(sample, first.max(panel.start()), last.min(end))
    }

    /// Fits a model on the training part and forecasts the test part.
    ///
    /// # Errors
    /// What fitting and predicting return.
    pub fn forecast(&self, model: &dyn Model) -> Result<Forecasts> {
        let parts = self.split(&self.sample_for(model)?)?;
        let fitted = model.fit_boxed(&parts.train)?;
        Self::forecasts_on(fitted.as_ref(), &parts.test)
    }

    /// Joins a fitted model's forecasts to what came true.
    ///
    /// # Errors
    /// What predicting returns.
    pub fn forecasts_on(fitted: &dyn Forecaster, sample: &Sample) -> Result<Forecasts> {
        Forecasts::join(&fitted.name(), sample, &fitted.predict(sample.inputs())?)
    }

    /// The last origin: the inputs of tomorrow's forecast.
    ///
    /// # Errors
    /// When the newest rows are incomplete; names the origin that is the last complete one.
    pub fn latest(&self, model: &dyn Model) -> Result<Inputs> {
        let inputs = self.inputs_of(model)?;
        let last = inputs
            .origins()
            .last()
            .ok_or_else(|| Error::too_few("the latest forecast", 1, 0, "the data hold no complete origin"))?;
        Ok(inputs.filter(|origin| origin == last))
    }
}

//! Tomorrow's forecast.

use super::backtest::no_number;
use super::{Entered, ForecastLedger, ProspectiveForecast, Study, Track};
use crate::artifacts::{read_json, sha256, write_json};
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::models::{Forecaster, Interval, Model, Predictions};
use crate::report::{Report, Reported};
use crate::sample::Inputs;
use crate::time::{Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};

/// What a model says at one origin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// The model.
    pub model: String,
    /// When the forecast is made: it uses only what was known then.
    pub origin: Timestamp,
    /// What it is about.
    pub target: Timestamp,
    /// How far ahead.
    pub horizon: Horizon,
    /// What the volatility index is called.
    pub index: String,
    /// Its level known at the origin, index points.
    pub level: f64,
    /// The forecast, index points.
    pub predicted: f64,
    /// Its intervals, the narrowest first.
    pub intervals: Vec<Interval>,
    /// Where the data come from, in words.
    pub source: String,
    /// Whether they are simulated.
    pub simulated_data: bool,
}

/// A forecast, what it was made of, and a seal over both. A model fitted for one origin answers there alone, so that
/// its answer stands for it.
#[derive(Serialize, Deserialize)]
struct KeptPrediction {
    identity: Identity,
    /// SHA-256 of identity and forecast as JSON.
    sha256: String,
    outlook: Outlook,
}

impl KeptPrediction {
    fn new(identity: Identity, outlook: Outlook) -> Result<Self> {
        Ok(Self { sha256: Self::seal(&identity, &outlook)?, identity, outlook })
    }

    fn seal(identity: &Identity, outlook: &Outlook) -> Result<String> {
        let text =
            serde_json::to_string(&(identity, outlook)).map_err(Error::internal("sealing a forecast"))?;
        Ok(sha256(text.as_bytes()))
    }

    /// The forecast of a file, when it is of this identity and what was written; else `None`: it is made again.
    fn read(path: &Path, identity: &Identity) -> Option<Outlook> {
        let Self { identity: own, sha256, outlook } = read_json(path).ok()?;
        (own == *identity && Self::seal(&own, &outlook).ok()? == sha256).then_some(outlook)
    }
}

impl Reported for Outlook {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

impl fmt::Display for Outlook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} from {} ({}):", self.model, self.origin, self.source)?;
        let index = &self.index;
        writeln!(f, "{:<18}  {:.2}", format!("{index} now"), self.level)?;
        let change = self.predicted - self.level;
        write!(f, "{index} at {}  {:.2} ({change:+.2})", self.target, self.predicted)?;
        for Interval { coverage, lower, upper } in &self.intervals {
            write!(f, "\n{:>3.0} % interval       {lower:.2} .. {upper:.2}", coverage.percent())?;
        }
        Ok(())
    }
}

impl Study {
    /// The forecast of the configuration's `[predict] model` from the latest complete hour, or from `origin`.
    ///
    /// The model is fitted on every origin whose outcome was known at the forecast's own origin.
    ///
    /// # Errors
    /// An unknown model, an origin at which a feature is missing, too short a history to fit on.
    ///
    /// # Examples
    /// ```
    /// use dvol::config::Config;
    /// use dvol::study::Study;
    /// let text = "simulation = { hours = 9000 }\nfolders = { data = 'nowhere' }\npredict = { model = 'har_calendar' }";
    /// let outlook = Study::new(Config::parse(text)?)?.predict(None)?;
    /// let [narrow, .., wide] = outlook.intervals[..] else { panic!("two intervals") };
    /// assert!(wide.lower < narrow.lower && narrow.upper < wide.upper);
    /// # Ok::<(), dvol::Error>(())
    /// ```
    pub fn predict(&self, origin: Option<Timestamp>) -> Result<Outlook> {
        self.predict_with(self.forecaster()?.as_ref(), origin)
    }

    /// The same of a model at hand, the user's own or one of the table: `study.model("har_calendar")?`.
    ///
    /// # Errors
    /// As [`Self::predict`]; a model that answers with no number.
    ///
    /// # Examples
    /// ```
    /// use dvol::config::Config;
    /// use dvol::study::Study;
    /// let study = Study::new(Config::parse("simulation = { hours = 9000 }\nfolders = { data = 'nowhere' }")?)?;
    /// let outlook = study.predict_with(study.model("har")?.as_ref(), None)?;
    /// assert_eq!(outlook.model, "har");
    /// # Ok::<(), dvol::Error>(())
    /// ```
    pub fn predict_with(&self, model: &dyn Model, origin: Option<Timestamp>) -> Result<Outlook> {
        let inputs = self.inputs_at(model, origin)?;
        self.fit_and_predict(model, &inputs)
    }

    /// The same forecast, from what an earlier call left below the models folder where code, data, origin and model
    /// are the same and the file is as it was written; else `fitting` is told the model's name and the model is fitted.
    ///
    /// # Errors
    /// As [`Self::predict`]; when the disk refuses.
    pub fn predict_kept(&self, origin: Option<Timestamp>, fitting: impl FnOnce(&str)) -> Result<Outlook> {
        let model = self.forecaster()?;
        let inputs = self.inputs_at(model.as_ref(), origin)?;
        let identity = self.prediction_identity(model.as_ref(), inputs.origin(0))?;
        let place = identity.map(|identity| (self.kept_prediction(&model.name(), &identity), identity));
        if let Some((path, identity)) = &place
            && let Some(kept) = KeptPrediction::read(path, identity)
        {
            // what things are called decides no number and is read anew
            let (index, source) = (self.market().index, self.source());
            return Ok(Outlook { index, source, simulated_data: self.is_simulated(), ..kept });
        }
        fitting(&model.name());
        let outlook = self.fit_and_predict(model.as_ref(), &inputs)?;
        if let Some((path, identity)) = place {
            write_json(&path, &KeptPrediction::new(identity, outlook.clone())?)?;
        }
        Ok(outlook)
    }

    /// Writes a forecast of the configuration's model down in `results/forecasts.jsonl`, as made at `made`.
    ///
    /// # Errors
    /// A forecast made after its outcome, a model that does not say what it is, a file whose seals are broken.
    pub fn record_forecast(&self, outlook: &Outlook, made: Timestamp) -> Result<Entered> {
        let model = self.forecaster()?;
        let Some(identity) = self.prediction_identity(model.as_ref(), outlook.origin)? else {
            return Err(Error::parameter("model", &outlook.model, "one that says what it is made of"));
        };
        let forecast = ProspectiveForecast {
            made,
            model: outlook.model.clone(),
            identity,
            origin: outlook.origin,
            horizon: outlook.horizon,
            level: outlook.level,
            predicted: outlook.predicted,
            intervals: outlook.intervals.clone(),
            step: self.dataset().panel().step(),
        };
        ForecastLedger::append(self.forecast_ledger(), &forecast)
    }

    /// Where forecasts are written down before their outcome.
    pub fn forecast_ledger(&self) -> PathBuf {
        self.config().results().join("forecasts.jsonl")
    }

    /// What became of the forecasts written down there; none is an empty track.
    ///
    /// # Errors
    /// As [`ForecastLedger::read`] and [`Experiment::track`](super::Experiment::track).
    pub fn track_record(&self) -> Result<Track> {
        self.track(&ForecastLedger::read(self.forecast_ledger())?)
    }

    fn forecaster(&self) -> Result<Box<dyn Model>> {
        self.model(&self.config().predict.model)
    }

    fn fit_and_predict(&self, model: &dyn Model, inputs: &Inputs) -> Result<Outlook> {
        let known = self.sample_for(model)?.known_by(inputs.origin(0));
        let fitted = model.fit_boxed(&known)?;
        self.outlook(fitted.as_ref(), inputs, self.config().horizon)
    }

    /// What a prediction is made of: everything known at its origin decides the fitted model.
    fn prediction_identity(&self, model: &dyn Model, origin: Timestamp) -> Result<Option<Identity>> {
        self.identity(model, &("everything known at", origin))
    }

    fn kept_prediction(&self, model: &str, identity: &Identity) -> PathBuf {
        self.config().models().join("predictions").join(format!("{model}-{}.json", identity.short()))
    }

    /// The inputs of one origin: the latest complete one, or `origin`.
    ///
    /// # Errors
    /// When a feature is missing there.
    pub fn inputs_at(&self, model: &dyn Model, origin: Option<Timestamp>) -> Result<Inputs> {
        let Some(wanted) = origin else { return self.latest(model) };
        let inputs = self.inputs_of(model)?.filter(|origin| origin == wanted);
        if inputs.is_empty() {
            return Err(Error::parameter(
                "origin",
                wanted,
                "a full hour at which all features are known; `dvol data audit` lists the gaps",
            ));
        }
        Ok(inputs)
    }

    /// What a fitted model says at the one origin of `inputs`.
    ///
    /// # Errors
    /// What predicting returns.
    pub fn outlook(&self, fitted: &dyn Forecaster, inputs: &Inputs, horizon: Horizon) -> Result<Outlook> {
        let Predictions { point, intervals, .. } = fitted.predict(inputs)?;
        let origin = inputs.origin(0);
        no_number(&fitted.name(), &[origin], &point)?;
        Ok(Outlook {
            model: fitted.name(),
            origin,
            target: inputs.target(0, horizon),
            horizon,
            index: self.market().index,
            level: inputs.level(0),
            predicted: point[0],
            intervals: intervals.iter().filter_map(|band| band.get(0)).collect(),
            source: self.source(),
            simulated_data: self.is_simulated(),
        })
    }
}

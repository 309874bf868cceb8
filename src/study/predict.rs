//! Tomorrow's forecast.

use super::Study;
use crate::error::{Error, Result};
use crate::models::{Forecaster, Interval, Model, Predictions};
use crate::report::{Report, Reported};
use crate::sample::Inputs;
use crate::time::{Horizon, Timestamp};
use serde::Serialize;
use std::fmt;

/// What a model says at one origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// let [narrow, wide] = outlook.intervals[..] else { panic!("two intervals") };
    /// assert!(wide.lower < narrow.lower && narrow.upper < wide.upper);
    /// # Ok::<(), dvol::Error>(())
    /// ```
    pub fn predict(&self, origin: Option<Timestamp>) -> Result<Outlook> {
        let model = self.model(&self.config().predict.model, self.config().backtest.seeds)?;
        let inputs = self.inputs_at(model.as_ref(), origin)?;
        let known = self.sample_for(model.as_ref())?.known_by(inputs.origin(0));
        let fitted = model.fit_boxed(&known)?;
        self.outlook(fitted.as_ref(), &inputs, self.config().horizon)
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
        Ok(Outlook {
            model: fitted.name(),
            origin,
            target: origin + horizon,
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

//! Every model of the crate by name: what the backtest runs and the look-ahead tests try.

use super::Study;
use crate::error::{Error, Result};
use crate::models::lstm::{LstmSpec, PRESETS, Settings};
use crate::models::{Average, Calibrated, HarLstm, Model, Naive, har_models};
use crate::seed::Seed;

/// The linear forecast corrected by networks.
const HYBRID: &str = "har_lstm";
/// The plain average of the linear model with the calendar and the hybrid.
const COMBINATION: &str = "har_calendar_and_har_lstm";
/// The models whose intervals are calibrated inside the training sample and followed online.
const CALIBRATED: [&str; 5] = ["persistence", "har_calendar", "har_two_stage", HYBRID, COMBINATION];

/// What kind of model a name of the registry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A rule without estimation, or of one mean.
    Naive,
    /// A regression.
    Linear,
    /// A network, alone or on top of a regression; also when averaged over seeds.
    Network,
    /// The average of different models.
    Combination,
}

impl Study {
    /// Every model's name and family, in the order of tables.
    fn registry() -> impl Iterator<Item = (String, Family)> {
        let naive = Naive::all().into_iter().map(|rule| (rule.name(), Family::Naive));
        naive
            .chain(har_models().into_iter().map(|model| (model.name(), Family::Linear)))
            .chain(PRESETS.map(|name| (name.to_owned(), Family::Network)))
            .chain([(HYBRID.to_owned(), Family::Network), (COMBINATION.to_owned(), Family::Combination)])
    }

    /// The names [`Study::model`] knows, in the order of tables.
    pub fn model_names() -> Vec<String> {
        Self::registry().map(|(name, _)| name).collect()
    }

    /// The family of a model by name; `None` when the registry does not know it.
    ///
    /// # Examples
    /// ```
    /// use dvol::study::{Family, Study};
    /// assert_eq!(Study::family("har_lstm"), Some(Family::Network));
    /// assert_eq!(Study::family("har_calendar_and_har_lstm"), Some(Family::Combination));
    /// assert_eq!(Study::family("of_my_own"), None);
    /// ```
    pub fn family(name: &str) -> Option<Family> {
        Self::registry().find(|(known, _)| known == name).map(|(_, family)| family)
    }

    /// A model by name, under the study's configuration and seed.
    ///
    /// Networks are averaged over `seeds` of them, each with a seed derived from the study's. The four trainers
    /// take `[backtest.networks]` on top of their own `[train.NAME]`.
    ///
    /// # Errors
    /// An unknown name (the known ones are listed) or a setting out of range.
    pub fn model(&self, name: &str, seeds: u32) -> Result<Box<dyn Model>> {
        let model = self.uncalibrated(name, seeds)?;
        Ok(if CALIBRATED.contains(&name) { Box::new(Calibrated::new(model)) } else { model })
    }

    fn uncalibrated(&self, name: &str, seeds: u32) -> Result<Box<dyn Model>> {
        if let Some(rule) = Naive::all().into_iter().find(|rule| rule.name() == name) {
            return Ok(Box::new(rule));
        }
        if let Some(model) = har_models().into_iter().find(|model| model.name() == name) {
            return Ok(model);
        }
        if PRESETS.contains(&name) {
            let members = self.seeds(name, seeds).map(|seed| {
                let spec = self.trainer(name, &self.config().backtest.networks)?;
                Ok(Box::new(LstmSpec { seed, ..spec }) as Box<dyn Model>)
            });
            return Ok(Box::new(Average::new(name, members.collect::<Result<_>>()?)?));
        }
        if name == HYBRID {
            let seeds = self.seeds(name, seeds).collect();
            return Ok(Box::new(HarLstm { seeds, ..HarLstm::default() }));
        }
        if name == COMBINATION {
            let members = ["har_calendar", HYBRID].map(|member| self.uncalibrated(member, seeds));
            return Ok(Box::new(Average::new(name, members.into_iter().collect::<Result<_>>()?)?));
        }
        Err(Error::parameter("model", name, format!("one of {}", Self::model_names().join(", "))))
    }

    fn seeds(&self, name: &str, count: u32) -> impl Iterator<Item = Seed> {
        let stage = self.config().seed.stage("backtest").stage(name);
        (0..count.max(1)).map(move |member| stage.nth(member as usize))
    }

    /// A trainer's specification: its defaults, then the study's `[train.NAME]`, then `flags`.
    ///
    /// # Errors
    /// An unknown trainer, an unknown key, a value out of range.
    pub fn trainer(&self, name: &str, flags: &Settings) -> Result<LstmSpec> {
        let mut spec = LstmSpec::preset(name)?;
        spec.forecast_horizon = self.config().horizon.get();
        spec.seed = self.config().seed.stage("train").stage(name);
        if let Some(table) = self.config().train.get(name) {
            let settings: Settings = table.clone().try_into().map_err(|error: toml::de::Error| {
                Error::parameter(format!("train.{name}"), table, error.to_string())
            })?;
            spec = spec.with(&settings);
        }
        let mut spec = spec.with(flags);
        if spec.features == ["extended"] {
            spec.features = self.features()?.names().into_iter().map(str::to_owned).collect();
        }
        spec.validate()?;
        Ok(spec)
    }
}

//! The models that are linked to libtorch, and every model by name under a study's configuration.

use super::Study;
use crate::error::{Error, Result};
use crate::models::lstm::{LstmSpec, Settings};
use crate::models::{Average, Calibrated, HarLstm, Maker, Model, ModelEntry, Preset};
use crate::seed::Seed;

/// How a network of the table [`crate::models::MODELS`] is made, averaged over so many seeds.
pub struct NetworkEntry {
    /// Its name there.
    pub name: &'static str,
    /// Its maker.
    pub make: fn(&Study, u32) -> Result<Box<dyn Model>>,
}

/// The makers of all networks. A network is one file, one line in [`crate::models::MODELS`] and one line here.
pub const NETWORKS: &[NetworkEntry] = &[
    NetworkEntry { name: "jump_aware", make: |study, seeds| study.averaged_trainer("jump_aware", seeds) },
    NetworkEntry { name: "rolling", make: |study, seeds| study.averaged_trainer("rolling", seeds) },
    NetworkEntry { name: "differenced", make: |study, seeds| study.averaged_trainer("differenced", seeds) },
    NetworkEntry { name: "anchored", make: |study, seeds| study.averaged_trainer("anchored", seeds) },
    NetworkEntry {
        name: "har_lstm",
        make: |study, seeds| {
            Ok(Box::new(HarLstm { seeds: study.seeds("har_lstm", seeds).collect(), ..HarLstm::default() }))
        },
    },
    NetworkEntry {
        name: "har_events_lstm",
        make: |study, seeds| {
            let seeds = study.seeds("har_events_lstm", seeds).collect();
            Ok(Box::new(HarLstm { seeds, ..HarLstm::adaptive() }))
        },
    },
    NetworkEntry {
        name: "har_calendar_and_har_lstm",
        make: |study, seeds| {
            let members = ["har_calendar", "har_lstm"].map(|member| study.uncalibrated(member, seeds));
            let members = members.into_iter().collect::<Result<_>>()?;
            Ok(Box::new(Average::new("har_calendar_and_har_lstm", members)?))
        },
    },
];

impl Study {
    /// A model of the table [`crate::models::MODELS`] or of the configuration's `[models]`, under the study's configuration and seed, networks averaged
    /// over as many seeds as `[backtest] seeds` says.
    ///
    /// # Errors
    /// An unknown name (the known ones are listed) or a setting out of range.
    ///
    /// # Examples
    /// ```
    /// use dvol::config::Config;
    /// use dvol::study::Study;
    /// let study = Study::new(Config::parse("simulation = { hours = 12000 }\nfolders = { data = 'nowhere' }")?)?;
    /// assert!(study.prove(&study.model("har_calendar")?)?.holds());
    /// # Ok::<(), dvol::Error>(())
    /// ```
    pub fn model(&self, name: &str) -> Result<Box<dyn Model>> {
        self.model_of_seeds(name, self.config().backtest.seeds)
    }

    /// The same, networks averaged over `seeds` of them, each with a seed derived from the study's. The four trainers
    /// take `[backtest.networks]` on top of their own `[train.NAME]`.
    ///
    /// # Errors
    /// An unknown name (the known ones are listed) or a setting out of range.
    pub fn model_of_seeds(&self, name: &str, seeds: u32) -> Result<Box<dyn Model>> {
        Ok(Box::new(Calibrated::new(self.uncalibrated(name, seeds)?)))
    }

    fn uncalibrated(&self, name: &str, seeds: u32) -> Result<Box<dyn Model>> {
        if let Some(own) = self.config().models.get(name) {
            return Ok(own.named(name));
        }
        let maker = ModelEntry::find(name).map(|entry| entry.maker);
        let network = NETWORKS.iter().find(|entry| entry.name == name);
        match (maker, network) {
            (Some(Maker::Core(make)), _) => Ok(make()),
            (Some(Maker::Networks), Some(entry)) => (entry.make)(self, seeds),
            _ => {
                let names = self.config().model_names();
                Err(Error::parameter("model", name, format!("one of {}", names.join(", "))))
            }
        }
    }

    fn averaged_trainer(&self, name: &str, seeds: u32) -> Result<Box<dyn Model>> {
        let members = self.seeds(name, seeds).map(|seed| {
            let spec = self.trainer(name, &self.config().backtest.networks)?;
            Ok(Box::new(LstmSpec { seed, ..spec }) as Box<dyn Model>)
        });
        Ok(Box::new(Average::new(name, members.collect::<Result<_>>()?)?))
    }

    fn seeds(&self, name: &str, count: u32) -> impl Iterator<Item = Seed> {
        let stage = self.config().seed.stage("backtest").stage(name);
        (0..count.max(1)).map(move |member| stage.nth(member as usize))
    }

    /// A trainer's specification: its defaults, then the study's `[train.NAME]`, then `flags`.
    ///
    /// # Errors
    /// An unknown trainer, or a value out of range.
    pub fn trainer(&self, name: &str, flags: &Settings) -> Result<LstmSpec> {
        let preset: Preset = name.parse()?;
        let mut spec = LstmSpec::from(preset);
        spec.forecast_horizon = self.config().horizon.get();
        spec.seed = self.config().seed.stage("train").stage(name);
        if let Some(settings) = self.config().train.get(&preset) {
            spec = spec.with(settings)?;
        }
        let own = self.own_feature_names();
        flags.check_features(&own)?;
        let mut spec = spec.with(flags)?;
        if spec.features == [Settings::EXTENDED_FEATURES] {
            spec.features = self.features()?.names().into_iter().map(str::to_owned).collect();
        }
        spec.validate()?;
        Ok(spec)
    }
}

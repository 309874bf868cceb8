//! The table of models: what the walk-forward runs, the configuration may name, and the conformance suite tries.

use super::{Har, HarCalendar, HarTwoStage, Model, Naive, Scale};
use serde::{Deserialize, Serialize};

/// What kind of model a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// Who makes a model.
#[derive(Debug, Clone, Copy)]
pub enum Maker {
    /// This crate, under default settings.
    Core(fn() -> Box<dyn Model>),
    /// The package that is linked to libtorch: its own table has the maker.
    Networks,
}

/// One row of the table of models.
#[derive(Debug, Clone, Copy)]
pub struct ModelEntry {
    /// The name in tables, files and configurations.
    pub name: &'static str,
    /// What kind of model it is.
    pub family: Family,
    /// Whether its intervals are calibrated inside the training sample and followed online.
    pub calibrated: bool,
    /// Who makes it.
    pub maker: Maker,
}

const fn core(
    name: &'static str,
    family: Family,
    calibrated: bool,
    make: fn() -> Box<dyn Model>,
) -> ModelEntry {
    ModelEntry { name, family, calibrated, maker: Maker::Core(make) }
}

const fn networks(name: &'static str, family: Family, calibrated: bool) -> ModelEntry {
    ModelEntry { name, family, calibrated, maker: Maker::Networks }
}

/// Every model, in the order of tables. A model is one file and one line here.
pub const MODELS: &[ModelEntry] = &[
    core("persistence", Family::Naive, true, || Box::new(Naive::Persistence)),
    core("drift", Family::Naive, false, || Box::new(Naive::Drift)),
    core("mean", Family::Naive, false, || Box::new(Naive::Mean)),
    core("moving_average_5", Family::Naive, false, || Box::new(Naive::MovingAverage { days: 5 })),
    core("moving_average_22", Family::Naive, false, || Box::new(Naive::MovingAverage { days: 22 })),
    core("hour_of_week", Family::Naive, false, || Box::new(Naive::HourOfWeek)),
    core("har", Family::Linear, false, || Box::new(Har::corsi())),
    core("har_differenced", Family::Linear, false, || Box::new(Har::differenced())),
    core("har_log", Family::Linear, false, || Box::new(Har::log())),
    core("har_x_log", Family::Linear, false, || {
        let exogenous = Har::with_exogenous(["dvol_rv_spread", "nvrv", "jump_cluster_7d"]);
        Box::new(Har { scale: Scale::Log, ..exogenous })
    }),
    core("har_calendar", Family::Linear, true, || Box::new(HarCalendar::default())),
    core("har_two_stage", Family::Linear, true, || Box::new(HarTwoStage::default())),
    networks("jump_aware", Family::Network, false),
    networks("rolling", Family::Network, false),
    networks("differenced", Family::Network, false),
    networks("anchored", Family::Network, false),
    networks("har_lstm", Family::Network, true),
    networks("har_calendar_and_har_lstm", Family::Combination, true),
];

impl ModelEntry {
    /// The row of a name.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::{Family, ModelEntry};
    /// assert_eq!(ModelEntry::find("har_lstm").map(|entry| entry.family), Some(Family::Network));
    /// assert!(ModelEntry::find("of_my_own").is_none());
    /// ```
    pub fn find(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|entry| entry.name == name)
    }

    /// The names of all models, in the order of tables.
    pub fn names() -> Vec<&'static str> {
        MODELS.iter().map(|entry| entry.name).collect()
    }

    /// The models of a family that this crate makes.
    pub fn of_family(family: Family) -> impl Iterator<Item = Box<dyn Model>> {
        MODELS.iter().filter(move |entry| entry.family == family).filter_map(|entry| match entry.maker {
            Maker::Core(make) => Some(make()),
            Maker::Networks => None,
        })
    }
}

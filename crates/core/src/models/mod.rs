//! Forecasters: naive, HAR and GARCH families behind one trait.

mod average;
mod band;
mod calibrated;
mod combined;
mod conformal;
mod coverage;
mod entry;
mod fitted;
mod garch;
mod har;
mod hold_out;
mod level;
mod lstm_choices;
#[cfg(feature = "clap")]
mod lstm_flags;
mod lstm_preset;
mod lstm_range;
mod lstm_settings;
mod naive;
mod own_har;
mod quantile;
mod recency;
mod recent;
mod shared;

pub use crate::range::Range;
pub use average::Average;
pub use band::{Band, Interval};
pub use calibrated::{Calibrated, QuantileTracker};
pub use combined::{Combined, FittedCombined, Weighting};
pub use conformal::split_conformal;
pub use coverage::Coverage;
pub use entry::{Family, Maker, ModelEntry};
pub use fitted::Fitted;
pub use garch::{FittedGarch, Garch, Innovations};
pub use har::{
    CORSI_LAGS, FittedHar, FittedHarCalendar, FittedHarTwoStage, FittedRealizedHar, Har, HarCalendar,
    HarTwoStage, RealizedHar, RealizedSeries, Scale, Variant,
};
pub use hold_out::hold_out;
pub use level::Level;
pub use lstm_choices::{LossKind, OnDivergence, Precision, Protocol};
pub use lstm_preset::Preset;
pub use lstm_range::RANGES;
pub use lstm_settings::{Settings, check_quantiles};
pub use naive::{FittedNaive, Naive};
pub use own_har::OwnHar;
pub use quantile::QuantileForecasts;
pub use recency::{HalfLife, Recency};
pub use recent::Recent;
pub use shared::Fits;

use crate::error::Result;
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};
use std::fmt;

/// What a model says about each origin: the level at origin + horizon, and an interval when it has one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predictions {
    /// Point forecasts in levels (index points), one an origin.
    pub point: Vec<f64>,
    /// Interval forecasts, one band a nominal coverage. They come from errors the model was not fitted on
    /// ([`Calibrated`], [`split_conformal`]) or are forecasts themselves (the outputs of quantile heads): spreads of
    /// in-sample residuals promise too much and are given by no model.
    pub intervals: Vec<Band>,
    /// Forecasts of quantiles that are no ends of an interval, such as the median, one entry a level.
    pub quantiles: Vec<QuantileForecasts>,
}

impl From<Vec<f64>> for Predictions {
    fn from(point: Vec<f64>) -> Self {
        Self { point, ..Self::default() }
    }
}

/// An unfitted specification.
pub trait Model: Send + Sync {
    /// The name in tables and records.
    fn name(&self) -> String;

    /// The features it reads, by column name; empty when the level's own history is enough.
    fn features(&self) -> Vec<String> {
        Vec::new()
    }

    /// Those of its [`Self::features`] that it does without where the data have no column for them.
    fn dispensable(&self) -> Vec<String> {
        Vec::new()
    }

    /// The number of hourly rows it reads up to the origin.
    fn window(&self) -> usize {
        1
    }

    /// What this model is, so that its forecasts can be used again: the code that fits it and all it was told.
    ///
    /// `None`, the default, keeps nothing: right for a model whose code may change unnoticed, such as one written
    /// in a cell. [`ModelIdentity::of_code`] takes a hash (or a version) of the user's own.
    fn identity(&self) -> Option<ModelIdentity> {
        None
    }

    /// The models whose mean this one is, when it is nothing else: each can be fitted apart from the others.
    fn members(&self) -> &[Box<dyn Model>] {
        &[]
    }

    /// Whether fitting takes so long that a walk-forward does it less often.
    fn is_costly(&self) -> bool {
        false
    }

    /// The end of `sample` that [`Self::fit_boxed`] learns nothing from, neither coefficients nor when to stop: what
    /// the fitted model forecasts there is out of sample. `None`, the default: it learns from all.
    ///
    /// # Errors
    /// Too few origins to learn from the rest.
    fn spared(&self, _sample: &Sample) -> Result<Option<Sample>> {
        Ok(None)
    }

    /// Makes fits of its members once for all that share these; a model without members has nothing to share.
    fn share(&mut self, _fits: &Fits) {}

    /// Estimates everything it learns (coefficients, scalers, stopping time) from `sample` alone.
    ///
    /// # Errors
    /// Too few origins, a singular design, divergence.
    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>>;
}

/// Its name: a box of a model at the end of a cell says which it is.
impl fmt::Debug for dyn Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Model").field(&self.name()).finish()
    }
}

/// What [`Model`] asks, of a model in a box: boxed models stand beside others in one list.
impl<M: Model + ?Sized> Model for Box<M> {
    fn name(&self) -> String {
        (**self).name()
    }

    fn features(&self) -> Vec<String> {
        (**self).features()
    }

    fn dispensable(&self) -> Vec<String> {
        (**self).dispensable()
    }

    fn window(&self) -> usize {
        (**self).window()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        (**self).identity()
    }

    fn members(&self) -> &[Box<dyn Model>] {
        (**self).members()
    }

    fn is_costly(&self) -> bool {
        (**self).is_costly()
    }

    fn share(&mut self, fits: &Fits) {
        (**self).share(fits);
    }

    fn spared(&self, sample: &Sample) -> Result<Option<Sample>> {
        (**self).spared(sample)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        (**self).fit_boxed(sample)
    }
}

/// A fitted model. It is given [`Inputs`]: a target is out of its reach by type.
pub trait Forecaster: Send + Sync {
    /// The name in tables and records.
    fn name(&self) -> String;

    /// Forecasts the level at origin + horizon for every origin.
    ///
    /// # Errors
    /// When the inputs lack a feature or a history it needs.
    fn predict(&self, inputs: &Inputs) -> Result<Predictions>;
}

const fn core(name: &'static str, family: Family, make: fn() -> Box<dyn Model>) -> ModelEntry {
    ModelEntry { name, family, maker: Maker::Core(make), nests: &[] }
}

const fn networks(name: &'static str, family: Family) -> ModelEntry {
    ModelEntry { name, family, maker: Maker::Networks, nests: &[] }
}

/// Every model, in the order of tables: the walk-forward, the configuration and the conformance suite read it. A model
/// is a file and a line here.
pub const MODELS: &[ModelEntry] = &[
    core("persistence", Family::Naive, || Box::new(Naive::Persistence)),
    core("drift", Family::Naive, || Box::new(Naive::Drift)).nesting(&["persistence"]),
    core("mean", Family::Naive, || Box::new(Naive::Mean)),
    core("moving_average_5", Family::Naive, || Box::new(Naive::MovingAverage { days: 5 })),
    core("moving_average_22", Family::Naive, || Box::new(Naive::MovingAverage { days: 22 })),
    core("hour_of_week", Family::Naive, || Box::new(Naive::HourOfWeek)).nesting(&["persistence"]),
    core("har", Family::Linear, || Box::new(Har::corsi())).nesting(&["persistence", "mean"]),
    core("har_differenced", Family::Linear, || Box::new(Har::differenced())).nesting(&["persistence"]),
    core("har_log", Family::Linear, || Box::new(Har::log())).nesting(&["persistence"]),
    core("har_x_log", Family::Linear, || {
        let exogenous = Har::with_exogenous(["dvol_rv_spread", "nvrv", "jump_cluster_7d"]);
        Box::new(Har { scale: Scale::Log, ..exogenous })
    })
    .nesting(&["persistence", "har_log"]),
    core("har_calendar", Family::Linear, || Box::new(HarCalendar::default())).nesting(&["persistence"]),
    core("har_two_stage", Family::Linear, || Box::new(HarTwoStage::default())).nesting(&["persistence"]),
    core("har_windows", Family::Linear, || {
        Box::new(Recent::new("har_windows", Box::new(HarTwoStage::default()), Recency::windows()))
    })
    .nesting(&["persistence"]),
    core("har_events", Family::Linear, || {
        let line = HarTwoStage { events: true, ..HarTwoStage::default() };
        Box::new(Recent::new("har_events", Box::new(line), Recency::windows()))
    })
    .nesting(&["persistence"]),
    core("har_half_life", Family::Linear, || {
        Box::new(Combined::new("har_half_life", HarTwoStage::fading(), Weighting::Best))
    })
    .nesting(&["persistence"]),
    core("har_half_lives", Family::Linear, || {
        let combined = Combined::new("har_half_lives", HarTwoStage::fading(), Weighting::Likelihood);
        Box::new(combined.discounted(HalfLife::days(180)))
    })
    .nesting(&["persistence"]),
    core("har_windows_shrunk", Family::Linear, || {
        let line = Recent::new("har_windows", Box::new(HarTwoStage::default()), Recency::windows());
        Box::new(Combined::new("har_windows_shrunk", vec![Box::new(line)], Weighting::Equal).shrunk())
    })
    .nesting(&["persistence"]),
    networks("jump_aware", Family::Network),
    networks("rolling", Family::Network),
    networks("differenced", Family::Network).nesting(&["persistence"]),
    networks("anchored", Family::Network).nesting(&["persistence"]),
    networks("har_lstm", Family::Network).nesting(&["persistence"]),
    networks("har_events_lstm", Family::Network).nesting(&["persistence"]),
    networks("har_calendar_and_har_lstm", Family::Combination),
];

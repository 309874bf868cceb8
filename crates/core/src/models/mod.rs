//! Forecasters: naive, HAR and GARCH families behind one trait.

mod average;
mod band;
mod calibrated;
mod coverage;
mod garch;
mod har;
mod hold_out;
mod lstm_choices;
#[cfg(feature = "clap")]
mod lstm_flags;
mod lstm_preset;
mod lstm_range;
mod lstm_settings;
mod naive;
mod table;

pub use average::Average;
pub use band::{Band, Interval};
pub use calibrated::Calibrated;
pub use coverage::Coverage;
pub use garch::{FittedGarch, Garch};
pub use har::{
    CORSI_LAGS, FittedHar, FittedHarCalendar, FittedHarTwoStage, FittedRealizedHar, Har, HarCalendar,
    HarTwoStage, RealizedHar, RealizedSeries, Scale, Variant,
};
pub use hold_out::hold_out;
pub use lstm_choices::{LossKind, OnDivergence, Precision, Protocol};
pub use lstm_preset::Preset;
pub use lstm_range::{RANGES, Range};
pub use lstm_settings::{Settings, check_quantiles};
pub use naive::{FittedNaive, Naive};
pub use table::{Family, MODELS, Maker, ModelEntry};

use crate::error::Result;
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};

/// What a model says about each origin: the level at origin + horizon, and an interval when it has one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predictions {
    /// Point forecasts in levels (index points), one an origin.
    pub point: Vec<f64>,
    /// Interval forecasts, one band a nominal coverage.
    pub intervals: Vec<Band>,
}

impl From<Vec<f64>> for Predictions {
    fn from(point: Vec<f64>) -> Self {
        Self { point, intervals: Vec::new() }
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

    /// Estimates everything it learns (coefficients, scalers, stopping time) from `sample` alone.
    ///
    /// # Errors
    /// Too few origins, a singular design, divergence.
    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>>;
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

//! Statistics of implied volatility: everything of `dvol` that needs no libtorch.
//!
//! Data and features known at their hour, jump tests, HAR and GARCH models, walk-forward evaluation, tests between
//! forecasts and on residuals, and the experiment that composes them. The package `dvol` adds networks, figures and
//! the notebook kernel, and shows all of this under its own name.
//!
//! # The house
//! A module imports modules of LOWER rank only; a test reads the `use crate::` lines and this table.
//!
//! | rank | module | holds |
//! | --- | --- | --- |
//! | 0 | `error` | the one [`Error`] |
//! | 0 | `report` | what a result says, and its renderers |
//! | 1 | `time` | instants and horizons in UTC |
//! | 1 | `seed` | one seed an experiment, one derived seed a stage |
//! | 1 | `artifacts` | whole-or-nothing files, hashes |
//! | 2 | `identity` | what a result was made of |
//! | 1 | `hypothesis` | what a hypothesis test returns |
//! | 1 | `statistics` | means, moments, medians and quantiles, each once |
//! | 1 | `rolling` | aggregates over moving windows |
//! | 1 | `tails` | tail probabilities |
//! | 2 | `range` | the numbers a setting may have |
//! | 2 | `events` | dated market events, named afterwards |
//! | 2 | `schedule` | events whose dates are published before they come |
//! | 2 | `panel` | the complete hourly table |
//! | 3 | `market` | whose volatility, by which index, beside which events |
//! | 4 | `data` | the only readers, the simulator, the audit |
//! | 3 | `regression` | least squares and its covariance estimators |
//! | 3 | `likelihood` | maximum likelihood |
//! | 4 | `features` | panel to panel, each value known at its row |
//! | 4 | `jumps` | jump tests |
//! | 4 | `regimes` | labels of market states |
//! | 5 | `feature_table` | every feature, made and named in one table |
//! | 5 | `sample` | inputs and samples: polars ends, arrays and tensors begin |
//! | 6 | `models` | naive, HAR, GARCH |
//! | 7 | `evaluation` | forecast records, splits, metrics, comparison tests |
//! | 8 | `validation` | hypothesis tests on series and residuals |
//! | 10 | `config` | the experiment as a file |
//! | 11 | `experiment` | a configuration with its data, and the stages that need no network |

#![cfg_attr(not(test), warn(unused_crate_dependencies))]

// Named for their features: polars is built once (see Cargo.toml), and argmin moves vectors.
use {argmin_math as _, comfy_table as _, either as _};

pub mod artifacts;
pub mod config;
pub mod data;
pub mod error;
pub mod evaluation;
pub mod events;
pub mod experiment;
pub mod feature_table;
pub mod features;
pub mod hypothesis;
pub mod identity;
pub mod jumps;
pub mod likelihood;
pub mod market;
pub mod models;
pub mod panel;
pub mod range;
pub mod regimes;
pub mod regression;
pub mod report;
mod rolling;
pub mod sample;
pub mod schedule;
pub mod seed;
pub mod statistics;
pub mod tails;
pub mod time;
pub mod validation;

pub use error::{Error, Result};

// The very versions this crate was built with.
pub use {ndarray, polars, serde_json};

/// What a program that fits models by itself brings in: `use dvol_core::prelude::*;`.
pub mod prelude {
    pub use crate::error::{Error, Result};
    pub use crate::models::{Forecaster, Model, Predictions};
    pub use crate::panel::{Column, Frequency, Panel};
    pub use crate::sample::{Inputs, Sample};
    pub use crate::seed::Seed;
    pub use crate::time::{Horizon, Timestamp};
}

//! `dvol`: forecasts of Bitcoin implied volatility that can be re-run, and tests that judge them.
//!
//! One crate for three users: a researcher in JupyterLab ([`prelude`] in the first cell), an examiner at a
//! command line ([`cli`]), and a program that wants one function ([`jumps`], [`models`], [`validation`]).
//!
//! # The house
//! A module imports modules of LOWER rank only; a test reads the `use crate::` lines and this table.
//!
//! | rank | module | holds |
//! | --- | --- | --- |
//! | 0 | `error` | the one [`Error`] |
//! | 1 | `time` | instants and horizons in UTC |
//! | 1 | `seed` | one seed an experiment, one derived seed a stage |
//! | 1 | `artifacts` | whole-or-nothing files, hashes |
//! | 1 | `hypothesis` | what a hypothesis test returns |
//! | 1 | `order_statistics` | quantiles of samples |
//! | 1 | `rolling` | aggregates over moving windows |
//! | 1 | `tails` | tail probabilities |
//! | 2 | `events` | dated market events, named afterwards |
//! | 2 | `panel` | the complete hourly table |
//! | 3 | `data` | the only readers, the simulator, the audit |
//! | 3 | `regression` | least squares and its covariance estimators |
//! | 3 | `likelihood` | maximum likelihood |
//! | 4 | `features` | panel to panel, each value known at its row |
//! | 4 | `jumps` | jump tests |
//! | 4 | `regimes` | labels of market states |
//! | 5 | `sample` | inputs and samples: polars ends, arrays and tensors begin |
//! | 6 | `models` | naive, HAR, GARCH, LSTM |
//! | 7 | `evaluation` | forecast records, splits, metrics, comparison tests |
//! | 8 | `validation` | hypothesis tests on series and residuals |
//! | 8 | `training` | a training run from samples to files |
//! | 9 | `figures` | figures as values |
//! | 10 | `config` | the experiment as a file |
//! | 11 | `study` | the stages that command line and chapters call |
//! | 12 | `kernel` | Jupyter kernel, cell display |
//! | 13 | `cli` | the command line |

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo, clippy::unimplemented)]
#![deny(unsafe_code)]
#![warn(missing_docs, clippy::pedantic)]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::duration_suboptimal_units,
    clippy::float_cmp,
    clippy::format_push_string,
    clippy::many_single_char_names,
    clippy::module_name_repetitions,
    clippy::must_use_candidate,
    clippy::needless_for_each,
    clippy::needless_pass_by_value,
    clippy::return_self_not_must_use,
    clippy::similar_names,
    clippy::too_many_lines
)]

pub mod artifacts;
pub mod cli;
pub mod config;
pub mod data;
pub mod error;
pub mod evaluation;
pub mod events;
pub mod features;
pub mod figures;
pub mod hypothesis;
pub mod jumps;
pub mod kernel;
pub mod likelihood;
pub mod models;
mod order_statistics;
pub mod panel;
pub mod regimes;
pub mod regression;
mod rolling;
pub mod sample;
pub mod seed;
pub mod study;
pub mod tails;
pub mod time;
pub mod training;
pub mod validation;

pub use error::{Error, Result};

// For cells and dependents: the very versions this crate was built with.
pub use {ndarray, plotly, polars, serde_json, tch};

/// What a chapter's first cell brings in: `use dvol::prelude::*;`.
pub mod prelude {
    pub use crate::error::{Error, Result};
    pub use crate::evaluation::{
        Comparison, ComparisonSpec, Deflation, Forecast, Forecasts, ImportanceTables, Metrics, MetricsTable,
        PairTests, RegimeScores, Score, compare,
    };
    pub use crate::events::Event;
    pub use crate::figures::{self, Figure};
    pub use crate::hypothesis::TestResult;
    pub use crate::jumps::{
        JumpFeatureSpec, LeeMykland, MonteCarlo, MonteCarloTable, jump_features, lee_mykland,
    };
    pub use crate::kernel::Shown;
    pub use crate::models::lstm::Settings;
    pub use crate::models::{Forecaster, Model, Predictions};
    pub use crate::panel::{Column, Frequency, Panel};
    pub use crate::sample::{Inputs, Sample};
    pub use crate::seed::Seed;
    pub use crate::study::{
        Goals, HarReport, HorizonTable, JumpReport, Outlook, Recorded, RegimeStudy, Replication,
        ScalingStudy, Study, ThesisSplit,
    };
    pub use crate::time::{Horizon, Timestamp};
    pub use crate::training::Run;
    pub use crate::validation::{Description, Validation, ValidationReport, validate, validate_forecasts};
}

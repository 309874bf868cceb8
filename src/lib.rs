//! `dvol`: forecasts of Bitcoin implied volatility that can be re-run, and tests that judge them.
//!
//! One crate for three users: a researcher in JupyterLab ([`prelude`] in the first cell), an examiner at a
//! command line ([`cli`]), and a program that wants one function ([`jumps`], [`models`], [`validation`]).
//!
//! # Five cells
//! In a notebook the first line is `let study = Study::here()?;`, which reads the `thesis.toml` of the folder or of one
//! above it. Here the simulated market of 4,000 hours stands in:
//! ```
//! use dvol::prelude::*;
//! let config = "simulation = { hours = 4000 }\nfolders = { data = 'nowhere', results = '/tmp/dvol_front_page' }";
//! let study = Study::new(dvol::config::Config::parse(config)?)?;
//!
//! let features = study.features()?; // 1: a panel, each value in the row of the hour at which it is known
//! let jumps = study.jumps()?; // 2: Lee and Mykland (2008), two simpler detectors, an event study
//! let har = study.har()?; // 3: Corsi (2009) with Newey-West errors, forecasts and scores
//! let small = Settings { hidden_size: Some(4), num_layers: Some(1), epochs: Some(1), ..Settings::default() };
//! let run = study.train_with("anchored", &small)?; // 4: an LSTM on libtorch
//! let regimes = study.residuals_by_regime(&run.test)?; // 5: where its errors are large
//! println!("{regimes}");
//! # assert!(features.has("dvol_lag_1d") && !jumps.finding().to_string().is_empty() && har.forecasts.len() > 1);
//! # Ok::<(), dvol::Error>(())
//! ```
//! From there: [`study::Study`] has every stage, [`models::Model`] is what a model of your own implements, and
//! [`evaluation`] judges any forecasts, whoever made them.
//!
//! # The house
//! | package | holds | links |
//! | --- | --- | --- |
//! | `dvol-core` (`crates/core`) | statistics, data, models without networks, the experiment | neither libtorch nor plotly |
//! | `dvol-command` (`crates/command`) | the commands that need no network | `dvol-core` |
//! | `dvol` (`src`) | networks, figures, the study, the notebook kernel; shows `dvol-core` as its own | libtorch |
//!
//! A module imports modules of LOWER rank only; a test reads the `use crate::` lines and this table. The ranks below
//! 6 are those of `dvol-core`, whose own table is in `crates/core/src/lib.rs`.
//!
//! | rank | module | holds |
//! | --- | --- | --- |
//! | 6 | `models` | those of `dvol-core`, and networks on libtorch |
//! | 8 | `training` | a training run from samples to files |
//! | 9 | `figures` | figures as values |
//! | 11 | `study` | the stages that command line and chapters call |
//! | 12 | `kernel` | Jupyter kernel, cell display |
//! | 13 | `cli` | the command line |

#![cfg_attr(not(test), warn(unused_crate_dependencies))]

// Named for its features: polars is built once (see Cargo.toml).
use either as _;

pub mod cli;
pub mod figures;
pub mod kernel;
pub mod models;
pub mod study;
pub mod training;

pub use dvol_core::{
    Error, Result, artifacts, config, data, error, evaluation, events, experiment, feature_table, features,
    hypothesis, identity, jumps, likelihood, market, panel, range, regimes, regression, report, sample,
    schedule, seed, statistics, tails, time, validation,
};

// For cells and dependents: the very versions this crate was built with.
pub use {dvol_core::ndarray, dvol_core::polars, dvol_core::serde_json, plotly, rand, serde, tch};

/// What a chapter's first cell brings in: `use dvol::prelude::*;`.
pub mod prelude {
    pub use crate::data::OwnColumn;
    pub use crate::error::{Error, Result};
    pub use crate::evaluation::{
        Aim, Comparison, ComparisonSpec, Deflation, Forecast, Forecasts, ImportanceTables, Loss, Metrics,
        MetricsTable, PairTests, RegimeScores, Score, Unit, compare, residuals_by_regime,
    };
    pub use crate::events::Event;
    pub use crate::feature_table::{Described, Feature, Transform};
    pub use crate::figures::{self, Figure, theme};
    pub use crate::hypothesis::{TestKind, TestResult};
    pub use crate::identity::ModelIdentity;
    pub use crate::jumps::{
        JumpFeatureSpec, JumpSearch, LeeMykland, MonteCarlo, MonteCarloTable, jump_features, lee_mykland,
    };
    pub use crate::kernel::Shown;
    pub use crate::market::{Asset, Market};
    pub use crate::models::lstm::Settings;
    pub use crate::models::{
        Band, Calibrated, Coverage, Fitted, Forecaster, Har, Interval, Model, Predictions,
    };
    pub use crate::panel::{Column, Frequency, Panel};
    pub use crate::regimes::{AnyLabels, Labels};
    pub use crate::regression::{Design, Ols};
    pub use crate::sample::{Inputs, Sample};
    pub use crate::seed::Seed;
    pub use crate::serde_json::json;
    pub use crate::study::{
        Finds, Goals, HarReport, HorizonTable, JumpReport, Naming, Outlook, Proof, Prove, Recorded,
        RegimeStudy, Replication, ScalingStudy, Study, ThesisSplit,
    };
    pub use crate::time::{Horizon, Timestamp};
    pub use crate::training::Run;
    pub use crate::validation::{
        Description, Group, Invariance, ResidualTest, Residuals, Validation, ValidationReport, Validity,
        validate, validate_forecasts,
    };
    pub use crate::{plotly, tails};
}

//! Jumps: tests for them, features made of them, and the volatility that is left without them.
//!
//! The primary test is Lee and Mykland's ([`lee_mykland`]); [`level_threshold`] and [`change_z_score`] are
//! the simple detectors beside it, [`Composite`] joins them. [`jump_features`] is causal, row by row.

mod composite;
mod detector;
mod detectors;
mod event_study;
mod false_discovery;
mod features;
mod gumbel;
mod jump_split;
mod lee_mykland;
mod lee_mykland_result;
mod local_volatility;
mod monte_carlo;
mod over_time;
mod periodicity;
mod realized;
mod search;
mod streaming;
mod threshold;

pub use composite::{Agreement, Composite};
pub use detector::{JumpDetector, Sight};
pub use detectors::{Detection, change_z_score, level_threshold};
pub use event_study::{DatedJump, EventFinding, EventStudy, event_study, largest_jumps};
pub use features::{JUMP_FEATURES, JumpFeatureSpec, jump_features};
pub use gumbel::{family_wise_critical_value, gumbel_quantile, highfrequency_critical_value};
pub use jump_split::{JumpSplit, JumpTest};
pub use lee_mykland::{
    LeeMykland, Reading, ReadingKind, lee_mykland, lee_mykland_periodic, log_returns, window_for,
};
pub use lee_mykland_result::LeeMyklandResult;
pub use local_volatility::LocalVolatility;
pub use monte_carlo::{
    ComparedTest, JUMP_SIZES, LEVELS, MonteCarlo, MonteCarloTable, SimulatedVolatility, SizeAndPower,
};
pub use over_time::JumpsOverTime;
pub use periodicity::{CausalFactors, DescriptiveFactors, PeriodicFactors};
pub use realized::{
    DailyMeasures, bipower_variation, median_realized_variance, ratio_test, realized_quarticity,
    realized_semivariances, realized_variance, tripower_quarticity,
};
pub use search::{DaysWithJumps, JumpFindings, JumpSearch, JumpSummary};
pub use streaming::{StreamedJumps, StreamingJumps};
pub use threshold::{ThresholdMeasures, threshold_bipower_variation, threshold_ratio_test};

/// Every jump detector: reports, the docs and the look-ahead checks read this table. A further detector is a file with
/// its entry, and a line here.
pub const JUMP_DETECTORS: &[JumpDetector] = &[
    lee_mykland::DETECTOR,
    lee_mykland::FAMILY_OF_A_YEAR,
    lee_mykland::DESCRIPTIVE_PERIODIC,
    lee_mykland::CAUSAL_PERIODIC,
    detectors::LEVEL_THRESHOLD,
    detectors::CHANGE_Z_SCORE,
];

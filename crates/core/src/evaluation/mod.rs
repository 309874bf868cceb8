//! Forecast records and what is computed from them.

mod average;
mod block_length;
mod bootstrap;
mod by_event;
mod by_regime;
mod by_regime_table;
mod christoffersen;
mod clark_west;
mod common;
mod comparison;
mod comparison_table;
mod coverage_size;
mod coverage_test;
mod cumulative_gain;
mod deflation;
mod density;
mod diebold_mariano;
mod dynamic_quantile;
mod encompassing;
mod fluctuation;
mod forecast;
mod forecast_test;
mod found;
mod giacomini_white;
mod hits;
mod importance;
mod kept;
mod knueppel;
mod kupiec;
mod long_run;
mod loss;
mod metrics;
mod metrics_table;
mod mincer_zarnowitz;
mod model_confidence_set;
mod multi_horizon;
mod overlap;
mod overlap_law;
mod pesaran_timmermann;
mod records;
mod regime_scores;
mod scaled_error;
mod score;
mod score_intervals;
mod split;
mod step_down;
mod superior_predictive_ability;
mod test_sizes;
mod test_sizes_table;
mod two_samples;
mod variance_benchmarks;
mod walk_forward;

pub use block_length::{OptimalBlockLength, optimal_block_length};
pub use bootstrap::{Resamples, StationaryBootstrap};
pub use by_event::{EventScores, scores_by_event};
pub(crate) use by_regime::parts_by_regime;
pub use by_regime::{
    RankingByRegime, RegimeRanking, RegimeReport, RegimeSummary, ResidualMoments, ranking_by_regime,
    residual_groups, residuals_by_regime,
};
pub use christoffersen::christoffersen;
pub use clark_west::clark_west;
pub use common::common_origins;
pub use comparison::{Comparison, ComparisonSpec, ModelTest, PairTest, compare};
pub use comparison_table::PairTests;
pub use coverage_size::{CoverageSize, CoverageSizes, Shocks};
pub use coverage_test::{CoverageTest, Promise, Promises};
pub use cumulative_gain::cumulative_gain;
pub use deflation::{Deflation, DeflationSpec, Period, Trial, TrialRecord};
pub use diebold_mariano::diebold_mariano;
pub use dynamic_quantile::dynamic_quantile;
pub use encompassing::Encompassing;
pub use fluctuation::Fluctuation;
pub use forecast::{Forecast, Forecasts};
pub use forecast_test::{Compares, Contest, ForecastTest, Pairing, Swap};
pub use giacomini_white::giacomini_white;
pub use hits::Hits;
pub use importance::{FeatureImportance, ImportanceTables, PermutationImportance, permuted_blocks};
pub use kept::{read_kept, remove_kept, write_kept};
pub use knueppel::knueppel;
pub use kupiec::kupiec;
pub use long_run::LongRun;
pub use loss::{Loss, Losses, OwnLoss};
pub use metrics::Metrics;
pub use metrics_table::MetricsTable;
pub use mincer_zarnowitz::{EfficiencyForm, MincerZarnowitz};
pub use model_confidence_set::{
    ConfidenceSetColumns, ConfidenceSetMember, EliminationStatistic, ModelConfidenceSet,
};
pub use multi_horizon::{MultiHorizon, MultiHorizonTable};
pub use pesaran_timmermann::{directional_dependence, pesaran_timmermann};
pub use records::{forecast_frame, interval_columns, read_forecasts, write_forecasts, write_forecasts_csv};
pub use regime_scores::{RegimeScore, RegimeScores};
pub use scaled_error::mean_absolute_scaled_error;
pub use score::{Aim, Case, Score, Unit};
pub use score_intervals::{ScoreInterval, ScoreIntervals};
pub use split::{ChronologicalSplit, Parts};
pub use superior_predictive_ability::{Studentisation, SuperiorPredictiveAbility};
pub use test_sizes::{
    LossDynamics, SIZE_HORIZONS, SIZE_LEVELS, SIZE_ORIGINS, TestSize, TestSizes, TestSizesTable,
};
pub use two_samples::{kolmogorov_smirnov, welch};
pub use variance_benchmarks::{VarianceBenchmark, variance_benchmarks};
pub use walk_forward::{Fold, TrainingWindow, WalkForward};

/// Every hypothesis test on forecasts: [`compare`], the docs and the conformance suite read this table. A further test
/// is a file with its entry, and a line here.
pub const FORECAST_TESTS: &[ForecastTest] = &[
    diebold_mariano::FORECAST_TEST,
    giacomini_white::FORECAST_TEST,
    clark_west::FORECAST_TEST,
    encompassing::FORECAST_TEST,
    mincer_zarnowitz::FORECAST_TEST,
    pesaran_timmermann::FORECAST_TEST,
    pesaran_timmermann::OVERLAP_ROBUST,
    superior_predictive_ability::FORECAST_TEST,
    fluctuation::FORECAST_TEST,
];

/// Every test of what intervals and distributions promise: [`compare`] and the conformance suite read this table. A
/// further test is a file with its entry, and a line here.
pub const COVERAGE_TESTS: &[CoverageTest] = &[
    kupiec::COVERAGE_TEST,
    christoffersen::COVERAGE_TEST,
    dynamic_quantile::COVERAGE_TEST,
    knueppel::COVERAGE_TEST,
];

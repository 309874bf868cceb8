// Which sources of the core decide numbers: a new room is named in one of these lists.

/// Rooms that decide a forecast: from the panel to the walk-forward.
pub const FORECASTS: [&str; 22] = [
    "evaluation/average.rs",
    "evaluation/density.rs",
    "evaluation/forecast.rs",
    "evaluation/split.rs",
    "evaluation/walk_forward.rs",
    "events.rs",
    "experiment/mod.rs",
    "feature_table",
    "features",
    "jumps",
    "likelihood.rs",
    "models",
    "panel.rs",
    "panel/grid.rs",
    "regression",
    "rolling.rs",
    "sample.rs",
    "schedule.rs",
    "seed.rs",
    "statistics",
    "tails.rs",
    "time.rs",
];
/// Rooms that decide what is said about forecasts and data.
pub const RESULTS: [&str; 6] =
    ["data/audit", "evaluation", "experiment", "hypothesis.rs", "regimes", "validation"];
/// Rooms that no number depends on but by what is hashed beside the code (data are known by their values, however they
/// were read): how results are named, written and refused, and what is read from a file of
/// configuration, which is a part of a result's identity itself.
#[allow(dead_code)]
pub const NEITHER: [&str; 11] = [
    "artifacts",
    "config",
    "data",
    "error.rs",
    "identity.rs",
    "lib.rs",
    "market.rs",
    "panel",
    "range",
    "report",
    "time",
];

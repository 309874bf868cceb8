//! Forecast records and what is computed from them.

mod forecast;
mod metrics;
mod records;
mod split;
mod walk_forward;

pub use forecast::{Forecast, Forecasts};
pub use metrics::{Metrics, MetricsTable, Score};
pub use records::{forecast_frame, read_forecasts, write_forecasts, write_forecasts_csv};
pub use split::{ChronologicalSplit, Parts};
pub use walk_forward::{Fold, TrainingWindow, WalkForward};

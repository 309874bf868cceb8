//! Forecast records and what is computed from them.

mod forecast;
mod metrics;
mod split;

pub use forecast::{Forecast, Forecasts};
pub use metrics::{Metrics, MetricsTable, Score};
pub use split::{ChronologicalSplit, Parts};

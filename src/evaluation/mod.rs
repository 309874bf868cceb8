//! Forecast records and what is computed from them.

mod forecast;
mod metrics;

pub use forecast::{Forecast, Forecasts};
pub use metrics::{Metrics, MetricsTable, Score};

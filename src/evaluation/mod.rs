//! Forecast records and what is computed from them.

mod forecast;
mod split;

pub use forecast::{Forecast, Forecasts};
pub use split::{ChronologicalSplit, Parts};

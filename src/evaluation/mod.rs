//! Forecast records and what is computed from them.

mod forecast;

pub use forecast::{Forecast, Forecasts};

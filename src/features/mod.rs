//! Features: panel in, panel out, every value known at its row.
//!
//! The one way from raw observations to features is [`known()`]: it moves every value to the hour at which it
//! became known. Everything after it looks back only.

mod base;
mod known;
mod normalise;
mod realized;
mod registry;
mod rolling;

pub use base::{BASE_FEATURES, base_features};
pub use known::{MAX_DAILY_AGE_HOURS, known};
pub use normalise::{rolling_statistics, rolling_zscore};
pub use realized::realized_volatility;
pub use registry::{Transform, transforms};
pub use rolling::{RollingMoments, rolling_moments};

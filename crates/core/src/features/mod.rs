//! Features: panel in, panel out, every value known at its row.
//!
//! The one way from raw observations to features is [`known()`]: it moves every value to the hour at which it
//! became known. Everything after it looks back only.

mod base;
mod calendar;
mod known;
mod normalise;
mod realized;
mod rolling;
mod schedule;
mod volatility;

pub use base::{BASE_FEATURES, base_features};
pub use calendar::{CALENDAR_FEATURES, calendar_features};
pub use known::{MAX_DAILY_AGE_HOURS, known};
pub use normalise::{rolling_statistics, rolling_zscore};
pub use realized::realized_volatility;
pub use rolling::{RollingMoments, rolling_moments};
pub use schedule::{SCHEDULE_FEATURES, schedule_features};
pub use volatility::{
    CHANGE_FEATURES, DISTANCE_FEATURES, MOVE_FEATURES, PREMIUM_FEATURES, ROUGHNESS_FEATURES,
    volatility_features,
};

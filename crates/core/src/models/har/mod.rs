//! Heterogeneous autoregressions: for the hourly level, and for realized measures.

mod calendar;
mod cascade;
mod hourly;
mod realized;
mod scale;
mod series;
mod two_stage;
mod variant;

pub use calendar::{FittedHarCalendar, HarCalendar};
pub use cascade::CORSI_LAGS;
pub use hourly::{FittedHar, Har};
pub use realized::{FittedRealizedHar, RealizedHar};
pub use scale::Scale;
pub use series::RealizedSeries;
pub use two_stage::{FittedHarTwoStage, HarTwoStage};
pub use variant::Variant;

//! Heterogeneous autoregressions: for the hourly level, and for realized measures.

mod calendar;
mod cascade;
mod hourly;
mod interval;
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

use crate::models::Model;

/// The HAR models of the thesis, under their default settings: standard, differenced, log, with exogenous
/// features, with the calendar, and in two stages.
pub fn har_models() -> Vec<Box<dyn Model>> {
    vec![
        Box::new(Har::corsi()),
        Box::new(Har::differenced()),
        Box::new(Har::log()),
        Box::new(Har {
            scale: Scale::Log,
            ..Har::with_exogenous(["dvol_rv_spread", "nvrv", "jump_cluster_7d"])
        }),
        Box::new(HarCalendar::default()),
        Box::new(HarTwoStage::default()),
    ]
}

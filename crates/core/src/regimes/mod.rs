//! Labels of market states: what was known at each hour, and what has a name only afterwards.
//!
//! | labels | states | knowledge |
//! | --- | --- | --- |
//! | [`jump_hours`] | normal, jump | known |
//! | [`jumps_on_the_way`] | no jump, jump between origin and target | hindsight |
//! | [`jumps_at_the_target`] | normal, jump in the target's hour | hindsight |
//! | [`event_windows`] | calm and one state an event | hindsight |
//! | [`expanding_terciles`], [`full_sample_terciles`] | low, middle, high | known; hindsight |
//! | [`rising_and_falling`] | rising, falling | known |
//! | [`calendar_years`] | one a year | known |
//! | [`MarkovSwitching::known_labels`], [`FittedMarkovSwitching::smoothed_labels`] | calm, turbulent | known; hindsight |
//!
//! [`StandardLabels`] makes all of them from one panel.

mod calendar;
mod jump_hours;
mod labels;
mod level;
mod markov_filter;
mod markov_labels;
mod markov_switching;
mod scheme;
mod standard;

pub use calendar::{calendar_years, event_windows, events_on};
pub use jump_hours::{jump_hours, jumps_at_the_target, jumps_on_the_way};
pub use labels::{Hindsight, Knowledge, Known, Labels};
pub use level::{expanding_terciles, full_sample_terciles, rising_and_falling};
pub use markov_switching::{FittedMarkovSwitching, MarkovSwitching, StateParameters};
pub use scheme::Scheme;
pub use standard::{AnyLabels, LabelSet, StandardLabels};

/// Every set of labels, in the order of reports: [`StandardLabels`], the look-ahead checks and the docs read this
/// table. A further set is a file with its entry, and a line here.
pub const LABEL_SETS: &[LabelSet] = &[
    calendar::CALENDAR_YEARS,
    calendar::EVENT_WINDOWS,
    jump_hours::JUMP_HOURS,
    jump_hours::JUMPS_ON_THE_WAY,
    level::EXPANDING_TERCILES,
    level::FULL_SAMPLE_TERCILES,
    level::RISING_AND_FALLING,
    markov_labels::MARKOV_SWITCHING,
    jump_hours::JUMPS_AT_THE_TARGET,
];

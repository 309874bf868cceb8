//! Labels of market states: what was known at each hour, and what has a name only afterwards.
//!
//! | labels | states | knowledge |
//! | --- | --- | --- |
//! | [`jump_hours`] | normal, jump | known |
//! | [`jumps_on_the_way`] | no jump, jump between origin and target | hindsight |
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
mod markov_switching;
mod standard;

pub use calendar::{calendar_years, event_windows};
pub use jump_hours::{jump_hours, jumps_on_the_way};
pub use labels::{Hindsight, Knowledge, Known, Labels};
pub use level::{expanding_terciles, full_sample_terciles, rising_and_falling};
pub use markov_switching::{FittedMarkovSwitching, MarkovSwitching, StateParameters};
pub use standard::{AnyLabels, StandardLabels};

//! Forecasters behind one trait: those of `dvol-core`, and networks.

mod har_lstm;
pub mod lstm;

pub use dvol_core::models::*;
pub use har_lstm::{FittedHarLstm, HarLstm};

//! What each number among the settings of networks may be: one table for checks, help and docs.

use crate::error::{Error, Result};
use crate::range::Range;
use serde_json::{Map, Value};
use std::ops::Bound::{Excluded, Included};

/// The range of every numeric setting, by its key.
///
/// # Examples
/// ```
/// use dvol_core::models::RANGES;
/// let (key, range) = RANGES[0];
/// assert_eq!((key, range.to_string().as_str()), ("epochs", "a whole number from 1 to 100000"));
/// assert!(!range.contains(0.0) && range.contains(1.0) && !range.contains(f64::NAN));
/// ```
pub const RANGES: [(&str, Range); 14] = [
    ("epochs", Range::Whole(1, 100_000)),
    ("batch_size", Range::Whole(1, 65_536)),
    ("lr", Range::Real(Excluded(0.0), Included(10.0))),
    ("hidden_size", Range::Whole(2, 8192)),
    ("num_layers", Range::Whole(1, 16)),
    ("dropout", Range::Real(Included(0.0), Excluded(1.0))),
    ("patience", Range::Whole(1, 100_000)),
    ("sequence_length", Range::Whole(1, 10_000)),
    ("window_size", Range::Whole(2, 100_000)),
    ("forecast_horizon", Range::Whole(1, 8_760)),
    ("weight_jump_periods", Range::Real(Included(0.0), Included(1000.0))),
    ("weight_decay", Range::Real(Included(0.0), Included(1.0))),
    ("clip_norm", Range::Real(Included(1e-6), Included(1e9))),
    ("huber_delta", Range::Real(Included(1e-6), Included(1e6))),
];

impl Range {
    /// The range of a setting; `None` when it is no number, or has no limits.
    pub fn named(key: &str) -> Option<Self> {
        RANGES.iter().find(|(known, _)| *known == key).map(|(_, range)| *range)
    }

    /// Checks every number of a specification or of settings, written as JSON, whose key is in [`RANGES`].
    ///
    /// # Errors
    /// Names the first key out of range and its range. (JSON has null where a number is not finite.)
    pub fn check_settings(values: &Map<String, Value>) -> Result<()> {
        for (key, range) in RANGES {
            let Some(value) = values.get(key) else { continue };
            if !value.as_f64().is_some_and(|number| range.contains(number)) {
                let shown = if value.is_null() { "(not a finite number)".to_owned() } else { short(value) };
                return Err(Error::parameter(key, shown, range.to_string()));
            }
        }
        Ok(())
    }
}

/// A number as a person writes it: 1 rather than 1.0.
fn short(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if value.is_f64() => number.to_string(),
        _ => value.to_string(),
    }
}

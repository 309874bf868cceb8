//! The numbers that a setting or a flag may have: what is outside is refused where it comes in.

#[cfg(feature = "clap")]
mod flag;

#[cfg(feature = "clap")]
pub use flag::Within;

use crate::error::{Error, Result};
use crate::time::Horizon;
use std::fmt;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

/// A range of numbers.
///
/// # Examples
/// ```
/// use dvol_core::range::Range;
/// assert!(Range::HOURS_AHEAD.check("horizon", 24.0).is_ok());
/// let refused = Range::HOURS_AHEAD.check("horizon", 4_294_967_295.0).unwrap_err().to_string();
/// assert_eq!(refused, "horizon = 4294967295: must be a whole number from 1 to 87600");
/// assert!(!Range::LEVEL.contains(1e-320) && !Range::LEVEL.contains(f64::NAN));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Range {
    /// Whole numbers, both ends included.
    Whole(u64, u64),
    /// Finite real numbers between two bounds.
    Real(Bound<f64>, Bound<f64>),
}

impl Range {
    /// The level of a test, or one minus that of an interval.
    pub const LEVEL: Self = Self::Real(Included(1e-9), Included(1.0 - 1e-9));
    /// Hours from a forecast to what it is about: ten years at most.
    pub const HOURS_AHEAD: Self = Self::Whole(1, Horizon::LONGEST as u64);
    /// Hours of a market: more than a century would not fit into the years from 1970 to 2200.
    pub const HOURS: Self = Self::Whole(1, 1_000_000);
    /// Hours by which a value is published late.
    pub const LAG_HOURS: Self = Self::Whole(0, 87_600);
    /// Rows looked back on or ahead.
    pub const ROWS: Self = Self::Whole(1, 1_000_000);
    /// The same, or none.
    pub const LAGS: Self = Self::Whole(0, 1_000_000);
    /// Values that share one level of a test.
    pub const FAMILY: Self = Self::Whole(1, 1_000_000_000_000);
    /// Draws of a simulation, a bootstrap or a permutation.
    pub const DRAWS: Self = Self::Whole(1, 1_000_000);
    /// Networks averaged over.
    pub const SEEDS: Self = Self::Whole(1, 1_000);
    /// Processes or threads.
    pub const WORKERS: Self = Self::Whole(1, 1_024);
    /// A length of time in seconds.
    pub const SECONDS: Self = Self::Real(Included(0.0), Included(1e9));
    /// A factor, a ratio or a distance in scales.
    pub const FACTOR: Self = Self::Real(Included(0.0), Included(1e9));
    /// A share of a whole that leaves something over.
    pub const SHARE: Self = Self::Real(Excluded(0.0), Excluded(1.0));

    /// Whether a number is inside.
    pub fn contains(self, value: f64) -> bool {
        match self {
            Self::Whole(low, high) => value.fract() == 0.0 && (low as f64..=high as f64).contains(&value),
            Self::Real(low, high) => {
                value.is_finite() && std::ops::RangeBounds::contains(&(low, high), &value)
            }
        }
    }

    /// The number of a setting, when it is inside.
    ///
    /// # Errors
    /// Names the setting, the number and the range.
    pub fn check(self, name: &str, value: f64) -> Result<()> {
        if self.contains(value) { Ok(()) } else { Err(Error::parameter(name, value, self.to_string())) }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(low, high) => write!(out, "a whole number from {low} to {high}"),
            Self::Real(Included(low), Included(high)) => write!(out, "from {low} to {high}"),
            Self::Real(low, high) => {
                let low = match low {
                    Included(low) => Some(format!("at least {low}")),
                    Excluded(low) => Some(format!("above {low}")),
                    Unbounded => None,
                };
                let high = match high {
                    Included(high) => Some(format!("at most {high}")),
                    Excluded(high) => Some(format!("below {high}")),
                    Unbounded => None,
                };
                let ends: Vec<String> = low.into_iter().chain(high).collect();
                out.write_str(&if ends.is_empty() {
                    "a finite number".to_owned()
                } else {
                    ends.join(" and ")
                })
            }
        }
    }
}

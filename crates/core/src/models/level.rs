//! The level of a quantile.

use super::Coverage;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A share strictly between 0 and 1, to nine decimals: 0.1 is the same level however it was computed.
///
/// # Examples
/// ```
/// use dvol_core::models::{Coverage, Level};
/// assert_eq!(Level::new(1.0 - 0.9)?, Level::ends(Coverage::P80).0);
/// assert_eq!(Level::new(0.025)?.to_string(), "0.025");
/// assert_eq!(Level::MEDIAN.coverage(), None);
/// assert_eq!(Level::new(0.025)?.coverage(), Some(Coverage::P95));
/// assert!(Level::new(1.0).is_err());
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Level(u32);

/// Billionths: the grid on which levels are compared, as that of coverages.
const UNIT: u32 = 1_000_000_000;

impl Level {
    /// As many outcomes below as above.
    pub const MEDIAN: Self = Self(UNIT / 2);

    /// From a share.
    ///
    /// # Errors
    /// When it does not lie strictly between 0 and 1.
    pub fn new(share: f64) -> Result<Self> {
        let billionths = (share * f64::from(UNIT)).round();
        if (1.0..f64::from(UNIT)).contains(&billionths) {
            return Ok(Self(billionths as u32));
        }
        Err(Error::parameter("level", share, "a share between 0 and 1, such as 0.1"))
    }

    /// The levels of a central interval's ends, the lower one first.
    pub fn ends(coverage: Coverage) -> (Self, Self) {
        let tail = ((f64::from(UNIT) * coverage.tail()).round() as u32).max(1);
        (Self(tail), Self(UNIT - tail))
    }

    /// The share.
    pub fn get(self) -> f64 {
        f64::from(self.0) / f64::from(UNIT)
    }

    /// The level as far from the other end: 0.9 of 0.1.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self(UNIT - self.0)
    }

    /// The coverage of the central interval that has an end at this level, none of the median.
    pub fn coverage(self) -> Option<Coverage> {
        let tail = self.0.min(UNIT - self.0);
        Coverage::new(f64::from(UNIT - 2 * tail) / f64::from(UNIT)).ok()
    }
}

impl From<Level> for f64 {
    fn from(level: Level) -> Self {
        level.get()
    }
}

impl TryFrom<f64> for Level {
    type Error = Error;
    fn try_from(share: f64) -> Result<Self> {
        Self::new(share)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.get())
    }
}

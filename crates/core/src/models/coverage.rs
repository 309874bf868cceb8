//! The share of outcomes that an interval promises to hold.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A nominal coverage strictly between 0 and 1, to nine decimals: 0.8 is the same value however it was computed.
///
/// # Examples
/// ```
/// use dvol_core::models::Coverage;
/// assert_eq!(Coverage::new(1.0 - 2.0 * 0.1)?, Coverage::P80);
/// assert_eq!(Coverage::P80.get(), 0.8);
/// assert_eq!(Coverage::new(0.975)?.to_string(), "97.5 %");
/// assert!(Coverage::new(80.0).is_err());
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Coverage(u32);

/// Billionths: the grid on which coverages are compared.
const UNIT: f64 = 1e9;

impl Coverage {
    /// Every second outcome.
    pub const P50: Self = Self(500_000_000);
    /// Four of five outcomes.
    pub const P80: Self = Self(800_000_000);
    /// Nine of ten outcomes.
    pub const P90: Self = Self(900_000_000);
    /// Nineteen of twenty outcomes.
    pub const P95: Self = Self(950_000_000);

    /// From a share.
    ///
    /// # Errors
    /// When it does not lie strictly between 0 and 1.
    pub fn new(share: f64) -> Result<Self> {
        let billionths = (share * UNIT).round();
        if (1.0..UNIT).contains(&billionths) {
            return Ok(Self(billionths as u32));
        }
        Err(Error::parameter("coverage", share, "a share between 0 and 1, such as 0.95"))
    }

    /// The share.
    pub fn get(self) -> f64 {
        f64::from(self.0) / UNIT
    }

    /// The share in percent.
    pub fn percent(self) -> f64 {
        f64::from(self.0) / (UNIT / 100.0)
    }

    /// The share of outcomes promised to lie below a central interval, and likewise above it.
    pub fn tail(self) -> f64 {
        (1.0 - self.get()) / 2.0
    }
}

impl From<Coverage> for f64 {
    fn from(coverage: Coverage) -> Self {
        coverage.get()
    }
}

impl TryFrom<f64> for Coverage {
    type Error = Error;
    fn try_from(share: f64) -> Result<Self> {
        Self::new(share)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.percent())
    }
}

//! Central prediction intervals: one, and one for every origin.

use super::Coverage;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// A central prediction interval, index points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Nominal coverage.
    pub coverage: Coverage,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Interval {
    /// Whether a value lies in it, its ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }

    /// Upper minus lower end.
    pub fn width(&self) -> f64 {
        self.upper - self.lower
    }
}

/// Central prediction intervals of one nominal coverage, one an origin; an end is NaN where there is none.
#[derive(Debug, Clone)]
pub struct Band {
    /// Nominal coverage.
    pub coverage: Coverage,
    /// Lower ends, one an origin.
    pub lower: Vec<f64>,
    /// Upper ends, one an origin.
    pub upper: Vec<f64>,
}

impl Band {
    /// The intervals between given ends.
    ///
    /// # Errors
    /// When there are not as many upper ends as lower ones.
    pub fn new(coverage: Coverage, lower: Vec<f64>, upper: Vec<f64>) -> Result<Self> {
        if lower.len() != upper.len() {
            return Err(Error::Mismatch {
                what: format!("{coverage} intervals"),
                left: format!("{} lower ends", lower.len()),
                right: format!("{} upper ends", upper.len()),
                remedy: "give both ends for every origin, NaN where there is none".to_owned(),
            });
        }
        Ok(Self { coverage, lower, upper })
    }

    /// The number of origins.
    pub fn len(&self) -> usize {
        self.lower.len()
    }

    /// Whether there is no origin.
    pub fn is_empty(&self) -> bool {
        self.lower.is_empty()
    }

    /// The interval of one origin, `None` where an end is NaN or the row lies outside.
    pub fn get(&self, row: usize) -> Option<Interval> {
        let (&lower, &upper) = self.lower.get(row).zip(self.upper.get(row))?;
        (!lower.is_nan() && !upper.is_nan()).then_some(Interval { coverage: self.coverage, lower, upper })
    }

    /// The intervals in order of origin.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<Interval>> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }
}

/// Two bands are equal when their intervals are: an absent one equals another.
impl PartialEq for Band {
    fn eq(&self, other: &Self) -> bool {
        self.coverage == other.coverage && self.len() == other.len() && self.iter().eq(other.iter())
    }
}

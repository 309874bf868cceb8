//! Forecasts of single quantiles, beside those that are the ends of intervals.

use super::Level;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// A quantile of what will come true, one an origin; NaN where there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuantileForecasts {
    /// The share of outcomes promised to lie below.
    pub level: Level,
    /// The quantiles, one an origin, index points.
    pub values: Vec<f64>,
}

impl QuantileForecasts {
    /// Refuses another number of quantiles than of origins.
    ///
    /// # Errors
    /// When the numbers differ.
    pub fn require_length(&self, origins: usize, model: &str) -> Result<()> {
        if self.values.len() == origins {
            return Ok(());
        }
        Err(Error::Mismatch {
            what: format!("quantiles at {} of {model}", self.level),
            left: format!("{} quantiles", self.values.len()),
            right: format!("{origins} origins"),
            remedy: "give one quantile an origin, NaN where there is none".to_owned(),
        })
    }
}

/// Two are equal when their quantiles are: an absent one equals another.
impl PartialEq for QuantileForecasts {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, other): (&f64, &f64)| one == other || (one.is_nan() && other.is_nan());
        self.level == other.level
            && self.values.len() == other.values.len()
            && self.values.iter().zip(&other.values).all(same)
    }
}

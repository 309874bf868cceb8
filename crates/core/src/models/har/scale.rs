//! The scale a regression is run on, and the way back without bias.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The transform of the series before the regression.
///
/// The mean forecast of `y` from a forecast `f` of the transformed series whose errors have variance `v`:
///
/// | scale | transform | back | exact when |
/// | --- | --- | --- | --- |
/// | `level` | y | f | always |
/// | `square_root` | sqrt(y) | f^2 + v | always |
/// | `log` | log(y) | exp(f + v / 2) | errors are normal |
///
/// The plain inverse would forecast the median and, on average, too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// The series itself.
    #[default]
    Level,
    /// Its square root: a variance becomes a volatility.
    SquareRoot,
    /// Its natural logarithm.
    Log,
}

impl Scale {
    /// The transformed value; NaN stays NaN.
    pub fn forward(self, value: f64) -> f64 {
        match self {
            Self::Level => value,
            Self::SquareRoot => value.sqrt(),
            Self::Log => value.ln(),
        }
    }

    /// The transformed series.
    ///
    /// # Errors
    /// A value below zero under `square_root`, or not above zero under `log`.
    pub fn transform(self, series: &str, values: &[f64]) -> Result<Vec<f64>> {
        let bad = |value: f64| match self {
            Self::Level => false,
            Self::SquareRoot => value < 0.0,
            Self::Log => value <= 0.0,
        };
        match values.iter().position(|&value| bad(value)) {
            Some(index) => Err(Error::Value {
                what: format!("{} transform", if self == Self::Log { "log" } else { "square-root" }),
                series: series.to_owned(),
                index,
                value: values[index],
                remedy: "drop the transform or the value".to_owned(),
            }),
            None => Ok(values.iter().map(|&value| self.forward(value)).collect()),
        }
    }

    /// The mean of the series, given the forecast of its transform and the variance of that forecast's error.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::Scale;
    /// assert_eq!(Scale::SquareRoot.mean(3.0, 1.0), 10.0);
    /// assert!((Scale::Log.mean(0.0, 2.0) - 1.0_f64.exp()).abs() < 1e-12);
    /// ```
    pub fn mean(self, forecast: f64, variance: f64) -> f64 {
        match self {
            Self::Level => forecast,
            Self::SquareRoot => forecast * forecast + variance,
            Self::Log => (forecast + variance / 2.0).exp(),
        }
    }

    /// The quantile of the series that belongs to a quantile of its transform.
    pub fn quantile(self, quantile: f64) -> f64 {
        match self {
            Self::Level => quantile,
            Self::SquareRoot => quantile.max(0.0).powi(2),
            Self::Log => quantile.exp(),
        }
    }

    /// What a model's name ends in.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Level => "",
            Self::SquareRoot => "_sqrt",
            Self::Log => "_log",
        }
    }
}

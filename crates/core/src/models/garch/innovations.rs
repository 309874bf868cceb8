//! The law of a return given its variance.

use serde::{Deserialize, Serialize};
use statrs::function::gamma::{digamma, ln_gamma};
use std::f64::consts::PI;

/// The law of the shocks `z = e / sigma`, mean 0 and variance 1.
///
/// | law | log-density of e given variance h |
/// | --- | --- |
/// | `Normal` | -(ln(2 pi) + ln h + e^2 / h) / 2 |
/// | `StudentT` | c(nu) - ln(h) / 2 - (nu + 1) / 2 ln(1 + e^2 / (h (nu - 2))) |
///
/// with c(nu) = ln Gamma((nu + 1) / 2) - ln Gamma(nu / 2) - ln(pi (nu - 2)) / 2.
///
/// # References
/// Bollerslev, T. (1987), A conditionally heteroskedastic time series model for speculative prices and rates of
/// return, Review of Economics and Statistics 69.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Innovations {
    /// Standard normal: a quasi-likelihood where returns are not.
    #[default]
    Normal,
    /// Student's t scaled to unit variance; its degrees of freedom are estimated, between 2.05 and 500.
    StudentT,
}

/// What a shock's law says at one return: the log-density and its slopes.
pub(super) struct Slopes {
    /// Along the deviation.
    pub(super) deviation: f64,
    /// Along the variance.
    pub(super) variance: f64,
    /// Along the degrees of freedom; 0 for the normal law.
    pub(super) degrees: f64,
}

/// The log-density of deviations given their variance, one law's constants computed once.
#[derive(Clone, Copy)]
pub(super) enum Density {
    Normal,
    Student { degrees: f64, constant: f64, slope: f64 },
}

impl Density {
    pub(super) fn new(degrees: Option<f64>) -> Self {
        degrees.map_or(Self::Normal, |nu| Self::Student {
            degrees: nu,
            constant: ln_gamma(f64::midpoint(nu, 1.0)) - ln_gamma(nu / 2.0) - 0.5 * (PI * (nu - 2.0)).ln(),
            slope: 0.5 * (digamma(f64::midpoint(nu, 1.0)) - digamma(nu / 2.0) - 1.0 / (nu - 2.0)),
        })
    }

    /// The log-density of one deviation.
    pub(super) fn logarithm(self, deviation: f64, variance: f64) -> f64 {
        let square = deviation * deviation / variance;
        match self {
            Self::Normal => -0.5 * ((2.0 * PI).ln() + variance.ln() + square),
            Self::Student { degrees, constant, .. } => {
                constant - 0.5 * variance.ln() - 0.5 * (degrees + 1.0) * (square / (degrees - 2.0)).ln_1p()
            }
        }
    }

    /// The derivatives of the log-density.
    pub(super) fn slopes(self, deviation: f64, variance: f64) -> Slopes {
        let square = deviation * deviation / variance;
        match self {
            Self::Normal => Slopes {
                deviation: -deviation / variance,
                variance: 0.5 * (square - 1.0) / variance,
                degrees: 0.0,
            },
            Self::Student { degrees, slope, .. } => {
                let q = square / (degrees - 2.0);
                let share = (degrees + 1.0) / (1.0 + q);
                Slopes {
                    deviation: -share * deviation / (variance * (degrees - 2.0)),
                    variance: 0.5 * (share * q - 1.0) / variance,
                    degrees: slope - 0.5 * q.ln_1p() + 0.5 * share * q / (degrees - 2.0),
                }
            }
        }
    }

    /// The log-likelihood of returns whose deviations and variances come one by one, with one logarithm for many
    /// variances.
    pub(super) fn total(self, terms: impl Iterator<Item = (f64, f64)>) -> f64 {
        let (mut count, mut squares) = (0.0, 0.0);
        let (mut variances, mut tails) = (ProductLog::new(), ProductLog::new());
        for (deviation, variance) in terms {
            count += 1.0;
            variances.multiply(variance);
            let square = deviation * deviation / variance;
            match self {
                Self::Normal => squares += square,
                Self::Student { degrees, .. } => tails.multiply(1.0 + square / (degrees - 2.0)),
            }
        }
        match self {
            Self::Normal => -0.5 * (count * (2.0 * PI).ln() + variances.logarithm() + squares),
            Self::Student { degrees, constant, .. } => {
                count * constant - 0.5 * variances.logarithm() - 0.5 * (degrees + 1.0) * tails.logarithm()
            }
        }
    }
}

/// The logarithm of a product of positive factors.
struct ProductLog {
    logarithms: f64,
    product: f64,
}

impl ProductLog {
    fn new() -> Self {
        Self { logarithms: 0.0, product: 1.0 }
    }

    fn multiply(&mut self, factor: f64) {
        self.product *= factor;
        if !(1e-100..1e100).contains(&self.product) {
            self.logarithms += self.product.ln();
            self.product = 1.0;
        }
    }

    fn logarithm(&self) -> f64 {
        self.logarithms + self.product.ln()
    }
}

//! A fitted variance recursion and its forecasts.

use super::Garch;
use super::innovations::Density;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};
use std::f64::consts::FRAC_2_PI;
use std::fmt;

/// A fitted variance recursion. All parameters are in the units of the returns given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedGarch {
    /// The recursion.
    pub kind: Garch,
    /// Mean return.
    pub mean: f64,
    /// Constant of the recursion.
    pub omega: f64,
    /// Weight of the last squared (EGARCH: absolute) return.
    pub alpha: f64,
    /// Asymmetry; 0 for GARCH.
    pub gamma: f64,
    /// Weight of the last variance.
    pub beta: f64,
    /// Degrees of freedom of Student shocks; `None` for normal ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degrees: Option<f64>,
    /// Log-likelihood at its maximum.
    pub log_likelihood: f64,
    /// Returns used.
    pub n: usize,
    pub(super) backcast: f64,
}

impl FittedGarch {
    /// Names of the parameters, in the order of [`FittedGarch::parameters`].
    pub fn parameter_names(&self) -> Vec<&'static str> {
        let mut names = self.kind.parameter_names().to_vec();
        names.extend(self.degrees.map(|_| "degrees"));
        names
    }

    /// The parameters: those of [`Garch::parameter_names`], and the degrees of freedom of Student shocks.
    pub fn parameters(&self) -> Vec<f64> {
        let mut parameters = match self.kind {
            Garch::Garch => vec![self.mean, self.omega, self.alpha, self.beta],
            Garch::Gjr | Garch::Egarch => vec![self.mean, self.omega, self.alpha, self.gamma, self.beta],
        };
        parameters.extend(self.degrees);
        parameters
    }

    /// The same recursion and law with other parameters.
    ///
    /// # Errors
    /// Another number of parameters than the model has, or degrees of freedom of 2 or fewer.
    pub fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        let (recursion, degrees) = match (self.degrees, parameters) {
            (Some(_), [others @ .., degrees]) => (others, Some(*degrees)),
            (_, all) => (all, None),
        };
        if let Some(degrees) = degrees.filter(|degrees| degrees.is_nan() || *degrees <= 2.0) {
            return Err(Error::parameter("degrees", degrees, "above 2: the variance is infinite below"));
        }
        let changed = match (self.kind, recursion) {
            (Garch::Garch, &[mean, omega, alpha, beta]) => Self { mean, omega, alpha, beta, ..self.clone() },
            (Garch::Gjr | Garch::Egarch, &[mean, omega, alpha, gamma, beta]) => {
                Self { mean, omega, alpha, gamma, beta, ..self.clone() }
            }
            _ => {
                let expected = self.parameter_names().join(", ");
                return Err(Error::parameter("parameters", parameters.len(), expected));
            }
        };
        Ok(Self { degrees, ..changed })
    }

    pub(super) fn first_variance(&self) -> f64 {
        match self.kind {
            Garch::Garch => self.omega + (self.alpha + self.beta) * self.backcast,
            Garch::Gjr => self.omega + (self.alpha + self.gamma / 2.0 + self.beta) * self.backcast,
            Garch::Egarch => (self.omega + self.beta * self.backcast.ln()).exp(),
        }
    }

    pub(super) fn next_variance(&self, deviation: f64, variance: f64) -> f64 {
        let square = deviation * deviation;
        match self.kind {
            Garch::Garch => self.omega + self.alpha * square + self.beta * variance,
            Garch::Gjr => {
                let bad = if deviation < 0.0 { self.gamma } else { 0.0 };
                self.omega + (self.alpha + bad) * square + self.beta * variance
            }
            Garch::Egarch => {
                let z = deviation / variance.sqrt();
                let news = self.alpha * (z.abs() - FRAC_2_PI.sqrt()) + self.gamma * z;
                (self.omega + news + self.beta * variance.ln()).exp()
            }
        }
    }

    /// One-step variance forecasts: entry `t` uses the returns before `t` only; one more entry than returns,
    /// the last being tomorrow's.
    pub fn variances(&self, returns: &[f64]) -> Vec<f64> {
        let mut variance = self.first_variance();
        let mut path = Vec::with_capacity(returns.len() + 1);
        path.push(variance);
        for r in returns {
            variance = self.next_variance(r - self.mean, variance);
            path.push(variance);
        }
        path
    }

    /// The log-likelihood of returns.
    pub(super) fn log_likelihood_of(&self, returns: &[f64]) -> f64 {
        let mut variance = self.first_variance();
        Density::new(self.degrees).total(returns.iter().map(|r| {
            let term = (r - self.mean, variance);
            variance = self.next_variance(term.0, variance);
            term
        }))
    }

    /// The terms of the log-likelihood, summed one by one: slower and exact.
    pub(super) fn log_likelihoods(&self, returns: &[f64]) -> Vec<f64> {
        let density = Density::new(self.degrees);
        let mut variance = self.first_variance();
        returns
            .iter()
            .map(|r| {
                let deviation = r - self.mean;
                let term = density.logarithm(deviation, variance);
                variance = self.next_variance(deviation, variance);
                term
            })
            .collect()
    }

    /// The variances of the next `horizon` returns, nearest first, given the returns so far.
    ///
    /// GARCH and GJR revert geometrically to the unconditional variance. For EGARCH the expectation of the
    /// exponential is taken exactly under normal shocks, not at the mean of the logarithm.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::Garch;
    /// let returns: Vec<f64> = (0..400).map(|i| (f64::from(i) * 1.7).sin()).collect();
    /// let fitted = Garch::Garch.fit(&returns)?;
    /// assert_eq!(fitted.forecast(&returns, 5)[0], *fitted.variances(&returns).last().unwrap());
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn forecast(&self, returns: &[f64], horizon: usize) -> Vec<f64> {
        let first = self.variances(returns).last().copied().unwrap_or_else(|| self.first_variance());
        self.ahead(first, horizon)
    }

    /// The variances of the next `horizon` returns, nearest first, given the nearest: an entry of
    /// [`FittedGarch::variances`].
    pub fn ahead(&self, first: f64, horizon: usize) -> Vec<f64> {
        let mut variance = first;
        let mut factor = 1.0;
        (0..horizon)
            .map(|step| {
                if step > 0 {
                    variance = match self.kind {
                        Garch::Egarch => {
                            let power = self.beta.powi(step as i32);
                            factor *= (self.omega * self.beta.powi(step as i32 - 1)).exp()
                                * self.expected_news(self.beta.powi(step as i32 - 1));
                            first.powf(power) * factor
                        }
                        _ => self.omega + self.persistence() * variance,
                    };
                }
                variance
            })
            .collect()
    }

    /// E exp(b (alpha (|z| - sqrt(2/pi)) + gamma z)) for standard normal z.
    fn expected_news(&self, b: f64) -> f64 {
        let normal = Normal::standard();
        let side = |weight: f64| (weight * weight / 2.0).exp() * normal.cdf(weight);
        (-b * self.alpha * FRAC_2_PI.sqrt()).exp()
            * (side(b * (self.alpha + self.gamma)) + side(b * (self.alpha - self.gamma)))
    }

    /// How much of a shock to the variance (EGARCH: to its logarithm) is left a step later.
    pub fn persistence(&self) -> f64 {
        match self.kind {
            Garch::Garch => self.alpha + self.beta,
            Garch::Gjr => self.alpha + self.gamma / 2.0 + self.beta,
            Garch::Egarch => self.beta,
        }
    }
}

impl fmt::Display for FittedGarch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.kind.name())?;
        for (name, value) in self.parameter_names().iter().zip(self.parameters()) {
            write!(f, "{name} {value:.6}, ")?;
        }
        write!(f, "log-likelihood {:.4}, n {}", self.log_likelihood, self.n)
    }
}

//! Conditional variance of returns: GARCH(1,1), GJR and EGARCH by maximum likelihood.

use crate::error::{Error, Result};
use crate::likelihood::{maximise, robust_covariance};
use crate::statistics::{mean, population_variance};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};
use std::f64::consts::{FRAC_2_PI, PI};
use std::fmt;

/// Returns behind the starting variance and their decay.
const BACKCAST: (usize, f64) = (75, 0.94);

/// The recursion of the conditional variance.
///
/// With e the return less its mean and z = e / sigma:
///
/// | kind | recursion |
/// | --- | --- |
/// | `Garch` | s2(t+1) = omega + alpha e(t)^2 + beta s2(t) (Bollerslev 1986) |
/// | `Gjr` | and + gamma e(t)^2 where e(t) < 0 (Glosten, Jagannathan and Runkle 1993) |
/// | `Egarch` | log s2(t+1) = omega + alpha (|z(t)| - sqrt(2/pi)) + gamma z(t) + beta log s2(t) (Nelson 1991) |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garch {
    /// Symmetric.
    Garch,
    /// Negative returns count more.
    Gjr,
    /// Logarithmic, asymmetric.
    Egarch,
}

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
    /// Gaussian log-likelihood at its maximum.
    pub log_likelihood: f64,
    /// Returns used.
    pub n: usize,
    backcast: f64,
}

impl Garch {
    /// Names of the parameters, in the order of [`FittedGarch::parameters`].
    pub fn parameter_names(self) -> &'static [&'static str] {
        match self {
            Self::Garch => &["mean", "omega", "alpha", "beta"],
            Self::Gjr | Self::Egarch => &["mean", "omega", "alpha", "gamma", "beta"],
        }
    }

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Garch => "garch",
            Self::Gjr => "gjr_garch",
            Self::Egarch => "egarch",
        }
    }

    /// Fits mean and variance by Gaussian maximum likelihood.
    ///
    /// The first variance is the exponentially weighted mean of the first 75 squared deviations. Parameters
    /// are stationary and keep the variance positive by construction of the search space.
    ///
    /// # Errors
    /// Fewer than 100 returns, a null or infinite return, or returns that are all equal.
    ///
    /// # References
    /// Bollerslev (1986), Journal of Econometrics 31; Glosten, Jagannathan and Runkle (1993), Journal of
    /// Finance 48; Nelson (1991), Econometrica 59.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::Garch;
    /// let returns: Vec<f64> = (0..400).map(|i| (f64::from(i) * 1.7).sin() * (1.0 + f64::from(i % 50) / 25.0)).collect();
    /// let fitted = Garch::Garch.fit(&returns)?;
    /// assert!(fitted.alpha >= 0.0 && fitted.alpha + fitted.beta < 1.0);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn fit(self, returns: &[f64]) -> Result<FittedGarch> {
        if returns.len() < 100 {
            return Err(Error::too_few(self.name(), 100, returns.len(), "give a longer series of returns"));
        }
        if let Some(index) = returns.iter().position(|r| !r.is_finite()) {
            return Err(Error::Value {
                what: self.name().to_owned(),
                series: "returns".to_owned(),
                index,
                value: returns[index],
                remedy: "drop or fill that row first".to_owned(),
            });
        }
        let (mean, scale) = (mean(returns), population_variance(returns).sqrt());
        if scale <= 0.0 {
            return Err(Error::Value {
                what: self.name().to_owned(),
                series: "returns".to_owned(),
                index: 0,
                value: returns[0],
                remedy: "all returns are equal: there is no variance to model".to_owned(),
            });
        }
        // Unit variance makes one search space fit returns in any unit.
        let scaled: Vec<f64> = returns.iter().map(|r| r / scale).collect();
        let backcast = backcast(&scaled, mean / scale);
        let evaluate = |free: &[f64]| self.recursion(free, backcast).log_likelihood_of(&scaled);
        let start = self.best_start(mean / scale, &evaluate);
        let maximum = maximise(self.name(), &start, returns.len(), &evaluate)?;
        let unit = self.recursion(&maximum.parameters, backcast);
        let omega = match self {
            Self::Egarch => unit.omega + (1.0 - unit.beta) * 2.0 * scale.ln(),
            _ => unit.omega * scale * scale,
        };
        let fitted = FittedGarch {
            mean: unit.mean * scale,
            omega,
            backcast: backcast * scale * scale,
            n: returns.len(),
            ..unit
        };
        Ok(FittedGarch { log_likelihood: fitted.log_likelihoods(returns).iter().sum(), ..fitted })
    }

    /// The most likely of a few persistent recursions with unit variance, as free parameters.
    fn best_start(self, mean: f64, log_likelihood: &dyn Fn(&[f64]) -> f64) -> Vec<f64> {
        let mut best = (f64::NEG_INFINITY, Vec::new());
        for alpha in [0.02, 0.05, 0.1, 0.2] {
            for persistence in [0.7, 0.9, 0.98_f64] {
                let logit = |weight: f64| (weight / (1.0 - persistence)).ln();
                let free = match self {
                    Self::Garch => {
                        vec![mean, (1.0 - persistence).ln(), logit(alpha), logit(persistence - alpha)]
                    }
                    Self::Gjr => {
                        let half = logit(alpha / 2.0);
                        vec![mean, (1.0 - persistence).ln(), half, half, logit(persistence - alpha)]
                    }
                    Self::Egarch => vec![mean, 0.0, 2.0 * alpha, 0.0, persistence.atanh()],
                };
                let value = log_likelihood(&free);
                if value > best.0 || best.1.is_empty() {
                    best = (value, free);
                }
            }
        }
        best.1
    }

    /// The recursion of free parameters: weights as shares of one whole whose rest is mean reversion.
    fn recursion(self, free: &[f64], backcast: f64) -> FittedGarch {
        let shares = |logits: &[f64]| -> Vec<f64> {
            let top = logits.iter().copied().fold(0.0, f64::max);
            let total: f64 = (-top).exp() + logits.iter().map(|logit| (logit - top).exp()).sum::<f64>();
            logits.iter().map(|logit| (logit - top).exp() / total).collect()
        };
        let (omega, alpha, gamma, beta) = match self {
            Self::Garch => {
                let weights = shares(&free[2..]);
                (free[1].exp(), weights[0], 0.0, weights[1])
            }
            Self::Gjr => {
                // Half of the returns are negative: alpha / 2 + (alpha + gamma) / 2 + beta < 1.
                let weights = shares(&free[2..]);
                (free[1].exp(), 2.0 * weights[0], 2.0 * (weights[1] - weights[0]), weights[2])
            }
            Self::Egarch => (free[1], free[2], free[3], free[4].tanh()),
        };
        FittedGarch {
            kind: self,
            mean: free[0],
            omega,
            alpha,
            gamma,
            beta,
            log_likelihood: f64::NAN,
            n: 0,
            backcast,
        }
    }
}

/// The variance before the first return.
fn backcast(returns: &[f64], mean: f64) -> f64 {
    let (length, decay) = BACKCAST;
    let weighted = returns.iter().take(length).enumerate().map(|(lag, r)| {
        let weight = decay.powi(lag as i32);
        (weight * (r - mean).powi(2), weight)
    });
    let (sum, weights) = weighted.fold((0.0, 0.0), |(sum, total), (term, w)| (sum + term, total + w));
    sum / weights
}

impl FittedGarch {
    /// The parameters, in the order of [`Garch::parameter_names`].
    pub fn parameters(&self) -> Vec<f64> {
        match self.kind {
            Garch::Garch => vec![self.mean, self.omega, self.alpha, self.beta],
            Garch::Gjr | Garch::Egarch => vec![self.mean, self.omega, self.alpha, self.gamma, self.beta],
        }
    }

    /// The same recursion with other parameters.
    ///
    /// # Errors
    /// Another number of parameters than the kind has.
    pub fn with_parameters(&self, parameters: &[f64]) -> Result<Self> {
        let changed = match (self.kind, parameters) {
            (Garch::Garch, &[mean, omega, alpha, beta]) => Self { mean, omega, alpha, beta, ..self.clone() },
            (Garch::Gjr | Garch::Egarch, &[mean, omega, alpha, gamma, beta]) => {
                Self { mean, omega, alpha, gamma, beta, ..self.clone() }
            }
            _ => {
                let expected = self.kind.parameter_names().join(", ");
                return Err(Error::parameter("parameters", parameters.len(), expected));
            }
        };
        Ok(changed)
    }

    fn first_variance(&self) -> f64 {
        match self.kind {
            Garch::Garch => self.omega + (self.alpha + self.beta) * self.backcast,
            Garch::Gjr => self.omega + (self.alpha + self.gamma / 2.0 + self.beta) * self.backcast,
            Garch::Egarch => (self.omega + self.beta * self.backcast.ln()).exp(),
        }
    }

    fn next_variance(&self, deviation: f64, variance: f64) -> f64 {
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

    /// The sum of [`FittedGarch::log_likelihoods`], with one logarithm for many variances.
    fn log_likelihood_of(&self, returns: &[f64]) -> f64 {
        let mut variance = self.first_variance();
        let (mut logarithms, mut product, mut squares) = (0.0, 1.0_f64, 0.0);
        for r in returns {
            let deviation = r - self.mean;
            product *= variance;
            if !(1e-100..1e100).contains(&product) {
                logarithms += product.ln();
                product = 1.0;
            }
            squares += deviation * deviation / variance;
            variance = self.next_variance(deviation, variance);
        }
        -0.5 * (returns.len() as f64 * (2.0 * PI).ln() + logarithms + product.ln() + squares)
    }

    fn log_likelihoods(&self, returns: &[f64]) -> Vec<f64> {
        let mut variance = self.first_variance();
        returns
            .iter()
            .map(|r| {
                let deviation = r - self.mean;
                let term = -0.5 * ((2.0 * PI).ln() + variance.ln() + deviation * deviation / variance);
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

    /// Robust standard errors (Bollerslev and Wooldridge 1992), in the order of the parameters.
    ///
    /// # Errors
    /// When the estimate lies on a boundary.
    pub fn std_errors(&self, returns: &[f64]) -> Result<Vec<f64>> {
        let terms = |parameters: &[f64]| {
            self.with_parameters(parameters)
                .map_or_else(|_| vec![f64::NAN; returns.len()], |changed| changed.log_likelihoods(returns))
        };
        let covariance = robust_covariance(self.kind.name(), &self.parameters(), &terms)?;
        Ok(covariance.diag().iter().map(|variance| variance.sqrt()).collect())
    }
}

impl fmt::Display for FittedGarch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.kind.name())?;
        for (name, value) in self.kind.parameter_names().iter().zip(self.parameters()) {
            write!(f, "{name} {value:.6}, ")?;
        }
        write!(f, "log-likelihood {:.4}, n {}", self.log_likelihood, self.n)
    }
}

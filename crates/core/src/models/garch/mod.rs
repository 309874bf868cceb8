//! Conditional variance of returns: GARCH(1,1), GJR and EGARCH by maximum likelihood.

mod fitted;
mod innovations;
mod levels;
mod scores;
mod search;

pub use fitted::FittedGarch;
pub use innovations::Innovations;

use crate::error::{Error, Result};
use crate::likelihood::maximise;
use crate::statistics::{mean, population_variance};
use search::backcast;
use serde::{Deserialize, Serialize};

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
        self.fit_with(Innovations::Normal, returns)
    }

    /// Fits mean, variance and the law of the shocks by maximum likelihood; as [`Garch::fit`] otherwise.
    ///
    /// # Errors
    /// As [`Garch::fit`], and EGARCH with Student shocks: its expected variance two steps ahead is infinite.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::{Garch, Innovations};
    /// let shock = |i: i32| f64::from(i * 7919 % 401 - 200) / 100.0;
    /// let returns: Vec<f64> = (0..400).map(|i| shock(i).powi(3) * (1.0 + f64::from(i % 50) / 25.0)).collect();
    /// let fitted = Garch::Garch.fit_with(Innovations::StudentT, &returns)?;
    /// assert!(fitted.degrees.is_some_and(|degrees| degrees > 2.0));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    ///
    /// # References
    /// Bollerslev (1987), Review of Economics and Statistics 69; Nelson (1991), Econometrica 59, on the moments of
    /// EGARCH with Student shocks.
    pub fn fit_with(self, innovations: Innovations, returns: &[f64]) -> Result<FittedGarch> {
        if (self, innovations) == (Self::Egarch, Innovations::StudentT) {
            return Err(Error::parameter(
                "innovations",
                "Student's t",
                "the normal law for egarch: the expectation of exp |z| is infinite under Student's, and with it \
                 every variance two steps ahead",
            ));
        }
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
        let evaluate = |free: &[f64]| self.recursion(innovations, free, backcast).log_likelihood_of(&scaled);
        let start = self.best_start(innovations, mean / scale, &evaluate);
        let maximum = maximise(self.name(), &start, returns.len(), &evaluate)?;
        let unit = self.recursion(innovations, &maximum.parameters, backcast);
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
}

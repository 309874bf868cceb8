//! Standard errors of variance recursions: exact scores, in units of the returns' own standard deviation.

use super::Garch;
use super::fitted::FittedGarch;
use super::innovations::Density;
use crate::error::{Error, Result};
use crate::likelihood::{LikelihoodCovariance, score_covariance};
use crate::statistics::population_variance;
use ndarray::Array2;
use std::f64::consts::FRAC_2_PI;

impl FittedGarch {
    /// Robust standard errors (Bollerslev and Wooldridge 1992), in the order of the parameters.
    ///
    /// # Errors
    /// As [`FittedGarch::covariance`].
    pub fn std_errors(&self, returns: &[f64]) -> Result<Vec<f64>> {
        self.std_errors_by(LikelihoodCovariance::Robust, returns)
    }

    /// Standard errors by the covariance named, in the order of the parameters.
    ///
    /// # Errors
    /// As [`FittedGarch::covariance`].
    pub fn std_errors_by(&self, covariance: LikelihoodCovariance, returns: &[f64]) -> Result<Vec<f64>> {
        let covariance = self.covariance(covariance, returns)?;
        Ok(covariance.diag().iter().map(|variance| variance.sqrt()).collect())
    }

    /// The covariance of the estimates, shape (parameters, parameters).
    ///
    /// Scores are exact recursions; the Hessian is their central difference. Both are taken where the returns
    /// have unit variance and scaled back, so that percent and fractions give the same errors.
    ///
    /// # Errors
    /// An estimate on a boundary of the parameters, or a variance that is not positive and finite.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::likelihood::LikelihoodCovariance;
    /// use dvol_core::models::Garch;
    /// let shock = |i: i32| f64::from(i * 7919 % 401 - 200) / 100.0;
    /// let returns: Vec<f64> = (0..600).map(|i| shock(i) * (1.0 + f64::from(i % 50) / 25.0)).collect();
    /// let fitted = Garch::Garch.fit(&returns)?;
    /// assert_eq!(fitted.covariance(LikelihoodCovariance::Hessian, &returns)?.dim(), (4, 4));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    ///
    /// # References
    /// Bollerslev and Wooldridge (1992), Econometric Reviews 11; Fiorentini, Calzolari and Panattoni (1996),
    /// Journal of Applied Econometrics 11 (analytic derivatives).
    pub fn covariance(&self, covariance: LikelihoodCovariance, returns: &[f64]) -> Result<Array2<f64>> {
        let what = format!("standard errors of {}", self.kind.name());
        let scale = population_variance(returns).sqrt();
        if !(scale.is_finite() && scale > 0.0) {
            return Err(Error::Value {
                what,
                series: "returns".to_owned(),
                index: 0,
                value: returns.first().copied().unwrap_or(f64::NAN),
                remedy: "give the returns that the model was fitted to".to_owned(),
            });
        }
        let scaled: Vec<f64> = returns.iter().map(|r| r / scale).collect();
        let unit = self.divided_by(scale);
        let scores = |parameters: &[f64]| {
            unit.with_parameters(parameters).map_or_else(
                |_| Array2::from_elem((scaled.len(), parameters.len()), f64::NAN),
                |changed| changed.scores(&scaled),
            )
        };
        let covariance = score_covariance(&what, &unit.parameters(), &scores, covariance)?;
        let jacobian = self.unit_jacobian(scale);
        let covariance = jacobian.dot(&covariance).dot(&jacobian.t());
        match covariance.diag().iter().position(|variance| !(variance.is_finite() && *variance > 0.0)) {
            None => Ok(covariance),
            Some(place) => Err(Error::Divergence {
                what,
                detail: format!(
                    "the variance of {} is {}",
                    self.parameter_names()[place],
                    covariance[(place, place)]
                ),
                remedy: "the estimate lies on a boundary: use a smaller model or the normal law".to_owned(),
            }),
        }
    }

    /// The same recursion for returns divided by `scale`.
    fn divided_by(&self, scale: f64) -> Self {
        let square = scale * scale;
        let omega = match self.kind {
            Garch::Egarch => self.omega - (1.0 - self.beta) * square.ln(),
            Garch::Garch | Garch::Gjr => self.omega / square,
        };
        Self { mean: self.mean / scale, omega, backcast: self.backcast / square, ..self.clone() }
    }

    /// How the parameters move with those of the returns divided by `scale`.
    fn unit_jacobian(&self, scale: f64) -> Array2<f64> {
        let names = self.parameter_names();
        let mut jacobian = Array2::eye(names.len());
        jacobian[(0, 0)] = scale;
        match self.kind {
            Garch::Egarch => jacobian[(1, 4)] = -2.0 * scale.ln(),
            Garch::Garch | Garch::Gjr => jacobian[(1, 1)] = scale * scale,
        }
        jacobian
    }

    /// Derivatives of each return's log-likelihood by the parameters, shape (returns, parameters).
    fn scores(&self, returns: &[f64]) -> Array2<f64> {
        let density = Density::new(self.degrees);
        let recursion = self.kind.parameter_names().len();
        let mut out = Array2::zeros((returns.len(), self.parameters().len()));
        let mut variance = self.first_variance();
        let mut slope = self.first_slope();
        for (mut row, r) in out.rows_mut().into_iter().zip(returns) {
            let deviation = r - self.mean;
            let law = density.slopes(deviation, variance);
            for (score, slope) in row.iter_mut().zip(&slope) {
                *score = law.variance * slope;
            }
            row[0] -= law.deviation;
            if self.degrees.is_some() {
                row[recursion] = law.degrees;
            }
            slope = self.next_slope(deviation, variance, &slope);
            variance = self.next_variance(deviation, variance);
        }
        out
    }

    /// Derivatives of the first variance by the recursion's parameters; the backcast is fixed.
    fn first_slope(&self) -> Vec<f64> {
        let before = self.backcast;
        match self.kind {
            Garch::Garch => vec![0.0, 1.0, before, before],
            Garch::Gjr => vec![0.0, 1.0, before, before / 2.0, before],
            Garch::Egarch => {
                let first = self.first_variance();
                vec![0.0, first, 0.0, 0.0, first * before.ln()]
            }
        }
    }

    /// Derivatives of the next variance, given those of this one.
    fn next_slope(&self, deviation: f64, variance: f64, slope: &[f64]) -> Vec<f64> {
        let square = deviation * deviation;
        let bad = f64::from(u8::from(deviation < 0.0));
        match self.kind {
            Garch::Garch => {
                let own = [-2.0 * self.alpha * deviation, 1.0, square, variance];
                own.iter().zip(slope).map(|(own, slope)| own + self.beta * slope).collect()
            }
            Garch::Gjr => {
                let weight = self.alpha + bad * self.gamma;
                let own = [-2.0 * weight * deviation, 1.0, square, bad * square, variance];
                own.iter().zip(slope).map(|(own, slope)| own + self.beta * slope).collect()
            }
            Garch::Egarch => {
                let root = variance.sqrt();
                let z = deviation / root;
                let news = self.alpha * z.signum() + self.gamma;
                let own = [-news / root, 1.0, z.abs() - FRAC_2_PI.sqrt(), z, variance.ln()];
                // A higher variance makes the same deviation a smaller shock.
                let carried = (self.beta - 0.5 * news * z) / variance;
                let next = self.next_variance(deviation, variance);
                own.iter().zip(slope).map(|(own, slope)| next * (own + carried * slope)).collect()
            }
        }
    }
}

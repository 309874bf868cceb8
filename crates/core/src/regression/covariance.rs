//! Covariance matrices of least-squares coefficients.

use crate::error::Result;
use crate::regression::bandwidth::Bandwidth;
use crate::regression::collinearity::Triangle;
use crate::regression::design::Design;
use crate::regression::long_run::{Kernel, weighted_sums};
use crate::regression::prewhitening::{Prewhitening, Whitened};
use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

/// How the uncertainty of coefficients is estimated.
///
/// With `B = (X'X)^-1`, residuals `u`, leverages `h_t = x_t' B x_t`:
///
/// | variant | covariance |
/// | --- | --- |
/// | `Classical` | `s^2 B`, `s^2 = u'u / (n - k)` |
/// | `Hc0` | `B (sum u_t^2 x_t x_t') B` (White 1980) |
/// | `Hc1` | `Hc0 * n / (n - k)` |
/// | `Hc2` | `u_t^2 / (1 - h_t)` in the middle |
/// | `Hc3` | `u_t^2 / (1 - h_t)^2` in the middle |
/// | `NeweyWest` | Bartlett-weighted sums of `u_t u_{t-j} x_t x_{t-j}'` in the middle |
/// | `KernelHac` | the same sums with any kernel's weights `k(j / b)` |
///
/// Whose convention each choice is:
///
/// | choice | as |
/// | --- | --- |
/// | no small-sample factor | statsmodels' default; R's `NeweyWest`, and `kernHAC(adjust = FALSE)` |
/// | `NeweyWest` with `Bandwidth::Lags` | weights `1 - j / (lags + 1)`: statsmodels and R's `NeweyWest(lag = )` |
/// | `NeweyWest` with `Bandwidth::NeweyWest` | R's `NeweyWest`: `floor` of the bandwidth in lags |
/// | `NeweyWest` with `Bandwidth::Andrews` | R's `kernHAC(kernel = "Bartlett")`, weights `1 - j / b` |
/// | `KernelHac` | R's `kernHAC` |
/// | automatic bandwidths | R's `bwNeweyWest` and `bwAndrews`, the constant's score weighted 0 |
/// | prewhitening | see [`Prewhitening`] |
///
/// [`crate::regression::long_run_variance`], of one series, has the automatic bandwidths of Python's `arch`.
///
/// # References
/// White (1980), Econometrica 48; MacKinnon and White (1985), Journal of Econometrics 29; Newey and West
/// (1987), Econometrica 55; Andrews (1991), Econometrica 59; Andrews and Monahan (1992), Econometrica 60; Newey
/// and West (1994), Review of Economic Studies 61; Zeileis (2004), Journal of Statistical Software 11(10).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covariance {
    /// Homoskedastic, uncorrelated errors.
    Classical,
    /// White's.
    Hc0,
    /// White's with `n / (n - k)`.
    Hc1,
    /// White's with leverage.
    Hc2,
    /// White's, jackknife-like.
    Hc3,
    /// Heteroskedasticity and autocorrelation consistent.
    NeweyWest {
        /// The number of lags, or the rule that chooses it.
        bandwidth: Bandwidth,
        /// Whether scores are prewhitened by a VAR(1).
        prewhitening: Prewhitening,
    },
    /// The same with another kernel.
    KernelHac {
        /// The weights of autocovariances.
        kernel: Kernel,
        /// The bandwidth, or the rule that chooses it.
        bandwidth: Bandwidth,
        /// Whether scores are prewhitened by a VAR(1).
        prewhitening: Prewhitening,
    },
}

impl Covariance {
    /// Newey-West with so many lags, not prewhitened.
    pub const fn newey_west(lags: usize) -> Self {
        Self::NeweyWest { bandwidth: Bandwidth::Lags(lags), prewhitening: Prewhitening::None }
    }

    /// Whether inference uses Student's t and F (classical) or the normal and chi-squared (robust).
    pub(crate) fn is_classical(self) -> bool {
        self == Self::Classical
    }

    pub(crate) fn describe(self) -> String {
        match self {
            Self::Classical => "classical".to_owned(),
            Self::Hc0 => "White HC0".to_owned(),
            Self::Hc1 => "White HC1".to_owned(),
            Self::Hc2 => "White HC2".to_owned(),
            Self::Hc3 => "White HC3".to_owned(),
            Self::NeweyWest { bandwidth, prewhitening } => {
                let rule = match bandwidth {
                    Bandwidth::Lags(lags) => format!("{lags} lags"),
                    rule => rule.describe(),
                };
                format!("Newey-West, {rule}{}", prewhitening.describe())
            }
            Self::KernelHac { kernel, bandwidth, prewhitening } => {
                format!("{} kernel, {}{}", kernel.describe(), bandwidth.describe(), prewhitening.describe())
            }
        }
    }

    /// The covariance of the coefficients, shape (columns, columns).
    pub(crate) fn estimate(
        self,
        design: &Design,
        triangle: &Triangle,
        residuals: &Array1<f64>,
    ) -> Result<Array2<f64>> {
        let x = design.values();
        let (n, k) = x.dim();
        let bread = triangle.inverse_gram();
        let freedom = (n - k) as f64;
        if self == Self::Classical {
            return Ok(bread * (residuals.dot(residuals) / freedom));
        }
        let scores = |weights: &Array1<f64>| x * &weights.view().insert_axis(Axis(1));
        let leverage = || {
            let rotated = x.dot(&triangle.inverse);
            rotated.rows().into_iter().map(|row| row.dot(&row)).collect::<Array1<f64>>()
        };
        let middle = match self {
            Self::Classical | Self::Hc0 => square(&scores(residuals)),
            Self::Hc1 => square(&scores(residuals)) * (n as f64 / freedom),
            Self::Hc2 => square(&scores(&(residuals / leverage().mapv(|h| (1.0 - h).sqrt())))),
            Self::Hc3 => square(&scores(&(residuals / leverage().mapv(|h| 1.0 - h)))),
            Self::NeweyWest { bandwidth, prewhitening } => {
                let whitened = Whitened::new(scores(residuals), prewhitening)?;
                let weights = bandwidth_weights(design);
                let chosen =
                    bandwidth.for_covariance(Kernel::Bartlett, &whitened.innovations, &weights, n)?;
                let weights = match bandwidth {
                    Bandwidth::Lags(_) => Kernel::Bartlett.weights(chosen, whitened.innovations.nrows()),
                    Bandwidth::NeweyWest => {
                        Kernel::Bartlett.weights(chosen.floor(), whitened.innovations.nrows())
                    }
                    Bandwidth::Andrews => {
                        Kernel::Bartlett.scaled_weights(chosen, whitened.innovations.nrows())
                    }
                };
                whitened.recolour(weighted_sums(&whitened.innovations, &weights))
            }
            Self::KernelHac { kernel, bandwidth, prewhitening } => {
                let whitened = Whitened::new(scores(residuals), prewhitening)?;
                let weights = bandwidth_weights(design);
                let chosen = bandwidth.for_covariance(kernel, &whitened.innovations, &weights, n)?;
                let weights = kernel.scaled_weights(chosen, whitened.innovations.nrows());
                whitened.recolour(weighted_sums(&whitened.innovations, &weights))
            }
        };
        Ok(bread.dot(&middle).dot(&bread))
    }
}

fn square(scores: &Array2<f64>) -> Array2<f64> {
    scores.t().dot(scores)
}

/// The constant's score says nothing about the dynamics of the others (Newey and West 1994, section 3).
fn bandwidth_weights(design: &Design) -> Array1<f64> {
    let mut weights = Array1::ones(design.width());
    if let (Some(constant), true) = (design.constant_column(), design.width() > 1) {
        weights[constant] = 0.0;
    }
    weights
}

//! Covariance matrices of least-squares coefficients.

use crate::error::{Error, Result};
use crate::regression::collinearity::Triangle;
use crate::regression::design::Design;
use crate::regression::long_run::{Bandwidth, Kernel, long_run_sums};
use linfa_linalg::qr::{LeastSquaresQr as _, QR as _};
use ndarray::{Array1, Array2, Axis, s};
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
///
/// No small-sample factor is applied to Newey-West (statsmodels' default). Prewhitening fits a VAR(1)
/// without constant to the scores `u_t x_t`, takes the kernel sums of its residuals and recolours them with
/// `(I - A)^-1` (Andrews and Monahan 1992; as R's `sandwich`).
///
/// # References
/// White (1980), Econometrica 48; MacKinnon and White (1985), Journal of Econometrics 29; Newey and West
/// (1987), Econometrica 55; Andrews and Monahan (1992), Econometrica 60.
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
        prewhitened: bool,
    },
}

impl Covariance {
    /// Newey-West with so many lags, not prewhitened.
    pub const fn newey_west(lags: usize) -> Self {
        Self::NeweyWest { bandwidth: Bandwidth::Lags(lags), prewhitened: false }
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
            Self::NeweyWest { bandwidth, prewhitened } => {
                let rule = match bandwidth {
                    Bandwidth::Lags(lags) => format!("{lags} lags"),
                    Bandwidth::Andrews => "Andrews bandwidth".to_owned(),
                    Bandwidth::NeweyWest => "Newey-West (1994) bandwidth".to_owned(),
                };
                format!("Newey-West, {rule}{}", if prewhitened { ", prewhitened" } else { "" })
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
            Self::NeweyWest { bandwidth, prewhitened } => {
                newey_west_sums(&scores(residuals), &bandwidth_weights(design), bandwidth, prewhitened)?
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

fn newey_west_sums(
    scores: &Array2<f64>,
    weights: &Array1<f64>,
    bandwidth: Bandwidth,
    prewhitened: bool,
) -> Result<Array2<f64>> {
    if !prewhitened {
        let lags = bandwidth.select(Kernel::Bartlett, scores, weights)?;
        return Ok(long_run_sums(scores, Kernel::Bartlett, lags));
    }
    let (n, k) = scores.dim();
    if n < 2 * k + 2 {
        return Err(Error::too_few(
            "a prewhitened covariance",
            2 * k + 2,
            n,
            "give more rows, or do not prewhiten",
        ));
    }
    let (past, present) = (scores.slice(s![..n - 1, ..]), scores.slice(s![1.., ..]));
    // present = past A', shape (n - 1, k)
    let transposed = past
        .to_owned()
        .least_squares(&present.to_owned())
        .map_err(Error::internal("prewhitening scores by a VAR(1)"))?;
    let innovations = &present - &past.dot(&transposed);
    let lags = bandwidth.select(Kernel::Bartlett, &innovations, weights)?;
    let sums = long_run_sums(&innovations, Kernel::Bartlett, lags);
    let recolour = (Array2::eye(k) - transposed.t())
        .qr()
        .and_then(|factor| factor.inverse())
        .map_err(Error::internal("recolouring prewhitened scores"))?;
    Ok(recolour.dot(&sums).dot(&recolour.t()))
}

//! Long-run variance: the variance of a mean when observations are autocorrelated.

use crate::error::{Error, Result};
use crate::regression::design::require_finite;
use crate::statistics::centred;
use ndarray::{Array1, Array2, ArrayView1, s};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The weights that autocovariances get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum Kernel {
    /// `1 - j / (b + 1)` up to `b`: Newey-West. Never negative.
    Bartlett,
    /// Parzen's, with `z = j / (b + 1)`. Never negative.
    Parzen,
    /// Andrews' quadratic-spectral, with `z = j / b`, over all lags. Never negative.
    QuadraticSpectral,
    /// 1 up to `b`: right for an MA(b), but the estimate can be negative.
    Rectangular,
}

/// How many lags, fixed or chosen from the data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bandwidth {
    /// So many lags.
    Lags(usize),
    /// Andrews (1991): the plug-in rule with AR(1) approximations.
    Andrews,
    /// Newey and West (1994): the plug-in rule with truncated autocovariances.
    NeweyWest,
}

impl FromStr for Bandwidth {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "andrews" => Ok(Self::Andrews),
            "newey-west" => Ok(Self::NeweyWest),
            _ => text
                .parse()
                .map(Self::Lags)
                .map_err(|_| Error::parameter("hac", text, "a whole number of lags, andrews or newey-west")),
        }
    }
}

impl Kernel {
    /// The constant of the optimal bandwidth and the characteristic exponent `q`.
    fn optimal(self) -> Result<(f64, i32)> {
        match self {
            Self::Bartlett => Ok((1.1447, 1)),
            Self::Parzen => Ok((2.6614, 2)),
            Self::QuadraticSpectral => Ok((1.3221, 2)),
            Self::Rectangular => Err(Error::parameter(
                "bandwidth",
                "automatic",
                "a number of lags: the rectangular kernel has no optimal bandwidth",
            )),
        }
    }

    /// The weights of lags 0, 1, ... for `bandwidth` and `n` observations.
    fn weights(self, bandwidth: f64, n: usize) -> Vec<f64> {
        let last = (bandwidth as usize).min(n - 1);
        match self {
            Self::Bartlett => (0..=last).map(|j| 1.0 - j as f64 / (bandwidth + 1.0)).collect(),
            Self::Parzen => (0..=last)
                .map(|j| {
                    let z = j as f64 / (bandwidth + 1.0);
                    if z <= 0.5 { 1.0 - 6.0 * z * z * (1.0 - z) } else { 2.0 * (1.0 - z).powi(3) }
                })
                .collect(),
            Self::QuadraticSpectral if bandwidth == 0.0 => vec![1.0],
            Self::QuadraticSpectral => (0..n)
                .map(|j| {
                    let z = 1.2 * std::f64::consts::PI * j as f64 / bandwidth;
                    if j == 0 { 1.0 } else { 3.0 / (z * z) * (z.sin() / z - z.cos()) }
                })
                .collect(),
            Self::Rectangular => vec![1.0; last + 1],
        }
    }
}

impl Bandwidth {
    /// The bandwidth for `scores` of shape (n, series), each column weighted by `weights`.
    pub(crate) fn select(self, kernel: Kernel, scores: &Array2<f64>, weights: &Array1<f64>) -> Result<f64> {
        let n = scores.nrows() as f64;
        let (constant, q) = match self {
            Self::Lags(lags) => return Ok(lags as f64),
            Self::Andrews | Self::NeweyWest => kernel.optimal()?,
        };
        let alpha = match self {
            Self::Andrews => andrews_alpha(scores, weights, q),
            _ => newey_west_alpha(&scores.dot(weights), kernel, q),
        };
        // a series without any autocorrelation in it (or constant) needs no lags
        let alpha = if alpha.is_finite() { alpha } else { 0.0 };
        Ok((constant * (alpha * n).powf(1.0 / f64::from(2 * q + 1))).min(n - 1.0))
    }
}

/// Andrews (1991), equations 6.4: AR(1) for each column; the slope is kept inside (-0.97, 0.97).
fn andrews_alpha(scores: &Array2<f64>, weights: &Array1<f64>, q: i32) -> f64 {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    for (column, &weight) in scores.columns().into_iter().zip(weights) {
        let n = column.len();
        let (past, present) = (column.slice(s![..n - 1]), column.slice(s![1..]));
        let energy = past.dot(&past);
        if weight == 0.0 || energy == 0.0 {
            continue;
        }
        let slope = (past.dot(&present) / energy).clamp(-0.97, 0.97);
        let residual = &present - &(&past * slope);
        let variance_squared = (residual.dot(&residual) / (n - 1) as f64).powi(2);
        let shape = match q {
            1 => 1.0 / ((1.0 - slope).powi(6) * (1.0 + slope).powi(2)),
            _ => 1.0 / (1.0 - slope).powi(8),
        };
        numerator += weight * 4.0 * slope * slope * variance_squared * shape;
        denominator += weight * variance_squared / (1.0 - slope).powi(4);
    }
    numerator / denominator
}

/// Newey and West (1994): `(s_q / s_0)^2` of the weighted sum of the columns.
fn newey_west_alpha(series: &Array1<f64>, kernel: Kernel, q: i32) -> f64 {
    let n = series.len();
    let rate = match kernel {
        Kernel::Parzen => 4.0 / 25.0,
        Kernel::QuadraticSpectral => 2.0 / 25.0,
        Kernel::Bartlett | Kernel::Rectangular => 2.0 / 9.0,
    };
    let lags = (4.0 * (n as f64 / 100.0).powf(rate)).ceil() as usize;
    let gamma = covariance_sums(series.view(), lags.min(n - 1));
    let (mut level, mut slope) = (gamma[0], 0.0);
    for (j, value) in gamma.iter().enumerate().skip(1) {
        level += 2.0 * value;
        slope += 2.0 * (j as f64).powi(q) * value;
    }
    (slope / level).powi(2)
}

/// `sum_t x_t x_{t-j} / n` for `j = 0..=lags`.
fn covariance_sums(series: ArrayView1<'_, f64>, lags: usize) -> Vec<f64> {
    let n = series.len();
    (0..=lags).map(|j| series.slice(s![j..]).dot(&series.slice(s![..n - j])) / n as f64).collect()
}

/// The autocovariances of lags `0..=lags` about the mean, each divided by `n`.
///
/// # Errors
/// A value that is not finite, or no more observations than lags.
///
/// # Examples
/// ```
/// let gamma = dvol_core::regression::autocovariances(&[1.0, -1.0, 1.0, -1.0], 1)?;
/// assert_eq!(gamma, [1.0, -0.75]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn autocovariances(series: &[f64], lags: usize) -> Result<Vec<f64>> {
    Ok(covariance_sums(demeaned("autocovariances", series, lags + 1)?.view(), lags))
}

/// The long-run variance of a series, `gamma_0 + 2 sum_j w_j gamma_j`, about its mean.
///
/// `w_j` is the kernel's weight (see [`Kernel`]); autocovariances are divided by `n`. The variance of the
/// mean is this divided by `n`. Same conventions as `arch.covariance.kernel`.
///
/// # Errors
/// A value that is not finite, fewer than two observations, or an automatic bandwidth with
/// [`Kernel::Rectangular`].
///
/// # Examples
/// ```
/// use dvol_core::regression::{Bandwidth, Kernel, long_run_variance};
/// // gamma_0 = 1, gamma_1 = -0.75, Bartlett weight of lag 1 = 1/2
/// let variance = long_run_variance(&[1.0, -1.0, 1.0, -1.0], Kernel::Bartlett, Bandwidth::Lags(1))?;
/// assert_eq!(variance, 0.25);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Newey and West (1987), Econometrica 55; Andrews (1991), Econometrica 59; Newey and West (1994),
/// Review of Economic Studies 61.
pub fn long_run_variance(series: &[f64], kernel: Kernel, bandwidth: Bandwidth) -> Result<f64> {
    let centred = demeaned("a long-run variance", series, 2)?.insert_axis(ndarray::Axis(1));
    let bandwidth = bandwidth.select(kernel, &centred, &Array1::ones(1))?;
    let weights = kernel.weights(bandwidth, series.len());
    let gamma = covariance_sums(centred.column(0), weights.len() - 1);
    Ok(gamma[0] + 2.0 * gamma.iter().zip(&weights).skip(1).map(|(g, w)| g * w).sum::<f64>())
}

/// `sum_j w_j (G_j + G_j')` of score sums `G_j = sum_t s_t s_{t-j}'`, shape (series, series).
pub(crate) fn long_run_sums(scores: &Array2<f64>, kernel: Kernel, bandwidth: f64) -> Array2<f64> {
    let n = scores.nrows();
    let mut total = scores.t().dot(scores);
    for (j, weight) in kernel.weights(bandwidth, n).into_iter().enumerate().skip(1) {
        let product = scores.slice(s![j.., ..]).t().dot(&scores.slice(s![..n - j, ..]));
        total.scaled_add(weight, &product);
        total.scaled_add(weight, &product.t());
    }
    total
}

fn demeaned(what: &str, series: &[f64], needed: usize) -> Result<Array1<f64>> {
    if series.len() < needed {
        return Err(Error::too_few(what, needed, series.len(), "give a longer series or fewer lags"));
    }
    require_finite(what, "series", series)?;
    Ok(centred(series).into())
}

//! Long-run variance: the variance of a mean when observations are autocorrelated.

use crate::error::{Error, Result};
use crate::regression::bandwidth::Bandwidth;
use crate::regression::design::require_finite;
use crate::statistics::centred;
use ndarray::{Array1, Array2, ArrayView1, s};
use serde::{Deserialize, Serialize};

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

impl Kernel {
    /// The constant of the optimal bandwidth and the characteristic exponent `q`.
    pub(super) fn optimal(self) -> Result<(f64, i32)> {
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
    pub(super) fn weights(self, bandwidth: f64, n: usize) -> Vec<f64> {
        let last = (bandwidth as usize).min(n - 1);
        match self {
            Self::Bartlett => (0..=last).map(|j| 1.0 - j as f64 / (bandwidth + 1.0)).collect(),
            Self::Parzen => (0..=last).map(|j| parzen(j as f64 / (bandwidth + 1.0))).collect(),
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

    /// The weights `k(j / bandwidth)` of lags 0, 1, ...: Andrews' convention, where [`Kernel::weights`] has Newey
    /// and West's `bandwidth + 1` below.
    pub(super) fn scaled_weights(self, bandwidth: f64, n: usize) -> Vec<f64> {
        let last = (bandwidth as usize).min(n - 1);
        let place = |j: usize| if j == 0 { 0.0 } else { j as f64 / bandwidth };
        match self {
            Self::Bartlett => (0..=last).map(|j| 1.0 - place(j)).collect(),
            Self::Parzen => (0..=last).map(|j| parzen(place(j))).collect(),
            Self::QuadraticSpectral | Self::Rectangular => self.weights(bandwidth, n),
        }
    }

    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Bartlett => "Bartlett",
            Self::Parzen => "Parzen",
            Self::QuadraticSpectral => "quadratic-spectral",
            Self::Rectangular => "rectangular",
        }
    }
}

fn parzen(z: f64) -> f64 {
    if z <= 0.5 { 1.0 - 6.0 * z * z * (1.0 - z) } else { 2.0 * (1.0 - z).powi(3) }
}

/// `sum_t x_t x_{t-j} / n` for `j = 0..=lags`.
pub(super) fn covariance_sums(series: ArrayView1<'_, f64>, lags: usize) -> Vec<f64> {
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
/// mean is this divided by `n`. Same conventions as `arch.covariance.kernel`, automatic bandwidths included.
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
    let bandwidth = bandwidth.for_series(kernel, &centred)?;
    let weights = kernel.weights(bandwidth, series.len());
    let gamma = covariance_sums(centred.column(0), weights.len() - 1);
    Ok(gamma[0] + 2.0 * gamma.iter().zip(&weights).skip(1).map(|(g, w)| g * w).sum::<f64>())
}

/// `sum_j w_j (G_j + G_j')` of score sums `G_j = sum_t s_t s_{t-j}'`, shape (series, series).
pub(crate) fn long_run_sums(scores: &Array2<f64>, kernel: Kernel, bandwidth: f64) -> Array2<f64> {
    weighted_sums(scores, &kernel.weights(bandwidth, scores.nrows()))
}

/// The same with the weights of lags 0, 1, ... given.
pub(super) fn weighted_sums(scores: &Array2<f64>, weights: &[f64]) -> Array2<f64> {
    let n = scores.nrows();
    let mut total = scores.t().dot(scores);
    for (j, &weight) in weights.iter().enumerate().skip(1) {
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

//! Autocorrelation and partial autocorrelation functions with bands.

use crate::error::Result;
use crate::regression::autocovariances;
use crate::validation::require_series;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF as _, Normal};

/// Autocorrelations of lags 1..=m and how large they are by chance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correlogram {
    /// `r_k = gamma_k / gamma_0`, lags 1..=m.
    pub autocorrelation: Vec<f64>,
    /// Partial autocorrelations by Durbin-Levinson, lags 1..=m.
    pub partial: Vec<f64>,
    /// The half-width `z / sqrt(n)` inside which white noise stays.
    pub white_noise_band: f64,
    /// Bartlett's half-widths `z sqrt((1 + 2 sum_{j<k} r_j^2) / n)`: `r_k` stays inside when the series is a
    /// moving average of order `k - 1`.
    pub bartlett_band: Vec<f64>,
    /// The bands' level, e.g. 0.05.
    pub alpha: f64,
    /// Observations.
    pub n: usize,
}

impl Correlogram {
    /// The lags (from 1) whose autocorrelation leaves the white-noise band.
    pub fn outside(&self) -> Vec<usize> {
        let outside = |(i, r): (usize, &f64)| (r.abs() > self.white_noise_band).then_some(i + 1);
        self.autocorrelation.iter().enumerate().filter_map(outside).collect()
    }
}

/// The correlogram of `series` up to `lags`, with bands of level `alpha`.
///
/// Autocovariances are about the mean and divided by `n` (statsmodels' `acf`, and `pacf` with method `ldb`).
///
/// # Errors
/// A value that is not finite, a constant series, or no more observations than lags.
///
/// # Examples
/// ```
/// let alternating: Vec<f64> = (0..100).map(|t| if t % 2 == 0 { 1.0 } else { -1.0 }).collect();
/// let correlogram = dvol_core::validation::correlogram(&alternating, 2, 0.05)?;
/// assert!((correlogram.autocorrelation[0] + 0.99).abs() < 1e-12);
/// assert_eq!(correlogram.outside(), [1, 2]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Bartlett (1946), Supplement to the Journal of the Royal Statistical Society 8; Box and Jenkins (1970).
pub fn correlogram(series: &[f64], lags: usize, alpha: f64) -> Result<Correlogram> {
    require_series("a correlogram", series, lags + 2)?;
    let n = series.len();
    let gamma = autocovariances(series, lags)?;
    let autocorrelation: Vec<f64> = gamma[1..].iter().map(|value| value / gamma[0]).collect();
    let z = Normal::standard().inverse_cdf(1.0 - alpha / 2.0);
    let mut squares = 0.0;
    let bartlett_band = autocorrelation
        .iter()
        .map(|r| {
            let half = z * ((1.0 + 2.0 * squares) / n as f64).sqrt();
            squares += r * r;
            half
        })
        .collect();
    Ok(Correlogram {
        partial: durbin_levinson(&autocorrelation),
        autocorrelation,
        white_noise_band: z / (n as f64).sqrt(),
        bartlett_band,
        alpha,
        n,
    })
}

fn durbin_levinson(r: &[f64]) -> Vec<f64> {
    let mut partial = Vec::with_capacity(r.len());
    let mut phi: Vec<f64> = Vec::with_capacity(r.len());
    let mut variance = 1.0;
    for k in 0..r.len() {
        let predicted: f64 = phi.iter().enumerate().map(|(j, weight)| weight * r[k - 1 - j]).sum();
        let reflection = (r[k] - predicted) / variance;
        let mirrored: Vec<f64> = phi.iter().rev().copied().collect();
        for (own, other) in phi.iter_mut().zip(mirrored) {
            *own -= reflection * other;
        }
        phi.push(reflection);
        variance *= 1.0 - reflection * reflection;
        partial.push(reflection);
    }
    partial
}

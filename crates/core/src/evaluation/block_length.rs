//! How long bootstrap blocks should be.

use super::Losses;
use super::overlap::Overlap;
use crate::error::{Error, Result};
use crate::statistics::{centred, median};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Block lengths that minimise the mean squared error of the bootstrap's variance estimate, observations.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OptimalBlockLength {
    /// For the stationary bootstrap: an expected length.
    pub stationary: f64,
    /// For the circular block bootstrap.
    pub circular: f64,
}

/// The block length of Politis and White, with the correction of Patton, Politis and White.
///
/// With flat-top weights `h(x) = min(1, 2 (1 - |x|))` over autocovariances `g_k` up to lag `m`:
/// `b = (2 G^2 / D)^(1/3) n^(1/3)`, `G = sum h(k/m) |k| g_k`, `D = c (sum h(k/m) g_k)^2`, `c = 2` for the
/// stationary and `4/3` for the circular bootstrap, at most `ceil(min(3 sqrt(n), n / 3))`. `m` is twice the first
/// lag after which `max(5, floor(log10 n))` autocorrelations lie inside `2 sqrt(log10(n) / n)`. Conventions are
/// those of `arch.bootstrap.optimal_block_length`. A constant series gets 1.
///
/// # Errors
/// Fewer than 9 observations, or one that is not finite.
///
/// # References
/// Politis and White (2004), Econometric Reviews 23, 53-70; Patton, Politis and White (2009), Econometric Reviews
/// 28, 372-375.
///
/// # Examples
/// ```
/// // A cycle never forgets: both lengths are at their limit.
/// let cycle: Vec<f64> = (0..100).map(|i| f64::from(i % 7)).collect();
/// let length = dvol_core::evaluation::optimal_block_length(&cycle)?;
/// assert_eq!((length.stationary, length.circular), (30.0, 30.0));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn optimal_block_length(series: &[f64]) -> Result<OptimalBlockLength> {
    let count = series.len();
    if count < 9 {
        return Err(Error::too_few("choosing a block length", 9, count, "name a block length instead"));
    }
    if let Some(index) = series.iter().position(|value| !value.is_finite()) {
        return Err(Error::Value {
            what: "choosing a block length".to_owned(),
            series: "series".to_owned(),
            index,
            value: series[index],
            remedy: "drop or fill the value first".to_owned(),
        });
    }
    let n = count as f64;
    let centred = centred(series);
    let run = (n.log10() as usize).max(5);
    let furthest = (n.sqrt().ceil() as usize + run).min(count - 2);
    let (autocovariances, lag) = autocovariances_until_insignificant(&centred, run, furthest);
    // lags beyond the last one needed were not computed; `2 lag` always was
    let m = lag.map_or(furthest, |lag| (2 * lag.max(1)).min(furthest));
    let (mut slope, mut level) = (0.0, autocovariances[0]);
    for (k, autocovariance) in autocovariances.iter().enumerate().take(m + 1).skip(1) {
        let ratio = k as f64 / m as f64;
        let weight = if ratio <= 0.5 { 1.0 } else { 2.0 * (1.0 - ratio) };
        slope += 2.0 * weight * k as f64 * autocovariance;
        level += 2.0 * weight * autocovariance;
    }
    let longest = (3.0 * n.sqrt()).min(n / 3.0).ceil();
    let length = |constant: f64| {
        let ratio = 2.0 * slope * slope / (constant * level * level);
        if ratio.is_nan() { 1.0 } else { (ratio * n).cbrt().min(longest) }
    };
    Ok(OptimalBlockLength { stationary: length(2.0), circular: length(4.0 / 3.0) })
}

/// The expected block of a stationary bootstrap of the loss differences that a test is about: the median of
/// [`optimal_block_length`] over the pairs, at least the overlap (as far as a third of the origins allows).
///
/// The median, because one bad model whose losses wander would otherwise set the block of all the others. Pairs whose
/// losses are alike do not count; without a pair, the losses themselves are what is resampled.
pub(super) fn block_length_of(losses: &Losses, pairs: &[(usize, usize)]) -> Result<f64> {
    let overlap = Overlap::of(losses.origins(), losses.horizon()).steps as f64;
    let least = overlap.min((losses.len() as f64 / 3.0).max(1.0));
    let mut lengths = pairs
        .par_iter()
        .filter(|&&(first, second)| !losses.are_alike(first, second))
        .map(|&(first, second)| Ok(optimal_block_length(&losses.differential(first, second))?.stationary))
        .collect::<Result<Vec<f64>>>()?;
    if pairs.is_empty() {
        lengths.push(optimal_block_length(&losses.values().column(0).to_vec())?.stationary);
    }
    Ok(if lengths.is_empty() { least } else { median(&lengths).max(least) })
}

/// Autocovariances from lag 0 on, and the first lag after which `run` autocorrelations are insignificant.
fn autocovariances_until_insignificant(
    centred: &[f64],
    run: usize,
    furthest: usize,
) -> (Vec<f64>, Option<usize>) {
    let count = centred.len();
    let n = count as f64;
    let band = 2.0 * (n.log10() / n).sqrt();
    let total: f64 = centred.iter().map(|value| value * value).sum();
    let (mut head, mut tail) = (total, total);
    let mut autocovariances = Vec::with_capacity(furthest + 1);
    let mut inside = 0;
    let mut found = None;
    for lag in 0..=furthest {
        if found.is_none() && lag >= run && inside >= run {
            found = Some(lag - run);
        }
        if found.is_some_and(|lag_found: usize| lag > 2 * lag_found.max(1)) {
            break;
        }
        let product: f64 = centred[lag..].iter().zip(centred).map(|(late, early)| late * early).sum();
        // the two energies leave out one observation more than the product, as the reference code does
        head -= centred[lag].powi(2);
        tail -= centred[count - 1 - lag].powi(2);
        autocovariances.push(product / n);
        let correlation = product.abs() / (head * tail).sqrt();
        inside = if correlation < band { inside + 1 } else { 0 };
    }
    (autocovariances, found)
}

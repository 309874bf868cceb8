//! Volatility of the recent past that a jump cannot inflate.

use crate::rolling::rolling;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The jump-robust estimator of local volatility.
///
/// Both average over the past returns of the window, the tested return excluded:
///
/// - [`LocalVolatility::Bipower`]: (pi/2) mean |r(j)| |r(j-1)| (Barndorff-Nielsen and Shephard 2004), the
///   estimator of Lee and Mykland (2008).
/// - [`LocalVolatility::Median`]: pi / (6 - 4 sqrt 3 + pi) mean med(|r(j)|, |r(j-1)|, |r(j-2)|)^2 (medRV of
///   Andersen, Dobrev and Schaumburg 2012): no bias from a single jump, nor from a single zero return.
///
/// # References
/// Andersen, T. G., Dobrev, D. and Schaumburg, E. (2012), Jump-robust volatility estimation using nearest
/// neighbor truncation, Journal of Econometrics 169. Barndorff-Nielsen, O. E. and Shephard, N. (2004), Power
/// and bipower variation with stochastic volatility and jumps, Journal of Financial Econometrics 2.
///
/// # Examples
/// ```
/// use dvol_core::jumps::{LeeMykland, LocalVolatility, lee_mykland};
/// let levels: Vec<f64> = (0..300).map(|i| 60.0 + (f64::from(i) * 0.9).sin()).collect();
/// let spec = LeeMykland { volatility: LocalVolatility::Median, ..LeeMykland::default() };
/// assert!(lee_mykland(&levels, spec)?.jumps().is_empty());
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum LocalVolatility {
    /// Bipower variation.
    #[default]
    Bipower,
    /// Median realized variance.
    Median,
}

impl LocalVolatility {
    /// Consecutive returns that one term takes.
    pub(super) fn span(self) -> usize {
        match self {
            Self::Bipower => 2,
            Self::Median => 3,
        }
    }

    /// Asymptotic variance of the estimate of a variance of 1, times the number of terms.
    ///
    /// Bipower: (pi/2)^2 + pi - 3 = 2.609; median: 2.96.
    pub fn asymptotic_variance(self) -> f64 {
        match self {
            Self::Bipower => PI * PI / 4.0 + PI - 3.0,
            Self::Median => 2.96,
        }
    }

    /// Terms whose mean over a window is the local variance; NaN where a neighbour is absent.
    fn terms(self, returns: &[f64]) -> Vec<f64> {
        let mut terms = vec![f64::NAN; self.span() - 1];
        match self {
            Self::Bipower => {
                terms.extend(returns.windows(2).map(|pair| PI / 2.0 * (pair[0] * pair[1]).abs()));
            }
            Self::Median => {
                let scale = PI / (6.0 - 4.0 * 3.0_f64.sqrt() + PI);
                terms.extend(returns.windows(3).map(|triple| {
                    let (a, b, c) = (triple[0].abs(), triple[1].abs(), triple[2].abs());
                    let median = a.min(b).max(a.max(b).min(c));
                    // The middle of three ignores a null; the sum does not.
                    if (a + b + c).is_nan() { f64::NAN } else { scale * median * median }
                }));
            }
        }
        terms
    }

    /// Local standard deviation at every return, from the terms among the `window - 1` returns before it.
    ///
    /// NaN before row `window`, where fewer than `minimum` terms are present, or where all of them are zero.
    pub(super) fn estimate(self, returns: &[f64], window: usize, minimum: usize) -> Vec<f64> {
        if returns.len() < self.span() {
            return vec![f64::NAN; returns.len()];
        }
        let mut terms = self.terms(returns);
        let absent = absent_before(&terms);
        terms.iter_mut().for_each(|term| *term = if term.is_nan() { 0.0 } else { *term });
        let length = window - self.span();
        let sums = rolling(&terms, length);
        let mut sigma = vec![f64::NAN; returns.len()];
        for row in window..returns.len() {
            let gaps = absent.as_ref().map_or(0, |absent| absent[row] - absent[row - length]);
            let (sum, count) = (sums[row - 1], length - gaps as usize);
            if count >= minimum && sum > 0.0 {
                sigma[row] = (sum / count as f64).sqrt();
            }
        }
        sigma
    }
}

/// For every row the number of null terms before it; `None` when only the first returns lack a neighbour.
fn absent_before(terms: &[f64]) -> Option<Vec<u32>> {
    // The first return is null by construction, and no full window reaches back to its terms.
    if !terms.iter().skip(3).any(|term| term.is_nan()) {
        return None;
    }
    let mut count = 0;
    Some(
        terms
            .iter()
            .map(|term| {
                let before = count;
                count += u32::from(term.is_nan());
                before
            })
            .collect(),
    )
}

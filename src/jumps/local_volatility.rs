//! Volatility of the recent past that a jump cannot inflate.

use crate::rolling::{Total, rolling};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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

    /// Terms whose mean over a window is the local variance; `None` of the neighbours may be absent.
    fn terms(self, returns: &[f64]) -> Vec<Total> {
        let span = self.span();
        let mut terms = vec![Total::of(f64::NAN); returns.len()];
        match self {
            Self::Bipower => {
                for (slot, pair) in terms[span - 1..].iter_mut().zip(returns.windows(2)) {
                    *slot = Total::of(PI / 2.0 * (pair[0] * pair[1]).abs());
                }
            }
            Self::Median => {
                let scale = PI / (6.0 - 4.0 * 3.0_f64.sqrt() + PI);
                for (slot, triple) in terms[span - 1..].iter_mut().zip(returns.windows(3)) {
                    let (a, b, c) = (triple[0].abs(), triple[1].abs(), triple[2].abs());
                    let median = a.min(b).max(a.max(b).min(c));
                    *slot = Total::of(if (a + b + c).is_nan() { f64::NAN } else { scale * median * median });
                }
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
        let totals = rolling(&self.terms(returns), window - self.span());
        let mut sigma = vec![f64::NAN; returns.len()];
        for (slot, total) in sigma[1..].iter_mut().zip(&totals).skip(window - 1) {
            if total.count >= minimum as f64 && total.sum > 0.0 {
                *slot = (total.sum / total.count).sqrt();
            }
        }
        sigma
    }
}

//! Where the search for a variance recursion starts, and the free parameters it moves.

use super::Garch;
use super::fitted::FittedGarch;
use super::innovations::Innovations;

/// Returns behind the starting variance and their decay.
const BACKCAST: (usize, f64) = (75, 0.94);
/// The range of a Student law's degrees of freedom: below 2 there is no variance, and 500 is the normal law.
const DEGREES: (f64, f64) = (2.05, 500.0);
const START_DEGREES: f64 = 8.0;

impl Garch {
    /// The most likely of a few persistent recursions with unit variance, as free parameters.
    pub(super) fn best_start(
        self,
        innovations: Innovations,
        mean: f64,
        log_likelihood: &dyn Fn(&[f64]) -> f64,
    ) -> Vec<f64> {
        let mut best = (f64::NEG_INFINITY, Vec::new());
        for alpha in [0.02, 0.05, 0.1, 0.2] {
            for persistence in [0.7, 0.9, 0.98_f64] {
                let logit = |weight: f64| (weight / (1.0 - persistence)).ln();
                let mut free = match self {
                    Self::Garch => {
                        vec![mean, (1.0 - persistence).ln(), logit(alpha), logit(persistence - alpha)]
                    }
                    Self::Gjr => {
                        let half = logit(alpha / 2.0);
                        vec![mean, (1.0 - persistence).ln(), half, half, logit(persistence - alpha)]
                    }
                    Self::Egarch => vec![mean, 0.0, 2.0 * alpha, 0.0, persistence.atanh()],
                };
                if innovations == Innovations::StudentT {
                    free.push(((START_DEGREES - DEGREES.0) / (DEGREES.1 - START_DEGREES)).ln());
                }
                let value = log_likelihood(&free);
                if value > best.0 || best.1.is_empty() {
                    best = (value, free);
                }
            }
        }
        best.1
    }

    /// The recursion of free parameters: weights as shares of one whole whose rest is mean reversion.
    pub(super) fn recursion(self, innovations: Innovations, free: &[f64], backcast: f64) -> FittedGarch {
        let (free, degrees) = match (innovations, free) {
            (Innovations::StudentT, [others @ .., last]) => {
                (others, Some(DEGREES.0 + (DEGREES.1 - DEGREES.0) / (1.0 + (-last).exp())))
            }
            _ => (free, None),
        };
        let shares = |logits: &[f64]| -> Vec<f64> {
            let top = logits.iter().copied().fold(0.0, f64::max);
            let total: f64 = (-top).exp() + logits.iter().map(|logit| (logit - top).exp()).sum::<f64>();
            logits.iter().map(|logit| (logit - top).exp() / total).collect()
        };
        let (omega, alpha, gamma, beta) = match self {
            Self::Garch => {
                let weights = shares(&free[2..]);
                (free[1].exp(), weights[0], 0.0, weights[1])
            }
            Self::Gjr => {
                // Half of the returns are negative: alpha / 2 + (alpha + gamma) / 2 + beta < 1.
                let weights = shares(&free[2..]);
                (free[1].exp(), 2.0 * weights[0], 2.0 * (weights[1] - weights[0]), weights[2])
            }
            Self::Egarch => (free[1], free[2], free[3], free[4].tanh()),
        };
        FittedGarch {
            kind: self,
            mean: free[0],
            omega,
            alpha,
            gamma,
            beta,
            degrees,
            log_likelihood: f64::NAN,
            n: 0,
            backcast,
        }
    }
}

/// The variance before the first return.
pub(super) fn backcast(returns: &[f64], mean: f64) -> f64 {
    let (length, decay) = BACKCAST;
    let weighted = returns.iter().take(length).enumerate().map(|(lag, r)| {
        let weight = decay.powi(lag as i32);
        (weight * (r - mean).powi(2), weight)
    });
    let (sum, weights) = weighted.fold((0.0, 0.0), |(sum, total), (term, w)| (sum + term, total + w));
    sum / weights
}

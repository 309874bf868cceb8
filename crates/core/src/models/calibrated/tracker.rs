//! Quantiles that follow what they missed.

use crate::models::Coverage;
use crate::statistics::{quantile, sorted};
use std::collections::VecDeque;

/// The nominal coverages given with every forecast.
pub(super) const COVERAGES: [Coverage; 2] = [Coverage::P80, Coverage::P95];

/// Lower and upper quantile of the scores, one pair a nominal coverage.
pub(super) type Quantiles = [(f64, f64); 2];

/// Online quantiles of scores.
///
/// With `q` the lower (upper) quantile for a tail of `a`, and a score `z` that was to be covered by `q(u)`, the
/// quantile given at its origin: `q <- q - g |q| (1{z < q(u)} - a)` (`q <- q + g |q| (1{z > q(u)} - a)`). The
/// long-run share of misses tends to `a` whatever the scores do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tracker {
    rate: f64,
    quantiles: Quantiles,
    // scores whose outcome is not known yet, with the quantiles given then
    open: VecDeque<(i64, Quantiles)>,
}

impl Tracker {
    /// Starts at the empirical quantiles of `scores`.
    pub fn new(rate: f64, scores: &[f64]) -> Self {
        let sorted = sorted(scores);
        let quantiles = COVERAGES.map(|coverage| {
            let tail = coverage.tail();
            (quantile(&sorted, tail), quantile(&sorted, 1.0 - tail))
        });
        Self { rate, quantiles, open: VecDeque::new() }
    }

    /// The quantiles for an origin at `hour`, after every score known by then was learnt from. `score` gives that
    /// of an earlier origin, `None` where its outcome is missing.
    ///
    /// Hours must increase from call to call; `horizon` hours lie between an origin and its outcome.
    pub fn at(&mut self, hour: i64, horizon: i64, score: impl Fn(i64) -> Option<f64>) -> Quantiles {
        while let Some(&(origin, given)) = self.open.front()
            && origin + horizon <= hour
        {
            self.open.pop_front();
            if let Some(score) = score(origin) {
                self.learn(score, given);
            }
        }
        self.open.push_back((hour, self.quantiles));
        self.quantiles
    }

    /// Learns from all that is still open: every outcome is known now.
    pub fn close(&mut self, score: impl Fn(i64) -> Option<f64>) {
        while let Some((origin, given)) = self.open.pop_front() {
            if let Some(score) = score(origin) {
                self.learn(score, given);
            }
        }
    }

    /// The quantiles as they stand.
    pub fn quantiles(&self) -> Quantiles {
        self.quantiles
    }

    fn learn(&mut self, score: f64, given: Quantiles) {
        for (((low, high), given), coverage) in self.quantiles.iter_mut().zip(given).zip(COVERAGES) {
            let tail = coverage.tail();
            let missed = |missed: bool| f64::from(u8::from(missed));
            *low -= self.rate * low.abs() * (missed(score < given.0) - tail);
            *high += self.rate * high.abs() * (missed(score > given.1) - tail);
        }
    }
}

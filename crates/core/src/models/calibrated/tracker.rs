//! Quantiles that follow what they missed.

use crate::error::{Error, Result};
use crate::models::Level;
use crate::statistics::{isotonic, mean, quantile, sorted};
use std::collections::VecDeque;

/// The weight of a new score in the running scale: two months of hours, or six years of trading days.
const MEMORY: f64 = 1.0 / 1500.0;
/// The smallest running scale, in units of the scores.
const SMALLEST: f64 = 0.1;

/// Online quantiles of scores, additive in units of a running scale.
///
/// # Formula
/// For every level `a` a number `w` that starts at the empirical quantile of the first scores over `S`, `S` a moving
/// average of `|z|` that never falls below 0.1. The quantiles given are `q = S v`, `v` the non-decreasing numbers
/// nearest to the `w`, so that they never cross. Once the score `z` of an origin is known,
/// `w <- w + g (a - 1{z < q})`, with the `q` that was given at that origin.
///
/// # Guarantee
/// What has been learnt from `n` scores adds up: `mean(1{z < q}) - a = (w[1] - w[n + 1]) / (g n)`. With `z / S` and the
/// first `w` in `[l, u]`, at most `d` scores open at a time and `k` levels, every `w` stays in `[l - c, u + c]`,
/// `c = k (d + 1) g`: two neighbouring `w` out of order share their quantile and come `g` times the distance of their
/// levels nearer with every score, so that only the scores open when they crossed part them, `(d + 1) g` at most, and no
/// `w` is farther than `(k - 1) (d + 1) g` from what is given; beyond that distance above `u` a quantile covers whatever
/// comes, and only the open scores still raise it. Hence, whatever law or adversary makes the scores,
///
/// `|mean(1{z < q}) - a| <= (u - l) / (g n) + 2 k (d + 1) / n`.
///
/// No value absorbs: a step never depends on `w`, and `S` has a floor.
///
/// # References
/// Gibbs and Candès (2021), "Adaptive conformal inference under distribution shift", `NeurIPS` 34; Angelopoulos,
/// Candès and Tibshirani (2023), "Conformal PID control for time series prediction", `NeurIPS` 36, proposition 1
/// (one level, no delay, constant scale).
///
/// # Examples
/// ```
/// use dvol_core::models::{Level, QuantileTracker};
/// let scores: Vec<f64> = (-50..=50).map(f64::from).collect();
/// let mut tracker = QuantileTracker::new(0.01, &[Level::new(0.1)?, Level::new(0.9)?], &scores)?;
/// let given = tracker.at(0, 24, |_| None);
/// assert!((given[0] + 40.0).abs() < 1e-12 && (given[1] - 40.0).abs() < 1e-12);
/// // a day later the outcome of hour 0 is known: it lay above both quantiles, and the scale widens
/// let later = tracker.at(24, 24, |hour| (hour == 0).then_some(60.0));
/// assert!(later[1] > given[1] && later[1] - later[0] > given[1] - given[0]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct QuantileTracker {
    rate: f64,
    levels: Vec<Level>,
    scale: f64,
    /// One a level, in units of the scale, before they are put in order.
    places: Vec<f64>,
    /// Origins whose outcome is not known yet, with the quantiles given then.
    open: VecDeque<(i64, Vec<f64>)>,
}

impl QuantileTracker {
    /// The size of the running scale below which it does not fall.
    pub const SMALLEST_SCALE: f64 = SMALLEST;

    /// Starts at the empirical quantiles of `scores`, for levels in ascending order.
    ///
    /// # Errors
    /// A rate that is not above 0, no level, levels out of order, no score, or a score that is not finite.
    pub fn new(rate: f64, levels: &[Level], scores: &[f64]) -> Result<Self> {
        if !(rate > 0.0 && rate.is_finite()) {
            return Err(Error::parameter("rate", rate, "above 0, such as 0.01"));
        }
        if levels.is_empty() || levels.windows(2).any(|pair| pair[0] >= pair[1]) {
            let given: Vec<String> = levels.iter().map(ToString::to_string).collect();
            return Err(Error::parameter("levels", given.join(", "), "at least one, in ascending order"));
        }
        if scores.is_empty() {
            return Err(Error::too_few("tracking quantiles", 1, 0, "give scores to start from"));
        }
        if let Some(index) = scores.iter().position(|score| !score.is_finite()) {
            return Err(Error::Value {
                what: "tracking quantiles".to_owned(),
                series: "scores".to_owned(),
                index,
                value: scores[index],
                remedy: "start from finite scores".to_owned(),
            });
        }
        let sizes: Vec<f64> = scores.iter().map(|score| score.abs()).collect();
        let scale = mean(&sizes).max(SMALLEST);
        let sorted = sorted(scores);
        let places = levels.iter().map(|level| quantile(&sorted, level.get()) / scale).collect();
        Ok(Self { rate, levels: levels.to_vec(), scale, places, open: VecDeque::new() })
    }

    /// The same, with every quantile moved by `distance`, in units of the scores.
    #[must_use]
    pub fn moved(mut self, distance: f64) -> Self {
        self.places.iter_mut().for_each(|place| *place += distance / self.scale);
        self
    }

    /// The levels.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The running scale.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The quantiles as they stand, one a level, non-decreasing.
    pub fn quantiles(&self) -> Vec<f64> {
        isotonic(&self.places).into_iter().map(|place| self.scale * place).collect()
    }

    /// The quantiles for an origin in row `hour`, after every score known by then was learnt from. `score` gives that
    /// of an earlier origin, `None` where its outcome is missing.
    ///
    /// Hours must increase from call to call; `horizon` hours lie between an origin and its outcome.
    pub fn at(&mut self, hour: i64, horizon: i64, score: impl Fn(i64) -> Option<f64>) -> Vec<f64> {
        while self.open.front().is_some_and(|(origin, _)| origin + horizon <= hour) {
            self.learn_next(&score);
        }
        let quantiles = self.quantiles();
        self.open.push_back((hour, quantiles.clone()));
        quantiles
    }

    /// Learns from all that is still open: every outcome is known now.
    pub fn close(&mut self, score: impl Fn(i64) -> Option<f64>) {
        while !self.open.is_empty() {
            self.learn_next(&score);
        }
    }

    fn learn_next(&mut self, score: impl Fn(i64) -> Option<f64>) {
        if let Some((origin, given)) = self.open.pop_front()
            && let Some(score) = score(origin)
        {
            self.learn(score, &given);
        }
    }

    fn learn(&mut self, score: f64, given: &[f64]) {
        for ((place, given), level) in self.places.iter_mut().zip(given).zip(&self.levels) {
            *place += self.rate * (level.get() - f64::from(u8::from(score < *given)));
        }
        self.scale = (self.scale + MEMORY * (score.abs() - self.scale)).max(SMALLEST);
    }
}

//! A market that switches between a calm and a turbulent state nobody sees directly.

use super::Scheme;
use super::labels::{Hindsight, Known, Labels, code, known_values};
use super::markov_filter::{Inference, filter, smooth};
use crate::error::{Error, Result};
use crate::panel::Panel;
use crate::statistics::{mean, population_variance};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Mean and variance of the series in one state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StateParameters {
    /// Mean a step.
    pub mean: f64,
    /// Variance a step.
    pub variance: f64,
}

/// The two-state Markov-switching model `x_t = mu_s + sigma_s e_t`, `s` a Markov chain.
///
/// | parameter | meaning | default |
/// | --- | --- | --- |
/// | `iterations` | most steps of expectation-maximisation | 500 |
/// | `tolerance` | relative gain of log-likelihood at which it stops | 1e-10 |
///
/// Estimated by expectation-maximisation from three starting points; the best likelihood wins. The chain starts in
/// its stationary distribution. State 0 is the calm one: the smaller variance.
///
/// # References
/// Hamilton (1989), Econometrica 57, 357-384; Hamilton (1990), J. Econometrics 45, 39-70 (EM); Kim (1994), J.
/// Econometrics 60, 1-22 (smoother).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarkovSwitching {
    /// Most steps of expectation-maximisation.
    pub iterations: usize,
    /// Relative gain of log-likelihood at which it stops.
    pub tolerance: f64,
}

impl Default for MarkovSwitching {
    fn default() -> Self {
        Self { iterations: 500, tolerance: 1e-10 }
    }
}

impl MarkovSwitching {
    /// Estimates the model on a training window; NaN is a gap.
    ///
    /// # Errors
    /// Fewer than 30 observations, or a series that does not vary.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::regimes::MarkovSwitching;
    /// // twenty calm steps, twenty wild ones, and so on
    /// let series: Vec<f64> = (0..400)
    ///     .map(|t| (f64::from(t) * 2.1).sin() * if (t / 20) % 2 == 0 { 0.1 } else { 1.0 })
    ///     .collect();
    /// let fitted = MarkovSwitching::default().fit(&series)?;
    /// assert!(fitted.states[0].variance < fitted.states[1].variance);
    /// let turbulent = fitted.filtered(&series);
    /// assert!(turbulent[15] < 0.1 && turbulent[35] > 0.9);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn fit(&self, series: &[f64]) -> Result<FittedMarkovSwitching> {
        let present: Vec<f64> = series.iter().copied().filter(|value| !value.is_nan()).collect();
        if present.len() < 30 {
            return Err(Error::too_few(
                "a Markov-switching model",
                30,
                present.len(),
                "give a longer window",
            ));
        }
        let (mean, variance) = (mean(&present), population_variance(&present));
        if !(variance > 0.0 && variance.is_finite()) {
            return Err(Error::Value {
                what: "a Markov-switching model".to_owned(),
                series: "series".to_owned(),
                index: 0,
                value: present[0],
                remedy: "it does not vary: give changes of a moving series".to_owned(),
            });
        }
        // a state may not shrink onto one observation: its likelihood would be infinite
        let floor = 1e-6 * variance;
        let mut best: Option<FittedMarkovSwitching> = None;
        for (calm, turbulent, stay) in [(0.25, 2.0, 0.95), (0.5, 4.0, 0.9), (0.1, 1.5, 0.99)] {
            let start = FittedMarkovSwitching {
                states: [
                    StateParameters { mean, variance: calm * variance },
                    StateParameters { mean, variance: turbulent * variance },
                ],
                transition: [[stay, 1.0 - stay], [1.0 - stay, stay]],
                log_likelihood: f64::NEG_INFINITY,
                n: present.len(),
                iterations: 0,
            };
            let found = self.climb(series, start, floor);
            if best.as_ref().is_none_or(|best| found.log_likelihood > best.log_likelihood) {
                best = Some(found);
            }
        }
        best.filter(|fitted| fitted.log_likelihood.is_finite())
            .map(FittedMarkovSwitching::ordered)
            .ok_or_else(|| Error::Divergence {
                what: "a Markov-switching model".to_owned(),
                detail: "no finite likelihood from any start".to_owned(),
                remedy: "remove extreme values or give a longer window".to_owned(),
            })
    }

    /// Fits the rows of a known column of changes up to `training_end`, and labels the rows AFTER it with the state
    /// that is likelier given the changes up to each.
    ///
    /// Rows up to `training_end` have no state: there the parameters had not been estimated yet.
    ///
    /// # Errors
    /// A missing column, one not known at its own row, or what [`MarkovSwitching::fit`] refuses.
    pub fn known_labels(
        &self,
        panel: &Panel,
        changes: &str,
        training_end: Timestamp,
    ) -> Result<(FittedMarkovSwitching, Labels<Known>)> {
        let values = known_values(panel, changes)?;
        let trained = panel.times().take_while(|&time| time <= training_end).count();
        let fitted = self.fit(&values[..trained])?;
        let mut codes = likelier(values, &fitted.filtered(values));
        codes[..trained].fill(None);
        let scheme = Scheme::MarkovSwitching { changes: changes.to_owned() };
        let labels = Labels::new(scheme, names(), panel.grid().clone(), codes);
        Ok((fitted, labels))
    }

    fn climb(&self, series: &[f64], start: FittedMarkovSwitching, floor: f64) -> FittedMarkovSwitching {
        let mut fitted = start;
        let mut before = f64::NEG_INFINITY;
        for iteration in 0..self.iterations {
            let inference = filter(series, &fitted.states, &fitted.transition);
            fitted.log_likelihood = inference.log_likelihood;
            fitted.iterations = iteration;
            let gain = inference.log_likelihood - before;
            if gain.abs() <= self.tolerance * inference.log_likelihood.abs() || gain.is_nan() {
                break;
            }
            before = inference.log_likelihood;
            fitted.maximise(series, &inference, floor);
        }
        fitted
    }
}

/// An estimated two-state Markov-switching model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedMarkovSwitching {
    /// Calm first, turbulent second.
    pub states: [StateParameters; 2],
    /// `transition[from][to]`, rows sum to 1.
    pub transition: [[f64; 2]; 2],
    /// On the training window.
    pub log_likelihood: f64,
    /// Observations in the training window.
    pub n: usize,
    /// Steps of expectation-maximisation taken.
    pub iterations: usize,
}

impl FittedMarkovSwitching {
    fn maximise(&mut self, series: &[f64], inference: &Inference, floor: f64) {
        let (smoothed, moves) = smooth(inference, &self.transition);
        for state in 0..2 {
            let weighted = || {
                smoothed
                    .iter()
                    .zip(series)
                    .filter(|(_, value)| !value.is_nan())
                    .map(|(p, value)| (p[state], *value))
            };
            let weight: f64 = weighted().map(|(p, _)| p).sum();
            if weight > 0.0 {
                let mean = weighted().map(|(p, value)| p * value).sum::<f64>() / weight;
                let spread = weighted().map(|(p, value)| p * (value - mean).powi(2)).sum::<f64>() / weight;
                self.states[state] = StateParameters { mean, variance: spread.max(floor) };
            }
            let leaving = moves[state][0] + moves[state][1];
            if leaving > 0.0 {
                self.transition[state] = [moves[state][0] / leaving, moves[state][1] / leaving];
            }
        }
    }

    fn ordered(mut self) -> Self {
        if self.states[0].variance > self.states[1].variance {
            self.states.swap(0, 1);
            let [[stay, leave], [back, remain]] = self.transition;
            self.transition = [[remain, back], [leave, stay]];
        }
        self
    }

    /// `P(turbulent at t | data up to t)`: known at `t`.
    pub fn filtered(&self, series: &[f64]) -> Vec<f64> {
        let inference = filter(series, &self.states, &self.transition);
        inference.filtered.into_iter().map(|state| state[1]).collect()
    }

    /// `P(turbulent at t | all data)`: hindsight.
    pub fn smoothed(&self, series: &[f64]) -> Vec<f64> {
        let inference = filter(series, &self.states, &self.transition);
        smooth(&inference, &self.transition).0.into_iter().map(|state| state[1]).collect()
    }

    /// The log-likelihood of a series under these parameters.
    pub fn log_likelihood_of(&self, series: &[f64]) -> f64 {
        filter(series, &self.states, &self.transition).log_likelihood
    }

    /// Expected hours (steps) in each state before it is left, calm first.
    pub fn expected_durations(&self) -> [f64; 2] {
        [1.0 / self.transition[0][1], 1.0 / self.transition[1][0]]
    }

    /// The state that is likelier at each row given all changes, later ones included.
    ///
    /// # Errors
    /// A missing column, or one not known at its own row.
    pub fn smoothed_labels(&self, panel: &Panel, changes: &str) -> Result<Labels<Hindsight>> {
        let values = known_values(panel, changes)?;
        let codes = likelier(values, &self.smoothed(values));
        let scheme = Scheme::MarkovSwitchingSmoothed { changes: changes.to_owned() };
        Ok(Labels::new(scheme, names(), panel.grid().clone(), codes))
    }
}

fn names() -> Vec<String> {
    vec!["calm".to_owned(), "turbulent".to_owned()]
}

fn likelier(values: &[f64], turbulent: &[f64]) -> Vec<Option<u16>> {
    let rows = values.iter().zip(turbulent);
    rows.map(|(value, &p)| (!value.is_nan()).then(|| code(p > 0.5))).collect()
}

impl fmt::Display for FittedMarkovSwitching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let durations = self.expected_durations();
        for (position, name) in ["calm", "turbulent"].into_iter().enumerate() {
            let state = self.states[position];
            writeln!(
                f,
                "{name}: mean {:.3e}, standard deviation {:.3e}, lasts {:.1} steps",
                state.mean,
                state.variance.sqrt(),
                durations[position]
            )?;
        }
        write!(f, "log-likelihood {:.2}, n {}", self.log_likelihood, self.n)
    }
}

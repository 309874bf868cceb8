//! Several models as one, with weights learnt from how each fared in the training sample's own past.

use super::recency::{age, last_origin};
use super::{Fits, Forecaster, HalfLife, Model, Predictions};
use crate::error::{Error, Result};
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};
use crate::time::{HOUR_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// Hours between the refits of the inner walk-forward.
const REFIT: i64 = 90 * 24;
/// Hours of outcomes that weights are learnt from: a year, or half of the sample where it is shorter than two.
const VALIDATION: i64 = 365 * 24;

/// How the weights of members follow from their mean squared errors `m_i`; they add up to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// All alike.
    Equal,
    /// All on the smallest `m_i`.
    Best,
    /// `1 / m_i`, up to scale (Bates and Granger 1969, errors taken as uncorrelated).
    InverseError,
    /// `exp(-n (m_i / m_min - 1) / 2)`, up to scale, `n` the number of outcomes that do not overlap: the likelihood
    /// of normal errors (AFTER, Yang 2004).
    Likelihood,
}

/// Members weighted by their errors in an inner walk-forward, and how far their forecast change is believed.
///
/// # Formula
/// The last year of the training sample (half of the sample where it is shorter than two years) is forecast by every
/// member, refitted every 90 days on the outcomes known by then. With squared errors in index points, discounted by
/// `2^(-age / discount)` where there is a discount, [`Weighting`] gives the weights. Then every member is fitted on
/// the whole sample: `f(t) = y(t) + k (sum_i w_i f_i(t) - y(t))`. `k` is 1, or with `shrink` the least-squares share
/// of the change in the inner walk-forward, from 0 to 1.
/// The sample's own weights count in both.
///
/// # References
/// Bates and Granger (1969), "The combination of forecasts", Operational Research Quarterly 20; Yang (2004),
/// "Combining forecasting procedures: some theoretical results", Econometric Theory 20; Timmermann (2006).
pub struct Combined {
    name: String,
    members: Vec<Box<dyn Model>>,
    weighting: Weighting,
    discount: Option<HalfLife>,
    shrink: bool,
}

impl Combined {
    /// A combination under a name of its own; a combination of nothing cannot be fitted.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::{Combined, Model, Naive, Weighting};
    /// let model = Combined::new("naive", vec![Box::new(Naive::Persistence), Box::new(Naive::Mean)], Weighting::Best);
    /// assert_eq!(model.shrunk().name(), "naive");
    /// ```
    pub fn new(name: impl Into<String>, members: Vec<Box<dyn Model>>, weighting: Weighting) -> Self {
        Self { name: name.into(), members, weighting, discount: None, shrink: false }
    }

    /// The same with errors that count less the older they are.
    #[must_use]
    pub fn discounted(self, discount: HalfLife) -> Self {
        Self { discount: Some(discount), ..self }
    }

    /// The same with a forecast change that is believed as far as it was right to.
    #[must_use]
    pub fn shrunk(self) -> Self {
        Self { shrink: true, ..self }
    }

    /// Estimates weights and share, then fits every member.
    ///
    /// # Errors
    /// No member, too short a sample, what fitting the members returns.
    pub fn fit(&self, sample: &Sample) -> Result<FittedCombined> {
        if self.members.is_empty() {
            return Err(Error::parameter(format!("members of {}", self.name), 0, "at least one model"));
        }
        let needed = self.shrink || (self.members.len() > 1 && self.weighting != Weighting::Equal);
        let (weights, share) = if needed {
            self.learn(sample)?
        } else {
            (vec![1.0 / self.members.len() as f64; self.members.len()], 1.0)
        };
        // a member without weight need not be fitted
        let kept = self.members.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0);
        let members = kept
            .map(|(member, &weight)| Ok((weight, member.fit_boxed(sample)?)))
            .collect::<Result<Vec<_>>>()?;
        Ok(FittedCombined { name: self.name.clone(), members, weights, share })
    }

    fn learn(&self, sample: &Sample) -> Result<(Vec<f64>, f64)> {
        let walked = self.walk(sample)?;
        let last = last_origin(sample).unwrap_or(walked.origins[0]);
        let count = |origin: &Timestamp| self.discount.map_or(1.0, |half| half.weight(age(*origin, last)));
        let counts: Vec<f64> =
            walked.origins.iter().map(count).zip(&walked.weights).map(|(count, own)| count * own).collect();
        let total: f64 = counts.iter().sum();
        let squared = |forecasts: &Vec<f64>| -> f64 {
            let errors = forecasts.iter().zip(&walked.changes).map(|(forecast, actual)| forecast - actual);
            errors.zip(&counts).map(|(error, count)| count * error * error).sum::<f64>() / total
        };
        let errors: Vec<f64> = walked.forecasts.iter().map(squared).collect();
        let weights = self.weighting.of(&errors, total / sample.inputs().rows(sample.horizon()) as f64);
        if !self.shrink {
            return Ok((weights, 1.0));
        }
        let (mut cross, mut square) = (0.0, 0.0);
        for (i, (actual, count)) in walked.changes.iter().zip(&counts).enumerate() {
            let change: f64 =
                walked.forecasts.iter().zip(&weights).map(|(own, weight)| weight * own[i]).sum();
            cross += count * change * actual;
            square += count * change * change;
        }
        Ok((weights, if square > 0.0 { (cross / square).clamp(0.0, 1.0) } else { 0.0 }))
    }

    /// The inner walk-forward: every member's forecast changes, index points.
    fn walk(&self, sample: &Sample) -> Result<Walked> {
        let hours: Vec<i64> = sample.inputs().origins().map(Timestamp::hours).collect();
        let (Some(&first), Some(&last)) = (hours.first(), hours.last()) else {
            return Err(Error::too_few(&self.name, 2, 0, "give a longer training sample"));
        };
        let from = last + 1 - VALIDATION.min((last - first) / 2);
        let mut walked = Walked { forecasts: vec![vec![]; self.members.len()], ..Walked::default() };
        for start in (from..=last).step_by(REFIT as usize) {
            let train = sample.known_by(Timestamp::from_millis(start * HOUR_MS));
            let test = sample.keep(|origin| (start..start + REFIT).contains(&origin.hours()));
            let inputs = test.inputs();
            for (member, forecasts) in self.members.iter().zip(&mut walked.forecasts) {
                let point = member.fit_boxed(&train)?.predict(inputs)?.point;
                forecasts.extend(point.iter().enumerate().map(|(i, level)| level - inputs.level(i)));
            }
            walked.origins.extend(inputs.origins());
            walked.weights.extend(test.weights());
            walked
                .changes
                .extend(test.targets().iter().enumerate().map(|(i, level)| level - inputs.level(i)));
        }
        if walked.origins.is_empty() {
            return Err(Error::too_few(&self.name, 2, hours.len(), "give a longer training sample"));
        }
        Ok(walked)
    }
}

#[derive(Default)]
struct Walked {
    origins: Vec<Timestamp>,
    // how much each origin counts in the sample
    weights: Vec<f64>,
    // what came true less the level at the origin
    changes: Vec<f64>,
    // the same of every member's forecasts
    forecasts: Vec<Vec<f64>>,
}

impl Weighting {
    /// Weights that add up to one, from mean squared errors over `n` outcomes that do not overlap.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::Weighting;
    /// assert_eq!(Weighting::Best.of(&[2.0, 1.0, 1.0], 10.0), [0.0, 1.0, 0.0]);
    /// assert_eq!(Weighting::InverseError.of(&[3.0, 1.0], 10.0), [0.25, 0.75]);
    /// ```
    pub fn of(self, errors: &[f64], n: f64) -> Vec<f64> {
        let least = errors.iter().copied().fold(f64::INFINITY, f64::min);
        let best = errors.iter().position(|&error| error == least);
        let raw: Vec<f64> = errors
            .iter()
            .enumerate()
            .map(|(i, &error)| match self {
                Self::Equal => 1.0,
                _ if least <= 0.0 => f64::from(u8::from(error <= 0.0)),
                Self::Best => f64::from(u8::from(Some(i) == best)),
                Self::InverseError => 1.0 / error,
                Self::Likelihood => (-0.5 * n * (error / least - 1.0)).exp(),
            })
            .collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|weight| weight / sum).collect()
    }
}

impl Model for Combined {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn features(&self) -> Vec<String> {
        super::average::features_of(&self.members)
    }

    fn dispensable(&self) -> Vec<String> {
        super::average::dispensable_of(&self.members)
    }

    fn window(&self) -> usize {
        self.members.iter().map(Model::window).max().unwrap_or(1)
    }

    fn is_costly(&self) -> bool {
        self.members.iter().any(Model::is_costly)
    }

    fn share(&mut self, fits: &Fits) {
        self.members.iter_mut().for_each(|member| fits.share(member));
    }

    fn identity(&self) -> Option<ModelIdentity> {
        let members = self.members.iter().map(Model::identity).collect::<Option<_>>()?;
        let ModelIdentity { code, spec } = ModelIdentity::of_members("members", members);
        ModelIdentity::of_code(&code, "combined", &(self.weighting, self.discount, self.shrink, spec))
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        Ok(Box::new(self.fit(sample)?))
    }
}

/// A fitted [`Combined`].
pub struct FittedCombined {
    name: String,
    members: Vec<(f64, Box<dyn Forecaster>)>,
    weights: Vec<f64>,
    share: f64,
}

impl FittedCombined {
    /// The weights, one a member, adding up to one.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// How far the forecast change is believed, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.share
    }
}

impl Forecaster for FittedCombined {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let mut point = vec![0.0; inputs.len()];
        for (weight, member) in &self.members {
            let own = member.predict(inputs)?.point;
            point.iter_mut().zip(own).for_each(|(sum, level)| *sum += weight * level);
        }
        for (i, level) in point.iter_mut().enumerate() {
            *level = inputs.level(i) + self.share * (*level - inputs.level(i));
        }
        Ok(point.into())
    }
}

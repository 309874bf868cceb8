//! Intervals that hold what they promise, for any model.

mod spread;
mod tracker;

use super::hold_out::hold_out;
use super::{Band, Coverage, Fits, Forecaster, Level, Model, Predictions, QuantileForecasts};
use crate::error::{Error, Result};
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};
use crate::time::{Horizon, Timestamp};
use spread::Spread;
use std::collections::HashMap;

pub use tracker::QuantileTracker;

/// The share of the training sample whose errors, out of sample, calibrate the intervals.
const HELD_OUT: f64 = 0.25;
/// How fast quantiles follow what they missed.
const RATE: f64 = 0.01;
/// The nominal coverages given with every forecast.
const COVERAGES: [Coverage; 4] = [Coverage::P50, Coverage::P80, Coverage::P90, Coverage::P95];

/// A model with its median and 50, 80, 90 and 95 % intervals, calibrated inside the training sample and followed online from there.
///
/// # Formula
/// The model fitted on the first three quarters of the training sample forecasts the rest. A ridge regression of
/// its absolute log errors gives the spread `s(t)` from the state of the market at `t`; the errors of the last
/// quarter in units of it are scores. Their quantiles are tracked online ([`QuantileTracker`], rate 1 %), and every
/// outcome is learnt from when it is known and not before. Then the model is fitted again on the whole sample. A model
/// that spares the end of its sample by itself ([`Model::spared`]) is fitted once, and its errors there are the scores:
/// `[f(t) exp(s(t) q_low(t)), f(t) exp(s(t) q_high(t))]`. The ends are quantiles: where a model's errors all have one
/// sign, the interval does not hold its forecast.
///
/// The tracking goes on after the training sample, from the levels known at each origin: the interval at `t`
/// depends on the data up to `t` alone, not on which other origins are asked together with it.
///
/// # References
/// Vovk, Gammerman and Shafer (2005), *Algorithmic learning in a random world*; Lei et al. (2018), JASA 113
/// (scores in units of a spread); Gibbs and Candès (2021), "Adaptive conformal inference under distribution
/// shift", `NeurIPS` 34; Angelopoulos, Candès and Tibshirani (2023), "Conformal PID control" (quantile tracking).
pub struct Calibrated {
    model: Box<dyn Model>,
}

impl Calibrated {
    /// The same model, under the same name, with calibrated intervals.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::{Calibrated, Model, Naive};
    /// let model = Calibrated::new(Box::new(Naive::Persistence));
    /// assert_eq!(model.name(), "persistence");
    /// assert!(model.features().contains(&"log_vrp".to_owned()));
    /// ```
    pub fn new(model: Box<dyn Model>) -> Self {
        Self { model }
    }
}

impl Model for Calibrated {
    fn name(&self) -> String {
        self.model.name()
    }

    fn features(&self) -> Vec<String> {
        let mut names = self.model.features();
        for name in Spread::features() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn dispensable(&self) -> Vec<String> {
        let point = self.model.features();
        let spread = Spread::features().into_iter().filter(|name| !point.contains(name));
        self.model.dispensable().into_iter().chain(spread).collect()
    }

    fn window(&self) -> usize {
        self.model.window()
    }

    fn is_costly(&self) -> bool {
        self.model.is_costly()
    }

    fn share(&mut self, fits: &Fits) {
        self.model.share(fits);
        if self.model.is_costly() && self.model.members().is_empty() {
            fits.share(&mut self.model);
        }
    }

    fn identity(&self) -> Option<ModelIdentity> {
        Some(ModelIdentity::of_members("calibrated", vec![self.model.identity()?]))
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        let (probe, tail) = if let Some(tail) = self.model.spared(sample)? {
            (None, tail)
        } else {
            let (head, tail) = hold_out(sample, HELD_OUT, "calibrating intervals")?;
            (Some(self.model.fit_boxed(&head)?), tail)
        };
        let model = self.model.fit_boxed(sample)?;
        let point = probe.as_ref().unwrap_or(&model).predict(sample.inputs())?.point;
        let errors = log_errors(sample, &point)?;
        // the spread needs many states of the market; the scores need errors out of sample
        let spread = Spread::fit(sample.inputs(), &errors)?;
        let spreads = spread.at(sample.inputs())?;
        let scores = errors.iter().zip(&spreads).map(|(error, spread)| error / spread);
        let scores: Vec<f64> = scores.skip(sample.len() - tail.len()).collect();
        let rows = tail.inputs().places();
        let by_row: HashMap<i64, f64> =
            rows.iter().map(|&row| row as i64).zip(scores.iter().copied()).collect();
        let known = |row: i64| by_row.get(&row).copied();
        let mut tracker = QuantileTracker::new(RATE, &levels(), &scores)?;
        for &row in rows {
            tracker.at(row as i64, sample.inputs().rows(sample.horizon()) as i64, known);
        }
        tracker.close(known);
        let next = tail.inputs().target(tail.len() - 1, Horizon::hours(1));
        Ok(Box::new(FittedCalibrated { model, spread, tracker, next, horizon: sample.horizon() }))
    }
}

/// The levels of the median and of the intervals' ends, in ascending order.
fn levels() -> Vec<Level> {
    let ends = COVERAGES.into_iter().map(Level::ends).flat_map(|(low, high)| [low, high]);
    let mut levels: Vec<Level> = ends.chain([Level::MEDIAN]).collect();
    levels.sort_unstable();
    levels
}

/// The log ratios of what came true to the forecasts, one an origin.
fn log_errors(sample: &Sample, forecasts: &[f64]) -> Result<Vec<f64>> {
    let pairs = sample.targets().iter().zip(forecasts).enumerate();
    pairs
        .map(|(index, (&actual, &forecast))| {
            let value = if actual > 0.0 { forecast } else { actual };
            if value > 0.0 {
                return Ok((actual / forecast).ln());
            }
            Err(Error::Value {
                what: "calibrating intervals".to_owned(),
                series: "forecast or outcome".to_owned(),
                index,
                value,
                remedy: "intervals in log points need levels and forecasts above zero".to_owned(),
            })
        })
        .collect()
}

struct FittedCalibrated {
    model: Box<dyn Forecaster>,
    spread: Spread,
    tracker: QuantileTracker,
    /// The first row after the last training origin.
    next: Timestamp,
    horizon: Horizon,
}

impl FittedCalibrated {
    /// The quantiles at every origin of `all`, which holds each complete row since the training sample.
    fn quantiles(&self, all: &Inputs, point: &[f64], spreads: &[f64]) -> Vec<Vec<f64>> {
        let horizon = all.rows(self.horizon) as i64;
        let rows: Vec<i64> = all.places().iter().map(|&row| row as i64).collect();
        let place: HashMap<i64, usize> = rows.iter().copied().zip(0..).collect();
        let mut tracker = self.tracker.clone();
        (0..all.len())
            .map(|now| {
                if all.origin(now) < self.next {
                    return self.tracker.quantiles();
                }
                // an origin's outcome is the level `horizon` rows later, which is history by now
                tracker.at(rows[now], horizon, |origin| {
                    let before = *place.get(&origin)?;
                    let age = usize::try_from(rows[now] - origin - horizon).ok()?;
                    let actual = *all.level_history(now, age + 1).first()?;
                    let score = (actual / point[before]).ln() / spreads[before];
                    score.is_finite().then_some(score)
                })
            })
            .collect()
    }
}

impl Forecaster for FittedCalibrated {
    fn name(&self) -> String {
        self.model.name()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let all = inputs.with_origins_since(self.next);
        let point = self.model.predict(&all)?.point;
        let spreads = self.spread.at(&all)?;
        let quantiles = self.quantiles(&all, &point, &spreads);
        let place: HashMap<Timestamp, usize> = all.origins().zip(0..).collect();
        let asked: Vec<usize> = inputs.origins().filter_map(|origin| place.get(&origin).copied()).collect();
        let at = |level: Level| -> Vec<f64> {
            let place = levels().iter().position(|own| *own == level).unwrap_or_default();
            asked.iter().map(|&i| point[i] * (spreads[i] * quantiles[i][place]).exp()).collect()
        };
        let band = |coverage| {
            let (low, high) = Level::ends(coverage);
            Band { coverage, lower: at(low), upper: at(high) }
        };
        Ok(Predictions {
            point: asked.iter().map(|&i| point[i]).collect(),
            intervals: COVERAGES.into_iter().map(band).collect(),
            quantiles: vec![QuantileForecasts { level: Level::MEDIAN, values: at(Level::MEDIAN) }],
        })
    }
}

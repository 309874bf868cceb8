//! The week's rhythm first, the state of the market after it.

use super::scale::Scale;
use crate::error::{Error, Result};
use crate::features::{
    CHANGE_FEATURES, DISTANCE_FEATURES, MOVE_FEATURES, PREMIUM_FEATURES, ROUGHNESS_FEATURES,
    SCHEDULE_FEATURES,
};
use crate::identity::ModelIdentity;
use crate::models::{Forecaster, HalfLife, Model, Predictions};
use crate::regression::{Design, FittedRidge, Ridge};
use crate::sample::{Inputs, Sample};
use crate::statistics::{mean, weighted_mean_square};
use crate::time::Horizon;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// Hours in a week.
const WEEK: usize = 168;
/// The fewest origins that both stages can be fitted on.
const FEWEST_HOURS: usize = 200;
const FEWEST_DAYS: usize = 60;
/// Premia, falls and large moves, recent changes: what a state has beside distances.
const BEYOND_DISTANCES: [&[&str]; 3] = [&PREMIUM_FEATURES, &MOVE_FEATURES, &CHANGE_FEATURES];
/// Harmonics of the week: the slow ones, and those of the day.
const HARMONICS: [f64; 10] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 14.0, 21.0, 28.0];
/// Weights of the three roughness features in the log volatility of DVOL.
const ROUGHNESS_WEIGHTS: [f64; 3] = [0.2, 0.4, 0.4];

/// Two ridge stages for log(y(t+h) / y(t)): the season of the week by weighted, the state by plain least squares.
///
/// # Formula
/// 1. Ridge of the log change on Fourier terms of the target's hour of the week and the distances to the means
///    of 24, 168, 528 and 720 hours, origins weighted by `exp(-2 (v - mean v))`, `v` the log volatility of
///    DVOL: quiet hours show the rhythm best. Only the seasonal part `s` is kept.
/// 2. The mean of three plain ridges of the log change less `s` on distances; distances and premia; and these
///    with falls, large moves and recent changes. Averaging nested sets costs less than choosing one. Premia and moves
///    need a price, changes within a day an index of every hour: what the data do not give is left out of its set.
///
/// The forecast is `y(t) exp(s + state + u / 2)`, `u` the variance of the training errors: all coefficients
/// zero is persistence. With `events` the balance of scheduled events
/// ([`crate::features::SCHEDULE_FEATURES`]) stands beside the waves of the first stage and is kept with them.
///
/// | field | default | range |
/// | --- | --- | --- |
/// | `penalty` | 1000 | above 0; against the (weighted) sum of squares of standardised columns over hours: a day counts 24 |
/// | `season`, `state` | none | half-lives of the stages' weights, days |
/// | `events` | false | |
///
/// # References
/// Corsi (2009); Aitken (1935) for the weights; Hoerl and Kennard (1970); Timmermann (2006) for the average;
/// Pesaran and Timmermann (2007) for forgetting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HarTwoStage {
    /// Ridge penalty of all stages.
    pub penalty: f64,
    /// How fast the first stage forgets; `None`: not at all.
    pub season: Option<HalfLife>,
    /// How fast the second stage forgets.
    pub state: Option<HalfLife>,
    /// Whether scheduled events take part.
    pub events: bool,
}

impl Default for HarTwoStage {
    fn default() -> Self {
        Self { penalty: 1000.0, season: None, state: None, events: false }
    }
}

impl HarTwoStage {
    /// Four of them, from one that forgets nothing to one whose season fades by half in half a year; the state of the
    /// market fades twice as fast as the season.
    pub fn fading() -> Vec<Box<dyn Model>> {
        let halves = [None, Some((730, 365)), Some((365, 180)), Some((180, 90))];
        let line = |half: Option<(u32, u32)>| Self {
            season: half.map(|half| HalfLife::days(half.0)),
            state: half.map(|half| HalfLife::days(half.1)),
            ..Self::default()
        };
        halves.into_iter().map(|half| Box::new(line(half)) as Box<dyn Model>).collect()
    }

    /// Estimates both stages.
    ///
    /// # Errors
    /// A missing feature, too few origins, a level that is not positive, a penalty that is not positive.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::config::Config;
    /// use dvol_core::models::{HarTwoStage, Model};
    /// use dvol_core::experiment::Experiment;
    /// let config = Config::parse("simulation = { hours = 12000 }\nfolders = { data = 'nowhere' }")?;
    /// let study = Experiment::new(config)?;
    /// let model = HarTwoStage::default();
    /// let fitted = model.fit(&study.split(&study.sample_for(&model)?)?.train)?;
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn fit(&self, sample: &Sample) -> Result<FittedHarTwoStage> {
        let inputs = sample.inputs();
        let needed = if inputs.step().is_hour() { FEWEST_HOURS } else { FEWEST_DAYS };
        if sample.len() < needed {
            return Err(Error::too_few(self.name(), needed, sample.len(), "give a longer training part"));
        }
        let change = sample
            .targets()
            .iter()
            .enumerate()
            .map(|(i, &after)| {
                let before = inputs.level(i);
                if after > 0.0 && before > 0.0 {
                    Ok((after / before).ln())
                } else {
                    Err(not_positive(i, after))
                }
            })
            .collect::<Result<Vec<f64>>>()?;
        let penalty = self.penalty / f64::from(inputs.step().hours());
        let ridge = |weights: &[f64]| Ridge::new(penalty / weights.iter().sum::<f64>());
        let mut weights = forgetting(self.season, sample)?;
        let season_ridge = ridge(&weights)?;
        weights.iter_mut().zip(Self::weights(inputs)?).for_each(|(weight, quiet)| *weight *= quiet);
        let season = season_ridge.fit_weighted(
            &season_design(inputs, sample.horizon(), self.events)?,
            &change,
            &weights,
        )?;
        let seasonal = seasonal_part(&season, inputs, sample.horizon(), self.events)?;
        let rest: Vec<f64> = change.iter().zip(&seasonal).map(|(change, season)| change - season).collect();
        let weights = forgetting(self.state, sample)?;
        let state_ridge = ridge(&weights)?;
        let states = state_sets(inputs.names())
            .iter()
            .map(|names| state_ridge.fit_weighted(&state_design(inputs, names)?, &rest, &weights))
            .collect::<Result<Vec<_>>>()?;
        let fitted = FittedHarTwoStage {
            horizon: sample.horizon(),
            events: self.events,
            season,
            states,
            variance: 0.0,
        };
        let forecasts = fitted.log_changes(inputs)?;
        let residuals: Vec<f64> = change.iter().zip(&forecasts).map(|(change, own)| change - own).collect();
        let variance = weighted_mean_square(&residuals, &weights);
        Ok(FittedHarTwoStage { variance, ..fitted })
    }

    /// Inverse variances of DVOL's hourly changes, from its roughness over a day, a week and a month.
    ///
    /// # Errors
    /// A missing feature.
    pub fn weights(inputs: &Inputs) -> Result<Vec<f64>> {
        let mut log = vec![0.0; inputs.len()];
        for (name, weight) in ROUGHNESS_FEATURES.into_iter().zip(ROUGHNESS_WEIGHTS) {
            log.iter_mut().zip(inputs.feature(name)?).for_each(|(sum, value)| *sum += weight * value);
        }
        let mean = mean(&log);
        Ok(log.into_iter().map(|v| (-2.0 * (v - mean)).exp()).collect())
    }
}

fn not_positive(index: usize, value: f64) -> Error {
    Error::Value {
        what: "a relative change".to_owned(),
        series: "level".to_owned(),
        index,
        value,
        remedy: "this model needs a level above zero".to_owned(),
    }
}

/// The three sets of states, of the features that inputs hold.
fn state_sets(held: &[String]) -> [Vec<&'static str>; 3] {
    let beyond = BEYOND_DISTANCES.map(|names| {
        names.iter().copied().filter(|name| held.iter().any(|own| own == name)).collect::<Vec<_>>()
    });
    let premia = [&DISTANCE_FEATURES[..], &beyond[0]].concat();
    let all = [&premia[..], &beyond[1], &beyond[2]].concat();
    [DISTANCE_FEATURES.into(), premia, all]
}

fn state_design(inputs: &Inputs, names: &[&str]) -> Result<Design> {
    let columns = names.iter().map(|name| Ok((*name, inputs.feature(name)?))).collect::<Result<Vec<_>>>()?;
    Design::new(columns)
}

/// What is known of the target's hour long before: its place in the week and, with `events`, what is scheduled.
fn calendar(inputs: &Inputs, horizon: Horizon, events: bool) -> Result<Vec<(String, Vec<f64>)>> {
    let hours: Vec<usize> = (0..inputs.len()).map(|i| inputs.target(i, horizon).hour_of_week()).collect();
    let mut columns: Vec<(String, Vec<f64>)> = HARMONICS
        .into_iter()
        .flat_map(|k| {
            let wave = |of: fn(f64) -> f64| {
                let week: Vec<f64> =
                    (0..WEEK).map(|hour| of(k * (TAU * hour as f64 / WEEK as f64))).collect();
                hours.iter().map(|&hour| week[hour]).collect::<Vec<f64>>()
            };
            [(format!("sin_{k}"), wave(f64::sin)), (format!("cos_{k}"), wave(f64::cos))]
        })
        .collect();
    if events {
        for name in SCHEDULE_FEATURES {
            columns.push((name.to_owned(), inputs.feature(name)?));
        }
    }
    Ok(columns)
}

fn season_design(inputs: &Inputs, horizon: Horizon, events: bool) -> Result<Design> {
    let mut columns = calendar(inputs, horizon, events)?;
    for name in DISTANCE_FEATURES {
        columns.push((name.to_owned(), inputs.feature(name)?));
    }
    Design::new(columns)
}

/// The fitted season: terms of the calendar and the intercept at mean distances of zero.
fn seasonal_part(season: &FittedRidge, inputs: &Inputs, horizon: Horizon, events: bool) -> Result<Vec<f64>> {
    let terms = calendar(inputs, horizon, events)?;
    let mut out = vec![season.centre(); inputs.len()];
    for ((_, term), (coefficient, mean)) in terms.iter().zip(season.coefficients().iter().zip(season.means()))
    {
        out.iter_mut().zip(term).for_each(|(sum, value)| *sum += coefficient * (value - mean));
    }
    Ok(out)
}

/// The sample's own weights, fading with a half-life.
fn forgetting(half_life: Option<HalfLife>, sample: &Sample) -> Result<Vec<f64>> {
    Ok(match half_life {
        Some(half_life) => half_life.of(sample)?.weights(),
        None => sample.weights(),
    })
}

impl Model for HarTwoStage {
    fn name(&self) -> String {
        "har_two_stage".to_owned()
    }

    fn features(&self) -> Vec<String> {
        let mut all = [&DISTANCE_FEATURES[..], &BEYOND_DISTANCES.concat(), &ROUGHNESS_FEATURES].concat();
        if self.events {
            all.extend(SCHEDULE_FEATURES);
        }
        all.into_iter().map(str::to_owned).collect()
    }

    fn dispensable(&self) -> Vec<String> {
        BEYOND_DISTANCES.concat().into_iter().map(str::to_owned).collect()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_this_crate("har_two_stage", self)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        Ok(Box::new(self.fit(sample)?))
    }
}

/// A fitted [`HarTwoStage`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedHarTwoStage {
    horizon: Horizon,
    events: bool,
    season: FittedRidge,
    states: Vec<FittedRidge>,
    variance: f64,
}

impl FittedHarTwoStage {
    /// Forecasts of log(y(t+h) / y(t)), one an origin.
    ///
    /// # Errors
    /// A missing feature.
    pub fn log_changes(&self, inputs: &Inputs) -> Result<Vec<f64>> {
        let mut out = seasonal_part(&self.season, inputs, self.horizon, self.events)?;
        for (names, state) in state_sets(inputs.names()).iter().zip(&self.states) {
            let design = state_design(inputs, names)?;
            let share = 1.0 / self.states.len() as f64;
            // The season's centre already holds the mean change: the state adds deviations only.
            let forecasts = state.predict(&design)?;
            out.iter_mut()
                .zip(&forecasts)
                .for_each(|(sum, forecast)| *sum += share * (forecast - state.centre()));
        }
        Ok(out)
    }
}

impl Forecaster for FittedHarTwoStage {
    fn name(&self) -> String {
        HarTwoStage::default().name()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let log: Vec<f64> = self
            .log_changes(inputs)?
            .into_iter()
            .enumerate()
            .map(|(i, change)| inputs.level(i).ln() + change)
            .collect();
        let point: Vec<f64> = log.iter().map(|&value| Scale::Log.mean(value, self.variance)).collect();
        Ok(point.into())
    }
}

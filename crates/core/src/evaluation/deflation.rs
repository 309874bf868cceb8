//! What a search among many configurations leaves of its best result.

use super::{
    Forecasts, LongRun, Loss, Losses, StationaryBootstrap, Studentisation, SuperiorPredictiveAbility,
    diebold_mariano,
};
use crate::error::{Error, Result};
use crate::hypothesis::TestResult;
use crate::report::{Report, Reported};
use crate::seed::Seed;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};
use std::collections::BTreeMap;
use std::f64::consts::E;
use std::fmt;

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// One configuration that was tried on the way to a result, kept or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// What was tried.
    pub configuration: String,
    /// The period whose outcomes were looked at: `inner` (before the walk-forward) or `outer` (the walk-forward).
    pub period: Period,
    /// Squared-error skill against persistence there, percent.
    pub skill_percent: Option<f64>,
}

/// The record of a search: every configuration tried, kept or not, and what its abbreviations mean.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialRecord {
    /// Abbreviations in the configurations' names.
    pub abbreviations: BTreeMap<String, String>,
    /// The configurations in the order they were tried.
    pub trials: Vec<Trial>,
}

/// Whose outcomes a trial was judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Before the walk-forward's first origin: choices made there are no leak.
    Inner,
    /// The walk-forward's own origins: whoever chooses by it must deflate.
    Outer,
}

/// How a search is to be paid for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeflationSpec<'a> {
    /// The model that the others are set against.
    pub benchmark: &'a str,
    /// Configurations tried that are not among the models.
    pub tried: &'a [Trial],
    /// Expected bootstrap block, origins.
    pub mean_block: f64,
    /// Bootstrap replications.
    pub replications: usize,
    /// Seed of every draw.
    pub seed: Seed,
}

impl<'a> DeflationSpec<'a> {
    /// Against a benchmark, nothing else tried, by 10 000 replications in blocks of a week of hourly origins.
    pub fn against(benchmark: &'a str) -> Self {
        Self { benchmark, tried: &[], mean_block: 168.0, replications: 10_000, seed: Seed::default() }
    }
}

/// The best of many models against a benchmark, once the search for it is paid for.
///
/// | figure | what it answers |
/// | --- | --- |
/// | `diebold_mariano` | benchmark against the best model, as if that one had been chosen beforehand |
/// | `superior_predictive_ability` | whether ANY walked-forward model beats the benchmark (Hansen; studentised) |
/// | `reality_check` | the same with raw means; White's p-value is its `p_upper`, which one erratic model can spoil |
/// | `bonferroni_outer` | `min(1, N p)`, `p` two-sided, `N` = walked-forward models and outer trials |
/// | `bonferroni` | the same with every configuration on the record, inner ones too |
/// | `expected_maximum` | `(1 - g) z(1 - 1/N) + g z(1 - 1/(N e))`, `g` Euler's constant: the statistic that the best of `N` independent configurations without skill shows on average |
///
/// What `N p` says: of `N` configurations without skill, however they depend on one another, at least one shows a p-value
/// as small as `p` with probability at most `N p` (Bonferroni). It says so only if every configuration that was tried is
/// among the `N`, and if `p` keeps its own level; it is no probability that the model has no skill. Where trials resemble
/// each other it is larger than need be. Bootstrap tests know only the models whose forecasts are at hand; configurations
/// tried elsewhere enter `N` by their number alone.
///
/// # References
/// White (2000), Econometrica 68, 1097-1126; Hansen (2005), JBES 23, 365-380; Bailey and Lopez de Prado (2014),
/// Journal of Portfolio Management 40, 94-107 (the expected maximum).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deflation {
    /// The model all others are set against.
    pub benchmark: String,
    /// The model with the lowest mean squared error.
    pub best: String,
    /// Its squared-error skill against the benchmark.
    pub skill: f64,
    /// Models walked forward, the benchmark left out.
    pub models: usize,
    /// Configurations tried on the walk-forward's own period, the models at hand included.
    pub outer_trials: usize,
    /// Configurations tried in all.
    pub trials: usize,
    /// The best model as if it had been the only one.
    pub diebold_mariano: TestResult,
    /// Hansen's test over the models at hand.
    pub superior_predictive_ability: SuperiorPredictiveAbility,
    /// White's reality check over the models at hand.
    pub reality_check: SuperiorPredictiveAbility,
    /// `N p` over outer trials, at most 1.
    pub bonferroni_outer: f64,
    /// `N p` over all trials on the record, at most 1.
    pub bonferroni: f64,
    /// What the best of `trials` configurations without skill shows on average.
    pub expected_maximum: f64,
}

impl Deflation {
    /// Sets the best of `models` against `benchmark`, given what else was tried.
    ///
    /// `mean_block` is the expected bootstrap block in origins: that of [`super::Comparison::block_length`].
    ///
    /// # Errors
    /// No such benchmark, no other model, series that are not aligned, or fewer than 16 origins.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{Deflation, DeflationSpec, Forecast, Forecasts};
    /// use dvol_core::time::{Horizon, Timestamp};
    /// let series = |model: &str, error: fn(i64) -> f64| {
    ///     Forecasts::new(model, (0..300).map(|hour| Forecast {
    ///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
    ///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 49.0,
    ///     }))
    /// };
    /// let persistence = series("persistence", |hour| 1.0 + (hour % 3) as f64)?;
    /// let ours = series("ours", |hour| (hour % 5) as f64)?;
    /// let spec = DeflationSpec { mean_block: 5.0, replications: 500, ..DeflationSpec::against("persistence") };
    /// let deflation = Deflation::of(&[persistence, ours], &spec)?;
    /// assert_eq!((deflation.best.as_str(), deflation.trials), ("ours", 1));
    /// assert_eq!(deflation.bonferroni, deflation.diebold_mariano.p_value);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(models: &[Forecasts], spec: &DeflationSpec<'_>) -> Result<Self> {
        let DeflationSpec { benchmark, tried, mean_block, replications, seed } = *spec;
        let losses = Losses::of(models, Loss::Mse)?;
        let position = losses.position(benchmark)?;
        let resamples = StationaryBootstrap::new(mean_block, replications, seed.stage("deflation"))?
            .resample(losses.len())?;
        let means = losses.means();
        let rivals = (0..models.len()).filter(|&model| model != position);
        let Some(best) = rivals.min_by(|&one, &other| means[one].total_cmp(&means[other])) else {
            return Err(Error::too_few(
                "a deflated result",
                2,
                1,
                "walk at least one model beside persistence",
            ));
        };
        let ability = |studentisation| {
            SuperiorPredictiveAbility::of(&losses, benchmark, &resamples, mean_block, studentisation)
        };
        let test = diebold_mariano(&models[position], &models[best], Loss::Mse, LongRun::Cosine)?;
        let outer = models.len() - 1 + tried.iter().filter(|trial| trial.period == Period::Outer).count();
        let trials = models.len() - 1 + tried.len();
        let bound = |count: usize| (count as f64 * test.p_value).min(1.0);
        Ok(Self {
            benchmark: benchmark.to_owned(),
            best: losses.models()[best].clone(),
            skill: 1.0 - means[best] / means[position],
            models: models.len() - 1,
            outer_trials: outer,
            trials,
            bonferroni_outer: bound(outer),
            bonferroni: bound(trials),
            expected_maximum: expected_maximum(trials),
            superior_predictive_ability: ability(Studentisation::Studentised)?,
            reality_check: ability(Studentisation::Raw)?,
            diebold_mariano: test,
        })
    }
}

/// The expected maximum of so many independent standard normal statistics.
fn expected_maximum(count: usize) -> f64 {
    if count < 2 {
        return 0.0;
    }
    let (normal, n) = (Normal::standard(), count as f64);
    (1.0 - EULER) * normal.inverse_cdf(1.0 - 1.0 / n) + EULER * normal.inverse_cdf(1.0 - 1.0 / (n * E))
}

impl Reported for Deflation {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

impl fmt::Display for Deflation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { best, benchmark, .. } = self;
        writeln!(f, "best of {} models: {best}, skill {:.2} %", self.models, 100.0 * self.skill)?;
        writeln!(f, "as if it had been the only one: {}", self.diebold_mariano)?;
        let ability = &self.superior_predictive_ability;
        writeln!(
            f,
            "any model better than {benchmark}? superior predictive ability p {:.4} ({:.4} .. {:.4}); reality check p {:.4} \
             (with erratic models left out as Hansen does: {:.4})",
            ability.p_consistent,
            ability.p_lower,
            ability.p_upper,
            self.reality_check.p_upper,
            self.reality_check.p_consistent
        )?;
        writeln!(
            f,
            "Bonferroni: {:.4} over {} tried on this period, {:.4} over all {} on the record",
            self.bonferroni_outer, self.outer_trials, self.bonferroni, self.trials
        )?;
        write!(
            f,
            "the best of {} configurations without skill shows a statistic of {:.2} on average; this one {:.2}",
            self.trials, self.expected_maximum, self.diebold_mariano.statistic
        )
    }
}

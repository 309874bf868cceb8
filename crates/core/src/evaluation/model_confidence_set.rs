//! The models that are not worse than the best, at a confidence level.

use super::{Losses, Resamples};
use crate::error::{Error, Result};
use crate::report::{Align, Cell, Report, Reported, Table, Tone};
use crate::statistics::mean;
use ndarray::parallel::prelude::*;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How the worst model of a set is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum EliminationStatistic {
    /// `T_R = max |t_ij|` over pairs: the range statistic.
    #[default]
    Range,
    /// `T_max = max t_i.`: each model against the average of the set.
    Max,
}

/// The Model Confidence Set of Hansen, Lunde and Nason.
///
/// Starting from all models, equal predictive ability is tested with `T_R` or `T_max`; while a bootstrap rejects, the
/// model with the largest standardised excess loss goes. A model's p-value is the largest test p-value up to its
/// elimination (the last model's is 1), at least `1 / (B + 1)` of `B` replications; the set at level `1 - alpha` holds those with `p > alpha`.
///
/// `t_ij = (m_i - m_j) / sd*_ij` and `t_i. = (m_i - m_.) / sd*_i.` with `m` mean losses; `sd*` is the root mean
/// square of the recentred bootstrap means. Two models whose losses are equal, also up to rounding, have `t_ij = 0`,
/// and models that are all equal stay together, with p-value 1.
///
/// # References
/// Hansen, Lunde and Nason (2011), "The model confidence set", Econometrica 79, 453-497.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelConfidenceSet {
    /// One minus the confidence level.
    pub alpha: f64,
    /// The statistic.
    pub statistic: EliminationStatistic,
    /// Bootstrap replications.
    pub replications: usize,
    /// Origins.
    pub n: usize,
    /// One entry a model, in the order of the losses.
    pub models: Vec<ConfidenceSetMember>,
}

/// One model's place in a [`ModelConfidenceSet`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfidenceSetMember {
    /// The model's name.
    pub model: String,
    /// Its mean loss.
    pub mean_loss: f64,
    /// The smallest `alpha` at which it is outside.
    pub p_value: f64,
    /// Whether it is inside at `alpha`.
    pub included: bool,
    /// When it was eliminated: 1 is first, the number of models is the one that stayed.
    pub eliminated: usize,
}

/// A [`ModelConfidenceSet`] in the form scripts read: one position a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfidenceSetColumns<'a> {
    /// One minus the confidence level.
    pub alpha: f64,
    /// The statistic.
    pub statistic: EliminationStatistic,
    /// Bootstrap replications.
    pub replications: usize,
    /// The models, in the order of the losses.
    pub models: Vec<&'a str>,
    /// The p-value of each.
    pub p_values: Vec<f64>,
    /// The models inside.
    pub included: Vec<&'a str>,
}

impl ModelConfidenceSet {
    /// The set as columns.
    pub fn columns(&self) -> ConfidenceSetColumns<'_> {
        ConfidenceSetColumns {
            alpha: self.alpha,
            statistic: self.statistic,
            replications: self.replications,
            models: self.models.iter().map(|member| member.model.as_str()).collect(),
            p_values: self.p_values(),
            included: self.included(),
        }
    }

    /// The set at confidence `1 - alpha` on drawn replications.
    ///
    /// # Errors
    /// Fewer than two models, `alpha` outside (0, 1), or replications of another length.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{EliminationStatistic, Losses, ModelConfidenceSet, StationaryBootstrap};
    /// use dvol_core::{ndarray::Array2, seed::Seed, time::{Horizon, Timestamp}};
    /// // the second model loses 1 more at every other origin
    /// let values = Array2::from_shape_fn((200, 2), |(t, model)| (t * t % 7) as f64 + (model * (t % 2)) as f64);
    /// let origins = (0..200).map(Timestamp::from_hours).collect();
    /// let losses = Losses::new(vec!["good".into(), "bad".into()], values, origins, Horizon::hours(1))?;
    /// let resamples = StationaryBootstrap::new(5.0, 500, Seed::new(1))?.resample(200)?;
    /// let set = ModelConfidenceSet::of(&losses, &resamples, EliminationStatistic::Range, 0.1)?;
    /// assert_eq!(set.included(), ["good"]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(
        losses: &Losses,
        resamples: &Resamples,
        statistic: EliminationStatistic,
        alpha: f64,
    ) -> Result<Self> {
        let count = losses.models().len();
        if count < 2 {
            return Err(Error::too_few("a model confidence set", 2, count, "compare at least two models"));
        }
        if !(alpha > 0.0 && alpha < 1.0) {
            return Err(Error::parameter("alpha", alpha, "between 0 and 1"));
        }
        let means = losses.means();
        let mut recentred = resamples.means(losses.values())?;
        for mut row in recentred.rows_mut() {
            row.iter_mut().zip(&means).for_each(|(value, mean)| *value -= mean);
        }
        let steps = match statistic {
            EliminationStatistic::Range => eliminate_by_range(&means, &recentred, resamples, losses),
            EliminationStatistic::Max => eliminate_by_max(&means, &recentred, resamples, losses),
        };
        let mut models: Vec<ConfidenceSetMember> = losses
            .models()
            .iter()
            .zip(&means)
            .map(|(model, &mean_loss)| ConfidenceSetMember {
                model: model.clone(),
                mean_loss,
                p_value: 1.0,
                included: true,
                eliminated: count,
            })
            .collect();
        let mut largest = 0.0_f64;
        for (order, (model, p_value)) in steps.into_iter().enumerate() {
            largest = largest.max(p_value);
            let member = &mut models[model];
            (member.p_value, member.included, member.eliminated) = (largest, largest > alpha, order + 1);
        }
        Ok(Self { alpha, statistic, replications: resamples.len(), n: losses.len(), models })
    }

    /// The names of the models inside, in the order of the losses.
    pub fn included(&self) -> Vec<&str> {
        self.models.iter().filter(|member| member.included).map(|member| member.model.as_str()).collect()
    }

    /// The p-values, in the order of the losses.
    pub fn p_values(&self) -> Vec<f64> {
        self.models.iter().map(|member| member.p_value).collect()
    }
}

impl Reported for ModelConfidenceSet {
    fn report(&self) -> Report {
        let mut table = Table::new(["model", "mean loss", "p", "set"]).set(Align::Right, 1..);
        for member in &self.models {
            table.push([
                Cell::name(&member.model),
                Cell::number(member.mean_loss, 4),
                Cell::number(member.p_value, 3),
                if member.included {
                    Cell::verdict("in", Tone::Good)
                } else {
                    Cell::verdict("out", Tone::Bad)
                },
            ]);
        }
        let level = 100.0 * (1.0 - self.alpha);
        let mut report = Report::new();
        report
            .line(format!(
                "model confidence set at {level:.0} %, {} replications, n {}",
                self.replications, self.n
            ))
            .table(table);
        report
    }
}

impl fmt::Display for ModelConfidenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

/// Zero excess loss over zero spread is no evidence; anything else over zero spread is decisive.
fn standardised(difference: f64, spread: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / spread }
}

/// (model, p-value) in order of elimination; `recentred` has shape (replications, models).
fn eliminate_by_range(
    means: &[f64],
    recentred: &Array2<f64>,
    resamples: &Resamples,
    losses: &Losses,
) -> Vec<(usize, f64)> {
    let count = means.len();
    let replications = recentred.nrows() as f64;
    let pairs: Vec<(usize, usize)> = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))).collect();
    let equal: Vec<bool> = pairs.iter().map(|&(i, j)| losses.are_equal(i, j)).collect();
    // (replications, pairs) of |t*|
    let mut simulated = Array2::zeros((recentred.nrows(), pairs.len()));
    simulated.axis_iter_mut(Axis(0)).into_par_iter().zip(recentred.axis_iter(Axis(0))).for_each(
        |(mut row, values)| {
            for ((slot, &(i, j)), equal) in row.iter_mut().zip(&pairs).zip(&equal) {
                *slot = if *equal { 0.0 } else { (values[i] - values[j]).abs() };
            }
        },
    );
    let spreads: Vec<f64> =
        simulated.columns().into_iter().map(|column| (column.dot(&column) / replications).sqrt()).collect();
    for mut row in simulated.rows_mut() {
        row.iter_mut().zip(&spreads).for_each(|(value, spread)| *value = standardised(*value, *spread));
    }
    let observed: Vec<f64> = pairs
        .iter()
        .zip(&spreads)
        .zip(&equal)
        .map(
            |((&(i, j), &spread), equal)| {
                if *equal { 0.0 } else { standardised(means[i] - means[j], spread) }
            },
        )
        .collect();
    let mut included = vec![true; count];
    let mut steps = Vec::with_capacity(count);
    for _ in 1..count {
        let alive: Vec<usize> =
            (0..pairs.len()).filter(|&pair| included[pairs[pair].0] && included[pairs[pair].1]).collect();
        let Some(&widest) =
            alive.iter().max_by(|&&one, &&other| observed[one].abs().total_cmp(&observed[other].abs()))
        else {
            break;
        };
        let statistic = observed[widest].abs();
        let p_value = share_above(resamples, statistic, simulated.view(), |row| {
            alive.iter().map(|&pair| row[pair]).fold(f64::NEG_INFINITY, f64::max)
        });
        let (i, j) = pairs[widest];
        let worst = if observed[widest] > 0.0 { i } else { j };
        included[worst] = false;
        steps.push((worst, p_value));
    }
    steps
}

/// (model, p-value) in order of elimination; `recentred` has shape (replications, models).
fn eliminate_by_max(
    means: &[f64],
    recentred: &Array2<f64>,
    resamples: &Resamples,
    losses: &Losses,
) -> Vec<(usize, f64)> {
    let replications = recentred.nrows() as f64;
    let mut alive: Vec<usize> = (0..means.len()).collect();
    let mut steps = Vec::with_capacity(means.len());
    while alive.len() > 1 {
        // what distinguishes equal models from their average is rounding
        if alive.iter().all(|&model| losses.are_equal(alive[0], model)) {
            steps.extend(alive.drain(1..).map(|model| (model, 1.0)));
            break;
        }
        let centre = mean(&alive.iter().map(|&model| means[model]).collect::<Vec<f64>>());
        let mut simulated = recentred.select(Axis(1), &alive);
        for mut row in simulated.rows_mut() {
            let average = row.sum() / alive.len() as f64;
            row.mapv_inplace(|value| value - average);
        }
        let spreads: Vec<f64> = simulated
            .columns()
            .into_iter()
            .map(|column| (column.dot(&column) / replications).sqrt())
            .collect();
        let observed: Vec<f64> = alive
            .iter()
            .zip(&spreads)
            .map(|(&model, &spread)| {
                let difference = means[model] - centre;
                // the average of equal numbers may differ from them in its last digits
                let rounding = difference.abs() <= 8.0 * f64::EPSILON * centre.abs();
                if rounding { 0.0 } else { standardised(difference, spread) }
            })
            .collect();
        let Some(worst) = (0..alive.len()).max_by(|&one, &other| observed[one].total_cmp(&observed[other]))
        else {
            break;
        };
        let p_value = share_above(resamples, observed[worst], simulated.view(), |row| {
            row.iter()
                .zip(&spreads)
                .map(|(&value, &spread)| standardised(value, spread))
                .fold(f64::NEG_INFINITY, f64::max)
        });
        steps.push((alive.remove(worst), p_value));
    }
    steps
}

/// The share of replications whose statistic exceeds the observed one; 1 where no model stands out at all.
fn share_above(
    resamples: &Resamples,
    observed: f64,
    simulated: ArrayView2<'_, f64>,
    statistic: impl Fn(ArrayView1<'_, f64>) -> f64,
) -> f64 {
    if observed <= 0.0 {
        return 1.0;
    }
    let above = simulated.rows().into_iter().filter(|&row| statistic(row) > observed).count();
    resamples.p_value(above)
}

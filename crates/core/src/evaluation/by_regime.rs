//! How a model fares in each state of the market, and whether the states differ.

use super::diebold_mariano::diebold_mariano_of;
use super::two_samples::{equal_coefficients, equal_spread, kolmogorov_smirnov, mean_difference, welch};
use super::{Forecasts, LongRun, Loss, Losses, Metrics, PairTest};
use crate::error::{Error, Result};
use crate::hypothesis::TestResult;
use crate::regimes::{Knowledge, Labels, Scheme};
use crate::statistics::Moments;
use crate::time::{Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The shape of a regime's residuals, index points where a unit applies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ResidualMoments {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, divisor `n - 1`; `None` of one record.
    pub std_dev: Option<f64>,
    /// `m3 / m2^1.5`; `None` without spread.
    pub skewness: Option<f64>,
    /// `m4 / m2^2 - 3`; `None` without spread.
    pub excess_kurtosis: Option<f64>,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

/// One regime of a [`RegimeReport`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegimeSummary {
    /// The regime's name.
    pub regime: String,
    /// Its share of the labelled records.
    pub share: f64,
    /// The scores in it; `skill` is against persistence in the same regime.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// The shape of its residuals.
    pub residuals: ResidualMoments,
}

/// How one model fares in each regime, and whether its residuals differ between them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegimeReport {
    /// The model's name.
    pub model: String,
    /// The forecast distance.
    pub horizon: Horizon,
    /// What the labels tell apart.
    pub scheme: Scheme,
    /// Whether the labels need the future.
    pub hindsight: bool,
    /// Records whose origin has no label.
    pub unlabelled: usize,
    /// One entry a regime with records, in the labels' order.
    pub regimes: Vec<RegimeSummary>,
    /// Tests between regimes: over all of them (Brown-Forsythe, Chow), and of each with all others.
    pub between: Vec<PairTest>,
    /// Tests that are undefined here, with the reason.
    pub notes: Vec<String>,
}

/// Sorts a model's residuals by the label at each ORIGIN, scores each regime, and tests between them.
///
/// Each regime is set against all other labelled records: Welch's t, an overlap-robust test of the means (see
/// [`Overlapping forecasts`](super::diebold_mariano)), and Kolmogorov-Smirnov; Brown-Forsythe and Chow (residual on
/// forecast change) run over all regimes. The plain tests take residuals as independent, which overlapping forecasts
/// are not: their p-values are too small there, and stand beside the robust one for that reason.
///
/// # Errors
/// No labelled record, or a value that is not finite. A test that is undefined (one regime, no spread) becomes a note.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, residuals_by_regime};
/// use dvol_core::{regimes::calendar_years, time::{Horizon, Timestamp}};
/// let start: Timestamp = "2022-12-31T00:00".parse()?;
/// let forecasts = Forecasts::new("ours", (0..48).map(|hour| Forecast {
///     origin: start + Horizon::hours(1 + hour), horizon: Horizon::hours(1),
///     actual: 50.0 + f64::from(hour % 5), predicted: 50.0, anchor: 51.0,
/// }))?;
/// let report = residuals_by_regime(&forecasts, &calendar_years(start, 72)?)?;
/// assert_eq!(report.regimes.iter().map(|regime| regime.metrics.n).collect::<Vec<_>>(), [23, 25]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn residuals_by_regime<K: Knowledge>(forecasts: &Forecasts, labels: &Labels<K>) -> Result<RegimeReport> {
    let parts = parts_by_regime(forecasts, labels)?;
    let labelled: usize = parts.iter().map(|part| part.1.len()).sum();
    let mut regimes = Vec::with_capacity(parts.len());
    for (regime, part) in &parts {
        regimes.push(RegimeSummary {
            regime: regime.clone(),
            share: part.len() as f64 / labelled as f64,
            metrics: Metrics::of(part)?,
            residuals: moments(&part.residuals()),
        });
    }
    let (mut between, mut notes) = (Vec::new(), Vec::new());
    if parts.len() > 1 {
        test_between(&parts, forecasts.horizon(), &mut between, &mut notes);
    } else {
        notes.push(format!("only `{}` has records: there is nothing to test it against", parts[0].0));
    }
    Ok(RegimeReport {
        model: forecasts.model().to_owned(),
        horizon: forecasts.horizon(),
        scheme: labels.scheme().clone(),
        hindsight: labels.is_hindsight(),
        unlabelled: forecasts.len() - labelled,
        regimes,
        between,
        notes,
    })
}

/// A model series cut by the label at the origin: the regimes that have records, in the labels' order.
pub(crate) fn parts_by_regime<K: Knowledge>(
    forecasts: &Forecasts,
    labels: &Labels<K>,
) -> Result<Vec<(String, Forecasts)>> {
    let parts: Vec<(String, Forecasts)> = labels
        .states()
        .iter()
        .enumerate()
        .filter_map(|(position, state)| {
            let part = forecasts.filter(|record| labels.position(record.origin) == Some(position))?;
            Some((state.clone(), part))
        })
        .collect();
    if parts.is_empty() {
        let first = forecasts.origins()[0];
        return Err(Error::Mismatch {
            what: format!("residuals of {} by {}", forecasts.model(), labels.scheme()),
            left: format!("{} origins from {first}", forecasts.len()),
            right: "labels at other hours".to_owned(),
            remedy: "make labels that cover the origins".to_owned(),
        });
    }
    Ok(parts)
}

fn test_between(
    parts: &[(String, Forecasts)],
    horizon: Horizon,
    between: &mut Vec<PairTest>,
    notes: &mut Vec<String>,
) {
    let mut keep = |first: &str, second: &str, outcome: Result<TestResult>| match outcome {
        Ok(test) => between.push(PairTest {
            first: first.to_owned(),
            second: second.to_owned(),
            test,
            adjusted_p: None,
        }),
        Err(error) => notes.push(error.to_string()),
    };
    let residuals: Vec<Vec<f64>> = parts.iter().map(|part| part.1.residuals()).collect();
    let samples: Vec<&[f64]> = residuals.iter().map(Vec::as_slice).collect();
    keep("all", "all", equal_spread(&samples));
    let pairs: Vec<Vec<(f64, f64)>> = parts.iter().map(|part| changes_and_residuals(&part.1)).collect();
    keep("all", "all", equal_coefficients(&pairs.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    // two regimes are each other's rest: one set of tests says it all
    let tested = if parts.len() == 2 { 1 } else { parts.len() };
    for (position, (name, _)) in parts.iter().enumerate().take(tested) {
        let rest_name = if parts.len() == 2 { parts[1].0.as_str() } else { "the rest" };
        let rest: Vec<f64> = (0..parts.len())
            .filter(|&other| other != position)
            .flat_map(|other| residuals[other].clone())
            .collect();
        keep(name, rest_name, welch(name, &residuals[position], rest_name, &rest));
        let mut rows: Vec<(Timestamp, f64, bool)> = parts
            .iter()
            .enumerate()
            .flat_map(|(other, part)| {
                part.1.records().map(move |record| (record.origin, record.residual(), other == position))
            })
            .collect();
        rows.sort_by_key(|row| row.0);
        keep(name, rest_name, mean_difference(name, rest_name, &rows, horizon));
        keep(name, rest_name, kolmogorov_smirnov(name, &residuals[position], rest_name, &rest));
    }
}

/// (forecast change, residual) of the records with a known level at the origin.
fn changes_and_residuals(part: &Forecasts) -> Vec<(f64, f64)> {
    let known = part.records().filter(|record| record.anchor.is_finite());
    known.map(|record| (record.predicted - record.anchor, record.residual())).collect()
}

fn moments(residuals: &[f64]) -> ResidualMoments {
    let moments = Moments::new(residuals);
    let spread = moments.second > 0.0;
    ResidualMoments {
        mean: moments.mean,
        std_dev: (residuals.len() > 1).then(|| moments.standard_deviation()),
        skewness: spread.then(|| moments.skewness()),
        excess_kurtosis: spread.then(|| moments.excess_kurtosis()),
        min: residuals.iter().copied().fold(f64::INFINITY, f64::min),
        max: residuals.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    }
}

/// How models rank in one regime.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegimeRanking {
    /// The regime's name.
    pub regime: String,
    /// Records in it.
    pub n: usize,
    /// Models by mean loss in the regime, best first.
    pub ranking: Vec<String>,
    /// Diebold-Mariano of each pair within the regime.
    pub diebold_mariano: Vec<PairTest>,
}

/// Whether the ranking of models changes with the regime.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankingByRegime {
    /// What the labels tell apart.
    pub scheme: Scheme,
    /// Whether the labels need the future.
    pub hindsight: bool,
    /// What an error costs.
    pub loss: Loss,
    /// Models by mean loss over all labelled records, best first.
    pub overall: Vec<String>,
    /// One entry a regime with records.
    pub regimes: Vec<RegimeRanking>,
    /// Regimes whose best model is another than overall.
    pub leader_changes: Vec<String>,
    /// Tests that are undefined here, with the reason.
    pub notes: Vec<String>,
}

/// Ranks models by mean loss in each regime, with Diebold-Mariano tests that count only real neighbours in time.
///
/// # Errors
/// What [`Losses::of`] refuses, or no labelled record.
pub fn ranking_by_regime<K: Knowledge>(
    models: &[Forecasts],
    labels: &Labels<K>,
    loss: Loss,
) -> Result<RankingByRegime> {
    let losses = Losses::of(models, loss)?;
    let parts: Vec<Vec<(String, Forecasts)>> =
        models.iter().map(|model| parts_by_regime(model, labels)).collect::<Result<_>>()?;
    let mut totals = vec![0.0; models.len()];
    let (mut regimes, mut notes) = (Vec::new(), Vec::new());
    for (position, (regime, part)) in parts[0].iter().enumerate() {
        let inside = Losses::of(parts.iter().map(|model| &model[position].1), loss)?;
        let means = inside.means();
        totals.iter_mut().zip(&means).for_each(|(total, mean)| *total += mean * part.len() as f64);
        let mut tests = Vec::new();
        for first in 0..models.len() {
            for second in first + 1..models.len() {
                let (one, other) = (&losses.models()[first], &losses.models()[second]);
                match diebold_mariano_of(&inside, (first, second), LongRun::Cosine) {
                    Ok(test) => {
                        let (first, second) = (one.clone(), other.clone());
                        tests.push(PairTest { first, second, test, adjusted_p: None });
                    }
                    Err(error) => notes.push(format!("{regime}: {error}")),
                }
            }
        }
        let ranking = ranked(losses.models(), &means);
        regimes.push(RegimeRanking {
            regime: regime.clone(),
            n: part.len(),
            ranking,
            diebold_mariano: tests,
        });
    }
    let overall = ranked(losses.models(), &totals);
    let leader_changes = regimes
        .iter()
        .filter(|regime| regime.ranking.first() != overall.first())
        .map(|regime| regime.regime.clone())
        .collect();
    Ok(RankingByRegime {
        scheme: labels.scheme().clone(),
        hindsight: labels.is_hindsight(),
        loss,
        overall,
        regimes,
        leader_changes,
        notes,
    })
}

fn ranked(models: &[String], means: &[f64]) -> Vec<String> {
    let mut order: Vec<usize> = (0..models.len()).collect();
    order.sort_by(|&one, &other| means[one].total_cmp(&means[other]));
    order.into_iter().map(|model| models[model].clone()).collect()
}

impl fmt::Display for RankingByRegime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}, best first: {}", self.loss, self.scheme, self.overall.join(", "))?;
        for regime in &self.regimes {
            write!(f, "\n{} (n {}): {}", regime.regime, regime.n, regime.ranking.join(", "))?;
            for pair in &regime.diebold_mariano {
                write!(f, "\n  {} | {}: {}", pair.first, pair.second, pair.test)?;
            }
        }
        for note in &self.notes {
            write!(f, "\nnot computed: {note}")?;
        }
        Ok(())
    }
}

/// Residuals by the state at each origin, in the states' order; states without a record are left out.
pub fn residual_groups<K: Knowledge>(forecasts: &Forecasts, labels: &Labels<K>) -> Vec<(String, Vec<f64>)> {
    let of = |state: &String| -> Vec<f64> {
        let here = forecasts.records().filter(|record| labels.at(record.origin) == Some(state));
        here.map(|record| record.residual()).collect()
    };
    labels
        .states()
        .iter()
        .map(|state| (state.clone(), of(state)))
        .filter(|(_, found)| !found.is_empty())
        .collect()
}

//! How certain scores are.

use super::metrics::Terms;
use super::overlap::Overlap;
use super::{Forecasts, Resamples, Score};
use crate::error::Result;
use crate::models::Coverage;
use crate::regression::CosineVariance;
use crate::statistics::{centred, quantile};
use ndarray::{Array1, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::fmt;

/// One score with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScoreInterval {
    /// Which score.
    pub score: Score,
    /// Its value on the series.
    pub value: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// Intervals of every defined score of one model: of scores against persistence by inverting the test that the
/// Diebold-Mariano statistic is, of the others percentiles of a block bootstrap.
///
/// Skill and relative MAE are ratios `r` of mean losses, the model's `m` over persistence's `p`. Their interval holds
/// every `r` at which `mean(m - r p)` is not significant: `(M - r P)^2 <= t^2 (V_mm - 2 r V_mp + r^2 V_pp)` (Fieller), with
/// `V` by [`CosineVariance`] at the frequencies of `m - p` and `t` Student's quantile. Skill 0 is `r = 1`, so that the
/// interval holds 0 exactly when [`diebold_mariano`](super::diebold_mariano) against persistence does not reject at one
/// minus its level. Where even persistence's loss is not significantly positive there is no interval.
///
/// Records are resampled in blocks, so errors keep their overlap; each replication's scores are computed from its
/// records, and the interval lies between the `(1 - level) / 2` and `(1 + level) / 2` quantiles (linear between
/// order statistics). Give the same [`Resamples`] to all models: their intervals then belong to the same draws.
///
/// # References
/// Fieller (1954), JRSS B 16, 175-185; Künsch (1989), Annals of Statistics 17, 1217-1241; Politis and Romano (1994), JASA 89, 1303-1313.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreIntervals {
    /// The model's name.
    pub model: String,
    /// Nominal coverage.
    pub level: Coverage,
    /// Bootstrap replications.
    pub replications: usize,
    /// One entry a defined score.
    pub intervals: Vec<ScoreInterval>,
}

impl ScoreIntervals {
    /// The intervals at nominal coverage `level`.
    ///
    /// # Errors
    /// A level outside (0, 1), replications of another length, or a value that is not finite.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{Forecast, Forecasts, Score, ScoreIntervals, StationaryBootstrap};
    /// use dvol_core::{seed::Seed, time::{Horizon, Timestamp}};
    /// let forecasts = Forecasts::new("ours", (0..200).map(|hour| Forecast {
    ///     origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
    ///     actual: 50.0 + (hour * hour % 11) as f64, predicted: 55.0, anchor: 50.0,
    /// }))?;
    /// let resamples = StationaryBootstrap::new(5.0, 500, Seed::new(1))?.resample(200)?;
    /// let rmse = ScoreIntervals::of(&forecasts, &resamples, 0.95)?.get(Score::RMSE).unwrap();
    /// assert!(rmse.lower < rmse.value && rmse.value < rmse.upper);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(forecasts: &Forecasts, resamples: &Resamples, level: f64) -> Result<Self> {
        Self::of_scores(forecasts, &[], resamples, level)
    }

    /// The same of some scores of one's own too.
    ///
    /// # Errors
    /// As [`Self::of`]; a key that another score has.
    pub fn of_scores(
        forecasts: &Forecasts,
        own: &[Score],
        resamples: &Resamples,
        level: f64,
    ) -> Result<Self> {
        let coverage = Coverage::new(level)?;
        let terms = Terms::of(forecasts, own)?;
        let means = resamples.means(terms.matrix())?;
        let n = forecasts.len();
        let whole = terms.finish(n, &terms.total());
        let sums = |row: ArrayView1<'_, f64>| row.iter().map(|mean| mean * n as f64).collect::<Vec<f64>>();
        let drawn: Vec<Vec<Option<f64>>> =
            means.rows().into_iter().map(|row| terms.finish(n, &sums(row))).collect();
        let overlap = Overlap::of(forecasts.origins(), forecasts.horizon()).neighbours();
        let intervals = terms
            .scores
            .iter()
            .enumerate()
            .filter_map(|(place, &score)| {
                let value = whole[place]?;
                if let Some(columns) = terms.ratio(score) {
                    let (low, high) = ratio_interval(columns, overlap, coverage)?;
                    // a score that falls with the ratio has its lower end at the higher ratio
                    let mut ends = [low, high].map(|ratio| (score.finish)(1.0, &[1.0, ratio]));
                    ends.sort_by(|one, other| one.unwrap_or(f64::NAN).total_cmp(&other.unwrap_or(f64::NAN)));
                    let [Some(lower), Some(upper)] = ends else { return None };
                    return Some(ScoreInterval { score, value, lower, upper });
                }
                let mut values: Vec<f64> = drawn.iter().filter_map(|scores| scores[place]).collect();
                if values.is_empty() {
                    return None;
                }
                values.sort_by(f64::total_cmp);
                let lower = quantile(&values, 0.5 - coverage.get() / 2.0);
                let upper = quantile(&values, 0.5 + coverage.get() / 2.0);
                Some(ScoreInterval { score, value, lower, upper })
            })
            .collect();
        Ok(Self {
            model: forecasts.model().to_owned(),
            level: coverage,
            replications: resamples.len(),
            intervals,
        })
    }

    /// The interval of one score, where it is defined.
    pub fn get(&self, score: Score) -> Option<ScoreInterval> {
        self.intervals.iter().find(|interval| interval.score == score).copied()
    }
}

/// The ratios of the second column's mean to the first's that are not rejected.
fn ratio_interval(columns: ArrayView2<'_, f64>, overlap: usize, level: Coverage) -> Option<(f64, f64)> {
    let n = columns.nrows() as f64;
    let (scale, own) = (columns.column(0), columns.column(1));
    let difference = Array1::from(centred((&own - &scale).as_slice()?)).insert_axis(Axis(1));
    let frequencies = CosineVariance::of(&difference, overlap).ok()?.frequencies();
    let found = CosineVariance::with_frequencies(&columns.to_owned(), frequencies).ok()?;
    let variance = found.long_run() / n;
    let quantile = StudentsT::new(0.0, 1.0, frequencies as f64).ok()?.inverse_cdf(0.5 + 0.5 * level.get());
    let squared = quantile * quantile;
    let (scale, own) = (scale.sum() / n, own.sum() / n);
    // a r^2 - 2 b r + c <= 0
    let a = scale * scale - squared * variance[[0, 0]];
    let b = scale * own - squared * variance[[0, 1]];
    let c = own * own - squared * variance[[1, 1]];
    let root = (b * b - a * c).max(0.0).sqrt();
    (a > 0.0).then(|| ((b - root) / a, (b + root) / a))
}

impl fmt::Display for ScoreIntervals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.model)?;
        for interval in &self.intervals {
            let ScoreInterval { score, value, lower, upper } = interval;
            write!(f, " {} {value:.4} [{lower:.4}, {upper:.4}]", score.label)?;
        }
        write!(f, " ({:.0} % intervals)", self.level.percent())
    }
}

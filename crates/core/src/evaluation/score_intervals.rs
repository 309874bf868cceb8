//! How certain scores are.

use super::metrics::Terms;
use super::{Forecasts, Resamples, Score};
use crate::error::{Error, Result};
use crate::statistics::quantile;
use serde::{Deserialize, Serialize};
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

/// Percentile intervals of every defined score of one model, by block bootstrap.
///
/// Records are resampled in blocks, so errors keep their overlap; each replication's scores are computed from its
/// records, and the interval lies between the `(1 - level) / 2` and `(1 + level) / 2` quantiles (linear between
/// order statistics). Give the same [`Resamples`] to all models: their intervals then belong to the same draws.
///
/// # References
/// Künsch (1989), Annals of Statistics 17, 1217-1241; Politis and Romano (1994), JASA 89, 1303-1313.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreIntervals {
    /// The model's name.
    pub model: String,
    /// Nominal coverage, e.g. 0.95.
    pub level: f64,
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
    /// let rmse = ScoreIntervals::of(&forecasts, &resamples, 0.95)?.get(Score::Rmse).unwrap();
    /// assert!(rmse.lower < rmse.value && rmse.value < rmse.upper);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(forecasts: &Forecasts, resamples: &Resamples, level: f64) -> Result<Self> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::parameter("level", level, "between 0 and 1, such as 0.95"));
        }
        let terms = Terms::of(forecasts)?;
        let means = resamples.means(&terms.matrix())?;
        let (model, horizon) = (forecasts.model(), forecasts.horizon());
        let whole = terms.total().metrics(model, horizon);
        let drawn: Vec<_> = means
            .rows()
            .into_iter()
            .map(|row| Terms::sums(row, terms.rows.len()).metrics(model, horizon))
            .collect();
        let intervals = Score::ALL
            .into_iter()
            .filter_map(|score| {
                let value = whole.get(score)?;
                let mut values: Vec<f64> = drawn.iter().filter_map(|metrics| metrics.get(score)).collect();
                if values.is_empty() {
                    return None;
                }
                values.sort_by(f64::total_cmp);
                let lower = quantile(&values, 0.5 - level / 2.0);
                let upper = quantile(&values, 0.5 + level / 2.0);
                Some(ScoreInterval { score, value, lower, upper })
            })
            .collect();
        Ok(Self { model: model.to_owned(), level, replications: resamples.len(), intervals })
    }

    /// The interval of one score, where it is defined.
    pub fn get(&self, score: Score) -> Option<ScoreInterval> {
        self.intervals.iter().find(|interval| interval.score == score).copied()
    }
}

impl fmt::Display for ScoreIntervals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.model)?;
        for interval in &self.intervals {
            let ScoreInterval { score, value, lower, upper } = interval;
            write!(f, " {} {value:.4} [{lower:.4}, {upper:.4}]", score.label())?;
        }
        write!(f, " ({:.0} % intervals)", 100.0 * self.level)
    }
}

//! How good forecasts are: error, skill against persistence, direction, coverage.

use super::score::Case;
use super::{Forecasts, Score};
use crate::error::{Error, Result};
use crate::statistics::mean;
use crate::time::Horizon;
use ndarray::{Array2, ArrayView2, s};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;

/// The scores of one model at one horizon: those of [`Score::ALL`], and any of one's own.
///
/// A score is `None` where it is undefined, such as coverage without intervals. Forecasts whose level at the origin is
/// unknown (NaN) do not enter skill, relative MAE and direction.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, Metrics};
/// use dvol_core::time::{Horizon, Timestamp};
/// let record = |hour, anchor, predicted, actual| Forecast {
///     origin: Timestamp::from_hours(hour), horizon: Horizon::hours(24), actual, predicted, anchor,
/// };
/// let forecasts = Forecasts::new("ours", [record(0, 50.0, 51.0, 52.0), record(1, 50.0, 51.0, 49.0)])?;
/// let metrics = Metrics::of(&forecasts)?;
/// assert_eq!(metrics.mae(), 1.5);
/// assert_eq!(metrics.skill(), Some(0.0)); // squared errors 1 + 4 against persistence's 4 + 1
/// assert_eq!(metrics.directional_accuracy(), Some(0.5));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// The model's name.
    pub model: String,
    /// The forecast distance.
    pub horizon: Horizon,
    /// Records.
    pub n: usize,
    /// In the order of [`Score::ALL`], then any others.
    values: Vec<(Score, Option<f64>)>,
}

impl Metrics {
    /// The scores of a forecast series.
    ///
    /// # Errors
    /// [`Error::Value`] when an actual or predicted value is not finite.
    pub fn of(forecasts: &Forecasts) -> Result<Self> {
        Self::of_scores(forecasts, &[])
    }

    /// The scores of a forecast series, and some of one's own behind them.
    ///
    /// # Errors
    /// As [`Self::of`]; a key that another score has.
    pub fn of_scores(forecasts: &Forecasts, own: &[Score]) -> Result<Self> {
        let terms = Terms::of(forecasts, own)?;
        let values = terms.finish(forecasts.len(), &terms.total());
        Ok(Self {
            model: forecasts.model().to_owned(),
            horizon: forecasts.horizon(),
            n: forecasts.len(),
            values: terms.scores.iter().copied().zip(values).collect(),
        })
    }

    /// The value of one score.
    pub fn get(&self, score: Score) -> Option<f64> {
        self.values.iter().find(|(own, _)| *own == score)?.1
    }

    /// The scores, each with its value.
    pub fn scores(&self) -> impl Iterator<Item = (Score, Option<f64>)> {
        self.values.iter().copied()
    }

    /// The same scores under another name.
    #[must_use]
    pub fn named(mut self, model: impl Into<String>) -> Self {
        self.model = model.into();
        self
    }

    /// The same scores but for one.
    #[must_use]
    pub fn with(mut self, score: Score, value: Option<f64>) -> Self {
        if let Some((_, own)) = self.values.iter_mut().find(|(own, _)| *own == score) {
            *own = value;
        }
        self
    }

    /// [`Score::RMSE`].
    pub fn rmse(&self) -> f64 {
        self.get(Score::RMSE).unwrap_or(f64::NAN)
    }

    /// [`Score::MAE`].
    pub fn mae(&self) -> f64 {
        self.get(Score::MAE).unwrap_or(f64::NAN)
    }

    /// [`Score::BIAS`].
    pub fn bias(&self) -> f64 {
        self.get(Score::BIAS).unwrap_or(f64::NAN)
    }

    /// [`Score::MAPE`].
    pub fn mape(&self) -> Option<f64> {
        self.get(Score::MAPE)
    }

    /// [`Score::R2`].
    pub fn r2(&self) -> Option<f64> {
        self.get(Score::R2)
    }

    /// [`Score::SKILL`].
    pub fn skill(&self) -> Option<f64> {
        self.get(Score::SKILL)
    }

    /// [`Score::DIRECTIONAL_ACCURACY`].
    pub fn directional_accuracy(&self) -> Option<f64> {
        self.get(Score::DIRECTIONAL_ACCURACY)
    }

    /// [`Score::COVERAGE`].
    pub fn coverage(&self) -> Option<f64> {
        self.get(Score::COVERAGE)
    }

    /// [`Score::COVERAGE_95`].
    pub fn coverage_95(&self) -> Option<f64> {
        self.get(Score::COVERAGE_95)
    }
}

/// Results name each score by its key.
impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3 + self.values.len()))?;
        map.serialize_entry("model", &self.model)?;
        map.serialize_entry("horizon", &self.horizon)?;
        map.serialize_entry("n", &self.n)?;
        for (score, value) in &self.values {
            map.serialize_entry(score.key, value)?;
        }
        map.end()
    }
}

/// Results written before a score was there lack it; what is no score is not read.
impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            model: String,
            horizon: Horizon,
            n: usize,
            #[serde(flatten)]
            others: HashMap<String, serde_json::Value>,
        }
        let Written { model, horizon, n, others } = Written::deserialize(deserializer)?;
        let value = |score: Score| (score, others.get(score.key).and_then(serde_json::Value::as_f64));
        Ok(Self { model, horizon, n, values: Score::ALL.into_iter().map(value).collect() })
    }
}

/// What each forecast adds to the sums that all scores are made of: shape (forecasts, terms), the terms of one score
/// behind those of another.
pub(super) struct Terms {
    pub(super) scores: Vec<Score>,
    matrix: Array2<f64>,
}

impl Terms {
    /// The terms of [`Score::ALL`] and of the scores given.
    pub(super) fn of(forecasts: &Forecasts, own: &[Score]) -> Result<Self> {
        let scores: Vec<Score> = Score::ALL.iter().chain(own).copied().collect();
        if let Some(place) = (Score::ALL.len()..scores.len()).find(|&at| scores[..at].contains(&scores[at])) {
            return Err(Error::parameter("score", scores[place].key, "a key that no other score has"));
        }
        let width: usize = scores.iter().map(|score| score.terms).sum();
        for (series, values) in [("actual", forecasts.actual()), ("predicted", forecasts.predicted())] {
            if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                return Err(Error::Value {
                    what: format!("scoring {}", forecasts.model()),
                    series: series.to_owned(),
                    index,
                    value: values[index],
                    remedy: "drop the record or fill the value before scoring".to_owned(),
                });
            }
        }
        let centre = mean(forecasts.actual());
        let mut before = None;
        let mut terms = Vec::with_capacity(forecasts.len() * width);
        for (row, forecast) in forecasts.records().enumerate() {
            let case = Case { forecast, before, centre, series: forecasts, row };
            for score in &scores {
                let from = terms.len();
                terms.resize(from + score.terms, 0.0);
                (score.term)(&case, &mut terms[from..]);
            }
            before = Some(forecast);
        }
        let matrix = Array2::from_shape_vec((forecasts.len(), width), terms);
        matrix
            .map(|matrix| Self { scores, matrix })
            .map_err(Error::internal("collecting the terms of scores"))
    }

    /// The terms as shape (forecasts, terms).
    pub(super) fn matrix(&self) -> &Array2<f64> {
        &self.matrix
    }

    /// The two columns of a score that is a ratio of their sums, `None` of another.
    pub(super) fn ratio(&self, score: Score) -> Option<ArrayView2<'_, f64>> {
        if ![Score::SKILL, Score::RELATIVE_MAE].contains(&score) {
            return None;
        }
        let before: usize =
            self.scores.iter().take_while(|other| **other != score).map(|other| other.terms).sum();
        Some(self.matrix.slice(s![.., before..before + score.terms]))
    }

    /// The sums over all forecasts.
    pub(super) fn total(&self) -> Vec<f64> {
        let mut total = vec![0.0; self.matrix.ncols()];
        for row in self.matrix.rows() {
            total.iter_mut().zip(row).for_each(|(sum, term)| *sum += term);
        }
        total
    }

    /// Every score of `n` forecasts from the sums over them, in order.
    pub(super) fn finish(&self, n: usize, sums: &[f64]) -> Vec<Option<f64>> {
        let mut rest = sums;
        let scores = self.scores.iter().map(|score| {
            let (own, others) = rest.split_at(score.terms);
            rest = others;
            (score.finish)(n as f64, own).filter(|value| value.is_finite())
        });
        scores.collect()
    }
}

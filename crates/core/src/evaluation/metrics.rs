//! How good forecasts are: error, skill against persistence, direction, coverage.

use super::{Forecast, Forecasts};
use crate::error::{Error, Result};
use crate::models::{Band, Coverage};
use crate::statistics::mean;
use crate::time::Horizon;
use ndarray::{Array2, ArrayView1};
use serde::{Deserialize, Serialize};

/// The scores of one model at one horizon.
///
/// With residual `e = actual - predicted`, `a` = actual, `p` = predicted, `y` = the level known at the origin
/// (persistence's forecast), averages over the `n` records:
///
/// | score | formula | unit |
/// | --- | --- | --- |
/// | `rmse` | `sqrt(mean(e^2))` | index points |
/// | `mae` | `mean(abs(e))` | index points |
/// | `mape` | `100 mean(abs(e / a))` | percent |
/// | `r2` | `1 - sum(e^2) / sum((a - mean(a))^2)` | 1 |
/// | `skill` | `1 - sum(e^2) / sum((a - y)^2)`: R2 out of sample against persistence | 1 |
/// | `mase` | `sum(abs(e)) / sum(abs(a - y))`: scaled by persistence at the SAME horizon | 1 |
/// | `bias` | `mean(e)`: positive when forecasts are too low | index points |
/// | `qlike` | `mean(a / p - ln(a / p) - 1)`, on the values as given | 1 |
/// | `directional_accuracy` | share of `sign(a - y) = sign(p - y)` where neither is 0 | 1 |
/// | `coverage`, `interval_width` | share of `lower <= a <= upper`; `mean(upper - lower)` | 1; index points |
/// | `coverage_95`, `interval_width_95` | the same of the 95 % interval | 1; index points |
///
/// A score is `None` where it is undefined: MAPE with an actual of 0, QLIKE with a value that is not positive,
/// R2 of a constant, direction of persistence (it names none), coverage without intervals. Records whose level at
/// the origin is unknown (NaN) do not enter skill, MASE and direction.
///
/// # References
/// Hyndman and Koehler (2006), IJF 22, 679-688 (MASE); Patton (2011), J. Econometrics 160, 246-256 (QLIKE);
/// Campbell and Thompson (2008), RFS 21, 1509-1531 (R2 out of sample).
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
/// assert_eq!(metrics.mae, 1.5);
/// assert_eq!(metrics.skill, Some(0.0)); // squared errors 1 + 4 against persistence's 4 + 1
/// assert_eq!(metrics.directional_accuracy, Some(0.5));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// The model's name.
    pub model: String,
    /// The forecast distance.
    pub horizon: Horizon,
    /// Records.
    pub n: usize,
    /// Root mean squared error, index points.
    pub rmse: f64,
    /// Mean absolute error, index points.
    pub mae: f64,
    /// Mean absolute percentage error, percent.
    pub mape: Option<f64>,
    /// Coefficient of determination about the mean of the actual values.
    pub r2: Option<f64>,
    /// `1 - MSE / MSE of persistence`: positive when the model beats persistence.
    pub skill: Option<f64>,
    /// Mean absolute error over that of persistence at the same horizon.
    pub mase: Option<f64>,
    /// Mean of actual minus predicted, index points.
    pub bias: f64,
    /// Mean quasi-likelihood loss.
    pub qlike: Option<f64>,
    /// Share of forecasts on the right side of the level at the origin.
    pub directional_accuracy: Option<f64>,
    /// The share of consecutive records whose differences have the same sign in actual and predicted: what the
    /// original thesis called directional accuracy. It rewards following the last hour, not forecasting.
    pub directional_accuracy_consecutive: Option<f64>,
    /// Share of actual values inside the 80 % interval.
    pub coverage: Option<f64>,
    /// Mean width of the 80 % interval, index points.
    pub interval_width: Option<f64>,
    /// Share of actual values inside the 95 % interval.
    #[serde(default)]
    pub coverage_95: Option<f64>,
    /// Mean width of the 95 % interval, index points.
    #[serde(default)]
    pub interval_width_95: Option<f64>,
}

impl Metrics {
    /// The scores of a forecast series.
    ///
    /// # Errors
    /// [`Error::Value`] when an actual or predicted value is not finite.
    pub fn of(forecasts: &Forecasts) -> Result<Self> {
        Ok(Terms::of(forecasts)?.total().metrics(forecasts.model(), forecasts.horizon()))
    }

    /// The value of one score.
    pub fn get(&self, score: Score) -> Option<f64> {
        match score {
            Score::Rmse => Some(self.rmse),
            Score::Mae => Some(self.mae),
            Score::Mape => self.mape,
            Score::R2 => self.r2,
            Score::Skill => self.skill,
            Score::Mase => self.mase,
            Score::Bias => Some(self.bias),
            Score::Qlike => self.qlike,
            Score::DirectionalAccuracy => self.directional_accuracy,
            Score::DirectionalAccuracyConsecutive => self.directional_accuracy_consecutive,
            Score::Coverage => self.coverage,
            Score::IntervalWidth => self.interval_width,
            Score::Coverage95 => self.coverage_95,
            Score::IntervalWidth95 => self.interval_width_95,
        }
    }
}

/// The name of one score of [`Metrics`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the table of `Metrics` defines each
pub enum Score {
    Rmse,
    Mae,
    Mape,
    R2,
    Skill,
    Mase,
    Bias,
    Qlike,
    DirectionalAccuracy,
    DirectionalAccuracyConsecutive,
    Coverage,
    IntervalWidth,
    #[serde(rename = "coverage_95")]
    Coverage95,
    #[serde(rename = "interval_width_95")]
    IntervalWidth95,
}

impl Score {
    /// Every score in the order of tables.
    pub const ALL: [Self; 14] = [
        Self::Rmse,
        Self::Mae,
        Self::Mape,
        Self::R2,
        Self::Skill,
        Self::Mase,
        Self::Bias,
        Self::Qlike,
        Self::DirectionalAccuracy,
        Self::DirectionalAccuracyConsecutive,
        Self::Coverage,
        Self::IntervalWidth,
        Self::Coverage95,
        Self::IntervalWidth95,
    ];

    /// Whether it judges intervals, not points.
    pub fn is_of_intervals(self) -> bool {
        matches!(self, Self::Coverage | Self::IntervalWidth | Self::Coverage95 | Self::IntervalWidth95)
    }

    /// The heading in tables.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rmse => "RMSE",
            Self::Mae => "MAE",
            Self::Mape => "MAPE %",
            Self::R2 => "R2",
            Self::Skill => "skill",
            Self::Mase => "MASE",
            Self::Bias => "bias",
            Self::Qlike => "QLIKE",
            Self::DirectionalAccuracy => "direction",
            Self::DirectionalAccuracyConsecutive => "direction (consecutive)",
            Self::Coverage => "coverage 80 %",
            Self::IntervalWidth => "width 80 %",
            Self::Coverage95 => "coverage 95 %",
            Self::IntervalWidth95 => "width 95 %",
        }
    }
}

const TERMS: usize = 22;

/// What each record adds to the sums that all scores are made of: shape (records, terms).
///
/// Every score is a function of these sums alone, so a bootstrap replication needs no record again.
pub(super) struct Terms {
    pub(super) rows: Vec<[f64; TERMS]>,
}

impl Terms {
    pub(super) fn of(forecasts: &Forecasts) -> Result<Self> {
        for (index, record) in forecasts.records().enumerate() {
            for (series, value) in [("actual", record.actual), ("predicted", record.predicted)] {
                if !value.is_finite() {
                    return Err(Error::Value {
                        what: format!("scoring {}", forecasts.model()),
                        series: series.to_owned(),
                        index,
                        value,
                        remedy: "drop the record or fill the value before scoring".to_owned(),
                    });
                }
            }
        }
        // R2 from centred values: the raw second moment would lose digits
        let centre = mean(forecasts.actual());
        let before = std::iter::once(None).chain(forecasts.records().map(Some));
        let bands = [Coverage::P80, Coverage::P95].map(|coverage| forecasts.band(coverage));
        let rows = forecasts
            .records()
            .zip(before)
            .enumerate()
            .map(|(row, (record, before))| terms(&record, before, bands, row, centre))
            .collect();
        Ok(Self { rows })
    }

    /// The terms as shape (records, terms).
    pub(super) fn matrix(&self) -> Array2<f64> {
        Array2::from_shape_fn((self.rows.len(), TERMS), |(row, term)| self.rows[row][term])
    }

    /// The sums over all records.
    pub(super) fn total(&self) -> Sums {
        let mut total = Sums([0.0; TERMS]);
        for row in &self.rows {
            total.0.iter_mut().zip(row).for_each(|(sum, term)| *sum += term);
        }
        total
    }

    /// The sums over `n` records whose means of terms are `means`.
    pub(super) fn sums(means: ArrayView1<'_, f64>, n: usize) -> Sums {
        let mut sums = Sums([0.0; TERMS]);
        sums.0.iter_mut().zip(means).for_each(|(sum, mean)| *sum = mean * n as f64);
        sums
    }
}

fn terms(
    record: &Forecast,
    before: Option<Forecast>,
    bands: [Option<&Band>; 2],
    place: usize,
    centre: f64,
) -> [f64; TERMS] {
    let flag = |condition: bool| f64::from(u8::from(condition));
    let error = record.residual();
    let ratio = record.actual / record.predicted;
    let qlike =
        if record.actual > 0.0 && record.predicted > 0.0 { ratio - ratio.ln() - 1.0 } else { f64::NAN };
    let percentage = if record.actual == 0.0 { f64::NAN } else { (error / record.actual).abs() };
    let centred = record.actual - centre;
    let mut row = [0.0; TERMS];
    row[..7].copy_from_slice(&[
        1.0,
        error * error,
        error.abs(),
        percentage,
        error,
        centred,
        centred * centred,
    ]);
    row[7] = qlike;
    if record.anchor.is_finite() {
        let happened = record.actual - record.anchor;
        let called = record.predicted - record.anchor;
        let decided = happened != 0.0 && called != 0.0;
        row[8..14].copy_from_slice(&[
            error * error,
            happened * happened,
            error.abs(),
            happened.abs(),
            flag(decided),
            flag(decided && (happened > 0.0) == (called > 0.0)),
        ]);
    }
    if let Some(before) = before {
        let happened = (record.actual - before.actual).partial_cmp(&0.0);
        row[14] = 1.0;
        row[15] = flag(happened == (record.predicted - before.predicted).partial_cmp(&0.0));
    }
    for (term, band) in [16, 19].into_iter().zip(bands) {
        if let Some(interval) = band.and_then(|band| band.get(place)) {
            let covered = flag(interval.contains(record.actual));
            row[term..term + 3].copy_from_slice(&[1.0, covered, interval.width()]);
        }
    }
    row
}

/// Sums of [`Terms`] over any set of records.
pub(super) struct Sums([f64; TERMS]);

impl Sums {
    pub(super) fn metrics(&self, model: &str, horizon: Horizon) -> Metrics {
        let [n, squared, absolute, percentage, error, centred, centred_squared, qlike, rest @ ..] = self.0;
        let [model_squared, naive_squared, model_absolute, naive_absolute, calls, hits, rest @ ..] = rest;
        let [pairs, agreeing, intervals, covered, width, wide_intervals, wide_covered, wide_width] = rest;
        let defined = |value: f64| value.is_finite().then_some(value);
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        let spread = centred_squared - centred * centred / n;
        Metrics {
            model: model.to_owned(),
            horizon,
            n: n.round() as usize,
            rmse: (squared / n).sqrt(),
            mae: absolute / n,
            mape: defined(100.0 * percentage / n),
            // a constant leaves rounding only
            r2: (spread > 1e-12 * centred_squared).then(|| 1.0 - squared / spread),
            skill: share(model_squared, naive_squared).map(|ratio| 1.0 - ratio),
            mase: share(model_absolute, naive_absolute),
            bias: error / n,
            qlike: defined(qlike / n),
            directional_accuracy: share(hits, calls),
            directional_accuracy_consecutive: share(agreeing, pairs),
            coverage: share(covered, intervals),
            interval_width: share(width, intervals),
            coverage_95: share(wide_covered, wide_intervals),
            interval_width_95: share(wide_width, wide_intervals),
        }
    }
}

//! The forecasts every model must beat, at the true horizon.

use super::{Forecaster, Model, Predictions};
use crate::error::{Error, Result};
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};
use crate::time::Horizon;
use serde::{Deserialize, Serialize};

/// A naive rule for the level at origin + horizon.
///
/// # Formula
/// With `y_t` the level known at origin `t` and horizon `h` hours:
/// - persistence: `y_t`;
/// - drift: `y_t + h (y_t - y_1) / (t - 1)`, the line through the first and the last known level;
/// - mean: the mean of the training levels;
/// - moving average of `d` days: the mean of the `24 d` hourly levels up to `t`;
/// - hour of the week: `y_t` plus the mean of `y_{s+h} - y_s` over the training origins `s` whose target lay in the
///   same hour of the week (UTC) as `t + h`; an hour of the week that training has not seen adds nothing.
///
/// # References
/// Hyndman and Athanasopoulos (2021), "Forecasting: Principles and Practice", section 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naive {
    /// Tomorrow equals today.
    Persistence,
    /// The straight line from the first to the last known level, continued.
    Drift,
    /// The training mean.
    Mean,
    /// The mean of the past so many days.
    MovingAverage {
        /// Days averaged over.
        days: u32,
    },
    /// Today plus what the week usually brings by the target's hour.
    HourOfWeek,
}

impl Naive {
    /// The thesis's set: persistence, drift, mean, moving averages over 5 and 22 days, hour of the week.
    pub const fn all() -> [Self; 6] {
        [
            Self::Persistence,
            Self::Drift,
            Self::Mean,
            Self::MovingAverage { days: 5 },
            Self::MovingAverage { days: 22 },
            Self::HourOfWeek,
        ]
    }

    /// Takes from the sample the little a naive rule learns.
    ///
    /// # Errors
    /// An empty sample or a moving average over no day.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::prelude::*;
    /// use dvol_core::models::Naive;
    /// let panel = Panel::new("2021-03-24".parse()?, 48)?.with(Column::known("dvol", vec![60.0; 48]))?;
    /// let sample = Inputs::new(&panel, &[], "dvol", 1)?.with_targets(Horizon::hours(24));
    /// let model = Naive::Persistence.fit(&sample)?;
    /// assert_eq!(model.predict(sample.inputs())?.point[0], 60.0);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn fit(self, sample: &Sample) -> Result<FittedNaive> {
        if sample.is_empty() {
            return Err(Error::too_few(self.name(), 1, 0, "give a sample with at least one origin"));
        }
        if self == (Self::MovingAverage { days: 0 }) {
            return Err(Error::parameter("moving average days", 0, "at least 1"));
        }
        let weights = sample.weights();
        let levels = sample.inputs().levels();
        let weighted = levels.iter().zip(&weights).map(|(level, weight)| weight * level).sum::<f64>();
        let mean = weighted / weights.iter().sum::<f64>();
        let rhythm = if self == Self::HourOfWeek { weekly_changes(sample) } else { Vec::new() };
        Ok(FittedNaive { rule: self, horizon: sample.horizon(), mean, rhythm })
    }
}

impl Model for Naive {
    fn name(&self) -> String {
        match self {
            Self::Persistence => "persistence".to_owned(),
            Self::Drift => "drift".to_owned(),
            Self::Mean => "mean".to_owned(),
            Self::MovingAverage { days } => format!("moving_average_{days}"),
            Self::HourOfWeek => "hour_of_week".to_owned(),
        }
    }

    fn features(&self) -> Vec<String> {
        Vec::new()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_this_crate("naive", self)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        Ok(Box::new(self.fit(sample)?))
    }
}

/// A naive rule with what it took from its sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedNaive {
    rule: Naive,
    horizon: Horizon,
    mean: f64,
    // mean change by the target's hour of the week; empty for rules that do not know it
    rhythm: Vec<f64>,
}

impl Forecaster for FittedNaive {
    fn name(&self) -> String {
        self.rule.name()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let point: Vec<f64> = (0..inputs.len())
            .map(|i| match self.rule {
                Naive::Persistence => inputs.level(i),
                Naive::Mean => self.mean,
                Naive::Drift => drift(inputs.level_history(i, usize::MAX), inputs.rows(self.horizon)),
                Naive::HourOfWeek => {
                    inputs.level(i) + self.rhythm[inputs.target(i, self.horizon).hour_of_week()]
                }
                Naive::MovingAverage { days } => {
                    let rows = 24 / inputs.step().hours() * days;
                    mean_of_present(inputs.level_history(i, rows as usize))
                }
            })
            .collect();
        Ok(point.into())
    }
}

/// The mean change up to each hour of the week, 168 of them.
fn weekly_changes(sample: &Sample) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); 168];
    let weights = sample.weights();
    for (i, target) in sample.targets().iter().enumerate() {
        let (sum, count) = &mut sums[sample.target(i).hour_of_week()];
        *sum += weights[i] * (target - sample.inputs().level(i));
        *count += weights[i];
    }
    sums.into_iter().map(|(sum, count)| if count > 0.0 { sum / count } else { 0.0 }).collect()
}

fn drift(history: &[f64], rows: usize) -> f64 {
    let last = history.len() - 1;
    let first = history.iter().position(|value| value.is_finite()).unwrap_or(last);
    let slope = if last > first { (history[last] - history[first]) / (last - first) as f64 } else { 0.0 };
    history[last] + rows as f64 * slope
}

fn mean_of_present(history: &[f64]) -> f64 {
    let (count, sum) = history
        .iter()
        .filter(|value| value.is_finite())
        .fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    sum / f64::from(count)
}

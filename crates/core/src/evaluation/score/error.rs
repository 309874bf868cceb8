//! Scores of the error `e = actual - predicted` by itself.

use super::{Aim, Score, Unit};
use crate::evaluation::Loss;

impl Score {
    /// Root mean squared error, `sqrt(mean(e^2))`.
    pub const RMSE: Self = Self {
        key: "rmse",
        label: "RMSE",
        unit: Unit::IndexPoints,
        digits: 4,
        aim: Aim::Smallest,
        of_intervals: false,
        terms: 1,
        term: |case, sums| sums[0] = Loss::Mse.of(case.forecast.actual, case.forecast.predicted),
        finish: |n, sums| Some((sums[0] / n).sqrt()),
    };

    /// Mean absolute error, `mean(abs(e))`.
    pub const MAE: Self = Self {
        key: "mae",
        label: "MAE",
        unit: Unit::IndexPoints,
        digits: 4,
        aim: Aim::Smallest,
        of_intervals: false,
        terms: 1,
        term: |case, sums| sums[0] = Loss::Mae.of(case.forecast.actual, case.forecast.predicted),
        finish: |n, sums| Some(sums[0] / n),
    };

    /// Mean absolute percentage error, `100 mean(abs(e / actual))`; undefined with an actual of 0.
    pub const MAPE: Self = Self {
        key: "mape",
        label: "MAPE %",
        unit: Unit::Percent,
        digits: 4,
        aim: Aim::Smallest,
        of_intervals: false,
        terms: 1,
        term: |case, sums| {
            let actual = case.forecast.actual;
            sums[0] = if actual == 0.0 { f64::NAN } else { (case.forecast.residual() / actual).abs() };
        },
        finish: |n, sums| Some(100.0 * sums[0] / n),
    };

    /// Coefficient of determination about the mean of the actual values, `1 - sum(e^2) / sum((a - mean(a))^2)`;
    /// undefined of a constant.
    pub const R2: Self = Self {
        key: "r2",
        label: "R2",
        unit: Unit::One,
        digits: 4,
        aim: Aim::Largest,
        of_intervals: false,
        terms: 3,
        term: |case, sums| {
            let (error, centred) = (case.forecast.residual(), case.forecast.actual - case.centre);
            sums.copy_from_slice(&[error * error, centred, centred * centred]);
        },
        finish: |n, sums| {
            let spread = sums[2] - sums[1] * sums[1] / n;
            // a constant leaves rounding only
            (spread > 1e-12 * sums[2]).then(|| 1.0 - sums[0] / spread)
        },
    };

    /// Mean error, `mean(e)`: positive when forecasts are too low.
    pub const BIAS: Self = Self {
        key: "bias",
        label: "bias",
        unit: Unit::IndexPoints,
        digits: 4,
        aim: Aim::Zero,
        of_intervals: false,
        terms: 1,
        term: |case, sums| sums[0] = case.forecast.residual(),
        finish: |n, sums| Some(sums[0] / n),
    };

    /// Mean quasi-likelihood loss, `mean(a / p - ln(a / p) - 1)` on the values as given; undefined with a value that
    /// is not positive.
    ///
    /// # References
    /// Patton (2011), J. Econometrics 160, 246-256.
    pub const QLIKE: Self = Self {
        key: "qlike",
        label: "QLIKE",
        unit: Unit::One,
        digits: 4,
        aim: Aim::Smallest,
        of_intervals: false,
        terms: 1,
        term: |case, sums| {
            let (actual, predicted) = (case.forecast.actual, case.forecast.predicted);
            let positive = actual > 0.0 && predicted > 0.0;
            sums[0] = if positive { Loss::Qlike.of(actual, predicted) } else { f64::NAN };
        },
        finish: |n, sums| Some(sums[0] / n),
    };
}

//! Scores against persistence, over the forecasts whose level at the origin is known.

use super::{Aim, Score, Unit, share};

impl Score {
    /// R2 out of sample against persistence, `1 - sum(e^2) / sum((a - y)^2)`, `y` the level at the origin: positive
    /// when the model beats persistence.
    ///
    /// # References
    /// Campbell and Thompson (2008), RFS 21, 1509-1531.
    pub const SKILL: Self = Self {
        key: "skill",
        label: "skill",
        unit: Unit::One,
        digits: 4,
        aim: Aim::Largest,
        of_intervals: false,
        terms: 2,
        term: |case, sums| {
            if let Some((happened, _)) = case.changes() {
                let error = case.forecast.residual();
                sums.copy_from_slice(&[happened * happened, error * error]);
            }
        },
        finish: |n, sums| share(n, sums).map(|ratio| 1.0 - ratio),
    };

    /// Relative mean absolute error: that of the forecasts over that of persistence at the SAME horizon and origins,
    /// `sum(abs(e)) / sum(abs(a - y))`.
    ///
    /// Not Hyndman and Koehler's MASE, whose scale comes from the training part:
    /// [`crate::evaluation::mean_absolute_scaled_error`]. Recorded results keep the key `mase`.
    ///
    /// # References
    /// Hyndman and Koehler (2006), IJF 22, 679-688, section 2.4.
    pub const RELATIVE_MAE: Self = Self {
        key: "mase",
        label: "RelMAE",
        unit: Unit::One,
        digits: 4,
        aim: Aim::Smallest,
        of_intervals: false,
        terms: 2,
        term: |case, sums| {
            if let Some((happened, _)) = case.changes() {
                sums.copy_from_slice(&[happened.abs(), case.forecast.residual().abs()]);
            }
        },
        finish: share,
    };
}

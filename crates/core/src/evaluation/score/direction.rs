//! Scores of direction.

use super::{Aim, Score, Unit, flag, share};

impl Score {
    /// Share of `sign(a - y) = sign(p - y)` where neither is 0, `y` the level at the origin; undefined of persistence,
    /// which names no direction.
    pub const DIRECTIONAL_ACCURACY: Self = Self {
        key: "directional_accuracy",
        label: "direction",
        unit: Unit::One,
        digits: 4,
        aim: Aim::Largest,
        of_intervals: false,
        terms: 2,
        term: |case, sums| {
            if let Some((happened, called)) = case.changes() {
                let decided = happened != 0.0 && called != 0.0;
                let right = decided && (happened > 0.0) == (called > 0.0);
                sums.copy_from_slice(&[flag(decided), flag(right)]);
            }
        },
        finish: share,
    };

    /// The share of consecutive records whose differences have the same sign in actual and predicted: what the
    /// original thesis called directional accuracy. It rewards following the last hour, not forecasting.
    pub const DIRECTIONAL_ACCURACY_CONSECUTIVE: Self = Self {
        key: "directional_accuracy_consecutive",
        label: "direction (consecutive)",
        unit: Unit::One,
        digits: 4,
        aim: Aim::Largest,
        of_intervals: false,
        terms: 2,
        term: |case, sums| {
            if let Some(before) = case.before {
                let happened = (case.forecast.actual - before.actual).partial_cmp(&0.0);
                let called = (case.forecast.predicted - before.predicted).partial_cmp(&0.0);
                sums.copy_from_slice(&[1.0, flag(happened == called)]);
            }
        },
        finish: share,
    };
}

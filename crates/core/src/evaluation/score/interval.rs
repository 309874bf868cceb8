//! Scores of intervals, over the forecasts that have one.

use super::{Aim, Case, Score, Unit, flag, share};
use crate::models::Coverage;

impl Score {
    /// Share of `lower <= a <= upper` of the 80 % interval.
    pub const COVERAGE: Self = Self {
        key: "coverage",
        label: "coverage 80 %",
        term: |case, sums| covered(case, Coverage::P80, sums),
        ..share_inside(Coverage::P80)
    };

    /// Mean width of the 80 % interval, `mean(upper - lower)`.
    pub const INTERVAL_WIDTH: Self = Self {
        key: "interval_width",
        label: "width 80 %",
        term: |case, sums| width(case, Coverage::P80, sums),
        ..MEAN_WIDTH
    };

    /// Share of `lower <= a <= upper` of the 95 % interval.
    pub const COVERAGE_95: Self = Self {
        key: "coverage_95",
        label: "coverage 95 %",
        term: |case, sums| covered(case, Coverage::P95, sums),
        ..share_inside(Coverage::P95)
    };

    /// Mean width of the 95 % interval, `mean(upper - lower)`.
    pub const INTERVAL_WIDTH_95: Self = Self {
        key: "interval_width_95",
        label: "width 95 %",
        term: |case, sums| width(case, Coverage::P95, sums),
        ..MEAN_WIDTH
    };
}

/// What coverages have in common.
const fn share_inside(coverage: Coverage) -> Score {
    Score { unit: Unit::One, aim: Aim::Nominal(coverage), ..MEAN_WIDTH }
}

/// What widths have in common.
const MEAN_WIDTH: Score = Score {
    key: "",
    label: "",
    unit: Unit::IndexPoints,
    digits: 4,
    aim: Aim::Smallest,
    of_intervals: true,
    terms: 2,
    term: |_, _| (),
    finish: share,
};

fn covered(case: &Case, coverage: Coverage, sums: &mut [f64]) {
    if let Some(interval) = case.interval(coverage) {
        sums.copy_from_slice(&[1.0, flag(interval.contains(case.forecast.actual))]);
    }
}

fn width(case: &Case, coverage: Coverage, sums: &mut [f64]) {
    if let Some(interval) = case.interval(coverage) {
        sums.copy_from_slice(&[1.0, interval.width()]);
    }
}

//! Scores of intervals, over the forecasts that have one.

use super::{Aim, Case, Score, Unit, flag, share};
use crate::evaluation::Loss;
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

    /// Mean Winkler loss of the 80 % interval, `mean(u - l + 10 max(l - a, a - u, 0))`: the least for the quantiles at 10
    /// and 90 %.
    ///
    /// # References
    /// Winkler (1972), JASA 67, 187-191; Gneiting and Raftery (2007), JASA 102, 359-378.
    pub const INTERVAL_SCORE: Self = Self {
        key: "interval_score",
        label: "Winkler 80 %",
        term: |case, sums| loss(case, Loss::Interval80, sums),
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

    /// Mean Winkler loss of the 95 % interval, `mean(u - l + 40 max(l - a, a - u, 0))`.
    pub const INTERVAL_SCORE_95: Self = Self {
        key: "interval_score_95",
        label: "Winkler 95 %",
        term: |case, sums| loss(case, Loss::Interval95, sums),
        ..MEAN_WIDTH
    };

    /// Mean pinball loss of the 5 % quantile `q`, `mean((0.05 - 1{a < q}) (a - q))`.
    ///
    /// # References
    /// Koenker and Bassett (1978), Econometrica 46, 33-50.
    pub const PINBALL_5: Self = Self {
        key: "pinball_5",
        label: "pinball 5 %",
        term: |case, sums| loss(case, Loss::Pinball5, sums),
        ..MEAN_WIDTH
    };

    /// Mean pinball loss of the 95 % quantile.
    pub const PINBALL_95: Self = Self {
        key: "pinball_95",
        label: "pinball 95 %",
        term: |case, sums| loss(case, Loss::Pinball95, sums),
        ..MEAN_WIDTH
    };

    /// Continuous ranked probability score, `2 integral of pinball(level)`, by the quantiles at the ends of the 50, 80, 90
    /// and 95 % intervals, each for the levels next to it: nine tenths of the integral where the law is normal.
    ///
    /// # References
    /// Gneiting and Ranjan (2011), JBES 29, 411-422; Bracher et al. (2021), `PLoS` Computational Biology 17.
    pub const CRPS: Self =
        Self { key: "crps", label: "CRPS", term: |case, sums| loss(case, Loss::Crps, sums), ..MEAN_WIDTH };
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

fn loss(case: &Case, loss: Loss, sums: &mut [f64]) {
    if let Some(value) = loss.at(case.series, case.row) {
        sums.copy_from_slice(&[1.0, value]);
    }
}

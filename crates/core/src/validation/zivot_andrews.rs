//! The Zivot-Andrews test.

use crate::error::{Error, Result};
use crate::hypothesis::{PBound, TestKind, TestResult};
use crate::validation::augmented_dickey_fuller::{AugmentedDickeyFuller, LagRule, require_movement};
use crate::validation::mackinnon::Deterministic;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::unit_root_regression::{UnitRootRegression, factor};
use crate::validation::zivot_andrews_quantiles::{BOTH, INTERCEPT, PERCENT, TREND};
use ndarray::{Array1, Array2, s};
use serde::{Deserialize, Serialize};

/// What may break under the alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZivotAndrewsBreak {
    /// The intercept (model A).
    #[default]
    Intercept,
    /// The trend (model B).
    Trend,
    /// Both (model C).
    Both,
}

/// The Zivot-Andrews test of a unit root against stationarity with one break at an unknown date.
///
/// The least t statistic of `x_{t-1}` over all break dates inside the trimmed range, in the ADF regression
/// with constant, trend and break indicators. The lags are chosen once, without break (Baum 2004). Each break
/// date costs one small solve: the regressors common to all dates are projected out beforehand.
///
/// # References
/// Zivot and Andrews (1992), Journal of Business and Economic Statistics 10; Baum (2004), Stata module
/// ZANDREWS.
///
/// # Examples
/// ```
/// use dvol_core::validation::ZivotAndrews;
/// let stationary_with_a_step: Vec<f64> =
///     (0..200).map(|t| f64::from(t * 7919 % 101) / 50.0 + if t < 90 { 0.0 } else { 8.0 }).collect();
/// let (test, position) = ZivotAndrews::default().test(&stationary_with_a_step)?;
/// assert!(test.rejects(0.01));
/// assert!(position.abs_diff(90) <= 2);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ZivotAndrews {
    /// What breaks.
    pub model: ZivotAndrewsBreak,
    /// The lag rule.
    pub lags: LagRule,
    /// The share of the series at either end where no break is sought, in [0, 1/3).
    pub trim: f64,
}

impl Default for ZivotAndrews {
    fn default() -> Self {
        Self { model: ZivotAndrewsBreak::Intercept, lags: LagRule::Aic, trim: 0.15 }
    }
}

impl ZivotAndrews {
    /// The test, and the index, from 0, of the last observation before the break.
    ///
    /// # Errors
    /// A value that is not finite, a series that is constant but for its last step, too few observations, or a trim outside [0, 1/3).
    pub fn test(&self, series: &[f64]) -> Result<(TestResult, usize)> {
        const WHAT: &str = "the Zivot-Andrews test";
        require_series(WHAT, series, 20)?;
        require_movement(WHAT, series, 0)?;
        if !(0.0..1.0 / 3.0).contains(&self.trim) {
            return Err(Error::parameter("trim", self.trim, "in [0, 1/3)"));
        }
        let lags = match self.lags {
            LagRule::Fixed(lags) => lags,
            rule => AugmentedDickeyFuller { terms: Deterministic::Trend, lags: rule, max_lags: None }
                .test(series)?
                .lags
                .unwrap_or(0),
        };
        let n = series.len();
        let trimmed = (n as f64 * self.trim) as usize;
        if n < 3 * lags + 20 {
            return Err(Error::too_few(
                WHAT,
                3 * lags + 20,
                n,
                format!("it uses {lags} lags; give a longer series or fewer lags"),
            ));
        }
        let search = BreakSearch::new(series, lags)?;
        // rows before the break: a ramp from the first or second row on would be collinear with the trend
        let before = if self.model == ZivotAndrewsBreak::Intercept { 1 } else { 2 };
        let first = (trimmed + 1).max(lags + 1 + before);
        let (mut least, mut place) = (f64::INFINITY, first);
        // downwards, because the sums over rows after the break then grow by one row a step
        let mut sums = search.empty_sums();
        let mut row = search.rows;
        for period in (first..=n - trimmed).rev() {
            let cutoff = period - (lags + 1);
            while row > cutoff {
                row -= 1;
                sums.add(&search, row);
            }
            let t = search.statistic(&sums, cutoff, self.model)?;
            if t <= least {
                (least, place) = (t, period);
            }
        }
        // The ramp of the trend model is 1 at the row where the others' indicators would start a row later.
        let last = match self.model {
            ZivotAndrewsBreak::Trend => place - 2,
            ZivotAndrewsBreak::Intercept | ZivotAndrewsBreak::Both => place - 1,
        };
        let table = match self.model {
            ZivotAndrewsBreak::Intercept => &INTERCEPT,
            ZivotAndrewsBreak::Trend => &TREND,
            ZivotAndrewsBreak::Both => &BOTH,
        };
        let (p_value, bound) = p_value(least, table);
        let at = |percent: f64| {
            PERCENT.iter().position(|&p| p == percent).map_or(f64::NAN, |position| table[position])
        };
        let result = TestResult::new(TestKind::UnitRoot.named(match self.model {
            ZivotAndrewsBreak::Intercept => "Zivot-Andrews (break in the intercept)",
            ZivotAndrewsBreak::Trend => "Zivot-Andrews (break in the trend)",
            ZivotAndrewsBreak::Both => "Zivot-Andrews (break in intercept and trend)",
        }))
        .with_null(
            "the series has a unit root without break",
            "the series is stationary about a trend with one break",
        )
        .with_statistic(least, "Zivot-Andrews")
        .with_p_value(p_value)
        .with_observations(search.rows)
        .with_lags(lags)
        .with_bound(bound)
        .with_critical_values([(0.01, at(1.0)), (0.05, at(5.0)), (0.10, at(10.0))])
        .with_note(format!("the least statistic is that of a break after observation {last}"));
        Ok((result, last))
    }
}

fn p_value(statistic: f64, table: &[f64]) -> (f64, PBound) {
    let last = table.len() - 1;
    if statistic <= table[0] {
        return (PERCENT[0] / 100.0, PBound::AtMost);
    }
    if statistic >= table[last] {
        return (PERCENT[last] / 100.0, PBound::AtLeast);
    }
    let above = table.partition_point(|&value| value < statistic).max(1);
    let share = (statistic - table[above - 1]) / (table[above] - table[above - 1]);
    ((PERCENT[above - 1] + share * (PERCENT[above] - PERCENT[above - 1])) / 100.0, PBound::Exact)
}

/// The regression without break, prepared so that a break costs O(k^2).
struct BreakSearch {
    // row r: [constant, trend, lagged differences, level, dependent]
    table: Array2<f64>,
    // Cholesky factor of the common columns' cross-products
    factor: Array2<f64>,
    // L^-1 of the cross-products of the common columns with level and dependent
    level: Array1<f64>,
    dependent: Array1<f64>,
    // cross-products of level and dependent among themselves
    own: [f64; 3],
    rows: usize,
    common: usize,
}

/// Sums over the rows after the break: of each column, and of each column times the row number.
struct SuffixSums {
    plain: Array1<f64>,
    ramp: Array1<f64>,
}

impl SuffixSums {
    fn add(&mut self, search: &BreakSearch, row: usize) {
        let values = search.table.row(row);
        self.plain += &values;
        self.ramp.scaled_add(row as f64, &values);
    }
}

impl BreakSearch {
    fn new(series: &[f64], lags: usize) -> Result<Self> {
        let regression = UnitRootRegression::new(series, Deterministic::Trend);
        let (d, fixed) = (regression.differences(), regression.columns());
        let rows = d.len() - lags;
        let common = 2 + lags;
        let mut table = Array2::zeros((rows, common + 2));
        for r in 0..rows {
            let t = r + lags;
            table[[r, 0]] = 1.0;
            table[[r, 1]] = fixed[1][t];
            for lag in 1..=lags {
                table[[r, 1 + lag]] = d[t - lag];
            }
            table[[r, common]] = fixed[2][t];
            table[[r, common + 1]] = d[t];
        }
        let gram = table.t().dot(&table);
        let factor = factor(gram.slice(s![..common, ..common]).to_owned())?;
        let level = forward(&factor, gram.slice(s![..common, common]).to_owned());
        let dependent = forward(&factor, gram.slice(s![..common, common + 1]).to_owned());
        let own = [gram[[common, common]], gram[[common, common + 1]], gram[[common + 1, common + 1]]];
        Ok(Self { table, factor, level, dependent, own, rows, common })
    }

    fn empty_sums(&self) -> SuffixSums {
        SuffixSums { plain: Array1::zeros(self.common + 2), ramp: Array1::zeros(self.common + 2) }
    }

    /// The t statistic of the level when indicators start at row `cutoff`.
    fn statistic(&self, sums: &SuffixSums, cutoff: usize, model: ZivotAndrewsBreak) -> Result<f64> {
        let after = (self.rows - cutoff) as f64;
        let step = Indicator { products: sums.plain.clone(), with_step: after };
        // value (r - cutoff + 2) from the cutoff on; statsmodels' trend-only ramp starts a row earlier, at 1
        let offset = 2.0 - cutoff as f64;
        let mut ramp = &sums.ramp + &(&sums.plain * offset);
        let mut ramp_with_step = after + after * (after + 1.0) / 2.0;
        let ramp_square = |from: f64| {
            let to = from + after - 1.0;
            (to * (to + 1.0) * (2.0 * to + 1.0) - (from - 1.0) * from * (2.0 * from - 1.0)) / 6.0
        };
        let mut square = ramp_square(2.0);
        if model == ZivotAndrewsBreak::Trend {
            ramp += &self.table.row(cutoff - 1);
            ramp_with_step += 1.0;
            square += 1.0;
        }
        let ramp = Indicator { products: ramp, with_step: ramp_with_step };
        match model {
            ZivotAndrewsBreak::Intercept => self.solve(&[(&step, &[after])]),
            ZivotAndrewsBreak::Trend => self.solve(&[(&ramp, &[square])]),
            ZivotAndrewsBreak::Both => self.solve(&[(&step, &[after]), (&ramp, &[ramp.with_step, square])]),
        }
    }

    /// `indicators`: each with its products with itself and the indicators before it.
    fn solve(&self, indicators: &[(&Indicator, &[f64])]) -> Result<f64> {
        let count = indicators.len();
        let size = count + 2;
        let projected: Vec<Array1<f64>> = indicators
            .iter()
            .map(|(indicator, _)| {
                forward(&self.factor, indicator.products.slice(s![..self.common]).to_owned())
            })
            .collect();
        let mut left = Array2::zeros((size, size));
        for (i, (indicator, products)) in indicators.iter().enumerate() {
            for (j, product) in products.iter().enumerate() {
                left[[i, j]] = product - projected[i].dot(&projected[j]);
                left[[j, i]] = left[[i, j]];
            }
            for (j, other) in [&self.level, &self.dependent].into_iter().enumerate() {
                let value = indicator.products[self.common + j] - projected[i].dot(other);
                left[[count + j, i]] = value;
                left[[i, count + j]] = value;
            }
        }
        left[[count, count]] = self.own[0] - self.level.dot(&self.level);
        left[[count + 1, count]] = self.own[1] - self.level.dot(&self.dependent);
        left[[count, count + 1]] = left[[count + 1, count]];
        left[[count + 1, count + 1]] = self.own[2] - self.dependent.dot(&self.dependent);
        let factor = factor(left)?;
        let degrees = (self.rows - self.common - count - 1) as f64;
        Ok(factor[[size - 1, size - 2]] / (factor[[size - 1, size - 1]].powi(2) / degrees).sqrt())
    }
}

/// A break indicator by its products with the regression's columns and with the step.
struct Indicator {
    products: Array1<f64>,
    with_step: f64,
}

/// Solves `L x = b` for a lower triangular `L`.
fn forward(lower: &Array2<f64>, mut b: Array1<f64>) -> Array1<f64> {
    for i in 0..b.len() {
        let known = lower.slice(s![i, ..i]).dot(&b.slice(s![..i]));
        b[i] = (b[i] - known) / lower[[i, i]];
    }
    b
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Zivot-Andrews",
    kind: TestKind::UnitRoot,
    group: Group::Stationarity,
    validity: Validity::Any,
    invariance: Invariance::ScaleAndLevel,
    reported: false,
    run: |residuals| ZivotAndrews::default().test(residuals.values()).map(|(test, _)| test),
};

//! The regression under unit-root tests, `dx_t` on deterministics, `x_{t-1}` and lagged differences.
//!
//! All lag lengths share one matrix of cross-products. Its lag block costs O(n p) instead of O(n p^2), because
//! `sum_t d_{t-i-1} d_{t-j-1}` differs from `sum_t d_{t-i} d_{t-j}` by its two end terms only; a single
//! Cholesky factorisation then holds the residual sums of squares of all nested regressions.

use crate::error::{Error, Result};
use crate::statistics::mean;
use crate::validation::mackinnon::Deterministic;
use linfa_linalg::cholesky::Cholesky as _;
use ndarray::Array2;

/// Differences `d_t = x_{t+1} - x_t` and the columns that go with them.
pub(crate) struct UnitRootRegression {
    difference: Vec<f64>,
    // deterministics (centred and scaled) and then the level, each indexed like `difference`
    columns: Vec<Vec<f64>>,
}

/// What one regression says about `x_{t-1}`.
pub(crate) struct LevelEstimate {
    pub(crate) t: f64,
    pub(crate) n: usize,
}

impl UnitRootRegression {
    pub(crate) fn new(series: &[f64], terms: Deterministic) -> Self {
        let difference: Vec<f64> = series.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let n = difference.len();
        let mut columns = Vec::new();
        // with a constant, shifts of the other columns change no test and save digits
        let centre = if terms == Deterministic::None {
            0.0
        } else {
            columns.push(vec![1.0; n]);
            mean(&series[..n])
        };
        if terms == Deterministic::Trend {
            columns.push((0..n).map(|t| (t as f64 - n as f64 / 2.0) / n as f64).collect());
        }
        columns.push(series[..n].iter().map(|value| value - centre).collect());
        Self { difference, columns }
    }

    pub(crate) fn differences(&self) -> &[f64] {
        &self.difference
    }

    pub(crate) fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    /// Cross-products over `t = start..` of `[columns, d_{t-1}..d_{t-lags}, d_t]`; `start >= lags`.
    pub(crate) fn cross_products(&self, start: usize, lags: usize) -> Array2<f64> {
        let d = &self.difference;
        let (n, fixed) = (d.len(), self.columns.len());
        let size = fixed + lags + 1;
        // position of lag i among the columns; the dependent variable is lag 0 and comes last
        let place = |lag: usize| if lag == 0 { size - 1 } else { fixed + lag - 1 };
        let mut gram = Array2::zeros((size, size));
        let mut set = |i: usize, j: usize, value: f64| {
            gram[[i, j]] = value;
            gram[[j, i]] = value;
        };
        for (i, left) in self.columns.iter().enumerate() {
            for (j, right) in self.columns.iter().enumerate().take(i + 1) {
                set(i, j, dot(&left[start..], &right[start..]));
            }
            for lag in 0..=lags {
                set(i, place(lag), dot(&left[start..], &d[start - lag..n - lag]));
            }
        }
        for gap in 0..=lags {
            let mut value = dot(&d[start..], &d[start - gap..n - gap]);
            for i in 0..=lags - gap {
                set(place(i), place(i + gap), value);
                if i + gap < lags {
                    value += d[start - 1 - i] * d[start - 1 - i - gap] - d[n - 1 - i] * d[n - 1 - i - gap];
                }
            }
        }
        gram
    }

    /// Residual sums of squares with 0, 1, ..., `lags` lagged differences, all over the same rows.
    pub(crate) fn nested_sums_of_squares(&self, lags: usize) -> Result<Vec<f64>> {
        let factor = factor(self.cross_products(lags, lags))?;
        let fixed = self.columns.len();
        let last = factor.row(fixed + lags);
        let mut sums = vec![last[fixed + lags].powi(2)];
        for lag in (1..=lags).rev() {
            sums.push(sums[lags - lag] + last[fixed + lag - 1].powi(2));
        }
        sums.reverse();
        Ok(sums)
    }

    /// The t statistic of the level with so many lagged differences, on all rows that have them.
    pub(crate) fn level_estimate(&self, lags: usize) -> Result<LevelEstimate> {
        let gram = self.cross_products(lags, lags);
        let (fixed, size) = (self.columns.len(), gram.nrows());
        // the level goes last but one: its t statistic can then be read off the factor
        let order: Vec<usize> = (0..fixed - 1).chain(fixed..size - 1).chain([fixed - 1, size - 1]).collect();
        let factor = factor(gram.select(ndarray::Axis(0), &order).select(ndarray::Axis(1), &order))?;
        let n = self.difference.len() - lags;
        let degrees = n as f64 - (size - 1) as f64;
        if degrees < 1.0 {
            return Err(Error::too_few(
                "a unit-root regression",
                size + lags,
                n,
                "give a longer series or fewer lags",
            ));
        }
        let sigma = (factor[[size - 1, size - 1]].powi(2) / degrees).sqrt();
        Ok(LevelEstimate { t: factor[[size - 1, size - 2]] / sigma, n })
    }
}

/// The lower Cholesky factor, columns scaled to unit length meanwhile.
pub(crate) fn factor(mut gram: Array2<f64>) -> Result<Array2<f64>> {
    let scales: Vec<f64> = gram.diag().iter().map(|value| value.sqrt()).collect();
    for ((i, j), value) in gram.indexed_iter_mut() {
        *value /= scales[i] * scales[j];
    }
    let mut factor = gram.cholesky().map_err(|_| Error::Singular {
        what: "a unit-root regression".to_owned(),
        columns: "level, lagged differences and deterministics".to_owned(),
        remedy: "give fewer lags, or a series that is not an exact recursion or trend".to_owned(),
    })?;
    for (mut row, scale) in factor.rows_mut().into_iter().zip(&scales) {
        row *= *scale;
    }
    Ok(factor)
}

pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    ndarray::aview1(left).dot(&ndarray::aview1(right))
}

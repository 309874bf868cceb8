//! How many lags a long-run variance has.

use crate::error::{Error, Result};
use crate::regression::long_run::{Kernel, covariance_sums};
use ndarray::{Array1, Array2, s};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The largest slope in Andrews' rule: at 1 the bandwidth is infinite.
const LARGEST_SLOPE: f64 = 0.97;

/// The most lags anybody may ask for.
const MOST_LAGS: usize = 1_000_000;

/// How many lags, fixed or chosen from the data.
///
/// A rule has two conventions here. [`super::long_run_variance`], of one series, follows Python's `arch`:
/// `ceil(4 (n / 100)^r)` autocovariances in Newey and West's rule, an AR(1) without constant in Andrews'.
/// [`super::Covariance`], of a regression, follows R's `sandwich`: `floor(a (n / 100)^r)` autocovariances with a = 3
/// for prewhitened scores and 4 otherwise, an AR(1) with constant. Both keep Andrews' slopes inside (-0.97, 0.97)
/// (Andrews and Monahan 1992), which R's does not.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bandwidth {
    /// So many lags.
    Lags(usize),
    /// Andrews (1991): the plug-in rule with AR(1) approximations.
    Andrews,
    /// Newey and West (1994): the plug-in rule with truncated autocovariances.
    NeweyWest,
}

impl FromStr for Bandwidth {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "andrews" => Ok(Self::Andrews),
            "newey-west" => Ok(Self::NeweyWest),
            _ => text.parse().ok().filter(|lags| *lags <= MOST_LAGS).map(Self::Lags).ok_or_else(|| {
                Error::parameter(
                    "hac",
                    text,
                    "a whole number of lags, andrews or newey-west; a million lags at most",
                )
            }),
        }
    }
}

/// What the packages do differently inside the same rule.
#[derive(Clone, Copy)]
struct Convention {
    /// Autocovariances in Newey and West's rule.
    lags: usize,
    /// Whether Andrews' AR(1) has a constant.
    constant: bool,
    /// Rows that Newey and West's rule counts.
    rows: usize,
}

impl Bandwidth {
    pub(super) fn describe(self) -> String {
        match self {
            Self::Lags(lags) => format!("bandwidth {lags}"),
            Self::Andrews => "Andrews bandwidth".to_owned(),
            Self::NeweyWest => "Newey-West (1994) bandwidth".to_owned(),
        }
    }

    /// The bandwidth for a series as `arch` has it.
    pub(super) fn for_series(self, kernel: Kernel, series: &Array2<f64>) -> Result<f64> {
        let n = series.nrows();
        let lags = (4.0 * (n as f64 / 100.0).powf(rate(kernel))).ceil() as usize;
        self.select(kernel, series, &Array1::ones(1), Convention { lags, constant: false, rows: n })
    }

    /// The bandwidth for scores of shape (n, series), each column weighted by `weights`, as R's `sandwich` has it.
    /// Of `rows` rows a prewhitening lost one.
    pub(super) fn for_covariance(
        self,
        kernel: Kernel,
        scores: &Array2<f64>,
        weights: &Array1<f64>,
        rows: usize,
    ) -> Result<f64> {
        let factor = if rows > scores.nrows() { 3.0 } else { 4.0 };
        let lags = (factor * (rows as f64 / 100.0).powf(rate(kernel))).floor() as usize;
        self.select(kernel, scores, weights, Convention { lags, constant: true, rows })
    }

    fn select(
        self,
        kernel: Kernel,
        scores: &Array2<f64>,
        weights: &Array1<f64>,
        convention: Convention,
    ) -> Result<f64> {
        let n = scores.nrows() as f64;
        let (constant, q) = match self {
            Self::Lags(lags) => return Ok(lags as f64),
            Self::Andrews | Self::NeweyWest => kernel.optimal()?,
        };
        let (alpha, rows) = match self {
            Self::Andrews => (andrews_alpha(scores, weights, q, convention.constant), n),
            _ => (newey_west_alpha(&scores.dot(weights), q, convention.lags), convention.rows as f64),
        };
        // a series without any autocorrelation in it (or constant) needs no lags
        let alpha = if alpha.is_finite() { alpha } else { 0.0 };
        Ok((constant * (alpha * rows).powf(1.0 / f64::from(2 * q + 1))).min(n - 1.0))
    }
}

fn rate(kernel: Kernel) -> f64 {
    match kernel {
        Kernel::Parzen => 4.0 / 25.0,
        Kernel::QuadraticSpectral => 2.0 / 25.0,
        Kernel::Bartlett | Kernel::Rectangular => 2.0 / 9.0,
    }
}

/// Andrews (1991), equations 6.4: AR(1) for each column.
fn andrews_alpha(scores: &Array2<f64>, weights: &Array1<f64>, q: i32, constant: bool) -> f64 {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    for (column, &weight) in scores.columns().into_iter().zip(weights) {
        let n = column.len();
        let (mut past, mut present) =
            (column.slice(s![..n - 1]).to_owned(), column.slice(s![1..]).to_owned());
        if constant {
            past -= past.sum() / (n - 1) as f64;
            present -= present.sum() / (n - 1) as f64;
        }
        let energy = past.dot(&past);
        if weight == 0.0 || energy == 0.0 {
            continue;
        }
        let slope = (past.dot(&present) / energy).clamp(-LARGEST_SLOPE, LARGEST_SLOPE);
        let residual = &present - &(&past * slope);
        let variance_squared = (residual.dot(&residual) / (n - 1) as f64).powi(2);
        let shape = match q {
            1 => 1.0 / ((1.0 - slope).powi(6) * (1.0 + slope).powi(2)),
            _ => 1.0 / (1.0 - slope).powi(8),
        };
        numerator += weight * 4.0 * slope * slope * variance_squared * shape;
        denominator += weight * variance_squared / (1.0 - slope).powi(4);
    }
    numerator / denominator
}

/// Newey and West (1994): `(s_q / s_0)^2` of the weighted sum of the columns.
fn newey_west_alpha(series: &Array1<f64>, q: i32, lags: usize) -> f64 {
    let gamma = covariance_sums(series.view(), lags.min(series.len() - 1));
    let (mut level, mut slope) = (gamma[0], 0.0);
    for (j, value) in gamma.iter().enumerate().skip(1) {
        level += 2.0 * value;
        slope += 2.0 * (j as f64).powi(q) * value;
    }
    (slope / level).powi(2)
}

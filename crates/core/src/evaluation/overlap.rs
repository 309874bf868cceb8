//! Forecast errors overlap: an error `h` steps ahead shares shocks with its `h - 1` neighbours.

use super::Forecasts;
use crate::error::{Error, Result};
use crate::regression::{Covariance, FittedOls, Kernel, long_run_sums};
use crate::statistics::centred;
use crate::time::{HOUR_MS, Horizon, Timestamp};
use ndarray::{Array1, Array2};

/// Where forecasts stand in time, and how many neighbours each shares shocks with.
///
/// Origins are placed on a grid whose step is the greatest common divisor of their distances. Origins may be
/// missing (a regime, a filter): moments are zero there, so only pairs that really are `k` steps apart enter the
/// `k`-th autocovariance (Parzen's amplitude-modulated series).
///
/// # References
/// Hansen and Hodrick (1980), JPE 88, 829-853 (overlap); Datta and Du (2012), Federal Reserve IFDP 1060 (gaps).
#[derive(Debug, Clone)]
pub(super) struct Overlap {
    rows: Vec<usize>,
    length: usize,
    /// Horizon in steps of the grid, rounded up.
    pub(super) steps: usize,
}

impl Overlap {
    pub(super) fn of(origins: &[Timestamp], horizon: Horizon) -> Self {
        let distances: Vec<i64> =
            origins.windows(2).map(|pair| pair[1].millis() - pair[0].millis()).collect();
        let step = distances.iter().fold(0, |divisor, &distance| common_divisor(divisor, distance)).max(1);
        let mut rows = Vec::with_capacity(origins.len());
        let mut row = 0;
        rows.push(0);
        for distance in distances {
            row += (distance / step) as usize;
            rows.push(row);
        }
        let reach = i64::from(horizon.get()) * HOUR_MS;
        let steps = if origins.len() < 2 { 1 } else { (reach + step - 1).div_euclid(step).max(1) as usize };
        Self { rows, length: row + 1, steps }
    }

    /// The row of every origin on the grid, and the grid's length.
    pub(super) fn grid(&self) -> (&[usize], usize) {
        (&self.rows, self.length)
    }

    /// The lags at which errors are correlated by construction.
    pub(super) fn lags(&self) -> usize {
        self.steps - 1
    }

    /// The covariance matrix of the mean of `moments`, shape (origins, q), which the caller has centred or not.
    pub(super) fn covariance_of_mean(
        &self,
        moments: &Array2<f64>,
        kernel: Kernel,
        lags: usize,
    ) -> Array2<f64> {
        let mut placed = Array2::zeros((self.length, moments.ncols()));
        for (&row, values) in self.rows.iter().zip(moments.rows()) {
            placed.row_mut(row).assign(&values);
        }
        let n = self.rows.len() as f64;
        long_run_sums(&placed, kernel, lags as f64) / (n * n)
    }

    /// The variance of the mean of a series about its own mean.
    pub(super) fn variance_of_mean(&self, series: &[f64], kernel: Kernel, lags: usize) -> f64 {
        let column = Array1::from(centred(series)).insert_axis(ndarray::Axis(1));
        self.covariance_of_mean(&column, kernel, lags)[[0, 0]]
    }

    /// The covariance of least-squares coefficients when errors overlap, shape (columns, columns).
    pub(super) fn covariance_of(&self, fit: &FittedOls) -> Result<Array2<f64>> {
        let scores = fit.design().values() * &fit.residuals().view().insert_axis(ndarray::Axis(1));
        let n = fit.n() as f64;
        let middle = self.covariance_of_mean(&scores, Kernel::Bartlett, self.lags()) * (n * n);
        let bread = fit.covariance(Covariance::Classical)? / fit.residual_variance();
        Ok(bread.dot(&middle).dot(&bread))
    }

    /// Bartlett's variance of a mean, or the reason why there is none.
    pub(super) fn robust_variance(&self, what: &str, series: &[f64]) -> Result<f64> {
        require_more_than_lags(what, series.len(), self.lags())?;
        let variance = self.variance_of_mean(series, Kernel::Bartlett, self.lags());
        if variance > 0.0 { Ok(variance) } else { Err(constant(what)) }
    }
}

impl Forecasts {
    /// The horizon in steps between origins, rounded up: 24 for hourly forecasts a day ahead, 1 for daily ones.
    ///
    /// A step is the greatest common divisor of the distances between origins, so that missing origins change
    /// nothing. Every test that counts lags takes `overlap - 1` of them from this rule.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{Forecast, Forecasts};
    /// use dvol_core::time::{Horizon, Timestamp};
    /// let every = |hours: i64| Forecasts::new("ours", [0, 1, 2, 5].map(|row| Forecast {
    ///     origin: Timestamp::from_hours(hours * row), horizon: Horizon::hours(24),
    ///     actual: 51.0, predicted: 50.0, anchor: 50.0,
    /// }));
    /// assert_eq!((every(1)?.overlap(), every(6)?.overlap(), every(24)?.overlap()), (24, 4, 1));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn overlap(&self) -> usize {
        Overlap::of(self.origins(), self.horizon()).steps
    }
}

pub(super) fn require_more_than_lags(what: &str, n: usize, lags: usize) -> Result<()> {
    let needed = lags + 2;
    if n < needed {
        return Err(Error::too_few(what, needed, n, "give more origins than the horizon has steps"));
    }
    Ok(())
}

pub(super) fn constant(what: &str) -> Error {
    Error::Mismatch {
        what: what.to_owned(),
        left: "losses of the first model".to_owned(),
        right: "losses of the second differ by a constant".to_owned(),
        remedy: "compare two different models".to_owned(),
    }
}

fn common_divisor(left: i64, right: i64) -> i64 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

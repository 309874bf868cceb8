//! Forecast errors overlap: an error `h` steps ahead shares shocks with its `h - 1` neighbours.

use super::Forecasts;
use crate::error::Error;
use crate::regression::{Kernel, long_run_sums};
use crate::time::{HOUR_MS, Horizon, Timestamp};
use ndarray::Array2;

/// Where forecasts stand in time, and how many neighbours each shares shocks with.
///
/// Origins are placed on a grid whose step is the greatest common divisor of their distances. Origins may be
/// missing (a regime, a filter): moments are zero there, so only pairs that really are `k` steps apart enter the
/// `k`-th autocovariance (Parzen's amplitude-modulated series).
///
/// # References
/// Hansen and Hodrick (1980), JPE 88, 829-853 (overlap); Datta and Du (2012), Federal Reserve IFDP 1060 (gaps).
pub(super) struct Overlap {
    rows: Vec<usize>,
    length: usize,
    neighbours: usize,
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
        // the most origins within one horizon: fewer than its steps where some are missing
        let (mut neighbours, mut first) = (1, 0);
        for (last, &place) in rows.iter().enumerate() {
            while place - rows[first] >= steps {
                first += 1;
            }
            neighbours = neighbours.max(last - first + 1);
        }
        Self { rows, length: row + 1, neighbours, steps }
    }

    /// The lags at which errors are correlated by construction.
    pub(super) fn lags(&self) -> usize {
        self.steps - 1
    }

    /// The most origins whose targets share time with one origin's and come no earlier, itself included.
    pub(super) fn neighbours(&self) -> usize {
        self.neighbours
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

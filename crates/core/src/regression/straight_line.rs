//! The least-squares line of one variable on another.

use crate::error::{Error, Result};
use crate::statistics::mean;

/// A line through points, and how closely they lie to it.
///
/// # Examples
/// ```
/// use dvol_core::regression::StraightLine;
/// let line = StraightLine::through(&[1.0, 2.0, 3.0], &[3.0, 5.0, 7.0], "x")?;
/// assert_eq!((line.intercept, line.slope, line.correlation), (1.0, 2.0, 1.0));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StraightLine {
    /// The height at 0.
    pub intercept: f64,
    /// The rise a unit of x.
    pub slope: f64,
    /// Pearson's correlation.
    pub correlation: f64,
    /// The smallest x.
    pub first: f64,
    /// The largest x.
    pub last: f64,
}

impl StraightLine {
    /// The line of `y` on `x`, which errors call `name`.
    ///
    /// # Errors
    /// An `x` without variance.
    pub fn through(x: &[f64], y: &[f64], name: &str) -> Result<Self> {
        let (x_mean, y_mean) = (mean(x), mean(y));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for (x, y) in x.iter().zip(y) {
            xx += (x - x_mean) * (x - x_mean);
            xy += (x - x_mean) * (y - y_mean);
            yy += (y - y_mean) * (y - y_mean);
        }
        if xx <= 0.0 || xx.is_nan() {
            return Err(Error::Singular {
                what: "a predictor's line".to_owned(),
                columns: name.to_owned(),
                remedy: "leave out a predictor that never changes".to_owned(),
            });
        }
        let slope = xy / xx;
        let bound = |pick: fn(f64, f64) -> f64, from: f64| x.iter().copied().fold(from, pick);
        Ok(Self {
            intercept: y_mean - slope * x_mean,
            slope,
            correlation: xy / (xx * yy).sqrt(),
            first: bound(f64::min, f64::INFINITY),
            last: bound(f64::max, f64::NEG_INFINITY),
        })
    }
}

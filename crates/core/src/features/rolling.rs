//! Trailing moments in one pass.

use crate::rolling::{Moments, rolling};

/// Trailing mean and standard deviation of a series, one a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RollingMoments {
    /// Mean of the present values in the window; NaN where too few are present.
    pub mean: Vec<f64>,
    /// Standard deviation (divisor n - 1) in the window; NaN where too few are present.
    pub standard_deviation: Vec<f64>,
}

/// Trailing moments over rows `t - window + 1 ..= t`, nulls left out.
///
/// A row needs at least `minimum` (and two) present values.
///
/// # Examples
/// ```
/// let moments = dvol_core::features::rolling_moments(&[1.0, 2.0, 3.0, 4.0], 3, 3);
/// assert!(moments.mean[1].is_nan());
/// assert_eq!(moments.mean[3], 3.0);
/// assert_eq!(moments.standard_deviation[3], 1.0);
/// ```
pub fn rolling_moments(series: &[f64], window: usize, minimum: usize) -> RollingMoments {
    let needed = minimum.max(2) as f64;
    let terms: Vec<Moments> = series.iter().map(|&value| Moments::of(value)).collect();
    let (mean, standard_deviation) = rolling(&terms, window.max(1))
        .into_iter()
        .map(|moments| {
            let enough = moments.count >= needed;
            if enough { (moments.mean, moments.standard_deviation()) } else { (f64::NAN, f64::NAN) }
        })
        .unzip();
    RollingMoments { mean, standard_deviation }
}

//! Long-run variances from few cosines: tests that keep their level at the lengths we have.

use crate::error::{Error, Result};
use crate::regression::design::require_finite;
use ndarray::{Array2, ArrayView2};
use std::f64::consts::PI;

/// The most cosines: Student's t with as many degrees of freedom is nearly normal.
const MOST: usize = 64;
/// Overlaps in one half-wave of the fastest cosine: the spectrum of a moving average is flat up to there, within 3 %
/// on average.
const OVERLAPS_A_HALF_WAVE: usize = 3;

/// How many cosines serve a series of `n` values that share shocks over `overlap` of them: `n / (3 overlap)`, at most 64.
///
/// # Errors
/// Fewer than `least`.
pub(crate) fn cosines(what: &str, n: usize, overlap: usize, least: usize) -> Result<usize> {
    let slowness = OVERLAPS_A_HALF_WAVE * overlap.max(1);
    let count = (n / slowness).min(MOST);
    if count < least {
        let remedy = format!("an overlap of {overlap} takes that many: give a longer series");
        return Err(Error::too_few(what, least * slowness, n, remedy));
    }
    Ok(count)
}

/// The long-run variance of a series about its mean, as the mean square of its projections on the first `count`
/// cosines.
///
/// The mean over its standard error then follows Student's t with `count` degrees of freedom: the error of the
/// variance itself is counted, which Newey and West's normal law leaves out. Each projection sees the spectrum at its own
/// frequency only, where Bartlett weights of `b` lags miss a share of order `overlap / b` at every length.
///
/// # Formula
/// `1/m sum_j (sqrt(2/n) sum_t x_t cos(pi j (t - 1/2) / n))^2`, `j = 1 ..= m`; the cosines are orthogonal to a constant.
///
/// # Errors
/// A value that is not finite, or `count` outside `1 .. n`.
///
/// # Examples
/// ```
/// use dvol_core::regression::cosine_long_run_variance;
/// // all n - 1 cosines together give the sum of squares about the mean over n - 1
/// let series = [1.0, 4.0, 2.0, 7.0, 6.0];
/// assert!((cosine_long_run_variance(&series, 4)? - 6.5).abs() < 1e-12);
/// assert!(cosine_long_run_variance(&series, 5).is_err());
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Mueller (2007), Journal of Econometrics 141; Lazarus, Lewis, Stock and Watson (2018), HAR inference: recommendations
/// for practice, Journal of Business and Economic Statistics 36.
pub fn cosine_long_run_variance(series: &[f64], count: usize) -> Result<f64> {
    require_finite("a long-run variance", "series", series)?;
    if !(1..series.len()).contains(&count) {
        return Err(Error::parameter("cosines", count, format!("from 1 to {}", series.len().max(2) - 1)));
    }
    let column = ndarray::ArrayView1::from(series).insert_axis(ndarray::Axis(1));
    Ok(cosine_sums(column, count)[[0, 0]])
}

/// The same for several series at once, rows in order of time: shape (series, series).
pub(crate) fn cosine_sums(scores: ArrayView2<'_, f64>, count: usize) -> Array2<f64> {
    let n = scores.nrows();
    let centres: Vec<f64> = (0..n).map(|t| t as f64 + 0.5).collect();
    let projections = cosine_table(&centres, n, count).dot(&scores);
    projections.t().dot(&projections) / count as f64
}

/// `sqrt(2/n) cos(pi j c / n)` at centres `c` of a series of `n` values, shape (count, centres).
pub(crate) fn cosine_table(centres: &[f64], n: usize, count: usize) -> Array2<f64> {
    let (height, n) = ((2.0 / n as f64).sqrt(), n as f64);
    Array2::from_shape_fn((count, centres.len()), |(j, t)| {
        height * (PI * (j + 1) as f64 * centres[t] / n).cos()
    })
}

//! Moments and quantiles of samples.

/// The quantile of ascending values: `x[k] + (p - k) (x[k+1] - x[k])`, `p = share (n - 1)`, `k` its whole part; NaN
/// of nothing.
///
/// # References
/// Hyndman and Fan (1996), Sample quantiles in statistical packages, American Statistician 50, definition 7 (the
/// default of numpy and R).
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

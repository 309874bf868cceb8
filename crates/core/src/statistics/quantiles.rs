//! Medians and quantiles.

/// The values in ascending order.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The middle value, the mean of the middle two of an even number; NaN of nothing.
///
/// # Examples
/// ```
/// use dvol_core::statistics::median;
/// assert_eq!((median(&[5.0, 1.0, 2.0]), median(&[4.0, 1.0])), (2.0, 2.5));
/// ```
pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    if values.is_empty() {
        return f64::NAN;
    }
    let (middle, odd) = (values.len() / 2, values.len() % 2 == 1);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return upper;
    }
    f64::midpoint(below.iter().copied().max_by(f64::total_cmp).unwrap_or(upper), upper)
}

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

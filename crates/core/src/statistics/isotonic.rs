//! The nearest series that does not fall.

/// The non-decreasing series with the smallest sum of squared distances from `values`: pools of adjacent violators,
/// each replaced by its mean.
///
/// # References
/// Ayer et al. (1955), "An empirical distribution function for sampling with incomplete information", Annals of
/// Mathematical Statistics 26.
///
/// # Examples
/// ```
/// use dvol_core::statistics::isotonic;
/// assert_eq!(isotonic(&[1.0, 4.0, 2.0, 5.0]), [1.0, 3.0, 3.0, 5.0]);
/// ```
pub fn isotonic(values: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(values.len());
    for &value in values {
        let mut pool = (value, 1);
        while let Some(&(before, count)) = pools.last()
            && before / count as f64 > pool.0 / pool.1 as f64
        {
            pools.pop();
            pool = (pool.0 + before, pool.1 + count);
        }
        pools.push(pool);
    }
    pools.into_iter().flat_map(|(sum, count)| std::iter::repeat_n(sum / count as f64, count)).collect()
}

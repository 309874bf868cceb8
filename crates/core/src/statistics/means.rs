//! Means and variances.

/// Arithmetic mean, `sum(x) / n`; NaN of nothing.
///
/// # Examples
/// ```
/// assert_eq!(dvol_core::statistics::mean(&[1.0, 2.0, 6.0]), 3.0);
/// ```
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Mean of squares about zero, `sum(x^2) / n`; NaN of nothing.
pub fn mean_square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64
}

/// Weighted mean of squares about zero, `sum(w x^2) / sum(w)`; NaN of nothing.
///
/// # Examples
/// ```
/// assert_eq!(dvol_core::statistics::weighted_mean_square(&[1.0, 3.0], &[3.0, 1.0]), 3.0);
/// ```
pub fn weighted_mean_square(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().zip(weights).map(|(value, weight)| weight * value * value).sum::<f64>()
        / weights.iter().sum::<f64>()
}

/// Values less their mean.
pub fn centred(values: &[f64]) -> Vec<f64> {
    let mean = mean(values);
    values.iter().map(|value| value - mean).collect()
}

/// `sum((x - centre)^2)`.
pub fn sum_of_squares(values: &[f64], centre: f64) -> f64 {
    values.iter().map(|value| (value - centre).powi(2)).sum::<f64>()
}

/// Population variance, `sum((x - mean)^2) / n`.
pub fn population_variance(values: &[f64]) -> f64 {
    sum_of_squares(values, mean(values)) / values.len() as f64
}

/// Sample variance, `sum((x - mean)^2) / (n - 1)`; NaN of a single value.
///
/// # Examples
/// ```
/// assert_eq!(dvol_core::statistics::variance(&[1.0, 2.0, 6.0]), 7.0);
/// ```
pub fn variance(values: &[f64]) -> f64 {
    sum_of_squares(values, mean(values)) / (values.len() as f64 - 1.0)
}

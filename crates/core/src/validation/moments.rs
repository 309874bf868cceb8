//! Central moments of a sample.

pub(crate) use crate::statistics::quantile;

/// Mean.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Values less their mean.
pub(crate) fn centred(values: &[f64]) -> Vec<f64> {
    let mean = mean(values);
    values.iter().map(|value| value - mean).collect()
}

/// `sum (x - mean)^k / n` for k = 2, 3, 4.
pub(crate) fn central_moments(values: &[f64]) -> (f64, f64, f64) {
    let mean = mean(values);
    let (mut second, mut third, mut fourth) = (0.0, 0.0, 0.0);
    for value in values {
        let distance = value - mean;
        let square = distance * distance;
        second += square;
        third += square * distance;
        fourth += square * square;
    }
    let n = values.len() as f64;
    (second / n, third / n, fourth / n)
}

/// Sample standard deviation with divisor `n - 1`.
pub(crate) fn standard_deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    (central_moments(values).0 * n / (n - 1.0)).sqrt()
}

/// Skewness `m3 / m2^(3/2)`, biased moments as in scipy.
///
/// # Examples
/// ```
/// assert_eq!(dvol_core::validation::skewness(&[-1.0, 0.0, 1.0]), 0.0);
/// ```
pub fn skewness(values: &[f64]) -> f64 {
    let (second, third, _) = central_moments(values);
    third / second.powf(1.5)
}

/// Excess kurtosis `m4 / m2^2 - 3`, biased moments as in scipy: 0 for a normal.
///
/// # Examples
/// ```
/// // a fair coin has the least kurtosis there is
/// assert_eq!(dvol_core::validation::excess_kurtosis(&[-1.0, 1.0, -1.0, 1.0]), -2.0);
/// ```
pub fn excess_kurtosis(values: &[f64]) -> f64 {
    let (second, _, fourth) = central_moments(values);
    fourth / (second * second) - 3.0
}

/// The values in ascending order.
pub(crate) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

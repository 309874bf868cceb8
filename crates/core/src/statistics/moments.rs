//! Central moments.

use super::mean;

/// A sample's mean and central moments `m_k = sum((x - mean)^k) / n`.
///
/// # Examples
/// ```
/// use dvol_core::statistics::Moments;
/// let moments = Moments::new(&[0.0, 0.0, 3.0]);
/// assert_eq!((moments.mean, moments.second, moments.third), (1.0, 2.0, 2.0));
/// assert_eq!(moments.standard_deviation(), 3.0_f64.sqrt());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The number of values.
    pub n: usize,
    /// Mean.
    pub mean: f64,
    /// Second central moment: the population variance.
    pub second: f64,
    /// Third central moment.
    pub third: f64,
    /// Fourth central moment.
    pub fourth: f64,
}

impl Moments {
    /// The moments of a sample; NaN of nothing.
    pub fn new(values: &[f64]) -> Self {
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
        Self { n: values.len(), mean, second: second / n, third: third / n, fourth: fourth / n }
    }

    /// Sample standard deviation `sqrt(m2 n / (n - 1))`.
    pub fn standard_deviation(&self) -> f64 {
        let n = self.n as f64;
        (self.second * n / (n - 1.0)).sqrt()
    }

    /// Skewness `m3 / m2^(3/2)`, biased moments as in scipy.
    pub fn skewness(&self) -> f64 {
        self.third / self.second.powf(1.5)
    }

    /// Excess kurtosis `m4 / m2^2 - 3`, biased moments as in scipy: 0 for a normal.
    pub fn excess_kurtosis(&self) -> f64 {
        self.fourth / (self.second * self.second) - 3.0
    }
}

/// Sample standard deviation `sqrt(m2 n / (n - 1))`; NaN of a single value.
pub fn standard_deviation(values: &[f64]) -> f64 {
    Moments::new(values).standard_deviation()
}

/// Skewness `m3 / m2^(3/2)`, biased moments as in scipy.
///
/// # Examples
/// ```
/// assert_eq!(dvol_core::statistics::skewness(&[-1.0, 0.0, 1.0]), 0.0);
/// ```
pub fn skewness(values: &[f64]) -> f64 {
    Moments::new(values).skewness()
}

/// Excess kurtosis `m4 / m2^2 - 3`, biased moments as in scipy: 0 for a normal.
///
/// # Examples
/// ```
/// // a fair coin has the least kurtosis there is
/// assert_eq!(dvol_core::statistics::excess_kurtosis(&[-1.0, 1.0, -1.0, 1.0]), -2.0);
/// ```
pub fn excess_kurtosis(values: &[f64]) -> f64 {
    Moments::new(values).excess_kurtosis()
}

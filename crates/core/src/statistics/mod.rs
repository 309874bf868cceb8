//! What describes a sample: means, variances, medians, central moments, quantiles; each written once.
//!
//! Sums run from the first value to the last, so that a number is the same to the last bit wherever it is computed.

mod isotonic;
mod means;
mod moments;
mod quantiles;

pub use isotonic::isotonic;
pub use means::{
    centred, mean, mean_square, population_variance, sum_of_squares, variance, weighted_mean_square,
};
pub use moments::{Moments, excess_kurtosis, skewness, standard_deviation};
pub use quantiles::{median, quantile, sorted};

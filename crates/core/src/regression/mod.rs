//! Least squares and its covariance estimators.
//!
//! A [`Design`] has named columns; [`Ols`] fits it (coefficients by linfa-linear); the fitted value
//! [`FittedOls`] gives residuals, fit statistics and, for any [`Covariance`], standard errors and a
//! [`RegressionTable`]. [`long_run_variance`] serves tests on autocorrelated series, [`Ridge`] designs that
//! are too collinear for least squares.

mod bandwidth;
mod collinearity;
mod cosine;
mod covariance;
mod design;
mod long_run;
mod ols;
mod prewhitening;
mod ridge;
mod rotation;
mod straight_line;
mod table;
mod triangular;

pub use bandwidth::Bandwidth;
pub use collinearity::variance_inflation_factors;
pub use cosine::CosineVariance;
pub use covariance::Covariance;
pub(crate) use design::require_finite;
pub use design::{CONSTANT, Design};
pub(crate) use long_run::long_run_sums;
pub use long_run::{Kernel, autocovariances, long_run_variance};
pub use ols::{FittedOls, Ols};
pub use prewhitening::Prewhitening;
pub use ridge::{FittedRidge, Ridge};
pub(crate) use rotation::cosine_wave;
pub use straight_line::StraightLine;
pub use table::{Coefficient, RegressionTable};

//! Tail probabilities of the normal, Student, chi-squared and F distributions.
//!
//! Written on the regularised incomplete functions themselves, so that p-values far in the tail keep their
//! digits (`1 - cdf` would not). A non-finite statistic or a degree of freedom of 0 or less gives NaN.

use statrs::function::{beta::checked_beta_reg, erf::erfc, gamma::checked_gamma_ur};

/// `P(Z > z)` for a standard normal `Z`.
///
/// # Examples
/// ```
/// assert!((dvol_core::tails::normal_upper(1.959963984540054) - 0.025).abs() < 1e-9);
/// ```
pub fn normal_upper(z: f64) -> f64 {
    0.5 * erfc(z / std::f64::consts::SQRT_2)
}

/// `P(|Z| > |z|)` for a standard normal `Z`.
pub fn normal_two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// `P(|T| > |t|)` for a Student `T` with `degrees` degrees of freedom.
///
/// # Examples
/// ```
/// assert!((dvol_core::tails::student_two_sided(2.228138851964939, 10.0) - 0.05).abs() < 1e-9);
/// ```
pub fn student_two_sided(t: f64, degrees: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    checked_beta_reg(degrees / 2.0, 0.5, degrees / (degrees + t * t)).unwrap_or(f64::NAN)
}

/// `P(T > t)` for a Student `T` with `degrees` degrees of freedom.
pub fn student_upper(t: f64, degrees: f64) -> f64 {
    let half = 0.5 * student_two_sided(t, degrees);
    if t > 0.0 { half } else { 1.0 - half }
}

/// `P(X > x)` for a chi-squared `X` with `degrees` degrees of freedom.
///
/// # Examples
/// ```
/// assert!((dvol_core::tails::chi_squared_upper(3.841458820694124, 1.0) - 0.05).abs() < 1e-9);
/// ```
pub fn chi_squared_upper(x: f64, degrees: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x.is_infinite() {
        return 0.0;
    }
    checked_gamma_ur(degrees / 2.0, x / 2.0).unwrap_or(f64::NAN)
}

/// `P(F > f)` for an F with `numerator` and `denominator` degrees of freedom.
///
/// # Examples
/// ```
/// assert!((dvol_core::tails::f_upper(4.964602743730711, 1.0, 10.0) - 0.05).abs() < 1e-9);
/// ```
pub fn f_upper(f: f64, numerator: f64, denominator: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    if f.is_infinite() {
        return 0.0;
    }
    checked_beta_reg(denominator / 2.0, numerator / 2.0, denominator / (numerator * f + denominator))
        .unwrap_or(f64::NAN)
}

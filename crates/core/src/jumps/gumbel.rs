//! The law of the largest of many standard normal statistics.

use crate::error::{Error, Result};
use std::f64::consts::{FRAC_2_PI, PI};

/// The quantile beta* of the standard Gumbel law that is exceeded with probability `alpha`.
///
/// # Formula
/// beta* = -log(-log(1 - alpha)); beta*(0.01) = 4.600149.
///
/// # Errors
/// `alpha` outside (0, 1).
///
/// # Examples
/// ```
/// assert!((dvol_core::jumps::gumbel_quantile(0.01)? - 4.600149).abs() < 1e-6);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn gumbel_quantile(alpha: f64) -> Result<f64> {
    if alpha > 0.0 && alpha < 1.0 {
        Ok(-(-(-alpha).ln_1p()).ln())
    } else {
        Err(Error::parameter("alpha", alpha, "a probability between 0 and 1, both excluded"))
    }
}

/// The value that the largest |N(0, 1)| of `n` exceeds with probability `alpha` (Lee and Mykland 2008).
///
/// # Formula
/// C(n) + S(n) beta*, with C(n) = sqrt(2 log n) - (log pi + log log n) / (2 sqrt(2 log n)) and
/// S(n) = 1 / sqrt(2 log n). The paper divides both by c = sqrt(2 / pi) because its local volatility is
/// bipower variation without the factor pi / 2; ours carries the factor, so statistics are in units of
/// standard deviations and the same returns are flagged.
///
/// # Errors
/// `alpha` outside (0, 1) or `n` below 3.
///
/// # References
/// Lee, S. S. and Mykland, P. A. (2008), Jumps in financial markets: a new nonparametric test and jump
/// dynamics, Review of Financial Studies 21, 2535-2563, Lemma 1.
///
/// # Examples
/// ```
/// assert!((dvol_core::jumps::family_wise_critical_value(0.01, 78)? - 4.067058).abs() < 1e-6);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn family_wise_critical_value(alpha: f64, n: usize) -> Result<f64> {
    if n < 3 {
        return Err(Error::too_few("a family-wise critical value", 3, n, "give a longer series"));
    }
    let logarithm = (n as f64).ln();
    let root = (2.0 * logarithm).sqrt();
    let centre = root - (PI.ln() + logarithm.ln()) / (2.0 * root);
    Ok(centre + gumbel_quantile(alpha)? / root)
}

/// The critical value of R's `highfrequency::intradayJumpTest` (version 1.0) for `n` returns a day.
///
/// # Formula
/// C(n) + S(n) beta*, with c = sqrt(2 / pi), C(n) = sqrt(2 log n) / c - (log pi + log log n) / (2 c sqrt(2 log n)) and
/// S(n) = 1 / sqrt(2 c log n), where the paper has 1 / (c sqrt(2 log n)). Its `alpha` is 0.95 by default.
///
/// # Errors
/// `alpha` outside (0, 1) or `n` below 3.
///
/// # Examples
/// ```
/// assert!((dvol_core::jumps::highfrequency_critical_value(0.95, 24)? - 2.1007).abs() < 1e-4);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn highfrequency_critical_value(alpha: f64, n: usize) -> Result<f64> {
    if n < 3 {
        return Err(Error::too_few("a family-wise critical value", 3, n, "give a longer series"));
    }
    let logarithm = (n as f64).ln();
    let (root, c) = ((2.0 * logarithm).sqrt(), FRAC_2_PI.sqrt());
    let centre = root / c - (PI.ln() + logarithm.ln()) / (2.0 * c * root);
    Ok(centre + gumbel_quantile(alpha)? / (2.0 * c * logarithm).sqrt())
}

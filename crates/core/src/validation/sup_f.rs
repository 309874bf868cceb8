//! The law of the largest F over break dates.

use crate::hypothesis::PBound;
use crate::tails::chi_squared_upper;
use crate::validation::sup_f_surface::{MOST_COEFFICIENTS, SURFACE};
use statrs::function::gamma::ln_gamma;

/// `P(sup F > x)` for one break of so many coefficients at an unknown date inside the trimmed range, `F` not divided
/// by their number.
///
/// # Examples
/// ```
/// // Andrews (2003): 8.68 is the 5 % critical value for one coefficient and a trimming of 0.15
/// let p = dvol_core::validation::sup_f_p_value(8.68, 1, 0.15);
/// assert!((p - 0.05).abs() < 0.002);
/// ```
///
/// # References
/// Andrews (1993), Econometrica 61; Hansen (1997), Journal of Business and Economic Statistics 15.
pub fn sup_f_p_value(statistic: f64, coefficients: usize, trimming: f64) -> f64 {
    sup_f_largest(statistic, coefficients, trimming, 1).0
}

/// The same for the largest of `segments` independent ones.
///
/// Hansen's (1997) response surface, as R's `strucchange`, for up to 10 coefficients. For more the tail formula
/// `(x/2)^(q/2) e^(-x/2) / Gamma(q/2) ((1 - q/x) ln((1-e)^2 / e^2) + 2/x)`, `e` the trimming (Estrella 2003), which is
/// too large by some 5 % at 0.05, by 10 to 15 % at 0.01 and by a factor of up to 2 below 0.0001, and a bound above 0.4.
pub(crate) fn sup_f_largest(x: f64, q: usize, trimming: f64, segments: usize) -> (f64, PBound) {
    let of_all = |single: f64| -(segments as f64 * (-single.clamp(0.0, 1.0)).ln_1p()).exp_m1();
    if (1..=MOST_COEFFICIENTS).contains(&q) {
        return (of_all(hansen(x, q, trimming)), PBound::Exact);
    }
    let p = if x <= q as f64 + 1.0 { 1.0 } else { of_all(tail(x, q as f64, trimming)) };
    if p > 0.4 { (0.4, PBound::AtLeast) } else { (p, PBound::Exact) }
}

fn hansen(x: f64, q: usize, trimming: f64) -> f64 {
    let at =
        |[constant, slope, degrees]: [f64; 3]| chi_squared_upper((constant + slope * x).max(0.0), degrees);
    let surface = &SURFACE[q - 1];
    // Row 0 is a trimming of 0.49, each further one 0.02 less; at 0.5 a single date is left.
    let place = (0.49 - trimming) * 50.0;
    if place <= 0.0 {
        let share = (-place * 2.0).min(1.0);
        return (1.0 - share) * at(surface[0]) + share * chi_squared_upper(x.max(0.0), q as f64);
    }
    let last = surface.len() - 1;
    let below = (place as usize).min(last);
    let share = (place - below as f64).min(1.0);
    (1.0 - share) * at(surface[below]) + share * at(surface[(below + 1).min(last)])
}

fn tail(x: f64, q: f64, trimming: f64) -> f64 {
    let density = (0.5 * q * (x / 2.0).ln() - x / 2.0 - ln_gamma(q / 2.0)).exp();
    density * ((1.0 - q / x) * 2.0 * ((1.0 - trimming) / trimming).ln() + 2.0 / x)
}

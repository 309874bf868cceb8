//! Realized volatility of the underlying.

use crate::error::{Error, Result};

/// Hours in a year of a market that never closes.
const HOURS_A_YEAR: f64 = 365.0 * 24.0;

/// Annualised realized volatility over the past `window` hours, in index points.
///
/// # Formula
/// `RV_t = 100 sqrt(8760 / m * sum r_i^2)` over the `m` present log returns `r_i` of hours
/// `t - window + 1 ..= t`; null when fewer than nine tenths are present. DVOL's own unit, so that
/// `DVOL - RV` is the volatility risk premium in points.
///
/// # Errors
/// A price that is not positive.
///
/// # References
/// Andersen and Bollerslev (1998), "Answering the skeptics", International Economic Review 39.
///
/// # Examples
/// ```
/// let flat = dvol_core::features::realized_volatility(&[100.0; 50], 24)?;
/// assert_eq!(flat[30], 0.0);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn realized_volatility(price: &[f64], window: usize) -> Result<Vec<f64>> {
    if let Some(index) = price.iter().position(|&value| value <= 0.0) {
        return Err(Error::Value {
            what: "realized volatility".to_owned(),
            series: "price".to_owned(),
            index,
            value: price[index],
            remedy: "a price is positive; use NaN for a gap".to_owned(),
        });
    }
    let squares: Vec<f64> = std::iter::once(f64::NAN)
        .chain(price.windows(2).map(|pair| (pair[1] / pair[0]).ln().powi(2)))
        .collect();
    let needed = (window * 9).div_ceil(10);
    let means = super::rolling_moments(&squares, window, needed).mean;
    Ok(means.into_iter().map(|mean| 100.0 * (HOURS_A_YEAR * clamp(mean)).sqrt()).collect())
}

/// Rounding may leave a mean of squares a hair below zero; `f64::max` would turn a null into 0.
fn clamp(mean: f64) -> f64 {
    if mean < 0.0 { 0.0 } else { mean }
}

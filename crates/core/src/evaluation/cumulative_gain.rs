//! When a model's skill was earned.

use super::Forecasts;
use crate::time::Timestamp;

/// The running sum of persistence's squared error minus the model's, as it stands after each UTC day of targets.
///
/// Where it rises, the model wins. Days without a target are left out; the unit is the square of the series'.
///
/// # References
/// Ivo Welch and Amit Goyal (2008), A comprehensive look at the empirical performance of equity premium prediction,
/// Review of Financial Studies 21.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, cumulative_gain};
/// use dvol_core::time::{Horizon, Timestamp};
/// let record = |hour, predicted| Forecast {
///     origin: Timestamp::from_hours(hour), horizon: Horizon::hours(24), actual: 62.0, predicted, anchor: 60.0,
/// };
/// let gains = cumulative_gain(&Forecasts::new("m", [record(0, 62.0), record(1, 61.0), record(24, 59.0)])?);
/// assert_eq!(gains, [(Timestamp::from_hours(24), 7.0), (Timestamp::from_hours(48), 2.0)]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn cumulative_gain(forecasts: &Forecasts) -> Vec<(Timestamp, f64)> {
    let mut gains: Vec<(Timestamp, f64)> = Vec::new();
    let mut sum = 0.0;
    for record in forecasts.records() {
        let gain = (record.actual - record.anchor).powi(2) - record.residual().powi(2);
        if gain.is_finite() {
            sum += gain;
        }
        let day = Timestamp::from_hours(record.target().hours().div_euclid(24) * 24);
        match gains.last_mut() {
            Some((last, total)) if *last == day => *total = sum,
            _ => gains.push((day, sum)),
        }
    }
    gains
}

//! The validation of a model's forecasts.

use crate::error::Result;
use crate::evaluation::Forecasts;
use crate::time::HOUR_MS;
use crate::validation::report::ValidationReport;
use crate::validation::suite::Validation;

/// Validates a model's forecasts: its residuals, with the forecasts as White's regressor.
///
/// The overlap is the horizon over the usual (median) distance of origins, rounded up: 24 for hourly forecasts
/// a day ahead, 1 for daily ones.
///
/// # Errors
/// As [`Validation::run`].
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts};
/// use dvol_core::time::{Horizon, Timestamp};
/// let forecasts = Forecasts::new("ours", (0..100).map(|day| Forecast {
///     origin: Timestamp::from_hours(24 * day), horizon: Horizon::hours(24),
///     actual: (day * day % 17) as f64, predicted: (day % 5) as f64, anchor: 8.0,
/// }))?;
/// assert_eq!(dvol_core::validation::validate_forecasts(&forecasts)?.overlap, 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn validate_forecasts(forecasts: &Forecasts) -> Result<ValidationReport> {
    let mut spacings: Vec<i64> =
        forecasts.origins().windows(2).map(|pair| pair[1].millis() - pair[0].millis()).collect();
    spacings.sort_unstable();
    let spacing = spacings.get(spacings.len() / 2).copied().unwrap_or(HOUR_MS);
    let horizon = i64::from(forecasts.horizon().get()) * HOUR_MS;
    let overlap = ((horizon + spacing - 1) / spacing).max(1) as usize;
    Validation::default()
        .with_overlap(overlap)
        .with_fitted(forecasts.predicted().to_vec())
        .run(&forecasts.residuals())
}

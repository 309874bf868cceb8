//! The validation of a model's forecasts.

use crate::error::Result;
use crate::evaluation::Forecasts;
use crate::validation::report::ValidationReport;
use crate::validation::suite::Validation;

/// Validates a model's forecasts: its residuals, with the forecasts as White's regressor.
///
/// The overlap is [`Forecasts::overlap`], the horizon in steps between origins: 24 for hourly forecasts a day ahead,
/// 1 for daily ones.
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
    Validation::of(forecasts).run(&forecasts.residuals())
}

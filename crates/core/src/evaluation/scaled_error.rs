//! Hyndman and Koehler's scaled error.

use crate::error::{Error, Result};

/// The mean absolute scaled error: that of the forecasts over that of the (seasonal) naive forecast inside the training
/// part.
///
/// # Formula
/// `mean |actual - predicted| / mean over t > season of |y(t) - y(t - season)|`, `y` the training part. As R's
/// `forecast::accuracy`. Above 1, the forecasts are worse than one-step naive ones were in training; horizons beyond
/// one step mostly are.
///
/// # Errors
/// Lengths that differ, no forecast, no more training values than `season`, a season of 0, or a training part whose
/// naive errors are all zero.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::mean_absolute_scaled_error;
/// // naive errors of the training part: 1, 1, 2
/// let scaled = mean_absolute_scaled_error(&[5.0, 7.0], &[4.0, 6.0], &[1.0, 2.0, 3.0, 5.0], 1)?;
/// assert!((scaled - 0.75).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Hyndman and Koehler (2006), International Journal of Forecasting 22, 679-688.
pub fn mean_absolute_scaled_error(
    actual: &[f64],
    predicted: &[f64],
    training: &[f64],
    season: usize,
) -> Result<f64> {
    const WHAT: &str = "the mean absolute scaled error";
    if actual.len() != predicted.len() {
        return Err(Error::Mismatch {
            what: WHAT.to_owned(),
            left: format!("{} values that came true", actual.len()),
            right: format!("{} forecasts", predicted.len()),
            remedy: "give one forecast a value".to_owned(),
        });
    }
    if season == 0 {
        return Err(Error::parameter("season", 0, "at least 1 row"));
    }
    if actual.is_empty() {
        return Err(Error::too_few(WHAT, 1, 0, "give at least one forecast"));
    }
    if training.len() <= season {
        return Err(Error::too_few(WHAT, season + 1, training.len(), "give a longer training part"));
    }
    let naive: f64 = training.iter().zip(&training[season..]).map(|(before, now)| (now - before).abs()).sum();
    let scale = naive / (training.len() - season) as f64;
    if scale <= 0.0 {
        return Err(Error::Value {
            what: WHAT.to_owned(),
            series: "training".to_owned(),
            index: 0,
            value: training[0],
            remedy: "naive forecasts of the training part never miss: give one that moves".to_owned(),
        });
    }
    let error: f64 = actual.iter().zip(predicted).map(|(actual, own)| (actual - own).abs()).sum();
    Ok(error / actual.len() as f64 / scale)
}

//! The heterogeneous cascade: averages of the past over days, weeks, months.

use crate::error::{Error, Result};

/// Corsi's lags in trading days: a day, a week, a month.
pub const CORSI_LAGS: [usize; 3] = [1, 5, 22];

/// Refuses lags that are empty, zero, repeated or out of order.
pub(super) fn check_lags(lags: &[usize]) -> Result<()> {
    if !lags.is_empty() && lags[0] > 0 && lags.windows(2).all(|pair| pair[0] < pair[1]) {
        return Ok(());
    }
    let text: Vec<String> = lags.iter().map(usize::to_string).collect();
    Err(Error::parameter("lags", text.join(","), "increasing positive whole numbers such as 1,5,22"))
}

/// The mean of `series[t - (lag - 1) step], ..., series[t - step], series[t]` at every `t`.
///
/// With `complete`, NaN unless all are present; without, the mean of those present, NaN when none is.
pub(super) fn past_mean(series: &[f64], lag: usize, step: usize, complete: bool) -> Vec<f64> {
    (0..series.len())
        .map(|t| {
            let past = (0..lag).map_while(|back| t.checked_sub(back * step)).map(|row| series[row]);
            let (sum, count) = past
                .filter(|value| !value.is_nan())
                .fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
            if count == 0 || (complete && count < lag) { f64::NAN } else { sum / count as f64 }
        })
        .collect()
}

/// The mean change over the past `lag` steps, (`series[t]` - `series[t - lag step]`) / `lag`.
pub(super) fn past_change(series: &[f64], lag: usize, step: usize) -> Vec<f64> {
    (0..series.len())
        .map(|t| t.checked_sub(lag * step).map_or(f64::NAN, |row| (series[t] - series[row]) / lag as f64))
        .collect()
}

/// The regressors of a cascade on a transformed series, by name.
pub(super) fn cascade(
    series: &[f64],
    lags: &[usize],
    step: usize,
    differenced: bool,
    complete: bool,
) -> Vec<(String, Vec<f64>)> {
    lags.iter()
        .map(|&lag| {
            if differenced {
                (format!("change_{lag}"), past_change(series, lag, step))
            } else {
                (format!("mean_{lag}"), past_mean(series, lag, step, complete))
            }
        })
        .collect()
}

//! Rolling normalisation with statistics at the origin only.

use super::{RollingMoments, rolling_moments};
use crate::error::{Error, Result};
use crate::panel::{Column, Panel};

/// A row needs this share of its window to be present before it is normalised.
const NEEDED_SHARE: f64 = 0.5;

/// Trailing mean and standard deviation of one column over `window` hours.
///
/// # Errors
/// When the column is missing or the window is shorter than two hours.
pub fn rolling_statistics(panel: &Panel, name: &str, window: usize) -> Result<RollingMoments> {
    if window < 2 {
        return Err(Error::parameter("window_size", window, "at least 2 hours"));
    }
    let minimum = (window as f64 * NEEDED_SHARE).ceil() as usize;
    Ok(rolling_moments(panel.values(name)?, window, minimum))
}

/// Replaces each named column by its z-score over the past `window` hours.
///
/// # Formula
/// `z_t = (x_t - m_t) / s_t` with mean and standard deviation of rows `t - window + 1 ..= t`; 0 where the
/// window is constant; null where less than half of it is present. Other columns pass through.
///
/// # Errors
/// When a column is missing or the window is shorter than two hours.
///
/// # Examples
/// ```
/// use dvol_core::features::rolling_zscore;
/// use dvol_core::panel::{Column, Panel};
/// let panel = Panel::new("2021-03-24".parse()?, 3)?.with(Column::known("x", vec![1.0, 2.0, 3.0]))?;
/// assert_eq!(rolling_zscore(&panel, &["x"], 3)?.values("x")?[2], 1.0);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn rolling_zscore(panel: &Panel, names: &[&str], window: usize) -> Result<Panel> {
    for name in names {
        panel.column(name)?;
    }
    panel.columns().iter().try_fold(panel.bare(), |out, column| {
        if !names.contains(&column.name()) {
            return out.with(column.clone());
        }
        let RollingMoments { mean, standard_deviation } = rolling_statistics(panel, column.name(), window)?;
        let scores: Vec<f64> = column
            .values()
            .iter()
            .zip(mean.iter().zip(&standard_deviation))
            .map(
                |(value, (mean, deviation))| {
                    if *deviation == 0.0 && value.is_finite() { 0.0 } else { (value - mean) / deviation }
                },
            )
            .collect();
        out.with(Column::known(column.name(), scores))
    })
}

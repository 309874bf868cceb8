//! Two simple detectors that stand beside the Lee-Mykland test.

use super::detector::{JumpDetector, Sight};
use crate::error::{Error, Result};
use crate::rolling::{Moments, rolling};

/// Flags and scores of a detector, one a row; nulls have score NaN and no flag.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// Distance from the trailing mean in trailing standard deviations.
    pub score: Vec<f64>,
    /// Whether |score| exceeds the threshold.
    pub flags: Vec<bool>,
}

/// Levels further than `threshold` (3) standard deviations from the mean of the `window` levels before.
///
/// score(t) = (x(t) - mean) / sd of x(t - window) .. x(t - 1), sd with divisor window - 1.
///
/// It answers "is the level unusual", not "did it jump": after a shift it stays on until the window follows.
///
/// # Errors
/// A window below 2 or a threshold that is not positive.
///
/// # Examples
/// ```
/// let levels = [60.0, 61.0, 60.0, 61.0, 60.0, 61.0, 90.0];
/// assert!(dvol_core::jumps::level_threshold(&levels, 6, 3.0)?.flags[6]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn level_threshold(levels: &[f64], window: usize, threshold: f64) -> Result<Detection> {
    detect(levels, window, threshold)
}

/// Changes further than `threshold` (3.5) standard deviations from the mean of the `window` changes before.
///
/// The same score of x(t) - x(t-1): index points an hour for hourly DVOL. Its standard deviation is not robust, so a
/// jump hides those that follow it within the window; the Lee-Mykland test does not have that fault.
///
/// # Errors
/// A window below 2 or a threshold that is not positive.
///
/// # Examples
/// ```
/// let levels = [60.0, 61.0, 60.0, 61.0, 60.0, 61.0, 90.0];
/// assert_eq!(dvol_core::jumps::change_z_score(&levels, 5, 3.5)?.flags.iter().filter(|&&flag| flag).count(), 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn change_z_score(levels: &[f64], window: usize, threshold: f64) -> Result<Detection> {
    let mut changes = vec![f64::NAN; levels.len()];
    for (change, pair) in changes.iter_mut().skip(1).zip(levels.windows(2)) {
        *change = pair[1] - pair[0];
    }
    detect(&changes, window, threshold)
}

fn detect(series: &[f64], window: usize, threshold: f64) -> Result<Detection> {
    if window < 2 {
        return Err(Error::parameter("window", window, "at least 2 observations"));
    }
    if !(threshold > 0.0 && threshold.is_finite()) {
        return Err(Error::parameter("threshold", threshold, "a positive number"));
    }
    let terms: Vec<Moments> = series.iter().map(|&value| Moments::of(value)).collect();
    let past = rolling(&terms, window);
    let mut score = vec![f64::NAN; series.len()];
    for row in window..series.len() {
        let before = past[row - 1];
        let deviation = before.standard_deviation();
        // Half a window of observations, or the score is more noise than news; a constant past has none.
        if before.count * 2.0 >= window as f64 && deviation > 0.0 {
            score[row] = (series[row] - before.mean) / deviation;
        }
    }
    let flags = score.iter().map(|score| score.abs() > threshold).collect();
    Ok(Detection { score, flags })
}

/// Rows the two look back in reports: a month of hours.
const MONTH: usize = 720;

pub(super) const LEVEL_THRESHOLD: JumpDetector = JumpDetector {
    id: "level_threshold_3",
    name: "level, 3 sd",
    sight: Sight::Causal,
    beside: true,
    flags: |_, levels| Ok(level_threshold(levels, MONTH, 3.0)?.flags),
};

pub(super) const CHANGE_Z_SCORE: JumpDetector = JumpDetector {
    id: "change_z_score_3.5",
    name: "change, 3.5 sd",
    sight: Sight::Causal,
    beside: true,
    flags: |_, levels| Ok(change_z_score(levels, MONTH, 3.5)?.flags),
};

//! Features of the calendar: the week as waves.

use crate::error::Result;
use crate::panel::{Column, Panel};
use std::f64::consts::TAU;

/// The slow waves of the week and that of the day: sine and cosine of 1, 2, 3 and 7 turns a week.
pub const CALENDAR_FEATURES: [&str; 8] = [
    "week_sine_1",
    "week_cosine_1",
    "week_sine_2",
    "week_cosine_2",
    "week_sine_3",
    "week_cosine_3",
    "week_sine_7",
    "week_cosine_7",
];

/// Sine and cosine of `2 pi k w / 168`, `w` the hour of the week in UTC (Monday 00:00 is 0), `k` = 1, 2, 3, 7.
///
/// Known for every row, because a calendar is. On a grid of days the seven turns, which are those of the day, are left out.
///
/// # Errors
/// Does not fail on a valid panel.
///
/// # Examples
/// ```
/// use dvol_core::features::calendar_features;
/// use dvol_core::panel::Panel;
/// let monday = Panel::new("2022-07-04".parse()?, 168)?;
/// let sine = calendar_features(&monday)?.values("week_sine_7")?.to_vec();
/// assert!((sine[6] - 1.0).abs() < 1e-12); // a quarter of a day
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Andersen and Bollerslev (1997), "Intraday periodicity and volatility persistence in financial markets",
/// Journal of Empirical Finance 4, for the flexible Fourier form.
pub fn calendar_features(known: &Panel) -> Result<Panel> {
    let hourly = known.step().is_hour();
    let phases: Vec<f64> =
        (0..known.len()).map(|row| TAU * known.at(row).hour_of_week() as f64 / 168.0).collect();
    let mut panel = known.bare();
    for (names, turns) in CALENDAR_FEATURES.chunks_exact(2).zip([1.0, 2.0, 3.0, 7.0]) {
        // a row of a day has no hour
        if turns > 3.0 && !hourly {
            continue;
        }
        for (name, wave) in names.iter().zip([f64::sin as fn(f64) -> f64, f64::cos]) {
            let values: Vec<f64> = phases.iter().map(|phase| wave(turns * phase)).collect();
            panel = panel.with(Column::known(*name, values))?;
        }
    }
    Ok(panel)
}

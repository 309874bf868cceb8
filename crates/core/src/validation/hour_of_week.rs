//! The rhythm of the week in the size of a series' changes.

use crate::error::Result;
use crate::panel::Panel;

/// Hours of a week.
const WEEK: usize = 168;

/// The mean size of a series' hourly log changes by hour of the week, Monday 00:00 UTC first, in per cent.
///
/// NaN for an hour of the week without a change.
///
/// # Formula
/// Of all hours t of one hour of the week: the mean of 100 |ln(y(t) / y(t - 1))|.
///
/// # Errors
/// When the column is missing.
///
/// # Examples
/// ```
/// use dvol_core::panel::{Column, Panel};
/// use dvol_core::validation::mean_change_by_hour_of_week;
/// // 2024-01-01 was a Monday.
/// let panel = Panel::new("2024-01-01T00:00".parse()?, 2)?.with(Column::bars("dvol", vec![50.0, 50.5]))?;
/// let means = mean_change_by_hour_of_week(&panel, "dvol")?;
/// assert!(means[0].is_nan() && (means[1] - 100.0 * 1.01_f64.ln()).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn mean_change_by_hour_of_week(panel: &Panel, series: &str) -> Result<Vec<f64>> {
    let levels = panel.values(series)?;
    let mut sums = vec![(0.0, 0.0); WEEK];
    for row in 1..levels.len() {
        let change = 100.0 * (levels[row] / levels[row - 1]).ln().abs();
        if change.is_finite() {
            let cell = &mut sums[panel.at(row).hour_of_week()];
            *cell = (cell.0 + change, cell.1 + 1.0);
        }
    }
    Ok(sums.into_iter().map(|(sum, count)| sum / count).collect())
}

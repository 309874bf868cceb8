//! The same market with another future, and with none.

use crate::error::Result;
use crate::panel::{Column, Panel};
use crate::time::Timestamp;

/// Every raw value that becomes known after `origin`, replaced: by another factor in every row, since one factor for all
/// would leave ratios and returns as they are.
pub(super) fn altered_after(panel: &Panel, origin: Timestamp) -> Result<Panel> {
    replaced_after(panel, origin, |row, value| value * (1.7 + 0.3 * (row as f64).sin()) + 0.01)
}

/// The raw data as they stood at `origin`: later rows do not exist yet, later publications are null.
pub(super) fn cut_at(panel: &Panel, origin: Timestamp) -> Result<Panel> {
    let last_bar = Timestamp::from_hours(origin.hours() - 1);
    replaced_after(&panel.between(panel.start(), last_bar)?, origin, |_, _| f64::NAN)
}

fn replaced_after(panel: &Panel, origin: Timestamp, new: impl Fn(usize, f64) -> f64) -> Result<Panel> {
    panel.columns().iter().try_fold(Panel::new(panel.start(), panel.len())?, |out, column| {
        let (frequency, after) = (column.frequency(), column.known_after_hours());
        let known_at = |row| panel.at(row).hours() + i64::from(after);
        let values = column.values().iter().enumerate();
        let values =
            values.map(|(row, value)| if known_at(row) > origin.hours() { new(row, *value) } else { *value });
        out.with(Column::new(column.name(), values.collect::<Vec<f64>>(), frequency, after))
    })
}

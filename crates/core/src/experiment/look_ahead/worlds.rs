//! The same market with another future, and with none.

use crate::error::Result;
use crate::panel::{Column, Panel};
use crate::time::Timestamp;

/// Every raw value that becomes known after `origin`, replaced: by another factor in every row, since one factor for all
/// would leave ratios and returns as they are.
pub(super) fn altered_after(panel: &Panel, origin: Timestamp) -> Result<Panel> {
    replaced_from(panel, known_by(panel, origin), |row, value| {
        value * (1.7 + 0.3 * (row as f64).sin()) + 0.01
    })
}

/// The raw data as they stood at `origin`: later rows do not exist yet, later publications are null.
pub(super) fn cut_at(panel: &Panel, origin: Timestamp) -> Result<Panel> {
    let last_bar = Timestamp::from_millis(known_by(panel, origin).millis() - 1);
    let until = panel.between(panel.start(), last_bar)?;
    replaced_from(&until, known_by(panel, origin), |_, _| f64::NAN)
}

/// The instant by which an origin's knowledge is complete: the hour itself, or the end of its day.
fn known_by(panel: &Panel, origin: Timestamp) -> Timestamp {
    panel.grid().row_before(origin).map_or(origin, |row| panel.grid().known_by(row))
}

fn replaced_from(panel: &Panel, end: Timestamp, new: impl Fn(usize, f64) -> f64) -> Result<Panel> {
    panel.columns().iter().try_fold(panel.bare(), |out, column| {
        let (frequency, after) = (column.frequency(), column.known_after_hours());
        let known_at = |row| panel.at(row).hours() + i64::from(after);
        let values = column.values().iter().enumerate();
        let values =
            values.map(|(row, value)| if known_at(row) > end.hours() { new(row, *value) } else { *value });
        out.with(Column::new(column.name(), values.collect::<Vec<f64>>(), frequency, after))
    })
}

//! States by jumps: before the origin, and on the way to the target.

use super::LabelSet;
use super::Scheme;
use super::labels::{Hindsight, Known, Labels, code, known_values};
use crate::error::{Error, Result};
use crate::panel::Panel;
use crate::time::Horizon;

/// Whether a jump was seen within the past `hours` hours, the row's own included.
///
/// `indicator` is a known column of 1 at a jump, 0 elsewhere and null where nothing could be tested.
///
/// # Errors
/// A missing column, one not known at its own row, or 0 hours.
///
/// # Examples
/// ```
/// use dvol_core::panel::{Column, Panel};
/// use dvol_core::{regimes::jump_hours, time::Timestamp};
/// let panel = Panel::new(Timestamp::from_hours(0), 4)?
///     .with(Column::known("jump_indicator", vec![f64::NAN, 1.0, 0.0, 0.0]))?;
/// let labels = jump_hours(&panel, "jump_indicator", 2)?;
/// assert_eq!((0..4).map(|row| labels.at(panel.at(row))).collect::<Vec<_>>(),
///     [None, Some("jump"), Some("jump"), Some("normal")]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn jump_hours(panel: &Panel, indicator: &str, hours: usize) -> Result<Labels<Known>> {
    if hours == 0 {
        return Err(Error::parameter("hours", 0, "at least 1"));
    }
    let values = known_values(panel, indicator)?;
    let mut last = None;
    let codes = values.iter().enumerate().map(|(row, &value)| {
        if value > 0.0 {
            last = Some(row);
        }
        (!value.is_nan()).then(|| code(last.is_some_and(|last| row - last < hours)))
    });
    let codes = codes.collect();
    let states = vec!["normal".to_owned(), "jump".to_owned()];
    Ok(Labels::new(Scheme::JumpHours { hours }, states, panel.grid().clone(), codes))
}

/// Whether a jump came between an origin and its target, `origin < time <= origin + horizon`.
///
/// Nobody knows that at the origin: the labels are [`Hindsight`]. They answer whether a model fails because the
/// market jumped under it.
///
/// # Errors
/// A missing column, or one not known at its own row.
pub fn jumps_on_the_way(panel: &Panel, indicator: &str, horizon: Horizon) -> Result<Labels<Hindsight>> {
    let values = known_values(panel, indicator)?;
    let mut codes = vec![None; values.len()];
    // walking back: the nearest jump after the row
    let mut next = None;
    for row in (0..values.len()).rev() {
        let reach = row + panel.rows(horizon);
        let tested = reach < values.len() && !values[row].is_nan();
        codes[row] = tested.then(|| code(next.is_some_and(|next| next <= reach)));
        if values[row] > 0.0 {
            next = Some(row);
        }
    }
    let states = vec!["no jump".to_owned(), "jump".to_owned()];
    Ok(Labels::new(Scheme::jumps_on_the_way(horizon), states, panel.grid().clone(), codes))
}

/// Whether the hour of the target holds a jump: [`Hindsight`]. Rows whose target could not be tested have no state.
///
/// # Errors
/// A missing column, one not known at its own row, or no tested target.
pub fn jumps_at_the_target(panel: &Panel, indicator: &str, horizon: Horizon) -> Result<Labels<Hindsight>> {
    let tested = known_values(panel, indicator)?
        .iter()
        .enumerate()
        .filter(|(row, value)| *row >= panel.rows(horizon) && !value.is_nan());
    let rows = tested.map(|(row, value)| {
        (panel.at(row - panel.rows(horizon)), if *value > 0.0 { "jump" } else { "normal" })
    });
    Labels::by_hand(Scheme::JumpAtTarget, rows)
}

pub(super) const JUMP_HOURS: LabelSet = LabelSet {
    name: "jump hours",
    make: |spec, panel| {
        if panel.has(&spec.indicator) {
            Ok(vec![jump_hours(panel, &spec.indicator, 1)?.into()])
        } else {
            Ok(Vec::new())
        }
    },
};

pub(super) const JUMPS_ON_THE_WAY: LabelSet = LabelSet {
    name: "jumps on the way",
    make: |spec, panel| {
        if panel.has(&spec.indicator) {
            Ok(vec![jumps_on_the_way(panel, &spec.indicator, spec.horizon)?.into()])
        } else {
            Ok(Vec::new())
        }
    },
};

pub(super) const JUMPS_AT_THE_TARGET: LabelSet = LabelSet {
    name: "jumps at the target",
    make: |spec, panel| {
        if spec.at_target && panel.has(&spec.indicator) {
            Ok(vec![jumps_at_the_target(panel, &spec.indicator, spec.horizon)?.into()])
        } else {
            Ok(Vec::new())
        }
    },
};

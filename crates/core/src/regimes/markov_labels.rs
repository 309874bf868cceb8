//! Two Markov states of a level's changes, estimated before they label anything.

use super::{AnyLabels, LabelSet, MarkovSwitching, StandardLabels};
use crate::error::Result;
use crate::panel::{Column, Panel};

pub(super) const MARKOV_SWITCHING: LabelSet = LabelSet { name: "Markov switching", make: markov_labels };

/// Filtered labels after the training window, and smoothed ones.
fn markov_labels(spec: &StandardLabels, panel: &Panel) -> Result<Vec<AnyLabels>> {
    let (Some(end), true) = (spec.training_end, panel.has(&spec.level)) else { return Ok(Vec::new()) };
    let name = format!("log changes of {}", spec.level);
    let logs: Vec<f64> = panel.values(&spec.level)?.iter().map(|value| value.ln()).collect();
    let changes: Vec<f64> = (0..logs.len())
        .map(|row| row.checked_sub(1).map_or(f64::NAN, |before| logs[row] - logs[before]))
        .map(|change| if change.is_finite() { change } else { f64::NAN })
        .collect();
    let changes = panel.bare().with(Column::known(name.as_str(), changes))?;
    let (fitted, known) = MarkovSwitching::default().known_labels(&changes, &name, end)?;
    Ok(vec![known.into(), fitted.smoothed_labels(&changes, &name)?.into()])
}

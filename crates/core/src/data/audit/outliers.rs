//! Changes far outside a series' own robust scale, and bad ticks among them.

use super::{AuditLimits, Check, Finding, Severity, observed};
use crate::panel::{Column, Panel};
use crate::statistics::median;

/// A normal deviate's standard deviation over its median absolute deviation.
const MAD_TO_DEVIATION: f64 = 1.4826;
/// Share of a change that the next one must take back to make it a spike.
const TAKEN_BACK: f64 = 0.8;

/// Changes are of logs where all values are positive; the scale is 1.4826 times the median absolute
/// deviation of all changes from their median. Volumes vary too freely for it and are left out.
pub(super) fn check(panel: &Panel, column: &Column, limits: &AuditLimits) -> Vec<Finding> {
    if column.name() == "volume" {
        return Vec::new();
    }
    let observations: Vec<(usize, f64)> = observed(panel, column).collect();
    let positive = observations.iter().all(|(_, value)| *value > 0.0);
    let level = |value: f64| if positive { value.ln() } else { value };
    let changes: Vec<(usize, f64)> =
        observations.windows(2).map(|pair| (pair[1].0, level(pair[1].1) - level(pair[0].1))).collect();
    let sizes: Vec<f64> = changes.iter().map(|(_, change)| *change).collect();
    let centre = median(&sizes);
    let distances: Vec<f64> = sizes.iter().map(|change| (change - centre).abs()).collect();
    let scale = MAD_TO_DEVIATION * median(&distances);
    // NaN for fewer than two observations
    if scale.is_nan() || scale <= 0.0 {
        return Vec::new();
    }
    let distance = |change: f64| (change - centre).abs() / scale;
    let reverts = |place: usize| {
        let change = changes[place].1;
        changes
            .get(place + 1)
            .is_some_and(|next| (change + next.1).abs() <= (1.0 - TAKEN_BACK) * change.abs())
    };
    let mut spikes = Vec::new();
    let mut outliers = Vec::new();
    for (place, &(row, change)) in changes.iter().enumerate() {
        if distance(change) > limits.spike_scales && reverts(place) {
            spikes.push((row, distance(change)));
        } else if distance(change) > limits.outlier_scales && !(place > 0 && reverts(place - 1)) {
            outliers.push((row, distance(change)));
        }
    }
    let finding = |check, severity, places: &[(usize, f64)], what: &str| {
        let worst = places.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Finding {
            severity,
            check,
            column: column.name().to_owned(),
            count: places.len(),
            at: Some(panel.at(worst.0)),
            detail: format!("{what}, the largest {:.0} robust standard deviations", worst.1),
        })
    };
    let spike = finding(Check::Spike, Severity::Warning, &spikes, "changes taken back at once");
    let outlier = finding(Check::Outlier, Severity::Note, &outliers, "changes out of scale");
    spike.into_iter().chain(outlier).collect()
}

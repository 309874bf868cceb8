//! Gaps, series that end early, and feeds that hang.

use super::{AuditLimits, Check, Finding, Severity, observed};
use crate::panel::{Column, Frequency, Panel};

/// A share of missing observations beyond this is serious.
const SERIOUS_SHARE: f64 = 0.02;
/// A single gap longer than this many observations is serious.
const SERIOUS_LENGTH: usize = 168;

pub(super) fn check(panel: &Panel, column: &Column, limits: &AuditLimits) -> Vec<Finding> {
    gaps(panel, column)
        .into_iter()
        .chain(late(panel, column, limits))
        .chain(stale(panel, column, limits))
        .chain(no_trade(panel, column))
        .collect()
}

fn gaps(panel: &Panel, column: &Column) -> Option<Finding> {
    let (mut due, mut missing, mut runs, mut run) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut longest = (0, 0);
    for row in column.due(panel.grid()) {
        due += 1;
        if column.values()[row].is_nan() {
            missing += 1;
            run += 1;
            runs += usize::from(run == 1);
            if run > longest.0 {
                longest = (run, row);
            }
        } else {
            run = 0;
        }
    }
    if missing == 0 {
        return None;
    }
    let share = missing as f64 / due as f64;
    let severity = if share > SERIOUS_SHARE || longest.0 > SERIOUS_LENGTH {
        Severity::Serious
    } else if longest.0 > 3 {
        Severity::Warning
    } else {
        Severity::Note
    };
    let step = (column.frequency().hours() as usize / panel.step().hours() as usize).max(1);
    let unit = column.frequency().unit();
    Some(Finding {
        severity,
        check: Check::Gap,
        column: column.name().to_owned(),
        count: missing,
        at: Some(panel.at(longest.1 - (longest.0 - 1) * step)),
        detail: format!("{:.2} % missing in {runs} gaps, the longest {} {unit}", 100.0 * share, longest.0),
    })
}

fn late(panel: &Panel, column: &Column, limits: &AuditLimits) -> Option<Finding> {
    let (last, _) = observed(panel, column).last()?;
    let hours = (panel.len() - 1 - last) * panel.step().hours() as usize;
    let (behind, allowed) = match column.frequency() {
        Frequency::Hourly => (hours, limits.late_hours),
        Frequency::EightHourly => (hours / 8, limits.late_days),
        Frequency::Daily => (hours / 24, limits.late_days),
    };
    (behind > allowed).then(|| Finding {
        severity: if behind > 10 * allowed.max(1) { Severity::Serious } else { Severity::Warning },
        check: Check::Late,
        column: column.name().to_owned(),
        count: behind,
        at: Some(panel.at(last)),
        detail: format!("the last value is {behind} {} before the panel's end", column.frequency().unit()),
    })
}

/// Bars without a trade: their price is the last one held, not a new one.
fn no_trade(panel: &Panel, column: &Column) -> Option<Finding> {
    if column.name() != "volume" {
        return None;
    }
    let rows: Vec<usize> =
        observed(panel, column).filter(|(_, value)| *value == 0.0).map(|(row, _)| row).collect();
    Some(Finding {
        severity: Severity::Note,
        check: Check::Stale,
        column: column.name().to_owned(),
        count: rows.len(),
        at: Some(panel.at(*rows.first()?)),
        detail: "bars without a trade".to_owned(),
    })
}

fn stale(panel: &Panel, column: &Column, limits: &AuditLimits) -> Option<Finding> {
    let fewest = match column.frequency() {
        Frequency::Hourly => limits.stale_hours,
        // the rate of a calm market is its floor for weeks
        Frequency::EightHourly => return None,
        Frequency::Daily => limits.stale_days,
    };
    let (mut runs, mut total, mut run, mut start, mut held) = (0, 0, 0, 0, f64::NAN);
    let mut longest = (0, 0, f64::NAN);
    for (row, value) in observed(panel, column) {
        if value == held {
            run += 1;
        } else {
            (run, start, held) = (1, row, value);
        }
        if run >= fewest {
            runs += usize::from(run == fewest);
            total += if run == fewest { fewest } else { 1 };
            if run > longest.0 {
                longest = (run, start, value);
            }
        }
    }
    (runs > 0).then(|| Finding {
        severity: if longest.0 >= 4 * fewest { Severity::Serious } else { Severity::Warning },
        check: Check::Stale,
        column: column.name().to_owned(),
        count: total,
        at: Some(panel.at(longest.1)),
        detail: format!(
            "{runs} runs of the same value, the longest {} {} at {}",
            longest.0,
            column.frequency().unit(),
            longest.2
        ),
    })
}

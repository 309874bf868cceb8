//! What changed between two data sets.

use super::dataset::Dataset;
use crate::report::{Report, Reported};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The change of one column on the hours both data sets have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnDifference {
    /// The column.
    pub name: String,
    /// Values that were null and are not any more.
    pub appeared: usize,
    /// Values that became null.
    pub vanished: usize,
    /// Values that are not the same any more.
    pub changed: usize,
    /// The largest relative change, and where.
    pub largest: Option<(f64, Timestamp)>,
    /// Whether frequency or known-at differ.
    pub meaning_changed: bool,
}

/// The difference of two data sets, from `A` to `B`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// First and last hour of `A`.
    pub hours_a: (Timestamp, Timestamp),
    /// First and last hour of `B`.
    pub hours_b: (Timestamp, Timestamp),
    /// Hours both have.
    pub common_hours: usize,
    /// Columns only `A` has.
    pub only_a: Vec<String>,
    /// Columns only `B` has.
    pub only_b: Vec<String>,
    /// Columns both have that differ on common hours.
    pub columns: Vec<ColumnDifference>,
}

impl Difference {
    /// Whether the two hold the same hours, columns and values.
    pub fn is_empty(&self) -> bool {
        self.hours_a == self.hours_b
            && self.only_a.is_empty()
            && self.only_b.is_empty()
            && self.columns.is_empty()
    }
}

/// Compares two data sets, hour by hour and column by column.
///
/// # Examples
/// ```
/// use dvol_core::data::{Dataset, Simulation, diff};
/// let simulated = |hours| Dataset::simulated(&Simulation { hours, ..Simulation::default() });
/// let difference = diff(&simulated(96)?, &simulated(144)?);
/// assert_eq!(difference.common_hours, 96);
/// assert!(difference.columns.is_empty());
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn diff(a: &Dataset, b: &Dataset) -> Difference {
    let only = |here: &Dataset, there: &Dataset| {
        let names = here.panel().names().into_iter().filter(|name| !there.panel().has(name));
        names.map(str::to_owned).collect()
    };
    let columns = a.panel().columns().iter().filter_map(|left| {
        let right = b.panel().column(left.name()).ok()?;
        let mut difference = ColumnDifference {
            name: left.name().to_owned(),
            appeared: 0,
            vanished: 0,
            changed: 0,
            largest: None,
            meaning_changed: left.frequency() != right.frequency()
                || left.known_after_hours() != right.known_after_hours(),
        };
        for (row, &old) in left.values().iter().enumerate() {
            let Some(other) = b.panel().row_of(a.panel().at(row)) else { continue };
            let new = right.values()[other];
            match (old.is_nan(), new.is_nan()) {
                (true, false) => difference.appeared += 1,
                (false, true) => difference.vanished += 1,
                (false, false) if old != new => {
                    difference.changed += 1;
                    let relative = ((new - old) / old.abs().max(f64::MIN_POSITIVE)).abs();
                    if difference.largest.is_none_or(|(largest, _)| relative > largest) {
                        difference.largest = Some((relative, a.panel().at(row)));
                    }
                }
                _ => {}
            }
        }
        let touched = difference.appeared + difference.vanished + difference.changed > 0;
        (touched || difference.meaning_changed).then_some(difference)
    });
    let first = a.panel().start().max(b.panel().start());
    let last = a.panel().last().min(b.panel().last());
    Difference {
        hours_a: (a.panel().start(), a.panel().last()),
        hours_b: (b.panel().start(), b.panel().last()),
        common_hours: a.panel().between(first, last).map_or(0, |common| common.len()),
        only_a: only(a, b),
        only_b: only(b, a),
        columns: columns.collect(),
    }
}

impl Reported for Difference {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return write!(f, "no difference");
        }
        write!(f, "A: {} .. {}", self.hours_a.0, self.hours_a.1)?;
        write!(f, "\nB: {} .. {}", self.hours_b.0, self.hours_b.1)?;
        write!(f, "\ncommon hours: {}", self.common_hours)?;
        for (side, names) in [("A", &self.only_a), ("B", &self.only_b)] {
            if !names.is_empty() {
                write!(f, "\nonly in {side}: {}", names.join(", "))?;
            }
        }
        for column in &self.columns {
            let ColumnDifference { name, appeared, vanished, changed, .. } = column;
            write!(f, "\n{name}: {appeared} appeared, {vanished} vanished, {changed} changed")?;
            if let Some((largest, at)) = column.largest {
                write!(f, ", the largest by {:.4} % at {at}", 100.0 * largest)?;
            }
            if column.meaning_changed {
                write!(f, "; frequency or known-at differ")?;
            }
        }
        Ok(())
    }
}

//! States by the level of a series: terciles, rising and falling.

use super::LabelSet;
use super::Scheme;
use super::labels::{Hindsight, Known, Labels, code, known_values};
use crate::error::{Error, Result};
use crate::panel::Panel;

/// Low, middle or high against the column's own PAST: the tercile of the rank among all values up to the row.
///
/// With `F` the share of values up to the row that are not above the present one: low when `F <= 1/3`, high when
/// `F > 2/3`. Rows with fewer than `minimum` values before and at them have no state.
///
/// # Errors
/// A missing column, or one not known at its own row.
///
/// # Examples
/// ```
/// use dvol_core::panel::{Column, Panel};
/// use dvol_core::{regimes::expanding_terciles, time::Timestamp};
/// let panel = Panel::new(Timestamp::from_hours(0), 4)?
///     .with(Column::known("dvol", vec![50.0, 60.0, 40.0, 70.0]))?;
/// let labels = expanding_terciles(&panel, "dvol", 3)?;
/// assert_eq!((0..4).map(|row| labels.at(panel.at(row))).collect::<Vec<_>>(),
///     [None, None, Some("low"), Some("high")]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn expanding_terciles(panel: &Panel, column: &str, minimum: usize) -> Result<Labels<Known>> {
    let values = known_values(panel, column)?;
    let ranks = dense_ranks(values);
    let mut counts = CumulativeCounts::new(values.len());
    let mut seen = 0;
    let codes = ranks
        .into_iter()
        .map(|rank| {
            let rank = rank?;
            counts.add(rank);
            seen += 1;
            (seen >= minimum.max(1)).then(|| tercile(counts.up_to(rank), seen))
        })
        .collect();
    let scheme = Scheme::TercileSoFar { column: column.to_owned() };
    Ok(Labels::new(scheme, tercile_names(), panel.grid().clone(), codes))
}

/// Low, middle or high against ALL values of the column, later ones included: [`Hindsight`].
///
/// # Errors
/// A missing column, or one not known at its own row.
pub fn full_sample_terciles(panel: &Panel, column: &str) -> Result<Labels<Hindsight>> {
    let ranks = dense_ranks(known_values(panel, column)?);
    let mut counts = CumulativeCounts::new(ranks.len());
    ranks.iter().flatten().for_each(|&rank| counts.add(rank));
    let total = ranks.iter().flatten().count();
    let codes = ranks.iter().map(|rank| rank.map(|rank| tercile(counts.up_to(rank), total))).collect();
    let scheme = Scheme::TercileFullSample { column: column.to_owned() };
    Ok(Labels::new(scheme, tercile_names(), panel.grid().clone(), codes))
}

/// Rising or falling: whether the column is above its value `hours` hours ago (equal counts as falling).
///
/// # Errors
/// A missing column, one not known at its own row, or 0 hours.
pub fn rising_and_falling(panel: &Panel, column: &str, hours: usize) -> Result<Labels<Known>> {
    if hours == 0 {
        return Err(Error::parameter("hours", 0, "at least 1"));
    }
    let values = known_values(panel, column)?;
    let back = panel.step().window(hours).unwrap_or(1);
    let codes = (0..values.len()).map(|row| {
        let change = values[row] - values[row.checked_sub(back)?];
        (!change.is_nan()).then(|| code(change <= 0.0))
    });
    let codes = codes.collect();
    let states = vec!["rising".to_owned(), "falling".to_owned()];
    let scheme = Scheme::RisingAndFalling { column: column.to_owned(), hours };
    Ok(Labels::new(scheme, states, panel.grid().clone(), codes))
}

fn tercile(not_above: usize, total: usize) -> u16 {
    if 3 * not_above <= total {
        0
    } else if 3 * not_above <= 2 * total {
        1
    } else {
        2
    }
}

fn tercile_names() -> Vec<String> {
    ["low", "middle", "high"].map(str::to_owned).into()
}

/// The rank of each value among the different ones, from 0; `None` for a null.
fn dense_ranks(values: &[f64]) -> Vec<Option<usize>> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let rank = |value: f64| sorted.partition_point(|&other| other < value);
    values.iter().map(|&value| (!value.is_nan()).then(|| rank(value))).collect()
}

/// Counts by rank with cumulative sums in logarithmic time (Fenwick 1994).
struct CumulativeCounts(Vec<usize>);

impl CumulativeCounts {
    fn new(ranks: usize) -> Self {
        Self(vec![0; ranks + 1])
    }

    fn add(&mut self, rank: usize) {
        let mut node = rank + 1;
        while node < self.0.len() {
            self.0[node] += 1;
            node += node & node.wrapping_neg();
        }
    }

    fn up_to(&self, rank: usize) -> usize {
        let mut node = rank + 1;
        let mut sum = 0;
        while node > 0 {
            sum += self.0[node];
            node -= node & node.wrapping_neg();
        }
        sum
    }
}

pub(super) const EXPANDING_TERCILES: LabelSet = LabelSet {
    name: "terciles so far",
    make: |spec, panel| {
        if panel.has(&spec.level) {
            Ok(vec![expanding_terciles(panel, &spec.level, spec.past)?.into()])
        } else {
            Ok(Vec::new())
        }
    },
};

pub(super) const FULL_SAMPLE_TERCILES: LabelSet = LabelSet {
    name: "terciles of the full sample",
    make: |spec, panel| {
        if panel.has(&spec.level) {
            Ok(vec![full_sample_terciles(panel, &spec.level)?.into()])
        } else {
            Ok(Vec::new())
        }
    },
};

pub(super) const RISING_AND_FALLING: LabelSet = LabelSet {
    name: "rising and falling",
    make: |spec, panel| {
        if panel.has(&spec.market) {
            Ok(vec![rising_and_falling(panel, &spec.market, spec.past)?.into()])
        } else {
            Ok(Vec::new())
        }
    },
};

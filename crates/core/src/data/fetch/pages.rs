//! Pages of one series put together: in any order, overlapping, and never silently wrong.

use super::client::Request;
use crate::data::preliminary::status_of;
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What stands beside a value that will be revised, in the column `<name>-status`.
pub(super) use crate::data::preliminary::WORD as PRELIMINARY;

/// One page: rows, and the question that leads to the next page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<(Timestamp, Vec<f64>)>,
    pub(super) next: Option<Request>,
    /// Values that the source will revise: stamps and places of columns.
    pub(super) preliminary: BTreeSet<(i64, usize)>,
}

impl Page {
    /// The last page, of settled values.
    pub(super) fn of(rows: Vec<(Timestamp, Vec<f64>)>) -> Self {
        Self { rows, next: None, preliminary: BTreeSet::new() }
    }
}

/// What makes a series of pages plausible.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plausible {
    /// Distance of two rows.
    pub(super) step_ms: i64,
    /// The largest hole between two rows, in steps.
    pub(super) largest_hole: i64,
}

/// One column of a page, and the largest ratio of a value to the one before: beyond it, a unit changed.
pub(super) type PageColumn = (&'static str, f64);

/// The rows of a series so far, and which of their values are preliminary.
#[derive(Debug, Default)]
pub(super) struct Rows(BTreeMap<i64, Vec<f64>>, BTreeSet<(i64, usize)>);

impl Rows {
    /// Adds a page. Identical rows that come twice are one; different ones are an error.
    pub(super) fn add(&mut self, page: Page) -> Result<(), String> {
        self.1.extend(page.preliminary);
        for (time, values) in page.rows {
            if let Some(old) = self.0.get(&time.millis()) {
                if !same(old, &values) {
                    return Err(format!(
                        "two pages disagree at {time}: {old:?} and {values:?}; fetch again with --refresh"
                    ));
                }
            } else {
                self.0.insert(time.millis(), values);
            }
        }
        Ok(())
    }

    /// Looks for changed units and holes between neighbours.
    pub(super) fn check(&self, columns: &[PageColumn], plausible: &Plausible) -> Result<(), String> {
        let mut before: Option<(i64, &Vec<f64>)> = None;
        let mut held = vec![f64::NAN; columns.len()];
        for (&millis, values) in &self.0 {
            let time = Timestamp::from_millis(millis);
            if let Some((earlier, _)) = before {
                let missing = (millis - earlier) / plausible.step_ms - 1;
                if missing > plausible.largest_hole {
                    return Err(format!(
                        "{missing} rows are missing between {} and {time}: an incomplete answer; try later, \
                         or fetch again with --refresh",
                        Timestamp::from_millis(earlier)
                    ));
                }
            }
            for (((column, steepest), &value), held) in columns.iter().zip(values).zip(&mut held) {
                if value > 0.0 {
                    let ratio = (value / *held).max(*held / value);
                    if ratio > *steepest {
                        return Err(format!(
                            "`{column}` goes from {held} to {value} at {time}: another unit?; fetch again \
                             with --refresh"
                        ));
                    }
                    *held = value;
                }
            }
            before = Some((millis, values));
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The series as CSV; numbers in the shortest form that reads back as the same bits, and a column of statuses
    /// beside one that holds preliminary values.
    pub(super) fn csv(&self, columns: &[PageColumn]) -> String {
        let marked: Vec<usize> = (0..columns.len())
            .filter(|place| {
                self.1.iter().any(|(millis, other)| other == place && self.0.contains_key(millis))
            })
            .collect();
        let mut text = "timestamp".to_owned();
        columns.iter().for_each(|(name, _)| text += &format!(",{name}"));
        marked.iter().for_each(|&place| text += &format!(",{}", status_of(columns[place].0)));
        text.push('\n');
        for (&millis, values) in &self.0 {
            let _ = write!(text, "{}", Timestamp::from_millis(millis));
            for value in values {
                if value.is_nan() {
                    text.push(',');
                } else {
                    let _ = write!(text, ",{value}");
                }
            }
            for &place in &marked {
                text.push(',');
                text.push_str(if self.1.contains(&(millis, place)) { PRELIMINARY } else { "" });
            }
            text.push('\n');
        }
        text
    }
}

fn same(left: &[f64], right: &[f64]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}

/// Keeps the rows of a question's window. Servers add a neighbour at either end; more than that is
/// another unit of time, or another clock.
pub(super) fn within(
    rows: Vec<(Timestamp, Vec<f64>)>,
    request: &Request,
    step_ms: i64,
) -> Result<Vec<(Timestamp, Vec<f64>)>, String> {
    let (first, last) = (request.window.0.millis(), request.window.1.millis());
    let mut kept = Vec::with_capacity(rows.len());
    for (time, values) in rows {
        let millis = time.millis();
        if millis.rem_euclid(step_ms) != 0 && (first..=last).contains(&millis) {
            return Err(format!("a row at {time} ({millis} ms) is off the grid"));
        }
        if (first..=last).contains(&millis) {
            kept.push((time, values));
        } else if millis < first - step_ms || millis > last + step_ms {
            return Err(format!(
                "a row stamped {millis} ms lies outside {} .. {}: another unit of time, or a clock in the future",
                request.window.0, request.window.1
            ));
        }
    }
    Ok(kept)
}

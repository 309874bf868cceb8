//! On-chain transaction volume from two sources: the reported series, and a proxy where it has none.

use crate::statistics::median;
use std::collections::{BTreeMap, VecDeque};

/// Overlapping days the proxy's scale is estimated from.
const SCALE_DAYS: usize = 365;
/// Fewer overlapping days give no scale.
const FEWEST_DAYS: usize = 30;

/// Where a day's transaction volume comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provenance {
    Reported = 0,
    Proxy = 1,
}

/// Transaction volume by day: the reported value where there is one, else exchange inflow + outflow times
/// the median ratio reported / proxy over the latest 365 days, up to that day, that have both.
///
/// The ratio of day `D` uses no day after `D`, so a value is known when its own day is. Days before 30
/// overlapping ones get nothing. Without any reported day the proxy stands unscaled.
pub(super) fn splice(
    reported: &BTreeMap<i64, f64>,
    proxy: &BTreeMap<i64, f64>,
) -> BTreeMap<i64, (f64, Provenance)> {
    let mut days: Vec<i64> = reported.keys().chain(proxy.keys()).copied().collect();
    days.sort_unstable();
    days.dedup();
    let mut ratios = VecDeque::with_capacity(SCALE_DAYS + 1);
    let mut spliced = BTreeMap::new();
    for day in days {
        match (reported.get(&day), proxy.get(&day)) {
            (Some(&value), flow) => {
                if let Some(&flow) = flow.filter(|flow| **flow > 0.0) {
                    ratios.push_back(value / flow);
                    if ratios.len() > SCALE_DAYS {
                        ratios.pop_front();
                    }
                }
                spliced.insert(day, (value, Provenance::Reported));
            }
            (None, Some(&flow)) => {
                let scale = if reported.is_empty() { Some(1.0) } else { usual(&ratios) };
                if let Some(scale) = scale {
                    spliced.insert(day, (flow * scale, Provenance::Proxy));
                }
            }
            (None, None) => {}
        }
    }
    spliced
}

fn usual(ratios: &VecDeque<f64>) -> Option<f64> {
    (ratios.len() >= FEWEST_DAYS).then(|| median(&ratios.iter().copied().collect::<Vec<f64>>()))
}

//! Series cut to the questions they all answer.

use super::Forecasts;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// The records of those origins that every series has, so that models can be compared.
///
/// Models differ in the features and the history they need, hence in the origins they can answer.
///
/// # Errors
/// When no origin is common to all, or no series is given.
pub fn common_origins<'a>(series: impl IntoIterator<Item = &'a Forecasts>) -> Result<Vec<Forecasts>> {
    let series: Vec<&Forecasts> = series.into_iter().collect();
    let mut common: Option<BTreeSet<Timestamp>> = None;
    for one in &series {
        let own: BTreeSet<Timestamp> = one.origins().iter().copied().collect();
        common = Some(match common {
            None => own,
            Some(all) => all.intersection(&own).copied().collect(),
        });
    }
    let common = common.unwrap_or_default();
    series
        .iter()
        .map(|one| {
            one.filter(|record| common.contains(&record.origin)).ok_or_else(|| {
                Error::too_few(
                    format!("comparing {}", one.model()),
                    1,
                    0,
                    "the series share no origin; forecast the same period",
                )
            })
        })
        .collect()
}

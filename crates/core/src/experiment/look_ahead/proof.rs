//! What a proof found.

use super::Said;
use crate::error::{Error, Result};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::time::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;

/// What was done to the data after an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Future {
    /// Every value known later was replaced by another.
    Altered,
    /// Nothing was known later.
    Cut,
}

/// Numbers that differ once the future differs: a look ahead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// The hour after which the data were changed.
    pub origin: Timestamp,
    /// How they were changed.
    pub future: Future,
    /// What moved: a feature, the forecast, an end of an interval.
    pub what: String,
    /// The first hour whose number moved.
    pub hour: Timestamp,
    /// The number before; NaN where there was none.
    pub before: f64,
    /// The number after; NaN where there is none any more.
    pub after: f64,
    /// How many hours moved.
    pub hours: usize,
}

/// Whether a model or a feature looks ahead, as [`Experiment::prove`](super::super::Experiment::prove) found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proof {
    /// The model, feature or group of features.
    pub subject: String,
    /// The hours after which the data were changed.
    pub origins: Vec<Timestamp>,
    /// Numbers compared.
    pub compared: usize,
    /// What moved; nothing when it looks at nothing ahead.
    pub moved: Vec<Moved>,
    /// Whether it moves when all data move. What does not holds numbers of its own, or none of the market's: about
    /// them nothing is proven.
    pub reads_the_data: bool,
}

impl Proof {
    pub(super) fn about(subject: String, origins: &[Timestamp]) -> Self {
        Self { subject, origins: origins.to_vec(), compared: 0, moved: Vec::new(), reads_the_data: false }
    }

    /// Whether nothing moved, and something was compared.
    pub fn holds(&self) -> bool {
        self.moved.is_empty() && self.compared > 0
    }

    /// The proof, if it holds.
    ///
    /// # Errors
    /// Where it does not: the first number that moved, with its hour.
    pub fn required(self) -> Result<Self> {
        if self.holds() {
            return Ok(self);
        }
        let expected = match self.moved.first() {
            Some(Moved { origin, what, hour, before, after, .. }) => format!(
                "made of what was known at each hour; it looks ahead: `{what}` of {hour} is {before}, and {after} once what \
                 became known after {origin} is changed"
            ),
            None => "one that says something before the origins of its proof".to_owned(),
        };
        Err(Error::parameter("subject of a proof", self.subject, expected))
    }

    /// Compares what was said about hours up to the origin with what is said under another future.
    pub(super) fn compare(&mut self, origin: Timestamp, future: Future, own: &[Said], other: &[Said]) {
        let mut others: HashMap<&str, HashMap<Timestamp, f64>> = values_by_hour(other);
        for said in own {
            let mut under = others.remove(said.what.as_str()).unwrap_or_default();
            let mut pairs = Vec::new();
            for &(hour, before) in said.at.iter().filter(|(hour, _)| *hour <= origin) {
                pairs.push((hour, before, under.remove(&hour).unwrap_or(f64::NAN)));
            }
            pairs.extend(
                under
                    .into_iter()
                    .filter(|(hour, _)| *hour <= origin)
                    .map(|(hour, after)| (hour, f64::NAN, after)),
            );
            self.settle(origin, future, &said.what, pairs);
        }
        for (what, under) in others {
            let pairs = under.into_iter().filter(|(hour, _)| *hour <= origin);
            self.settle(origin, future, what, pairs.map(|(hour, after)| (hour, f64::NAN, after)).collect());
        }
    }

    fn settle(&mut self, origin: Timestamp, future: Future, what: &str, pairs: Vec<(Timestamp, f64, f64)>) {
        self.compared += pairs.len();
        let mut moved: Vec<_> =
            pairs.into_iter().filter(|(_, before, after)| differ(*before, *after)).collect();
        moved.sort_by_key(|(hour, ..)| *hour);
        if let Some(&(hour, before, after)) = moved.first() {
            let what = what.to_owned();
            self.moved.push(Moved { origin, future, what, hour, before, after, hours: moved.len() });
        }
    }

    /// Notes whether anything moves once all data move.
    pub(super) fn control(&mut self, own: &[Said], other: &[Said]) {
        let others = values_by_hour(other);
        let moves = |said: &Said| {
            let under = others.get(said.what.as_str());
            said.at.iter().any(|(hour, before)| {
                under.and_then(|under| under.get(hour)).is_none_or(|after| differ(*before, *after))
            })
        };
        self.reads_the_data = own.iter().any(moves);
    }
}

fn values_by_hour(said: &[Said]) -> HashMap<&str, HashMap<Timestamp, f64>> {
    said.iter().map(|said| (said.what.as_str(), said.at.iter().copied().collect())).collect()
}

/// Whether two numbers differ in a bit; all nulls are alike.
fn differ(before: f64, after: f64) -> bool {
    before.to_bits() != after.to_bits() && !(before.is_nan() && after.is_nan())
}

impl Reported for Proof {
    fn report(&self) -> Report {
        let mut report = Report::new();
        let Self { subject, origins, compared, moved, reads_the_data } = self;
        let at = match &origins[..] {
            [] => "no origin".to_owned(),
            [only] => only.to_string(),
            [first, .., last] => format!("{} origins from {first} to {last}", origins.len()),
        };
        if self.holds() {
            report.line(format!(
                "{subject} looks at nothing ahead: of {compared} numbers said up to {at} none moved when the future was \
                 altered or cut off"
            ));
        } else if moved.is_empty() {
            report.line(format!("{subject} says nothing up to {at}: nothing is proven"));
        } else {
            report.line(format!("{subject} LOOKS AHEAD: numbers moved when only the future did"));
            let mut table = Table::new([
                "changed after",
                "future",
                "what",
                "first hour",
                "before",
                "after",
                "hours moved",
            ])
            .set(Align::Right, 4..);
            for one in moved {
                let future = match one.future {
                    Future::Altered => "altered",
                    Future::Cut => "cut off",
                };
                table.push([
                    Cell::text(one.origin.to_string()),
                    Cell::text(future),
                    Cell::name(&one.what),
                    Cell::text(one.hour.to_string()),
                    Cell::number(one.before, 4),
                    Cell::number(one.after, 4),
                    Cell::count(one.hours),
                ]);
            }
            report.table(table);
        }
        if !reads_the_data {
            report.note(
                "it did not move when all data did, the past too: numbers that it holds itself are not proven by this",
            );
        }
        report
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

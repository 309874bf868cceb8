//! The one interface behind which every source stands.

use super::client::Request;
use super::failure::Failure;
use super::pages::{Page, PageColumn, Plausible};
use super::settings::FetchPlan;
use crate::data::subject::Subject;
use crate::error::{one_line, quoted};
use crate::time::{HOUR_MS, Timestamp};

pub(super) const DAY_MS: i64 = 24 * HOUR_MS;
/// Hours a question asks for: below the limit of 1000 rows that Deribit and Binance set.
pub(super) const HOURS_A_QUESTION: i64 = 960;

/// A source: which questions it is asked, and how its answers read.
pub(super) trait Reader: Sync {
    /// The series' name, and that of its file.
    fn name(&self) -> &'static str;
    /// What it is about.
    fn subject(&self) -> Subject;
    /// The columns of its rows, in order.
    fn columns(&self) -> &[PageColumn];
    /// What its rows must look like.
    fn plausible(&self) -> Plausible;
    /// The questions that cover the plan. Each may lead to further ones.
    fn questions(&self, plan: &FetchPlan) -> Vec<Request>;
    /// Reads an answer, or says what is wrong with it.
    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure>;
}

/// Hourly rows: a hole of more than a day is no outage but a lost page.
pub(super) const HOURLY: Plausible = Plausible { step_ms: HOUR_MS, largest_hole: 24 };
/// Daily rows.
pub(super) const DAILY: Plausible = Plausible { step_ms: DAY_MS, largest_hole: 14 };

/// Equal stretches of `rows` steps from `first` on. They begin at the same times in every fetch, so all but the
/// last are answered from the cache for ever after.
pub(super) fn stretches(
    rows: i64,
    step_ms: i64,
    first: Timestamp,
    last: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let mut stretches = Vec::new();
    let mut from = first.millis();
    while from <= last.millis() {
        let to = (from + (rows - 1) * step_ms).min(last.millis());
        stretches.push((Timestamp::from_millis(from), Timestamp::from_millis(to)));
        from = to + step_ms;
    }
    stretches
}

/// Reads JSON, or says which field is missing or of another type.
pub(super) fn json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| {
        let told = one_line(&error.to_string());
        match error.classify() {
            serde_json::error::Category::Data => format!("another schema than we know: {told}"),
            _ => format!("invalid JSON: {told}"),
        }
    })
}

/// A number that JSON carries as a number or as text.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(try_from = "Numeral")]
pub(super) struct Number(pub(super) f64);

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Numeral {
    Number(f64),
    Text(String),
}

impl TryFrom<Numeral> for Number {
    type Error = String;
    fn try_from(numeral: Numeral) -> Result<Self, String> {
        match numeral {
            Numeral::Number(number) => Ok(Self(number)),
            Numeral::Text(text) => {
                text.parse().map(Self).map_err(|_| format!("`{}` where a number must be", quoted(&text)))
            }
        }
    }
}

//! What an import may repair, and what it must refuse.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How hours without a value are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum GapPolicy {
    /// A gap stays a null: the default.
    #[default]
    Null,
    /// An hourly gap repeats the last value for at most so many hours, then becomes null. Daily columns
    /// are left alone: features carry their last known value anyway.
    ForwardFill(u32),
}

impl fmt::Display for GapPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::ForwardFill(hours) => write!(f, "forward_fill({hours})"),
        }
    }
}

impl From<GapPolicy> for String {
    fn from(policy: GapPolicy) -> Self {
        policy.to_string()
    }
}

impl TryFrom<String> for GapPolicy {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        if text == "null" {
            return Ok(Self::Null);
        }
        text.strip_prefix("forward_fill(")
            .and_then(|rest| rest.strip_suffix(')'))
            .and_then(|hours| hours.trim().parse().ok())
            .filter(|hours| *hours > 0)
            .map(Self::ForwardFill)
            .ok_or_else(|| Error::parameter("gaps", &text, "`null` or `forward_fill(HOURS)` with HOURS >= 1"))
    }
}

/// What happens to rows that carry a time twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicatePolicy {
    /// Refuse the file: the default.
    #[default]
    Error,
    /// Keep the first row of each time and count the others.
    KeepFirst,
    /// Keep the last row of each time and count the others.
    KeepLast,
}

/// What happens to rows out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderPolicy {
    /// Refuse the file: the default.
    #[default]
    Error,
    /// Sort by time and count the rows that moved.
    Sort,
}

/// What happens to values a series cannot take (a negative price, a DVOL of 2000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidPolicy {
    /// Refuse the file: the default.
    #[default]
    Error,
    /// Make it a null and count it.
    Null,
}

/// How files become a panel. Everything not allowed here is an error; every repair is counted in the manifest.
///
/// | field | meaning | default |
/// | --- | --- | --- |
/// | `gaps` | `"null"` or `"forward_fill(HOURS)"` | `"null"` |
/// | `duplicates` | `"error"`, `"keep_first"`, `"keep_last"` | `"error"` |
/// | `order` | `"error"`, `"sort"` | `"error"` |
/// | `invalid` | `"error"`, `"null"` | `"error"` |
/// | `publication_lag_hours` | hours after a UTC day's end until its on-chain values are out | 6 |
/// | `columns` | panel column = file column; times as `dvol_time`, `price_time`, `perpetual_time`, `onchain_time`, `volume_time` | guessed |
///
/// # Examples
/// ```
/// use dvol_core::data::{GapPolicy, ImportPolicy};
/// let policy: ImportPolicy = serde_json::from_str(r#"{"gaps": "forward_fill(3)", "columns": {"dvol": "c"}}"#)?;
/// assert_eq!(policy.gaps, GapPolicy::ForwardFill(3));
/// assert_eq!(policy.publication_lag_hours, 6);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportPolicy {
    /// Hours without a value.
    pub gaps: GapPolicy,
    /// Rows that carry a time twice.
    pub duplicates: DuplicatePolicy,
    /// Rows out of order.
    pub order: OrderPolicy,
    /// Values a series cannot take.
    pub invalid: InvalidPolicy,
    /// Hours from the end of a UTC day until its on-chain values are published.
    pub publication_lag_hours: u32,
    /// File columns by panel column, where the guess is wrong.
    pub columns: BTreeMap<String, String>,
}

impl Default for ImportPolicy {
    fn default() -> Self {
        Self {
            gaps: GapPolicy::default(),
            duplicates: DuplicatePolicy::default(),
            order: OrderPolicy::default(),
            invalid: InvalidPolicy::default(),
            publication_lag_hours: 6,
            columns: BTreeMap::new(),
        }
    }
}

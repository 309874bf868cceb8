//! What a reader of people's files may be told where a file does not tell it itself.

use crate::error::{Error, Result};
use crate::time::HOUR_MS;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Which mark stands before the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// 1,234.5
    Point,
    /// 1.234,5
    Comma,
}

impl Decimal {
    /// The word of `--decimal`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }
}

impl FromStr for Decimal {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        [Self::Point, Self::Comma]
            .into_iter()
            .find(|decimal| decimal.word() == text)
            .ok_or_else(|| Error::parameter("decimal", text, "point or comma"))
    }
}

/// A length of time on a command line: `1h`, `30m`, `15s`, `1d`, `250ms`.
///
/// # Examples
/// ```
/// use dvol_core::data::Span;
/// assert_eq!("8h".parse::<Span>()?.millis(), 8 * 3_600_000);
/// assert_eq!("90m".parse::<Span>()?.to_string(), "90 min");
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(i64);

/// Units of a span, longest first: milliseconds, the letters of a command line, the word of a report.
const UNITS: [(i64, &[&str], &str); 6] = [
    (168 * HOUR_MS, &["w"], "weeks"),
    (24 * HOUR_MS, &["d", "day", "days"], "d"),
    (HOUR_MS, &["h", "hour", "hours"], "h"),
    (60_000, &["m", "min", "minutes"], "min"),
    (1_000, &["s", "sec", "seconds"], "s"),
    (1, &["ms"], "ms"),
];

impl Span {
    /// From milliseconds; at least one.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.max(1))
    }

    /// Milliseconds.
    pub fn millis(self) -> i64 {
        self.0
    }
}

impl FromStr for Span {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let unit = unit.trim();
        let length = UNITS.iter().find(|(_, letters, _)| letters.contains(&unit)).map(|(length, ..)| length);
        let count = if count.is_empty() { Some(1) } else { count.parse::<i64>().ok() };
        length
            .zip(count)
            .and_then(|(length, count)| length.checked_mul(count))
            .filter(|millis| (1..=366 * 24 * HOUR_MS).contains(millis))
            .map(Self)
            .ok_or_else(|| Error::parameter("step", text, "a length of time such as 1h, 30m, 15s or 1d"))
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Days and weeks only where nothing is left over; 36 h stay 36 h.
        let unit = UNITS.iter().skip(1).find(|(length, ..)| self.0 % length == 0);
        let (length, _, word) = unit.copied().unwrap_or((1, &[], "ms"));
        write!(f, "{} {word}", self.0 / length)
    }
}

/// How a file is to be read, where it is not to be found out.
///
/// | field | flag | default |
/// | --- | --- | --- |
/// | `timestamp` | `--timestamp` | found by name and content; two names with a comma: date and time of day |
/// | `time_format` | `--time-format` | found from the whole column |
/// | `zone` | `--zone` | UTC, for stamps that name no zone |
/// | `decimal` | `--decimal` | found from the whole file |
/// | `skip_rows` | `--skip-rows` | lines above the header, found |
/// | `sort` | `--sort` | only a file that is newest first is turned round |
/// | `no_time` | `--no-time` | a file without times is refused where times matter |
/// | `step` | `--step` | the step most rows keep; with `no_time`: the step between rows |
/// | `shared` | the same flags of `data import`, without a subject before them | nothing |
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// Column of times, or columns of date and of time of day with a comma between.
    pub timestamp: Option<String>,
    /// `epoch-s`, `epoch-ms`, `epoch-us`, `epoch-ns`, `epoch-d` (days), `excel`, or a pattern such as `%d/%m/%Y %H:%M`.
    pub time_format: Option<String>,
    /// Zone of stamps without one, such as `Europe/Berlin` or `+01:00`.
    pub zone: Option<String>,
    /// The mark before the fraction.
    pub decimal: Option<Decimal>,
    /// Lines above the header.
    pub skip_rows: Option<usize>,
    /// Whether rows out of order are put in order.
    pub sort: bool,
    /// Whether rows are taken in the file's order, without times.
    pub no_time: bool,
    /// Time from row to row.
    pub step: Option<Span>,
    /// What was told of several files at once.
    pub shared: Shared,
}

/// What was told of several files at once: it holds where a file does not tell itself, and is never forced on one
/// that is written in another way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shared {
    /// Column of times, in those files that have it.
    pub timestamp: Option<String>,
    /// How times are written, where a file's own are not understood.
    pub time_format: Option<String>,
    /// The mark before the fraction, where a file does not tell.
    pub decimal: Option<Decimal>,
    /// Lines above the header; refused where one of them is a row of the table.
    pub skip_rows: Option<usize>,
}

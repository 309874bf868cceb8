//! What each kind of source tells: which panel columns, under which names, within which bounds.

use crate::panel::Frequency;
use crate::time::HOUR_MS;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The fewest rows that show a step of their own.
pub(super) const ENOUGH_ROWS: usize = 20;

/// What a source is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The DVOL index, hourly.
    Dvol,
    /// The asset's spot price and traded volume, hourly.
    Price,
    /// The perpetual future's price, hourly: a second opinion on the price.
    Perpetual,
    /// The perpetual future's funding rate, hourly or every eight hours.
    Funding,
    /// Daily on-chain metrics.
    Onchain,
    /// The reported on-chain transaction volume, daily.
    Volume,
    /// One column that a configuration describes.
    Own,
}

/// Values a column may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound {
    /// Index points: above 0, at most 1000.
    IndexPoints,
    /// Above 0.
    Positive,
    /// At least 0.
    NotNegative,
    /// A share of a position, of either sign.
    Rate,
    /// From the first to the second, both included.
    Within(f64, f64),
}

impl Bound {
    pub(super) fn admits(self, value: f64) -> bool {
        match self {
            Self::IndexPoints => value > 0.0 && value <= 1000.0,
            Self::Positive => value > 0.0,
            Self::NotNegative => value >= 0.0,
            Self::Rate => value.abs() < 1.0,
            Self::Within(low, high) => (low..=high).contains(&value),
        }
    }

    pub(super) fn words(self) -> Cow<'static, str> {
        match self {
            Self::IndexPoints => "outside (0, 1000] index points".into(),
            Self::Positive => "not above 0".into(),
            Self::NotNegative => "below 0".into(),
            Self::Rate => "not a share between -1 and 1".into(),
            Self::Within(low, high) => format!("outside [{low}, {high}]").into(),
        }
    }
}

/// One panel column a source may hold.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub(super) name: Cow<'static, str>,
    pub(super) known_as: &'static [&'static str],
    pub(super) required: bool,
    pub(super) bound: Bound,
}

const fn needed(name: &'static str, known_as: &'static [&'static str], bound: Bound) -> Expected {
    Expected { name: Cow::Borrowed(name), known_as, required: true, bound }
}

const fn optional(name: &'static str, known_as: &'static [&'static str], bound: Bound) -> Expected {
    Expected { name: Cow::Borrowed(name), known_as, required: false, bound }
}

static DVOL: [Expected; 4] = [
    needed("dvol", &["dvol", "dvol_close", "close", "value", "index"], Bound::IndexPoints),
    optional("dvol_open", &["dvol_open", "open"], Bound::IndexPoints),
    optional("dvol_high", &["dvol_high", "high"], Bound::IndexPoints),
    optional("dvol_low", &["dvol_low", "low"], Bound::IndexPoints),
];

static PRICE: [Expected; 5] = [
    needed("price", &["price", "close", "price_close", "last", "value"], Bound::Positive),
    optional("price_open", &["price_open", "open"], Bound::Positive),
    optional("price_high", &["price_high", "high"], Bound::Positive),
    optional("price_low", &["price_low", "low"], Bound::Positive),
    optional("volume", &["volume", "volume_btc"], Bound::NotNegative),
];

static PERPETUAL: [Expected; 1] =
    [needed("price_perpetual", &["price_perpetual", "price", "close", "value"], Bound::Positive)];

static FUNDING: [Expected; 1] = [needed(
    "funding_rate",
    &["funding_rate", "fundingRate", "last_funding_rate", "interest_8h", "rate", "value"],
    Bound::Rate,
)];

static ONCHAIN: [Expected; 6] = [
    optional("active_addresses", &["active_addresses", "AdrActCnt"], Bound::NotNegative),
    optional("market_cap_usd", &["market_cap_usd", "CapMrktCurUSD"], Bound::Positive),
    optional("mvrv", &["mvrv", "CapMVRVCur"], Bound::Positive),
    optional("exchange_inflow_usd", &["exchange_inflow_usd", "FlowInExUSD"], Bound::NotNegative),
    optional("exchange_outflow_usd", &["exchange_outflow_usd", "FlowOutExUSD"], Bound::NotNegative),
    optional("transaction_count", &["transaction_count", "TxCnt"], Bound::NotNegative),
];

static VOLUME: [Expected; 1] = [needed(
    "transaction_volume_usd",
    &[
        "transaction_volume_usd",
        "estimated_transaction_volume_usd",
        "estimated-transaction-volume-usd",
        "value",
        "y",
    ],
    Bound::Positive,
)];

/// What a file is read for: the columns it may hold, and how often it observes them.
#[derive(Debug, Clone)]
pub(super) struct Sought {
    pub(super) subject: Subject,
    /// The name a mapping gives the column of times.
    pub(super) time_key: Cow<'static, str>,
    pub(super) frequency: Frequency,
    pub(super) expected: Cow<'static, [Expected]>,
}

impl Sought {
    /// How often a file observes it, whose rows are mostly so many milliseconds apart; too few rows show no step of
    /// their own.
    pub(super) fn frequency_at(&self, spacing_ms: i64, rows: usize) -> Frequency {
        match self.subject {
            Subject::Dvol | Subject::Price if spacing_ms == 24 * HOUR_MS && rows >= ENOUGH_ROWS => {
                Frequency::Daily
            }
            Subject::Funding if spacing_ms > 2 * HOUR_MS => Frequency::EightHourly,
            _ => self.frequency,
        }
    }
}

impl Subject {
    /// The subjects that files are given for, in the order of a panel's columns.
    pub const ALL: [Self; 6] =
        [Self::Dvol, Self::Price, Self::Perpetual, Self::Funding, Self::Onchain, Self::Volume];

    fn facts(self) -> Facts {
        let facts = |name, time_key, frequency, expected| Facts { name, time_key, frequency, expected };
        match self {
            Self::Dvol => facts("dvol", "dvol_time", Frequency::Hourly, &DVOL[..]),
            Self::Price => facts("price", "price_time", Frequency::Hourly, &PRICE),
            Self::Perpetual => facts("perpetual", "perpetual_time", Frequency::Hourly, &PERPETUAL),
            Self::Funding => facts("funding", "funding_time", Frequency::Hourly, &FUNDING),
            Self::Onchain => facts("onchain", "onchain_time", Frequency::Daily, &ONCHAIN),
            Self::Volume => facts("volume", "volume_time", Frequency::Daily, &VOLUME),
            Self::Own => facts("own", "own_time", Frequency::Hourly, &[]),
        }
    }

    /// What its files are read for.
    pub(super) fn sought(self) -> Sought {
        let Facts { time_key, frequency, expected, .. } = self.facts();
        Sought { subject: self, time_key: time_key.into(), frequency, expected: expected.into() }
    }

    /// The name a mapping gives the column of times.
    pub(super) fn time_key(self) -> &'static str {
        self.facts().time_key
    }

    /// The panel columns it may hold.
    pub(super) fn expected(self) -> &'static [Expected] {
        self.facts().expected
    }

    /// The panel column that its files are given for, where there is one.
    pub fn value_column(self) -> Option<&'static str> {
        self.expected().iter().find(|expected| expected.required).map(|expected| expected.name.as_ref())
    }

    /// How often it is observed; the shortest, where files differ.
    pub fn frequency(self) -> Frequency {
        self.facts().frequency
    }
}

/// What is known about a subject.
struct Facts {
    name: &'static str,
    time_key: &'static str,
    frequency: Frequency,
    expected: &'static [Expected],
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().name)
    }
}

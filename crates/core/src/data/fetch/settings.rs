//! Where to fetch from, what, and how patiently.

use crate::error::Result;
use crate::market::Asset;
use crate::range::Range;
use crate::time::{HOUR_MS, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

/// Which exchange the price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum PriceSource {
    /// Binance spot; Deribit's perpetual stands beside it for the audit.
    #[default]
    Binance,
    /// Deribit's perpetual future alone.
    Deribit,
}

/// Where the perpetual future's funding rate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum FundingSource {
    /// Deribit's perpetual: the rate of the last eight hours, every hour.
    Deribit,
    /// Binance's perpetual: the rate paid every eight hours.
    Binance,
}

/// A server we ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// DVOL and the perpetual future.
    Deribit,
    /// Spot price.
    Binance,
    /// Funding of the perpetual future.
    BinanceFutures,
    /// Daily on-chain metrics.
    CoinMetrics,
    /// Reported transaction volume.
    BlockchainCom,
    /// Optional on-chain metrics, with a token.
    ResearchBitcoin,
}

impl Host {
    /// All servers.
    pub const ALL: [Self; 6] = [
        Self::Deribit,
        Self::Binance,
        Self::BinanceFutures,
        Self::CoinMetrics,
        Self::BlockchainCom,
        Self::ResearchBitcoin,
    ];

    fn server(self) -> Server {
        let server = |name, public, polite_rate| Server {
            name,
            public,
            polite_rate,
            elsewhere: "ask from another place",
        };
        match self {
            Self::Deribit => server("deribit", "https://www.deribit.com/api/v2", 5.0),
            Self::Binance => Server {
                elsewhere: "Binance does not serve this place: take the price from Deribit with --price deribit",
                ..server("binance", "https://data-api.binance.vision", 8.0)
            },
            Self::BinanceFutures => Server {
                elsewhere: "Binance does not serve this place: take the rate from Deribit with --funding deribit",
                ..server("binance_futures", "https://fapi.binance.com", 1.5)
            },
            Self::CoinMetrics => server("coin_metrics", "https://community-api.coinmetrics.io/v4", 1.5),
            Self::BlockchainCom => server("blockchain_com", "https://api.blockchain.info", 0.5),
            Self::ResearchBitcoin => server("research_bitcoin", "https://api.researchbitcoin.net/v2", 0.5),
        }
    }
}

/// What is known about a server.
struct Server {
    name: &'static str,
    /// Its public base URL.
    public: &'static str,
    /// Requests a second that it bears from everybody.
    polite_rate: f64,
    /// What to do where it may not answer for reasons of law.
    elsewhere: &'static str,
}

impl Host {
    /// What to do where the server may not answer for reasons of law.
    pub(super) fn elsewhere(self) -> &'static str {
        self.server().elsewhere
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.server().name)
    }
}

/// How to ask: the table `fetch` of the experiment's file.
///
/// | field | meaning | default |
/// | --- | --- | --- |
/// | `base` | base URL by server: `deribit`, `binance`, `binance_futures`, `coin_metrics`, `blockchain_com`, `research_bitcoin` | the public ones |
/// | `requests_per_second` | limit for every server | by server, 0.5 to 8 |
/// | `timeout_seconds` | for one attempt, body included | 30 |
/// | `attempts` | before giving up on one request | 6 |
/// | `first_pause_seconds` | after the first failure; doubles each time, with jitter | 0.5 |
/// | `longest_pause_seconds` | of a pause, and of a `Retry-After` we are ready to wait | 120 |
/// | `most_pages` | pages of one series | 2000 |
/// | `largest_answer_mib` | MiB of one answer, decompressed | 32 |
/// | `most_mib` | MiB of all answers of a fetch | 512 |
/// | `most_minutes` | minutes of a fetch | 240 |
/// | `research_bitcoin` | panel column = path of the metric, e.g. `mvrv = "..."`; empty: not asked | empty |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchSettings {
    /// Base URLs that replace the public ones.
    pub base: BTreeMap<Host, String>,
    /// Requests a second to each server.
    pub requests_per_second: Option<f64>,
    /// Seconds for one attempt.
    pub timeout_seconds: f64,
    /// Attempts before giving up on one request.
    pub attempts: usize,
    /// Seconds to wait after the first failure.
    pub first_pause_seconds: f64,
    /// The longest wait between two attempts, seconds.
    pub longest_pause_seconds: f64,
    /// The most pages of one series.
    pub most_pages: usize,
    /// The largest answer, MiB after decompression.
    pub largest_answer_mib: u64,
    /// The most MiB of all answers of a fetch.
    pub most_mib: u64,
    /// The most minutes of a fetch.
    pub most_minutes: f64,
    /// Metrics asked of Bitcoin Researcher's Lab, by panel column.
    pub research_bitcoin: BTreeMap<String, String>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            base: BTreeMap::new(),
            requests_per_second: None,
            timeout_seconds: 30.0,
            attempts: 6,
            first_pause_seconds: 0.5,
            longest_pause_seconds: 120.0,
            most_pages: 2_000,
            largest_answer_mib: 32,
            most_mib: 512,
            most_minutes: 240.0,
            research_bitcoin: BTreeMap::new(),
        }
    }
}

impl FetchSettings {
    /// The same, when every number is usable.
    ///
    /// # Errors
    /// A number out of its range.
    pub fn checked(self) -> Result<Self> {
        // A rate below one question in a quarter of an hour would never end a fetch.
        let rate = Range::Real(Bound::Included(0.001), Bound::Included(1e6));
        let seconds = Range::Real(Bound::Excluded(0.0), Bound::Included(1e6));
        let numbers = [
            ("fetch.timeout_seconds", self.timeout_seconds, seconds),
            ("fetch.first_pause_seconds", self.first_pause_seconds, seconds),
            ("fetch.longest_pause_seconds", self.longest_pause_seconds, seconds),
            ("fetch.requests_per_second", self.requests_per_second.unwrap_or(1.0), rate),
            ("fetch.attempts", self.attempts as f64, Range::Whole(1, 1_000)),
            ("fetch.most_pages", self.most_pages as f64, Range::Whole(1, 1_000_000)),
            ("fetch.largest_answer_mib", self.largest_answer_mib as f64, Range::Whole(1, 1_024)),
            ("fetch.most_mib", self.most_mib as f64, Range::Whole(1, 1_048_576)),
            ("fetch.most_minutes", self.most_minutes, seconds),
        ];
        numbers.into_iter().try_for_each(|(name, number, range)| range.check(name, number))?;
        Ok(self)
    }

    pub(super) fn base(&self, host: Host) -> &str {
        self.base.get(&host).map_or(host.server().public, String::as_str).trim_end_matches('/')
    }

    pub(super) fn rate(&self, host: Host) -> f64 {
        self.requests_per_second.unwrap_or_else(|| host.server().polite_rate)
    }
}

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchPlan {
    /// The asset.
    pub asset: Asset,
    /// Where the price comes from.
    pub price: PriceSource,
    /// Where the perpetual future's funding rate comes from; none: not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<FundingSource>,
    /// The first hour of DVOL.
    pub from: Timestamp,
    /// The last hour of DVOL, stamped at its open.
    pub until: Timestamp,
}

/// Days of price and on-chain history before DVOL's first hour: for the volume proxy's scale.
const EARLIER_DAYS: i64 = 82;

impl FetchPlan {
    /// The first instant of price and on-chain series.
    pub(super) fn earlier(&self) -> Timestamp {
        let day = 24 * HOUR_MS;
        Timestamp::from_millis((self.from.millis() - EARLIER_DAYS * day).div_euclid(day) * day)
    }

    /// The last UTC day that has ended: a day's value before its end is another number.
    pub(super) fn last_day(&self) -> Timestamp {
        let day = 24 * HOUR_MS;
        Timestamp::from_millis(((self.until.millis() + HOUR_MS).div_euclid(day) - 1) * day)
    }
}

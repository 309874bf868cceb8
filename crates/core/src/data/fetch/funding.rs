//! Funding of the perpetual future: what its holders pay one another, as a share of the position.

use super::client::Request;
use super::deribit::Answer;
use super::failure::Failure;
use super::pages::{Page, PageColumn, Plausible, within};
use super::reader::{HOURLY, Number, Reader, json, stretches};
use super::settings::{FetchPlan, FundingSource, Host};
use super::source::DataSource;
use crate::data::subject::Subject;
use crate::market::Asset;
use crate::time::{HOUR_MS, Timestamp};
use serde::Deserialize;

const EIGHT_HOURS_MS: i64 = 8 * HOUR_MS;
/// Four weeks of hours: Deribit answers with one month at most.
const DERIBIT_ROWS: i64 = 4 * 168;
/// Below Binance's limit of 1000.
const BINANCE_ROWS: i64 = 900;
/// Binance stamps a payment some milliseconds late.
const LATE_MS: i64 = 60_000;

const COLUMNS: [PageColumn; 1] = [("funding_rate", f64::INFINITY)];

/// The rate of the last eight hours, every hour, by `public/get_funding_rate_history`.
///
/// A row is stamped with the end of its hour: what it says is known then, and used an hour later.
pub(super) struct DeribitFunding {
    pub(super) asset: Asset,
}

#[derive(Deserialize)]
struct Interest {
    timestamp: i64,
    interest_8h: Number,
}

impl Reader for DeribitFunding {
    fn name(&self) -> &'static str {
        "deribit_funding"
    }

    fn subject(&self) -> Subject {
        Subject::Funding
    }

    fn columns(&self) -> &[PageColumn] {
        &COLUMNS
    }

    fn plausible(&self) -> Plausible {
        HOURLY
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        let question = |window: (Timestamp, Timestamp)| Request {
            host: Host::Deribit,
            path: "/public/get_funding_rate_history".to_owned(),
            query: vec![
                ("instrument_name", format!("{}-PERPETUAL", self.asset.ticker())),
                ("start_timestamp", window.0.millis().to_string()),
                ("end_timestamp", window.1.millis().to_string()),
            ],
            window,
        };
        stretches(DERIBIT_ROWS, HOUR_MS, plan.from, plan.until).into_iter().map(question).collect()
    }

    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure> {
        let rows = json::<Answer<Vec<Interest>>>(body)?.result;
        let rows = rows.iter().map(|row| (Timestamp::from_millis(row.timestamp), vec![row.interest_8h.0]));
        Ok(Page::of(within(rows.collect(), request, HOUR_MS)?))
    }
}

/// The rate paid every eight hours, by `fapi/v1/fundingRate`.
pub(super) struct BinanceFunding {
    pub(super) asset: Asset,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    funding_time: i64,
    funding_rate: Number,
}

impl Reader for BinanceFunding {
    fn name(&self) -> &'static str {
        "binance_funding"
    }

    fn subject(&self) -> Subject {
        Subject::Funding
    }

    fn columns(&self) -> &[PageColumn] {
        &COLUMNS
    }

    fn plausible(&self) -> Plausible {
        Plausible { step_ms: EIGHT_HOURS_MS, largest_hole: 3 }
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        let question = |window: (Timestamp, Timestamp)| Request {
            host: Host::BinanceFutures,
            path: "/fapi/v1/fundingRate".to_owned(),
            query: vec![
                ("symbol", format!("{}USDT", self.asset.ticker())),
                ("startTime", window.0.millis().to_string()),
                ("endTime", (window.1.millis() + LATE_MS).to_string()),
                ("limit", "1000".to_owned()),
            ],
            window,
        };
        let first = plan.from.millis().div_euclid(EIGHT_HOURS_MS) * EIGHT_HOURS_MS;
        let stretches = stretches(BINANCE_ROWS, EIGHT_HOURS_MS, Timestamp::from_millis(first), plan.until);
        stretches.into_iter().map(question).collect()
    }

    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure> {
        let payments: Vec<Payment> = json(body)?;
        let due = |millis: i64| {
            let late = millis.rem_euclid(EIGHT_HOURS_MS);
            Timestamp::from_millis(if late < LATE_MS { millis - late } else { millis })
        };
        let rows = payments.iter().map(|payment| (due(payment.funding_time), vec![payment.funding_rate.0]));
        Ok(Page::of(within(rows.collect(), request, EIGHT_HOURS_MS)?))
    }
}

pub(super) const DERIBIT: DataSource = DataSource {
    name: "funding of Deribit's perpetual",
    host: Host::Deribit,
    subjects: &[Subject::Funding],
    readers: |plan, _| match plan.funding {
        Some(FundingSource::Deribit) => Ok(vec![Box::new(DeribitFunding { asset: plan.asset })]),
        _ => Ok(Vec::new()),
    },
};

pub(super) const BINANCE: DataSource = DataSource {
    name: "funding of Binance's perpetual",
    host: Host::BinanceFutures,
    subjects: &[Subject::Funding],
    readers: |plan, _| match plan.funding {
        Some(FundingSource::Binance) => Ok(vec![Box::new(BinanceFunding { asset: plan.asset })]),
        _ => Ok(Vec::new()),
    },
};

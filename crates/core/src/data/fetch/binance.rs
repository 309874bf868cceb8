//! Binance: hourly spot bars.

use super::client::Request;
use super::failure::Failure;
use super::pages::{Page, PageColumn, Plausible, within};
use super::reader::{HOURLY, HOURS_A_QUESTION, Number, Reader, json, stretches};
use super::settings::{FetchPlan, Host, PriceSource};
use super::source::DataSource;
use crate::data::subject::Subject;
use crate::market::Asset;
use crate::time::{HOUR_MS, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Hourly bars against USDT by `api/v3/klines`, at most 1000 a question.
pub(super) struct Klines {
    pub(super) asset: Asset,
}

/// Open time, open, high, low, close, volume, close time; five more that we do not use.
#[derive(Deserialize)]
struct Kline(
    i64,
    Number,
    Number,
    Number,
    Number,
    Number,
    i64,
    IgnoredAny,
    IgnoredAny,
    IgnoredAny,
    IgnoredAny,
    IgnoredAny,
);

const COLUMNS: [PageColumn; 5] =
    [("open", 3.0), ("high", 3.0), ("low", 3.0), ("close", 3.0), ("volume", f64::INFINITY)];

impl Reader for Klines {
    fn name(&self) -> &'static str {
        "binance_spot"
    }

    fn subject(&self) -> Subject {
        Subject::Price
    }

    fn columns(&self) -> &[PageColumn] {
        &COLUMNS
    }

    fn plausible(&self) -> Plausible {
        HOURLY
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        let question = |window: (Timestamp, Timestamp)| Request {
            host: Host::Binance,
            path: "/api/v3/klines".to_owned(),
            query: vec![
                ("symbol", format!("{}USDT", self.asset.ticker())),
                ("interval", "1h".to_owned()),
                ("startTime", window.0.millis().to_string()),
                ("endTime", window.1.millis().to_string()),
                ("limit", "1000".to_owned()),
            ],
            window,
        };
        stretches(HOURS_A_QUESTION, HOUR_MS, plan.earlier(), plan.until).into_iter().map(question).collect()
    }

    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure> {
        let bars: Vec<Kline> = json(body)?;
        if let Some(bar) = bars.iter().find(|bar| bar.6.checked_sub(bar.0) != Some(HOUR_MS - 1)) {
            return Err(format!("a bar from {} to {} ms is not one hour", bar.0, bar.6).into());
        }
        let rows = bars.iter().map(|bar| {
            (Timestamp::from_millis(bar.0), [bar.1, bar.2, bar.3, bar.4, bar.5].map(|value| value.0).to_vec())
        });
        Ok(Page::of(within(rows.collect(), request, HOUR_MS)?))
    }
}

pub(super) const SPOT: DataSource = DataSource {
    name: "spot price of Binance",
    host: Host::Binance,
    subjects: &[Subject::Price],
    readers: |plan, _| match plan.price {
        PriceSource::Binance => Ok(vec![Box::new(Klines { asset: plan.asset })]),
        PriceSource::Deribit => Ok(Vec::new()),
    },
};

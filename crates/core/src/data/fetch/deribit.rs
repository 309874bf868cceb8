//! Deribit: the volatility index and the perpetual future.

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

/// Rows of a full answer of `get_volatility_index_data`.
const FULL_PAGE: usize = 1000;

#[derive(Deserialize)]
pub(super) struct Answer<T> {
    pub(super) result: T,
}

/// Hourly DVOL bars by `public/get_volatility_index_data`.
///
/// An answer holds the LAST rows of the range asked for; `continuation`, when not null, says that earlier ones
/// are still to be asked for, with the same start. Whatever its number means, the next question ends an hour
/// before the earliest row that came, so that no row is lost. A full answer is followed up all the same.
pub(super) struct DvolIndex {
    pub(super) asset: Asset,
}

#[derive(Deserialize)]
struct Bars {
    // timestamp ms, open, high, low, close
    data: Vec<[Number; 5]>,
    continuation: Option<i64>,
}

const DVOL_COLUMNS: [PageColumn; 4] =
    [("dvol_open", 3.0), ("dvol_high", 3.0), ("dvol_low", 3.0), ("dvol", 3.0)];

impl Reader for DvolIndex {
    fn name(&self) -> &'static str {
        "deribit_dvol"
    }

    fn subject(&self) -> Subject {
        Subject::Dvol
    }

    fn columns(&self) -> &[PageColumn] {
        &DVOL_COLUMNS
    }

    fn plausible(&self) -> Plausible {
        HOURLY
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        stretches(HOURS_A_QUESTION, HOUR_MS, plan.from, plan.until)
            .into_iter()
            .map(|window| self.question(window))
            .collect()
    }

    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure> {
        let bars = json::<Answer<Bars>>(body)?.result;
        let rows: Vec<(Timestamp, Vec<f64>)> = bars
            .data
            .iter()
            .map(|[time, values @ ..]| {
                (Timestamp::from_millis(time.0 as i64), values.iter().map(|value| value.0).collect())
            })
            .collect();
        let full = rows.len() >= FULL_PAGE;
        let rows = within(rows, request, HOUR_MS)?;
        let (first, last) = (request.window.0.millis(), request.window.1.millis());
        let earliest = rows.iter().map(|(time, _)| time.millis()).min();
        let end = match (bars.continuation, earliest) {
            (Some(_), Some(earliest)) => Some(earliest - HOUR_MS),
            (None, Some(earliest)) if full => Some(earliest - HOUR_MS),
            // no row that we asked for: only the number itself says where they are
            (Some(end), None) if end >= last => return Err("`continuation` does not go back in time".into()),
            (Some(end), None) if end < first => None,
            (Some(end), None) => Some(end.div_euclid(HOUR_MS) * HOUR_MS),
            (None, _) => None,
        };
        let next = end
            .filter(|end| *end >= first)
            .map(|end| self.question((request.window.0, Timestamp::from_millis(end))));
        Ok(Page { next, ..Page::of(rows) })
    }
}

impl DvolIndex {
    fn question(&self, window: (Timestamp, Timestamp)) -> Request {
        Request {
            host: Host::Deribit,
            path: "/public/get_volatility_index_data".to_owned(),
            query: vec![
                ("currency", self.asset.ticker().to_owned()),
                ("start_timestamp", window.0.millis().to_string()),
                ("end_timestamp", window.1.millis().to_string()),
                ("resolution", "3600".to_owned()),
            ],
            window,
        }
    }
}

/// Hourly bars of the perpetual future by `public/get_tradingview_chart_data`.
pub(super) struct Perpetual {
    pub(super) asset: Asset,
    /// Whether it is the price itself, or the second opinion beside it.
    pub(super) as_price: bool,
}

#[derive(Deserialize)]
struct Chart {
    status: String,
    ticks: Vec<i64>,
    open: Vec<Number>,
    high: Vec<Number>,
    low: Vec<Number>,
    close: Vec<Number>,
    volume: Vec<Number>,
}

const PRICE_COLUMNS: [PageColumn; 5] =
    [("open", 3.0), ("high", 3.0), ("low", 3.0), ("close", 3.0), ("volume", f64::INFINITY)];
const PERPETUAL_COLUMNS: [PageColumn; 1] = [("price_perpetual", 3.0)];

impl Reader for Perpetual {
    fn name(&self) -> &'static str {
        "deribit_perpetual"
    }

    fn subject(&self) -> Subject {
        if self.as_price { Subject::Price } else { Subject::Perpetual }
    }

    fn columns(&self) -> &[PageColumn] {
        if self.as_price { &PRICE_COLUMNS } else { &PERPETUAL_COLUMNS }
    }

    fn plausible(&self) -> Plausible {
        HOURLY
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        let question = |window: (Timestamp, Timestamp)| Request {
            host: Host::Deribit,
            path: "/public/get_tradingview_chart_data".to_owned(),
            query: vec![
                ("instrument_name", format!("{}-PERPETUAL", self.asset.ticker())),
                ("start_timestamp", window.0.millis().to_string()),
                ("end_timestamp", window.1.millis().to_string()),
                ("resolution", "60".to_owned()),
            ],
            window,
        };
        let first = if self.as_price { plan.earlier() } else { plan.from };
        stretches(HOURS_A_QUESTION, HOUR_MS, first, plan.until).into_iter().map(question).collect()
    }

    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure> {
        let chart = json::<Answer<Chart>>(body)?.result;
        if chart.status != "ok" && chart.status != "no_data" {
            return Err(format!("status `{}`", chart.status).into());
        }
        let series = [&chart.open, &chart.high, &chart.low, &chart.close, &chart.volume];
        if series.iter().any(|values| values.len() != chart.ticks.len()) {
            return Err("its series have different lengths".into());
        }
        let rows = chart.ticks.iter().enumerate().map(|(place, tick)| {
            let values = if self.as_price {
                series.iter().map(|values| values[place].0).collect()
            } else {
                vec![chart.close[place].0]
            };
            (Timestamp::from_millis(*tick), values)
        });
        Ok(Page::of(within(rows.collect(), request, HOUR_MS)?))
    }
}

pub(super) const INDEX: DataSource = DataSource {
    name: "DVOL of Deribit",
    host: Host::Deribit,
    subjects: &[Subject::Dvol],
    readers: |plan, _| Ok(vec![Box::new(DvolIndex { asset: plan.asset })]),
};

pub(super) const PERPETUAL: DataSource = DataSource {
    name: "perpetual future of Deribit",
    host: Host::Deribit,
    subjects: &[Subject::Price, Subject::Perpetual],
    readers: |plan, _| {
        let as_price = plan.price == PriceSource::Deribit;
        Ok(vec![Box::new(Perpetual { asset: plan.asset, as_price })])
    },
};

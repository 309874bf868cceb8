//! blockchain.com: the reported on-chain transaction volume.

use super::client::Request;
use super::failure::Failure;
use super::pages::{Page, PageColumn, Plausible, within};
use super::reader::{DAILY, DAY_MS, Number, Reader, json};
use super::settings::{FetchPlan, Host};
use super::source::DataSource;
use crate::data::subject::Subject;
use crate::market::Asset;
use crate::time::Timestamp;
use serde::Deserialize;

/// Estimated transaction volume in USD, daily, by the charts API. Bitcoin only.
pub(super) struct TransactionVolume;

#[derive(Deserialize)]
struct Chart {
    unit: String,
    period: String,
    values: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    x: i64,
    y: Number,
}

/// 2009-01-01: no chart of Bitcoin begins before it, but times in another unit do.
const GENESIS_MS: i64 = 1_230_768_000_000;

const COLUMNS: [PageColumn; 1] = [("estimated_transaction_volume_usd", 100.0)];

impl Reader for TransactionVolume {
    fn name(&self) -> &'static str {
        "blockchain_com_volume"
    }

    fn subject(&self) -> Subject {
        Subject::Volume
    }

    fn columns(&self) -> &[PageColumn] {
        &COLUMNS
    }

    fn plausible(&self) -> Plausible {
        DAILY
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        let days = (plan.last_day().millis() - plan.earlier().millis()) / DAY_MS + 1;
        vec![Request {
            host: Host::BlockchainCom,
            path: "/charts/estimated-transaction-volume-usd".to_owned(),
            query: vec![
                ("start", plan.earlier().civil().strftime("%Y-%m-%d").to_string()),
                ("timespan", format!("{days}days")),
                ("sampled", "false".to_owned()),
                ("format", "json".to_owned()),
            ],
            window: (plan.earlier(), plan.last_day()),
        }]
    }

    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure> {
        let chart: Chart = json(body)?;
        if chart.unit != "USD" || chart.period != "day" {
            return Err(
                format!("in `{}` per `{}`, where USD per day was asked", chart.unit, chart.period).into()
            );
        }
        let mut rows = Vec::with_capacity(chart.values.len());
        for point in &chart.values {
            let seconds =
                point.x.checked_mul(1000).ok_or_else(|| format!("{} is no time in seconds", point.x))?;
            // a chart may begin earlier than asked
            if seconds < request.window.0.millis() && seconds > GENESIS_MS {
                continue;
            }
            // a day without a report carries zero
            let value = if point.y.0 == 0.0 { f64::NAN } else { point.y.0 };
            rows.push((Timestamp::from_millis(seconds), vec![value]));
        }
        Ok(Page::of(within(rows, request, DAY_MS)?))
    }
}

pub(super) const VOLUME: DataSource = DataSource {
    name: "transaction volume of blockchain.com",
    host: Host::BlockchainCom,
    subjects: &[Subject::Volume],
    readers: |plan, _| match plan.asset {
        Asset::Btc => Ok(vec![Box::new(TransactionVolume)]),
        Asset::Eth => Ok(Vec::new()),
    },
};

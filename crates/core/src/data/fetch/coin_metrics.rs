//! Coin Metrics, community: daily on-chain metrics.

use super::client::Request;
use super::failure::{Failure, hopeless};
use super::pages::{PRELIMINARY, Page, PageColumn, Plausible, within};
use super::reader::{DAILY, DAY_MS, Number, Reader, json};
use super::settings::{FetchPlan, Host};
use super::source::DataSource;
use crate::data::subject::Subject;
use crate::error::quoted;
use crate::market::Asset;
use crate::time::Timestamp;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Daily metrics by `timeseries/asset-metrics`, followed by `next_page_token`.
///
/// A day's first value of a metric is preliminary: `<metric>-status` is `flash` beside it, until it is reviewed.
pub(super) struct AssetMetrics {
    pub(super) asset: Asset,
}

#[derive(Deserialize)]
struct Metrics {
    data: Vec<Day>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Day {
    time: String,
    #[serde(flatten)]
    metrics: BTreeMap<String, serde_json::Value>,
}

const COLUMNS: [PageColumn; 6] = [
    ("AdrActCnt", 20.0),
    ("CapMVRVCur", 5.0),
    ("CapMrktCurUSD", 5.0),
    ("FlowInExUSD", 100.0),
    ("FlowOutExUSD", 100.0),
    ("TxCnt", 20.0),
];

impl Reader for AssetMetrics {
    fn name(&self) -> &'static str {
        "coin_metrics"
    }

    fn subject(&self) -> Subject {
        Subject::Onchain
    }

    fn columns(&self) -> &[PageColumn] {
        &COLUMNS
    }

    fn plausible(&self) -> Plausible {
        DAILY
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        let day = |time: Timestamp| time.civil().strftime("%Y-%m-%d").to_string();
        let metrics: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        vec![Request {
            host: Host::CoinMetrics,
            path: "/timeseries/asset-metrics".to_owned(),
            query: vec![
                ("assets", self.asset.ticker().to_ascii_lowercase()),
                ("metrics", metrics.join(",")),
                ("frequency", "1d".to_owned()),
                ("start_time", day(plan.earlier())),
                ("end_time", day(plan.last_day())),
                ("page_size", "1000".to_owned()),
                ("paging_from", "start".to_owned()),
            ],
            window: (plan.earlier(), plan.last_day()),
        }]
    }

    fn read(&self, request: &Request, body: &[u8]) -> Result<Page, Failure> {
        let answer: Metrics = json(body)?;
        let mut rows = Vec::with_capacity(answer.data.len());
        let mut preliminary = BTreeSet::new();
        for day in &answer.data {
            let time = Timestamp::parse(&day.time).ok_or_else(|| format!("`{}` is not a time", day.time))?;
            let values =
                COLUMNS.iter().map(|(name, _)| metric(&day.metrics, name)).collect::<Result<_, _>>()?;
            rows.push((time, values));
            let flash = |name: &str| {
                day.metrics.get(&format!("{name}-status")).is_some_and(|word| word == PRELIMINARY)
            };
            let places = COLUMNS.iter().enumerate().filter(|(_, (name, _))| flash(name));
            preliminary.extend(places.map(|(place, _)| (time.millis(), place)));
        }
        // a metric that no day of a page carries was renamed or withdrawn, and asking again brings it not back
        if let Some((name, _)) = COLUMNS.iter().find(|(name, _)| {
            !answer.data.is_empty() && answer.data.iter().all(|day| !day.metrics.contains_key(*name))
        }) {
            return Err(hopeless(format!(
                "another schema than we know: no day holds `{name}`, which is not supported"
            )));
        }
        let next = answer.next_page_token.filter(|token| !token.is_empty()).map(|token| {
            let mut next = request.clone();
            next.query.retain(|(key, _)| *key != "next_page_token");
            next.query.push(("next_page_token", token));
            next
        });
        Ok(Page { next, preliminary, ..Page::of(within(rows, request, DAY_MS)?) })
    }
}

/// A day may lack a metric; it may not hold something that is no number.
fn metric(metrics: &BTreeMap<String, serde_json::Value>, name: &str) -> Result<f64, String> {
    match metrics.get(name) {
        None | Some(serde_json::Value::Null) => Ok(f64::NAN),
        Some(value) => Number::deserialize(value)
            .map(|number| number.0)
            .map_err(|_| format!("`{name}` is {} where a number must be", quoted(&value.to_string()))),
    }
}

pub(super) const METRICS: DataSource = DataSource {
    name: "on-chain metrics of Coin Metrics",
    host: Host::CoinMetrics,
    subjects: &[Subject::Onchain],
    readers: |plan, _| Ok(vec![Box::new(AssetMetrics { asset: plan.asset })]),
};

//! Bitcoin Researcher's Lab, version 2: optional on-chain metrics, with a token.

use super::client::Request;
use super::failure::Failure;
use super::pages::{Page, PageColumn, Plausible, within};
use super::reader::{DAILY, DAY_MS, Reader};
use super::settings::{FetchPlan, Host};
use super::source::DataSource;
use crate::data::subject::Subject;
use crate::data::table::Table;
use crate::error::{Error, Result, listed};
use crate::time::{Horizon, Timestamp};

/// One daily metric, asked for as CSV: `time,<field>`.
pub(super) struct Metric {
    column: [PageColumn; 1],
    subject: Subject,
    path: String,
}

impl Metric {
    /// The metric that fills a panel column.
    pub(super) fn new(column: &str, path: &str) -> Result<Self> {
        let places = [Subject::Onchain, Subject::Volume].into_iter();
        let place = places
            .flat_map(|subject| {
                subject.expected().iter().map(move |expected| (subject, expected.name.as_ref()))
            })
            .find(|(_, name)| *name == column);
        let (subject, name) = place.ok_or_else(|| {
            Error::parameter(
                "research_bitcoin",
                column,
                "an on-chain column such as mvrv or active_addresses",
            )
        })?;
        Ok(Self { column: [(name, 100.0)], subject, path: format!("/{}", path.trim_matches('/')) })
    }
}

impl Reader for Metric {
    fn name(&self) -> &'static str {
        self.column[0].0
    }

    fn subject(&self) -> Subject {
        self.subject
    }

    fn columns(&self) -> &[PageColumn] {
        &self.column
    }

    fn plausible(&self) -> Plausible {
        DAILY
    }

    fn questions(&self, plan: &FetchPlan) -> Vec<Request> {
        vec![Request {
            host: Host::ResearchBitcoin,
            path: self.path.clone(),
            query: vec![
                ("resolution", "d1".to_owned()),
                ("from_time", plan.earlier().to_string()),
                ("to_time", (plan.last_day() + Horizon::hours(24)).to_string()),
                ("output_format", "csv".to_owned()),
            ],
            window: (plan.earlier(), plan.last_day()),
        }]
    }

    fn read(&self, request: &Request, body: &[u8]) -> std::result::Result<Page, Failure> {
        let table = Table::from_bytes("answer", body.to_vec()).map_err(|error| error.to_string())?;
        let values = match table.names() {
            [_, value] => table.numbers(value),
            names => return Err(format!("another schema than we know: columns {}", listed(names)).into()),
        };
        let times = table.time_column().and_then(|column| table.times(&column));
        let (times, values) = (times.map_err(|e| e.to_string())?, values.map_err(|e| e.to_string())?);
        let rows: Vec<(Timestamp, Vec<f64>)> =
            times.into_iter().zip(values.into_iter().map(|value| vec![value])).collect();
        Ok(Page::of(within(rows, request, DAY_MS)?))
    }
}

pub(super) const METRICS: DataSource = DataSource {
    name: "metrics of Bitcoin Researcher's Lab",
    host: Host::ResearchBitcoin,
    subjects: &[Subject::Onchain, Subject::Volume],
    readers: |_, settings| {
        let metric = |(column, path): (&String, &String)| -> Result<Box<dyn Reader>> {
            Ok(Box::new(Metric::new(column, path)?))
        };
        settings.research_bitcoin.iter().map(metric).collect()
    },
};

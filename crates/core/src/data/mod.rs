//! The only readers of the crate: files, public sources, and a market whose truth is known.
//!
//! | column | frequency | known after |
//! | --- | --- | --- |
//! | `dvol`, `dvol_open`, `dvol_high`, `dvol_low` (index points) | hourly | 1 h |
//! | `price`, `price_open`, `price_high`, `price_low` (USD), `volume` | hourly | 1 h |
//! | `price_perpetual`: the perpetual future's price, for comparison | hourly | 1 h |
//! | `funding_rate`: what holders of the perpetual pay for eight hours, optional | hourly or 8-hourly | 1 h |
//! | `transaction_volume_usd` | daily | 24 h + publication lag |
//! | `transaction_volume_source`: 0 reported, 1 exchange-flow proxy | daily | 24 h + publication lag |
//! | `active_addresses`, `market_cap_usd`, `mvrv`, `transaction_count` | daily | 24 h + publication lag |
//! | `exchange_inflow_usd`, `exchange_outflow_usd` | daily | 24 h + publication lag |
//! | any other that is described ([`OwnColumn`]) | hourly, 8-hourly or daily | its period + publication lag |
//!
//! Hourly rows are stamped with the bar's OPEN, days with their 00:00.

mod audit;
mod batches;
mod dataset;
mod days;
mod diff;
mod fault;
mod fetch;
mod import;
mod manifest;
mod monthly_coverage;
mod observations;
mod own_column;
mod policy;
mod preliminary;
mod reading;
mod schedule;
mod simulate;
mod source;
mod subject;
mod table;
mod table_numbers;
mod transaction_volume;

pub use crate::market::Asset;
pub use audit::{Audit, AuditLimits, Check, ColumnSummary, Finding, Severity, audit};
pub use batches::{Batch, Batches, MOST_HOLES};
pub use dataset::{Dataset, load, previous_manifest};
pub use diff::{ColumnDifference, Difference, diff};
pub use fetch::{
    DataSource, Fetch, FetchPlan, FetchSettings, FundingSource, Host, PriceSource, Progress, SOURCES, fetch,
};
pub use import::{SourceBytes, Sources, import, import_bytes, import_with};
pub use manifest::{ColumnRecord, Manifest, Provenance, Repair, Source};
pub use monthly_coverage::{MonthCount, MonthlyCoverage, monthly_coverage};
pub use own_column::{OwnColumn, frequency_of, is_taken};
pub use policy::{DuplicatePolicy, GapPolicy, ImportPolicy, InvalidPolicy, OrderPolicy};
pub use preliminary::Preliminary;
pub use reading::{
    DatedTable, Decimal, Need, ReadOptions, Shared, Span, Understood, UnderstoodTime, guarded,
};
pub use schedule::ScheduleSettings;
pub use simulate::{Simulation, simulate};
pub use subject::Subject;
pub use table::Table;

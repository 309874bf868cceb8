//! What a data set is made of: sources, columns, repairs, hashes.

use super::fetch::FetchPlan;
use super::own_column::OwnColumn;
use super::policy::ImportPolicy;
use super::preliminary::Preliminary;
use super::simulate::Simulation;
use super::subject::Subject;
use crate::artifacts::sha256;
use crate::market::{Asset, Market};
use crate::panel::{Column, Frequency, Panel, Step};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a data set came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Provenance {
    /// From the public sources, under a policy.
    Fetch {
        /// What was asked for.
        plan: FetchPlan,
        /// What was allowed.
        policy: ImportPolicy,
    },
    /// From files, under a policy.
    Import {
        /// What was allowed.
        policy: ImportPolicy,
        /// Whose volatility the files are about.
        #[serde(default, skip_serializing_if = "Asset::is_default")]
        asset: Asset,
    },
    /// From the simulator.
    Simulation {
        /// Its parameters.
        simulation: Simulation,
    },
}

impl Provenance {
    /// The market the data are about, as far as their making says.
    pub fn market(&self) -> Market {
        match self {
            Self::Fetch { plan, .. } => Market::new(plan.asset),
            Self::Import { asset, .. } => Market::new(*asset),
            Self::Simulation { .. } => Market::default(),
        }
    }
}

/// One source file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// What it is about.
    pub subject: Subject,
    /// The file, as given.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Data rows.
    pub rows: usize,
    /// Hours or days between its first and last row that no row covers.
    pub gaps: usize,
    /// Its first time.
    pub first: Timestamp,
    /// Its last time.
    pub last: Timestamp,
    /// File column by panel column.
    pub columns: BTreeMap<String, String>,
    /// Values that the source itself calls preliminary, by panel column: later ones of their days were or will be
    /// revised, and history holds revised values that a live forecast never had.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub preliminary: BTreeMap<String, Preliminary>,
    /// What the file was taken for, in words; empty in data sets of older versions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub understood: String,
    /// How the configuration described the one column of such a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnColumn>,
}

/// One panel column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnRecord {
    /// Its name.
    pub name: String,
    /// How often it is observed.
    pub frequency: Frequency,
    /// Hours from a row's stamp until its value is known.
    pub known_after_hours: u32,
    /// Values present.
    pub present: usize,
    /// Nulls where an observation was due between the first and the last value.
    pub gaps: usize,
    /// Length of the longest such run, in observations.
    pub longest_gap: usize,
    /// The hour of the first value.
    pub first: Option<Timestamp>,
    /// The hour of the last value.
    pub last: Option<Timestamp>,
    /// A short hash of the values of each calendar month, so that a later data set shows what was revised.
    pub months: BTreeMap<String, String>,
}

/// One kind of repair, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The file, or the panel.
    pub source: String,
    /// The column.
    pub column: String,
    /// What was done.
    pub what: String,
    /// How often.
    pub count: usize,
    /// The first data row concerned, from 1.
    pub first_row: Option<usize>,
}

/// The file `manifest.json` beside `panel.parquet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The program's version.
    pub dvol_version: String,
    /// How the data set came to be.
    pub provenance: Provenance,
    /// SHA-256 of `panel.parquet`; empty until saved.
    pub panel_sha256: String,
    /// SHA-256 of the panel's values and of when each is known; absent from data sets of older versions.
    #[serde(default)]
    pub fingerprint: String,
    /// Rows.
    pub rows: usize,
    /// From one row to the next.
    #[serde(default, skip_serializing_if = "Step::is_hour")]
    pub step: Step,
    /// The first row's time.
    pub first: Timestamp,
    /// The last row's time.
    pub last: Timestamp,
    /// The files read.
    pub sources: Vec<Source>,
    /// The panel's columns.
    pub columns: Vec<ColumnRecord>,
    /// What was repaired or combined, counted.
    pub repairs: Vec<Repair>,
}

impl Manifest {
    /// Describes a panel.
    pub fn describe(
        panel: &Panel,
        provenance: Provenance,
        sources: Vec<Source>,
        repairs: Vec<Repair>,
    ) -> Self {
        Self {
            dvol_version: env!("CARGO_PKG_VERSION").to_owned(),
            provenance,
            panel_sha256: String::new(),
            fingerprint: panel.fingerprint(),
            rows: panel.len(),
            step: panel.step(),
            first: panel.start(),
            last: panel.last(),
            sources,
            columns: panel.columns().iter().map(|column| ColumnRecord::of(panel, column)).collect(),
            repairs,
        }
    }

    /// Whether this is the description of a panel: same values, known at the same times.
    pub(super) fn check(&self, panel: &Panel) -> Result<(), String> {
        let found = panel.fingerprint();
        if self.fingerprint.is_empty() || self.fingerprint == found {
            return Ok(());
        }
        Err(format!(
            "it says fingerprint {}, but panel and publication lags give {found}: changed since",
            self.fingerprint
        ))
    }

    /// The record of a column, when there is one of that name.
    pub fn column(&self, name: &str) -> Option<&ColumnRecord> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl ColumnRecord {
    fn of(panel: &Panel, column: &Column) -> Self {
        let values = column.values();
        let missing = |row: usize| values[row].is_nan();
        let (mut run, mut longest_gap, mut gaps) = (0, 0, 0);
        for row in column.due(panel.grid()) {
            run = if missing(row) { run + 1 } else { 0 };
            longest_gap = longest_gap.max(run);
            gaps += usize::from(missing(row));
        }
        Self {
            name: column.name().to_owned(),
            frequency: column.frequency(),
            known_after_hours: column.known_after_hours(),
            present: values.iter().filter(|value| !value.is_nan()).count(),
            gaps,
            longest_gap,
            first: values.iter().position(|value| !value.is_nan()).map(|row| panel.at(row)),
            last: values.iter().rposition(|value| !value.is_nan()).map(|row| panel.at(row)),
            months: month_hashes(panel, values),
        }
    }
}

fn month_hashes(panel: &Panel, values: &[f64]) -> BTreeMap<String, String> {
    let mut months = BTreeMap::new();
    let mut first = 0;
    while first < values.len() {
        let own = panel.at(first).civil().date().first_of_month();
        let next = own.saturating_add(jiff::Span::new().months(1)).to_zoned(jiff::tz::TimeZone::UTC);
        let end = next.map_or(i64::MAX, |next| next.timestamp().as_millisecond());
        let last = panel.grid().row_after(Timestamp::from_millis(end)).clamp(first + 1, values.len());
        let month = &values[first..last];
        if month.iter().any(|value| !value.is_nan()) {
            // one bit pattern for every null
            let bytes: Vec<u8> = month
                .iter()
                .flat_map(|value| if value.is_nan() { f64::NAN } else { *value }.to_bits().to_le_bytes())
                .collect();
            months.insert(own.strftime("%Y-%m").to_string(), sha256(&bytes)[..16].to_owned());
        }
        first = last;
    }
    months
}

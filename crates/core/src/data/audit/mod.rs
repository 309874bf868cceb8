//! What is wrong, or only strange, in a data set: findings with a severity, never a repair.

mod agreement;
mod continuity;
mod early;
mod outliers;
mod revision;

use super::dataset::Dataset;
use super::manifest::{ColumnRecord, Manifest};
use crate::panel::{Column, Panel, Step};
use crate::report::{Report, Reported};
use crate::statistics::median;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Look at it before trusting results that use these hours.
    Warning,
    /// Results that use these hours are likely wrong.
    Serious,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Observations that are not there.
    Gap,
    /// A series that ends before the panel does.
    Late,
    /// The same value again and again: a feed that hangs.
    Stale,
    /// A change far outside the series' own scale.
    Outlier,
    /// A change far outside the scale that the next observation takes back: a bad tick.
    Spike,
    /// Two sources, or two columns, that contradict each other.
    Disagreement,
    /// A past value that is not what the last data set held.
    Revision,
    /// Values that their source will revise.
    Preliminary,
    /// Something the import repaired or combined.
    Repair,
    /// A column that no file gave.
    Absent,
}

/// One finding: a check on a column, summed over all places where it strikes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub check: Check,
    /// The column.
    pub column: String,
    /// How many observations are concerned.
    pub count: usize,
    /// Where it is worst.
    pub at: Option<Timestamp>,
    /// In words, with the numbers.
    pub detail: String,
}

/// Where findings begin.
///
/// | field | meaning | default |
/// | --- | --- | --- |
/// | `stale_hours`, `stale_days` | equal values in a row that make a stale run | 6, 3 |
/// | `outlier_scales` | distance of a change from the median change, in robust standard deviations (1.4826 MAD) | 20 |
/// | `spike_scales` | the same for changes that the next observation takes back by 80 % | 12 |
/// | `realized_ratio` | permitted range of DVOL over 30-day realized volatility | 0.4 .. 4 |
/// | `price_disagreement` | permitted relative distance of two price sources | 0.02 |
/// | `late_hours`, `late_days` | permitted distance from the last value to the panel's end | 3, 2 |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditLimits {
    /// Equal hourly values in a row that make a stale run.
    pub stale_hours: usize,
    /// Equal daily values in a row that make a stale run.
    pub stale_days: usize,
    /// Robust standard deviations that make an outlier.
    pub outlier_scales: f64,
    /// Robust standard deviations that make a spike when taken back.
    pub spike_scales: f64,
    /// Permitted range of DVOL over 30-day realized volatility.
    pub realized_ratio: (f64, f64),
    /// Permitted relative distance of two price sources.
    pub price_disagreement: f64,
    /// Permitted hours from an hourly column's last value to the panel's end.
    pub late_hours: usize,
    /// Permitted days from a daily column's last value to the panel's end.
    pub late_days: usize,
}

impl Default for AuditLimits {
    fn default() -> Self {
        Self {
            stale_hours: 6,
            stale_days: 3,
            outlier_scales: 20.0,
            spike_scales: 12.0,
            realized_ratio: (0.4, 4.0),
            price_disagreement: 0.02,
            late_hours: 3,
            late_days: 2,
        }
    }
}

/// Spread and completeness of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// What the manifest knows: frequency, known-at, values, gaps, first and last.
    #[serde(flatten)]
    pub record: ColumnRecord,
    /// Smallest value.
    pub minimum: f64,
    /// Middle value.
    pub median: f64,
    /// Largest value.
    pub maximum: f64,
    /// Share of due observations present, by calendar month.
    pub coverage: BTreeMap<String, f64>,
}

/// The whole audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Rows.
    pub rows: usize,
    /// From one row to the next.
    #[serde(default, skip_serializing_if = "Step::is_hour")]
    pub step: Step,
    /// The first row's time.
    pub first: Timestamp,
    /// The last row's time.
    pub last: Timestamp,
    /// Every column.
    pub columns: Vec<ColumnSummary>,
    /// Findings, the most severe first.
    pub findings: Vec<Finding>,
}

/// Audits a data set; `previous` is the manifest it replaced, for revisions.
///
/// # Examples
/// ```
/// use dvol_core::data::{AuditLimits, Dataset, Severity, Simulation, audit};
/// let dataset = Dataset::simulated(&Simulation { hours: 2000, ..Simulation::default() })?;
/// let audit = audit(&dataset, None, &AuditLimits::default());
/// assert_eq!(audit.worst(), None.max(audit.findings.first().map(|finding| finding.severity)));
/// assert!(audit.findings.iter().all(|finding| finding.severity < Severity::Serious));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn audit(dataset: &Dataset, previous: Option<&Manifest>, limits: &AuditLimits) -> Audit {
    let panel = dataset.panel();
    let mut findings = Vec::new();
    let audited = panel.columns().iter().filter(|column| {
        // truth and provenance are no measurements
        !column.name().starts_with("truth_") && !column.name().ends_with("_source")
    });
    for column in audited {
        findings.extend(continuity::check(panel, column, limits));
        findings.extend(outliers::check(panel, column, limits));
    }
    findings.extend(agreement::check(panel, &dataset.manifest().provenance.market().index, limits));
    if let Some(previous) = previous {
        findings.extend(revision::check(dataset.manifest(), previous));
    }
    findings.extend(early::check(dataset.manifest()));
    findings.extend(dataset.manifest().repairs.iter().map(|repair| Finding {
        severity: Severity::Note,
        check: Check::Repair,
        column: repair.column.clone(),
        count: repair.count,
        at: None,
        detail: format!("{}: {}", repair.source, repair.what),
    }));
    findings.sort_by(|a, b| {
        b.severity.cmp(&a.severity).then(a.check.cmp(&b.check)).then(a.column.cmp(&b.column))
    });
    let columns = panel.columns().iter().zip(&dataset.manifest().columns);
    Audit {
        rows: panel.len(),
        step: panel.step(),
        first: panel.start(),
        last: panel.last(),
        columns: columns.map(|(column, record)| summary(panel, column, record)).collect(),
        findings,
    }
}

impl Audit {
    /// The same, with the features that lean on each column of preliminary values; `reading` knows them by column.
    #[must_use]
    pub fn with_features(mut self, reading: impl Fn(&str) -> Vec<&'static str>) -> Self {
        for finding in self.findings.iter_mut().filter(|finding| finding.check == Check::Preliminary) {
            let features = reading(&finding.column);
            let told = if features.is_empty() { "none".to_owned() } else { features.join(", ") };
            finding.detail += &format!("; features that lean on it: {told}");
        }
        self
    }

    /// The same, with a note for each column that no file gave: its name, and what is left out for want of it.
    #[must_use]
    pub fn with_absent(mut self, absent: impl IntoIterator<Item = (String, String)>) -> Self {
        self.findings.extend(absent.into_iter().map(|(column, detail)| Finding {
            severity: Severity::Note,
            check: Check::Absent,
            column,
            count: 0,
            at: None,
            detail,
        }));
        self
    }

    /// The severity of the worst finding, when there is one.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

fn summary(panel: &Panel, column: &Column, record: &ColumnRecord) -> ColumnSummary {
    let mut present: Vec<f64> = column.values().iter().copied().filter(|value| !value.is_nan()).collect();
    present.sort_by(f64::total_cmp);
    let mut months: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    // rows come in order, so a month's name is made once
    let mut month = (i64::MIN, String::new());
    for row in column.due(panel.grid()) {
        let day = panel.at(row).hours().div_euclid(24);
        if day != month.0 {
            month = (day, panel.at(row).civil().strftime("%Y-%m").to_string());
        }
        let (due, seen) = months.entry(month.1.clone()).or_default();
        *due += 1;
        *seen += usize::from(!column.values()[row].is_nan());
    }
    let at = |place: usize| present.get(place).copied().unwrap_or(f64::NAN);
    ColumnSummary {
        record: record.clone(),
        minimum: at(0),
        median: median(&present),
        maximum: at(present.len().saturating_sub(1)),
        coverage: months.into_iter().map(|(month, (due, seen))| (month, seen as f64 / due as f64)).collect(),
    }
}

/// The due observations of a column that are present: (row, value).
fn observed<'a>(panel: &Panel, column: &'a Column) -> impl Iterator<Item = (usize, f64)> + 'a {
    column.due(panel.grid()).map(|row| (row, column.values()[row])).filter(|(_, value)| !value.is_nan())
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Serious => "serious",
        })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gap => "gap",
            Self::Late => "late",
            Self::Stale => "stale",
            Self::Outlier => "outlier",
            Self::Spike => "spike",
            Self::Disagreement => "disagreement",
            Self::Revision => "revision",
            Self::Preliminary => "preliminary",
            Self::Repair => "repair",
            Self::Absent => "absent",
        })
    }
}

impl Reported for Audit {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

/// A short text: counts, then every finding on its own line.
impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let called = self.step.rows_called();
        write!(f, "{} {called}, {} .. {}, {} columns", self.rows, self.first, self.last, self.columns.len())?;
        for finding in &self.findings {
            let Finding { severity, check, column, count, detail, .. } = finding;
            write!(f, "\n{severity}: {check}: {column}: {count}: {detail}")?;
        }
        Ok(())
    }
}

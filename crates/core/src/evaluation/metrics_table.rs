//! Scores of several models as tables.

use super::{Forecasts, Metrics, Score};
use crate::error::Result;
use crate::report::{Align, Cell, Report, Reported, Table};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A column that is no score: its heading, and what it says of a row.
type Given<'a> = (&'a str, &'a dyn Fn(&Metrics) -> Cell);

/// The scores of several models side by side: one row a model, one column a score that any of them has.
///
/// Scores of intervals have a table of their own below, of the models that give intervals. What all rows share,
/// horizon and number of origins, stands above instead of in columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetricsTable(pub Vec<Metrics>);

impl MetricsTable {
    /// The scores of several forecast series that answer the same questions, in the order given.
    ///
    /// # Errors
    /// When the series are not aligned, or what [`Metrics::of`] returns.
    pub fn of(models: &[Forecasts]) -> Result<Self> {
        for other in models.iter().skip(1) {
            models[0].aligned_with(other)?;
        }
        models.iter().map(Metrics::of).collect::<Result<_>>().map(Self)
    }

    /// The columns of some scores behind those given, for the rows that have any of them.
    fn columns(&self, of_intervals: bool, given: &[Given]) -> Option<Table> {
        let wanted: Vec<Score> =
            Score::ALL.into_iter().filter(|score| score.of_intervals == of_intervals).collect();
        let has = |metrics: &&Metrics, scores: &[Score]| scores.iter().any(|&one| metrics.get(one).is_some());
        let rows: Vec<&Metrics> = self.0.iter().filter(|metrics| has(metrics, &wanted)).collect();
        let scores: Vec<Score> =
            wanted.into_iter().filter(|&score| rows.iter().any(|metrics| has(metrics, &[score]))).collect();
        if rows.is_empty() {
            return None;
        }
        let labels = scores.iter().map(|score| score.label);
        let mut table = Table::new(given.iter().map(|(name, _)| *name).chain(labels)).set(Align::Right, 1..);
        for metrics in rows {
            let values = scores.iter().map(|&score| Cell::optional(metrics.get(score), score.digits));
            table.push(given.iter().map(|(_, of)| of(metrics)).chain(values));
        }
        Some(table)
    }
}

impl Reported for MetricsTable {
    fn report(&self) -> Report {
        let mut report = Report::new();
        let Some(first) = self.0.first() else { return report };
        let model = |metrics: &Metrics| Cell::name(&metrics.model);
        let horizon = |metrics: &Metrics| metrics.horizon.cell();
        let origins = |metrics: &Metrics| Cell::count(metrics.n);
        let mut given: Vec<Given> = vec![("model", &model)];
        let mut shared = Vec::new();
        if self.0.iter().all(|other| other.horizon == first.horizon) {
            shared.push(format!("{} ahead", first.horizon));
        } else {
            given.push(("horizon", &horizon));
        }
        if self.0.iter().all(|other| other.n == first.n) {
            shared.push(format!("{} origins", first.n));
        } else {
            given.push(("n", &origins));
        }
        if !shared.is_empty() {
            report.line(shared.join(", "));
        }
        let tables = [self.columns(false, &given), self.columns(true, &given[..1])];
        for (place, table) in tables.into_iter().flatten().enumerate() {
            if place > 0 {
                report.gap();
            }
            report.table(table);
        }
        report
    }
}

impl fmt::Display for MetricsTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Reported for Metrics {
    fn report(&self) -> Report {
        MetricsTable(vec![self.clone()]).report()
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

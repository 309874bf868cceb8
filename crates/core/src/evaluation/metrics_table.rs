//! Scores of several models as tables.

use super::{Forecasts, Metrics, Score, shown};
use crate::error::Result;
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A column that is no score: its heading, and what it says of a row.
type Given<'a> = (&'a str, &'a dyn Fn(&Metrics) -> String);

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
        let mut table = Table::new();
        table.load_preset(ASCII_MARKDOWN);
        table.set_header(given.iter().map(|(name, _)| *name).chain(scores.iter().map(|score| score.label)));
        for metrics in rows {
            let values = scores.iter().map(|&score| shown(metrics.get(score), score.digits));
            table.add_row(given.iter().map(|(_, of)| of(metrics)).chain(values));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        Some(table)
    }
}

impl fmt::Display for MetricsTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else { return Ok(()) };
        let model = |metrics: &Metrics| metrics.model.clone();
        let horizon = |metrics: &Metrics| metrics.horizon.to_string();
        let origins = |metrics: &Metrics| metrics.n.to_string();
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
            writeln!(f, "{}", shared.join(", "))?;
        }
        let tables = [self.columns(false, &given), self.columns(true, &given[..1])];
        let texts: Vec<String> = tables.iter().flatten().map(Table::to_string).collect();
        write!(f, "{}", texts.join("\n\n"))
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        MetricsTable(vec![self.clone()]).fmt(f)
    }
}

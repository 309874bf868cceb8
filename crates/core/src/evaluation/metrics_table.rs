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
        Self::of_scores(models, &[])
    }

    /// The same with some scores of one's own in further columns.
    ///
    /// # Errors
    /// As [`Self::of`]; a key that another score has.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{Forecast, Forecasts, MetricsTable, Score};
    /// use dvol_core::time::{Horizon, Timestamp};
    /// let ours = Forecasts::new("ours", (0..4).map(|hour| Forecast {
    ///     origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
    ///     actual: 50.0 + hour as f64, predicted: 50.0, anchor: 50.0,
    /// }))?;
    /// let beyond = Score {
    ///     key: "beyond_2", label: "beyond 2",
    ///     term: |case, sums| sums[0] = f64::from(u8::from(case.forecast.residual().abs() > 2.0)),
    ///     ..Score::MAE
    /// };
    /// let table = MetricsTable::of_scores(&[ours], &[beyond])?;
    /// assert_eq!(table.0[0].get(beyond), Some(0.25));
    /// assert!(table.to_string().contains("beyond 2"));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of_scores(models: &[Forecasts], own: &[Score]) -> Result<Self> {
        for other in models.iter().skip(1) {
            models[0].aligned_with(other)?;
        }
        models.iter().map(|model| Metrics::of_scores(model, own)).collect::<Result<_>>().map(Self)
    }

    /// The columns of some scores behind those given, for the rows that have any of them.
    fn columns(&self, of_intervals: bool, given: &[Given]) -> Option<Table> {
        let mut wanted: Vec<Score> = Vec::new();
        for (score, _) in self.0.iter().flat_map(Metrics::scores) {
            if score.of_intervals == of_intervals && !wanted.contains(&score) {
                wanted.push(score);
            }
        }
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

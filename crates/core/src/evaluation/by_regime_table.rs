//! Residuals by regime as tables.

use super::RegimeReport;
use super::comparison_table::PairTests;
use crate::report::{Align, Cell, Report, Reported, Table};
use std::fmt;

impl Reported for RegimeReport {
    fn report(&self) -> Report {
        let knowledge = if self.hindsight { "labels need hindsight" } else { "labels known at the origin" };
        let header = ["state", "n", "share %", "RMSE", "MAE", "skill %", "bias", "direction %", "coverage %"];
        let mut table = Table::new(header).set(Align::Right, 1..);
        for regime in &self.regimes {
            let metrics = &regime.metrics;
            table.push([
                Cell::text(&regime.regime),
                Cell::count(metrics.n),
                Cell::percent(Some(regime.share), 1),
                Cell::number(metrics.rmse(), 3),
                Cell::number(metrics.mae(), 3),
                Cell::percent(metrics.skill(), 1),
                Cell::signed(metrics.bias(), 3),
                Cell::percent(metrics.directional_accuracy(), 1),
                Cell::percent(metrics.coverage(), 1),
            ]);
        }
        let mut report = Report::new();
        report
            .line(format!(
                "{} by {} ({knowledge}; {} records without label)",
                self.model, self.scheme, self.unlabelled
            ))
            .table(table);
        if !self.between.is_empty() {
            report.gap().include(&PairTests(self.between.clone()));
        }
        for note in &self.notes {
            report.note(format!("not computed: {note}"));
        }
        report
    }
}

impl fmt::Display for RegimeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

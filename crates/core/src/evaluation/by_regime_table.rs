//! Residuals by regime as tables.

use super::comparison_table::{PairTests, table};
use super::{RegimeReport, shown};
use std::fmt;

impl fmt::Display for RegimeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let knowledge = if self.hindsight { "labels need hindsight" } else { "labels known at the origin" };
        writeln!(
            f,
            "{} by {} ({knowledge}; {} records without label)",
            self.model, self.scheme, self.unlabelled
        )?;
        let share = |value: Option<f64>| shown(value.map(|value| 100.0 * value), 1);
        let rows = self.regimes.iter().map(|regime| {
            let metrics = &regime.metrics;
            vec![
                regime.regime.clone(),
                metrics.n.to_string(),
                share(Some(regime.share)),
                format!("{:.3}", metrics.rmse()),
                format!("{:.3}", metrics.mae()),
                share(metrics.skill()),
                format!("{:+.3}", metrics.bias()),
                share(metrics.directional_accuracy()),
                share(metrics.coverage()),
            ]
        });
        let header = ["state", "n", "share %", "RMSE", "MAE", "skill %", "bias", "direction %", "coverage %"];
        write!(f, "{}", table(&header, rows))?;
        if !self.between.is_empty() {
            write!(f, "\n\n{}", PairTests(self.between.clone()))?;
        }
        for note in &self.notes {
            write!(f, "\nnot computed: {note}")?;
        }
        Ok(())
    }
}

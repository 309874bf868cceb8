//! The scores of several models in every market state, as one flat table.

use super::{Forecasts, RegimeReport, residuals_by_regime};
use crate::error::Result;
use crate::hypothesis::TestKind;
use crate::regimes::{AnyLabels, Scheme};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::time::Horizon;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One model in one market state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegimeScore {
    /// The model.
    pub model: String,
    /// What the labels tell apart.
    pub scheme: Scheme,
    /// Whether the labels need the future.
    pub hindsight: bool,
    /// The state at the origin.
    pub regime: String,
    /// Forecasts in it.
    pub n: usize,
    /// Its share of the labelled forecasts.
    pub share: f64,
    /// Root mean squared error, index points.
    pub rmse: f64,
    /// Squared-error skill against persistence in the same state.
    pub skill: Option<f64>,
    /// Mean of actual minus predicted, index points.
    pub bias: f64,
    /// Two-sided p-value of an equal mean in all other states, robust to the overlap of forecasts.
    pub bias_p_value: Option<f64>,
    /// Standard deviation of the residuals, index points.
    pub std_dev: Option<f64>,
    /// Share of forecasts on the right side of the level at the origin.
    pub directional_accuracy: Option<f64>,
    /// Share of outcomes inside the 80 % interval.
    pub coverage: Option<f64>,
    /// Share of outcomes inside the 95 % interval.
    #[serde(default)]
    pub coverage_95: Option<f64>,
}

/// Several models in every market state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegimeScores {
    /// The forecast distance.
    pub horizon: Horizon,
    /// One entry a model and state, by model, then in the labels' order.
    pub rows: Vec<RegimeScore>,
    /// States without a forecast in this period, as `scheme: state`.
    pub absent: Vec<String>,
}

impl RegimeScores {
    /// Scores every series in every state that has one of its origins.
    ///
    /// # Errors
    /// A value that is not finite. A scheme without any labelled origin is listed as absent.
    pub fn of(series: &[Forecasts], labels: &[AnyLabels]) -> Result<Self> {
        let mut rows = Vec::new();
        let mut absent = Vec::new();
        for forecasts in series {
            for labels in labels {
                let (states, report) = match labels {
                    AnyLabels::Known(labels) => (labels.states(), residuals_by_regime(forecasts, labels)),
                    AnyLabels::Hindsight(labels) => (labels.states(), residuals_by_regime(forecasts, labels)),
                };
                let present: Vec<RegimeScore> = report.iter().flat_map(scores).collect();
                for state in states.iter().filter(|state| present.iter().all(|row| row.regime != **state)) {
                    let name = format!("{}: {state}", labels.scheme());
                    if !absent.contains(&name) {
                        absent.push(name);
                    }
                }
                rows.extend(present);
            }
        }
        let horizon = series.first().map_or(Horizon::hours(1), Forecasts::horizon);
        Ok(Self { horizon, rows, absent })
    }

    /// The rows of one model, in the labels' order.
    pub fn of_model<'a>(&'a self, model: &'a str) -> impl Iterator<Item = &'a RegimeScore> + 'a {
        self.rows.iter().filter(move |row| row.model == model)
    }
}

fn scores(report: &RegimeReport) -> Vec<RegimeScore> {
    let robust = |regime: &str| {
        let own = report.between.iter().find(|pair| {
            (pair.first == regime || pair.second == regime)
                && pair.test.kind == TestKind::EqualMeansUnderOverlap
        });
        own.map(|pair| pair.test.p_value)
    };
    let row = |summary: &super::RegimeSummary| RegimeScore {
        model: report.model.clone(),
        scheme: report.scheme.clone(),
        hindsight: report.hindsight,
        regime: summary.regime.clone(),
        n: summary.metrics.n,
        share: summary.share,
        rmse: summary.metrics.rmse(),
        skill: summary.metrics.skill(),
        bias: summary.metrics.bias(),
        bias_p_value: robust(&summary.regime),
        std_dev: summary.residuals.std_dev,
        directional_accuracy: summary.metrics.directional_accuracy(),
        coverage: summary.metrics.coverage(),
        coverage_95: summary.metrics.coverage_95(),
    };
    report.regimes.iter().map(row).collect()
}

impl Reported for RegimeScores {
    fn report(&self) -> Report {
        let mut models: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !models.contains(&row.model.as_str()) {
                models.push(&row.model);
            }
        }
        let mut report = Report::new();
        for model in models {
            let mut table = Table::new([
                "state at the origin",
                "n",
                "RMSE",
                "skill %",
                "bias",
                "p (bias)",
                "direction %",
                "in 80 %",
                "in 95 %",
            ])
            .set(Align::Right, 1..);
            for row in self.of_model(model) {
                let later = if row.hindsight { " (hindsight)" } else { "" };
                table.push([
                    Cell::text(format!("{}: {}{later}", row.scheme, row.regime)),
                    Cell::count(row.n),
                    Cell::number(row.rmse, 3),
                    Cell::percent(row.skill, 1),
                    Cell::signed(row.bias, 3),
                    Cell::optional(row.bias_p_value, 3),
                    Cell::percent(row.directional_accuracy, 1),
                    Cell::percent(row.coverage, 1),
                    Cell::percent(row.coverage_95, 1),
                ]);
            }
            report.line(format!("{model}, {} ahead", self.horizon)).table(table).gap();
        }
        if !self.absent.is_empty() {
            report.note(format!("no forecast in: {}", self.absent.join(", ")));
        }
        report
    }
}

impl fmt::Display for RegimeScores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

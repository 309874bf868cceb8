//! The thesis's own split, beside what the original printed.

use super::Study;
use super::published::PUBLISHED;
use crate::error::Result;
use crate::evaluation::{Forecasts, Metrics};
use crate::models::Naive;
use crate::models::lstm::{PRESETS, Settings};
use crate::time::{Horizon, Timestamp};
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitScore {
    /// The model.
    pub model: String,
    /// Whether the row is the original's, as printed.
    pub published: bool,
    /// Hours from origin to target.
    pub horizon_hours: u32,
    /// Forecasts scored; unknown for published rows.
    pub n: Option<usize>,
    /// Coefficient of determination.
    pub r2: Option<f64>,
    /// Root mean squared error, index points.
    pub rmse: f64,
    /// Mean absolute error, index points.
    pub mae: f64,
    /// Mean absolute percentage error, percent.
    pub mape: Option<f64>,
    /// Squared-error skill against persistence at the same horizon.
    pub skill: Option<f64>,
    /// Share of right directions from the origin.
    pub directional_accuracy: Option<f64>,
    /// Parameters of a network as the original counted them.
    pub parameters: Option<u64>,
    /// What a reader must know beside the numbers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// All models on the last fifth of the thesis's window, beside the original's rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThesisSplit {
    /// First target scored at the study's horizon.
    pub first_target: Timestamp,
    /// Last target scored.
    pub last_target: Timestamp,
    /// The study's horizon.
    pub horizon: Horizon,
    /// The original's rows, then ours, best RMSE first within each.
    pub rows: Vec<SplitScore>,
}

impl Study {
    /// Fits every model on the first three fifths of the thesis's window and scores it on the last fifth.
    ///
    /// The fifth between serves the networks of the thesis for early stopping, as there; other models leave it
    /// unread. Scores are on the origins all models answer. Persistence one hour ahead stands beside, because that
    /// is what the original printed as its naive row.
    ///
    /// # Errors
    /// An unknown model, an empty part, what fitting returns.
    pub fn thesis_split(&self, models: &[String], seeds: u32, report: &dyn Fn(&str)) -> Result<ThesisSplit> {
        let mut series = Vec::with_capacity(models.len());
        for name in models {
            report(name);
            series.push(self.split_forecasts(name, seeds)?);
        }
        let series = self.on_common_origins(series)?;
        let mut ours: Vec<SplitScore> =
            series.iter().map(|one| Ok(own_row(Metrics::of(one)?, ""))).collect::<Result<_>>()?;
        ours.sort_by(|one, other| one.rmse.total_cmp(&other.rmse));
        if self.config.horizon != Horizon::hours(1) {
            let hourly = self.at_horizon(Horizon::hours(1)).forecast(&Naive::Persistence)?;
            ours.push(own_row(Metrics::of(&hourly)?, "what the original printed as naive persistence"));
        }
        let targets = series.iter().flat_map(Forecasts::records).map(crate::evaluation::Forecast::target);
        let (first, last) = targets.fold((None, None), |(first, last): (Option<_>, Option<_>), target| {
            (
                Some(first.map_or(target, |first| target.min(first))),
                Some(last.map_or(target, |last| target.max(last))),
            )
        });
        let start = self.dataset.panel.start();
        Ok(ThesisSplit {
            first_target: first.unwrap_or(start),
            last_target: last.unwrap_or(start),
            horizon: self.config.horizon,
            rows: published_rows().chain(ours).collect(),
        })
    }

    fn split_forecasts(&self, name: &str, seeds: u32) -> Result<Forecasts> {
        if !PRESETS.contains(&name) {
            let model = self.model(name, seeds)?;
            let parts = self.split(&self.sample_for(model.as_ref())?)?;
            let predictions = model.fit_boxed(&parts.train)?.predict(parts.test.inputs())?;
            return Forecasts::join(name, &parts.test, &predictions);
        }
        let spec = self.trainer(name, &Settings::default())?;
        let parts = self.parts_for(&spec)?;
        let (fitted, _) = spec.fit(&parts.train, &parts.validation, &mut ())?;
        Self::judge(&fitted, &parts.test)
    }
}

fn own_row(metrics: Metrics, note: &str) -> SplitScore {
    SplitScore {
        model: metrics.model,
        published: false,
        horizon_hours: metrics.horizon.get(),
        n: Some(metrics.n),
        r2: metrics.r2,
        rmse: metrics.rmse,
        mae: metrics.mae,
        mape: metrics.mape,
        skill: metrics.skill,
        directional_accuracy: metrics.directional_accuracy,
        parameters: None,
        note: note.to_owned(),
    }
}

fn published_rows() -> impl Iterator<Item = SplitScore> {
    PUBLISHED.into_iter().map(|row| SplitScore {
        model: row.model.to_owned(),
        published: true,
        horizon_hours: row.horizon_hours,
        n: None,
        r2: Some(row.r2),
        rmse: row.rmse,
        mae: row.mae,
        mape: Some(row.mape),
        skill: None,
        directional_accuracy: None,
        parameters: row.parameters,
        note: row.note.to_owned(),
    })
}

impl fmt::Display for ThesisSplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "targets {} .. {}", self.first_target, self.last_target)?;
        let mut table = Table::new();
        table.load_preset(ASCII_MARKDOWN);
        table.set_header([
            "model",
            "from",
            "horizon",
            "n",
            "R2",
            "RMSE",
            "MAE",
            "MAPE %",
            "skill %",
            "direction %",
            "note",
        ]);
        let number = |value: Option<f64>, digits: usize| {
            value.map_or("-".to_owned(), |value| format!("{value:.digits$}"))
        };
        for row in &self.rows {
            table.add_row([
                row.model.clone(),
                if row.published { "the original" } else { "here" }.to_owned(),
                format!("{} h", row.horizon_hours),
                row.n.map_or("-".to_owned(), |n| n.to_string()),
                number(row.r2, 4),
                format!("{:.3}", row.rmse),
                format!("{:.3}", row.mae),
                number(row.mape, 2),
                number(row.skill.map(|skill| 100.0 * skill), 2),
                number(row.directional_accuracy.map(|share| 100.0 * share), 1),
                row.note.clone(),
            ]);
        }
        for column in table.column_iter_mut().filter(|column| (2..10).contains(&column.index)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        write!(f, "{table}")
    }
}

//! The thesis's own split, beside what the original printed.

use super::PUBLISHED;
use super::{Experiment, Study};
use crate::error::{Error, Result};
use crate::evaluation::{Forecasts, Metrics, read_kept, write_kept};
use crate::models::Naive;
use crate::models::lstm::{PRESETS, Settings};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::time::{Horizon, Timestamp};
use dvol_core::experiment::run_jobs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

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
    /// Parameters of a network.
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

/// One model's forecasts of the last fifth, and the parameters of the network it trained.
struct Fitted {
    series: Forecasts,
    parameters: Option<u64>,
}

impl Study {
    /// Fits every model on the first three fifths of the thesis's window and scores it on the last fifth.
    ///
    /// The fifth between serves the networks of the thesis for early stopping, as there; other models leave it
    /// unread. `settings` replace the networks' own. Scores are on the origins all models answer. Persistence one
    /// hour ahead stands beside, because that is what the original printed as its naive row.
    ///
    /// Models are fitted side by side; forecasts of networks are kept in `cache` and read again by the next run.
    ///
    /// # Errors
    /// An unknown model, an empty part, what fitting returns.
    pub fn thesis_split(
        &self,
        models: &[String],
        seeds: u32,
        settings: &Settings,
        cache: &Path,
        report: &(dyn Fn(&str) + Sync),
    ) -> Result<ThesisSplit> {
        let fitted = run_jobs(models, |name| {
            let fitted = self.split_forecasts(name, seeds, settings, cache)?;
            report(name);
            Ok(fitted)
        })?;
        let (series, parameters): (Vec<Forecasts>, Vec<Option<u64>>) =
            fitted.into_iter().map(|one| (one.series, one.parameters)).unzip();
        let series = self.on_common_origins(series)?;
        let note = settings.epochs.map_or(String::new(), |epochs| format!("at most {epochs} epochs"));
        let mut ours = Vec::with_capacity(series.len() + 1);
        for (one, parameters) in series.iter().zip(parameters) {
            let note = if parameters.is_some() { note.as_str() } else { "" };
            ours.push(SplitScore { parameters, ..own_row(Metrics::of(one)?, note) });
        }
        ours.sort_by(|one, other| one.rmse.total_cmp(&other.rmse));
        if self.config().horizon != Horizon::hours(1) {
            let hourly = self.at_horizon(Horizon::hours(1)).forecast(&Naive::Persistence)?;
            ours.push(own_row(Metrics::of(&hourly)?, "what the original printed as naive persistence"));
        }
        let Some((first_target, last_target)) = series.first().map(Forecasts::span) else {
            return Err(Error::too_few("the thesis's table", 1, 0, "name at least one model"));
        };
        Ok(ThesisSplit {
            first_target,
            last_target,
            horizon: self.config().horizon,
            rows: published_rows().chain(ours).collect(),
        })
    }

    fn split_forecasts(&self, name: &str, seeds: u32, settings: &Settings, cache: &Path) -> Result<Fitted> {
        if !PRESETS.contains(&name) {
            let model = self.model_of_seeds(name, seeds)?;
            let parts = self.split(&self.sample_for(model.as_ref())?)?;
            let predictions = model.fit_boxed(&parts.train)?.predict(parts.test.inputs())?;
            return Ok(Fitted {
                series: Forecasts::join(name, &parts.test, &predictions)?,
                parameters: None,
            });
        }
        let spec = self.trainer(name, settings)?;
        let parameters = Some(spec.architecture().parameter_count() as u64);
        let config = self.config();
        let identity = self.identity(&spec, &("thesis split", config.window, config.split))?;
        let place =
            identity.map(|identity| (cache.join(format!("{name}-{}.parquet", identity.short())), identity));
        if let Some(series) = place.as_ref().and_then(|(path, identity)| read_kept(path, identity)) {
            return Ok(Fitted { series, parameters });
        }
        let parts = self.parts_for(&spec)?;
        let (fitted, _) = spec.fit(&parts.train, &parts.validation, &mut ())?;
        let series = Experiment::forecasts_on(&fitted, &parts.test)?;
        if let Some((path, identity)) = &place {
            write_kept(path, &series, identity)?;
        }
        Ok(Fitted { series, parameters })
    }
}

fn own_row(metrics: Metrics, note: &str) -> SplitScore {
    SplitScore {
        model: metrics.model.clone(),
        published: false,
        horizon_hours: metrics.horizon.get(),
        n: Some(metrics.n),
        r2: metrics.r2(),
        rmse: metrics.rmse(),
        mae: metrics.mae(),
        mape: metrics.mape(),
        skill: metrics.skill(),
        directional_accuracy: metrics.directional_accuracy(),
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

impl Reported for ThesisSplit {
    fn report(&self) -> Report {
        let counts: BTreeSet<usize> = self.rows.iter().filter_map(|row| row.n).collect();
        let counts: Vec<String> = counts.iter().map(usize::to_string).collect();
        let mut table = Table::new([
            "model",
            "from",
            "horizon",
            "R2",
            "RMSE",
            "MAE",
            "MAPE %",
            "skill %",
            "direction %",
            "parameters",
            "note",
        ])
        .set(Align::Right, 2..10);
        for row in &self.rows {
            table.push([
                if row.published { Cell::text(&row.model) } else { Cell::name(&row.model) },
                Cell::text(if row.published { "the original" } else { "here" }),
                Cell::number(f64::from(row.horizon_hours), 0).with_unit(" h"),
                Cell::optional(row.r2, 4),
                Cell::number(row.rmse, 3),
                Cell::number(row.mae, 3),
                Cell::optional(row.mape, 2),
                Cell::percent(row.skill, 2),
                Cell::percent(row.directional_accuracy, 1),
                row.parameters.map_or(Cell::missing(), |value| Cell::Count { value }),
                Cell::text(&row.note),
            ]);
        }
        let mut report = Report::new();
        report
            .line(format!("{} targets, {} .. {}", counts.join(" or "), self.first_target, self.last_target))
            .table(table);
        report
    }
}

impl fmt::Display for ThesisSplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

//! `dvol naive`: the forecasts every model must beat.

use crate::Run;
use crate::series;
use clap::Args;
use dvol_core::error::{Error, Result};
use dvol_core::evaluation::{ChronologicalSplit, Forecasts, Metrics, MetricsTable, write_forecasts_csv};
use dvol_core::models::Naive;
use dvol_core::panel::{Column, Panel};
use dvol_core::sample::Inputs;
use dvol_core::time::{HOUR_MS, Horizon, Timestamp};
use serde::Serialize;
use std::path::PathBuf;

/// Score the naive rules at the true horizon: persistence, drift, mean, moving averages of 5 and 22 days, hour of the week
///
/// On a column of a file, or without --input on the study's DVOL. Scored on the last part of the hours; the mean is
/// that of the first part.
#[derive(Debug, Args)]
pub(crate) struct NaiveCommand {
    /// CSV or parquet file with one row an hour [default: the study's data]
    #[arg(long, value_name = "FILE", requires = "column")]
    input: Option<PathBuf>,
    /// Column of levels
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Column of times [default: found by name; without one, rows are hours]
    #[arg(long, value_name = "NAME")]
    timestamp: Option<String>,
    /// Hours from a forecast to what it is about [default: the study's, 24]
    #[arg(long, value_name = "H")]
    horizon: Option<u32>,
    /// Treat empty cells as gaps instead of refusing them
    #[arg(long)]
    allow_gaps: bool,
    /// Experiment file, without --input [default: thesis.toml, else the defaults]
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    config: Option<PathBuf>,
    /// Folder of the data set, without --input
    #[arg(long, value_name = "DIR", conflicts_with = "input")]
    data: Option<PathBuf>,
    /// Write every forecast as CSV
    #[arg(long, value_name = "OUT.csv")]
    out: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    input: String,
    horizon: Horizon,
    n: usize,
    first_origin: Timestamp,
    last_origin: Timestamp,
    metrics: Vec<Metrics>,
}

impl Run for NaiveCommand {
    fn run(self) -> Result<()> {
        if self.horizon == Some(0) {
            return Err(Error::parameter("horizon", 0, "at least 1 hour"));
        }
        let (source, series) = match &self.input {
            Some(path) => (path.display().to_string(), self.of_file(path)?),
            None => self.of_study()?,
        };
        if let Some(out) = &self.out {
            write_forecasts_csv(out, &series)?;
        }
        let metrics = series.iter().map(Metrics::of).collect::<Result<Vec<_>>>()?;
        let origins = series[0].origins();
        let (first_origin, last_origin) = (origins[0], origins[origins.len() - 1]);
        if self.json {
            return crate::print_json(&Report {
                input: source,
                horizon: series[0].horizon(),
                n: series[0].len(),
                first_origin,
                last_origin,
                metrics,
            });
        }
        let table = MetricsTable(metrics);
        crate::print_text(&format!("{source}\norigins {first_origin} .. {last_origin}\n{table}"))?;
        Ok(())
    }
}

impl NaiveCommand {
    fn of_study(&self) -> Result<(String, Vec<Forecasts>)> {
        let study = crate::open_experiment(self.config.as_deref(), self.data.as_deref())?;
        if let Some(hours) = self.horizon.filter(|&hours| Horizon::hours(hours) != study.config().horizon) {
            return Err(Error::parameter(
                "horizon",
                hours,
                format!("the study's {}, or used with --input and --column", study.config().horizon),
            ));
        }
        Ok((study.source(), study.naive()?))
    }

    fn of_file(&self, path: &std::path::Path) -> Result<Vec<Forecasts>> {
        let column = self.column.as_deref().unwrap_or_default();
        let series = series::read(path, column, self.timestamp.as_deref(), self.allow_gaps)?;
        let start = match &series.times {
            Some(times) => {
                let apart = |row: &usize| times[*row].millis() - times[row - 1].millis() != HOUR_MS;
                if let Some(row) = (1..times.len()).find(apart) {
                    return Err(Error::file(
                        path,
                        format!(
                            "rows at {} and {} are not one hour apart; naive rules here are for hourly series",
                            times[row - 1],
                            times[row]
                        ),
                    ));
                }
                times.first().copied().unwrap_or(Timestamp::from_hours(0))
            }
            None => Timestamp::from_hours(0),
        };
        let explain = |error| series::in_file(error, path, column, &series.rows);
        let horizon = Horizon::hours(self.horizon.unwrap_or(24));
        let panel =
            Panel::new(start, series.values.len())?.with(Column::known(column, series.values.clone()))?;
        let sample = Inputs::new(&panel, &[], column, 1).map_err(explain)?.with_targets(horizon);
        let parts =
            ChronologicalSplit::default().cut(&sample, panel.start(), panel.last()).map_err(explain)?;
        Naive::all()
            .into_iter()
            .map(|rule| dvol_core::experiment::Experiment::judge(&rule.fit(&parts.train)?, &parts.test))
            .collect()
    }
}

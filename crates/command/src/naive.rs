//! `dvol naive`: the forecasts every model must beat.

use crate::reading::{self, ReadFlags};
use crate::{ExperimentFlags, Output, Run, series};
use clap::Args;
use dvol_core::data::{Need, Understood};
use dvol_core::error::{Error, Result};
use dvol_core::evaluation::{Forecasts, write_forecasts_csv};
use dvol_core::experiment::{NaiveScores, naive_forecasts};
use dvol_core::range::{Range, Within};
use dvol_core::time::{HOUR_MS, Horizon, Timestamp};
use std::path::{Path, PathBuf};

/// Score the naive rules at the true horizon: persistence, drift, mean, moving averages of 5 and 22 days, hour of the week
///
/// On a column of a file, or without --input on the study's DVOL. Scored on the last part of the hours; the mean is
/// that of the first part.
#[derive(Debug, Args)]
#[command(mut_arg("data", |flag| flag.conflicts_with("input")))]
#[command(mut_arg("out", |flag| flag.value_name("OUT.csv").help("Write every forecast as CSV")))]
pub(crate) struct NaiveCommand {
    /// CSV or parquet file with one row an hour [default: the study's data]
    #[arg(long, value_name = "FILE", requires = "column")]
    input: Option<PathBuf>,
    /// Column of levels
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Hours from a forecast to what it is about [default: the study's, 24]
    #[arg(long, value_name = "H", value_parser = Within::<u32>::range(Range::HOURS_AHEAD))]
    horizon: Option<u32>,
    /// Treat empty cells as gaps instead of refusing them
    #[arg(long)]
    allow_gaps: bool,
    #[command(flatten)]
    reading: ReadFlags,
    #[command(flatten)]
    experiment: ExperimentFlags,
    #[command(flatten)]
    output: Output,
}

impl Run for NaiveCommand {
    fn run(self) -> Result<()> {
        match &self.input {
            Some(path) => self.output.spares(&[path])?,
            None => self.output.spares(&self.experiment.inputs()?)?,
        }
        let (source, series, understood) = if let Some(path) = &self.input {
            let (series, understood) = self.of_file(path)?;
            (path.display().to_string(), series, understood)
        } else {
            let (source, series) = self.of_experiment()?;
            (source, series, None)
        };
        if let Some(out) = &self.output.out {
            write_forecasts_csv(out, &series)?;
            if self.output.is_standard_output() {
                return Ok(());
            }
        }
        let scores = NaiveScores::new(source, &series)?;
        reading::print(self.output.printing, understood.as_ref(), &scores)
    }
}

impl NaiveCommand {
    fn of_experiment(&self) -> Result<(String, Vec<Forecasts>)> {
        let experiment = self.experiment.open()?;
        let own = experiment.config().horizon;
        if let Some(hours) = self.horizon.filter(|&hours| Horizon::hours(hours) != own) {
            let range = format!("the study's {own}, or used with --input and --column");
            return Err(Error::parameter("horizon", hours, range));
        }
        Ok((experiment.source(), experiment.naive()?))
    }

    fn of_file(&self, path: &Path) -> Result<(Vec<Forecasts>, Option<Understood>)> {
        let column = self.column.as_deref().unwrap_or_default();
        let (series, table) = series::read(&self.reading, path, column, self.allow_gaps, Need::Clock)?;
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
            None if table.step().is_some_and(|step| step.millis() != HOUR_MS) => {
                return Err(Error::parameter(
                    "step",
                    "another",
                    "1h: naive rules here are for hourly series",
                ));
            }
            None => Timestamp::from_hours(0),
        };
        let explain = |error| series::in_file(error, &table, column, &series.rows);
        let horizon = match self.horizon {
            Some(hours) => Horizon::hours(hours),
            None => self.experiment.configuration()?.horizon,
        };
        let forecasts = naive_forecasts(column, start, series.values.clone(), horizon).map_err(explain)?;
        Ok((forecasts, series.understood.clone()))
    }
}

//! `dvol track`: what became of the forecasts that were written down.

use super::{ExperimentFlags, Printing, Run, open_study};
use crate::error::{Error, Result};
use crate::figures::Browser;
use crate::figures::forecasts::predictions;
use crate::study::ForecastLedger;
use clap::Args;
use std::path::PathBuf;

/// Score the forecasts that `dvol predict --record` wrote down, as far as their outcome is known.
///
/// Every line's seal and link is checked first: an edited line ends the command.
#[derive(Debug, Args)]
pub struct TrackCommand {
    #[command(flatten)]
    experiment: ExperimentFlags,
    /// The forecasts [default: `forecasts.jsonl` in the experiment's results folder]
    #[arg(long, value_name = "FILE")]
    forecasts: Option<PathBuf>,
    /// Make no figures
    #[arg(long)]
    no_figures: bool,
    #[command(flatten)]
    printing: Printing,
}

impl Run for TrackCommand {
    fn run(self) -> Result<()> {
        let study = open_study(&self.experiment)?;
        let path = self.forecasts.unwrap_or_else(|| study.forecast_ledger());
        if !path.exists() {
            return Err(Error::file(
                path,
                "is not there; `dvol predict --record` writes forecasts down in it",
            ));
        }
        let track = study.track(&ForecastLedger::read(path)?)?;
        if !self.no_figures && !track.series.is_empty() {
            let browser = Browser::find()
                .inspect_err(|error| eprintln!("dvol: figures are JSON and HTML only: {error}"));
            for series in &track.series {
                let figure = predictions(series, &study.market())?;
                let name = format!("prospective_{}_{}h", series.model(), series.horizon().get());
                study.keep_with(figure.named(name)?, browser.as_ref().ok())?;
            }
        }
        self.printing.print_as(&track, || format!("{track}\ndata: {}", study.source()))
    }
}

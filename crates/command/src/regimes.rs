//! `dvol regimes`: how a forecast fares in each state of the market.

use crate::forecast_table::ForecastFile;
use crate::reading;
use crate::{ConfigFlag, Printing, Run};
use clap::Args;
use dvol_core::error::{Error, Result};
use dvol_core::experiment::{RegimeDocument, RegimeStudy};
use serde::Serialize;

/// Sort a forecast's residuals by market state, score each state, and test between them
///
/// Without --labels: calendar years, the events of the experiment, jumps, terciles and direction of the level, and a two-state
/// Markov-switching model, all made from the file's own levels. A label that needs the future says so.
#[derive(Debug, Args)]
pub(crate) struct RegimesCommand {
    #[command(flatten)]
    file: ForecastFile,
    /// Column of forecasts
    #[arg(long, value_name = "NAME", default_value = "predicted")]
    predicted: String,
    /// Column of lower interval ends, used with --upper
    #[arg(long, value_name = "NAME", default_value = "lower")]
    lower: String,
    /// Column of upper interval ends
    #[arg(long, value_name = "NAME", default_value = "upper")]
    upper: String,
    /// Column of labels, one state a row, instead of the built-in ones
    #[arg(long, value_name = "NAME")]
    labels: Option<String>,
    #[command(flatten)]
    experiment: ConfigFlag,
    #[command(flatten)]
    printing: Printing,
}

#[derive(Serialize)]
struct Report<'a> {
    input: String,
    #[serde(flatten)]
    document: RegimeDocument<'a>,
}

impl Run for RegimesCommand {
    fn run(self) -> Result<()> {
        let table = self.file.read(10)?;
        let forecasts = table.series(&self.predicted, table.interval(&self.lower, &self.upper))?;
        let study = match &self.labels {
            Some(column) => RegimeStudy::under(&forecasts, &[table.labels(column)?.into()])?,
            None if !table.dated => {
                return Err(Error::file(
                    &self.file.input,
                    "no column of times: regimes need dates; name it with --timestamp, or give states with --labels",
                ));
            }
            None => RegimeStudy::from_levels(
                &forecasts,
                self.experiment.configuration()?.market.unwrap_or_default().events,
            )?,
        };
        let input = self.file.input.display().to_string();
        let report = Report { input, document: study.document(&forecasts) };
        let understood = table.table.understood();
        reading::print_as(self.printing, Some(&understood), &report, || study.verdicts().to_string())
    }
}

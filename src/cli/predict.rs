//! `dvol predict`: tomorrow's DVOL with its intervals.

use super::{ExperimentFlags, Printing, Run, open_study, progress_bar};
use crate::error::Result;
use crate::models::lstm::FittedLstm;
use crate::study::{Entered, Outlook};
use crate::time::{Horizon, Timestamp};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// Between two looks at the clock while a model is fitted.
const TICK: Duration = Duration::from_millis(200);

/// Forecast from the latest hour of the data, or from another.
///
/// Without a checkpoint the model that the experiment names under `[predict]` is fitted on everything known at
/// the origin.
#[derive(Debug, Args)]
#[command(mut_arg("config", |flag| flag.alias("study")))]
pub struct PredictCommand {
    /// A checkpoint that `dvol train` left, instead of the experiment's model
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    experiment: ExperimentFlags,
    /// Write the forecast down in results/forecasts.jsonl, before its outcome: `dvol track` scores it later
    #[arg(long, conflicts_with = "checkpoint")]
    record: bool,
    /// The origin, such as 2025-10-14T12:00Z [default: the latest complete one]
    #[arg(long, value_name = "TIME")]
    origin: Option<Timestamp>,
    /// auto, cpu, cuda:0 ...: where a checkpoint's network runs
    #[arg(long, default_value = "auto")]
    device: String,
    #[command(flatten)]
    printing: Printing,
}

#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<PathBuf>,
    #[serde(flatten)]
    outlook: Outlook,
}

impl Run for PredictCommand {
    fn run(self) -> Result<()> {
        let study = open_study(&self.experiment)?;
        let outlook = if let Some(checkpoint) = &self.checkpoint {
            let (model, _) = FittedLstm::load(checkpoint, &self.device)?;
            let inputs = study.inputs_at(model.spec(), self.origin)?;
            study.outlook(&model, &inputs, Horizon::hours(model.spec().forecast_horizon))?
        } else {
            // networks are small here: one core each is fastest, and the same to the last bit everywhere
            tch::set_num_threads(1);
            let spinner = progress_bar("");
            let outlook = study.predict_kept(self.origin, |model| {
                let text = format!("fitting {model} on everything known; the forecast is kept for next time");
                if spinner.is_hidden() {
                    eprintln!("{text}");
                } else {
                    spinner.set_message(text);
                }
                spinner.enable_steady_tick(TICK);
            });
            spinner.finish_and_clear();
            outlook?
        };
        // an hour's bar is known when it ends, a day's close with its day
        let panel = study.dataset().panel();
        let newest = if panel.step().is_hour() { panel.last() + Horizon::hours(1) } else { panel.last() };
        if self.origin.is_none() && outlook.origin < newest {
            eprintln!("the newest data are from {newest}; the latest complete origin is {}", outlook.origin);
        }
        if self.record {
            let written = study.record_forecast(&outlook, Timestamp::now())?;
            let place = study.forecast_ledger();
            match written {
                Entered::Now => eprintln!("written down in {}", place.display()),
                Entered::Before => eprintln!("{} holds this forecast already", place.display()),
            }
        }
        let answer = Answer { checkpoint: self.checkpoint, outlook };
        self.printing.print_as(&answer, || answer.outlook.to_string())
    }
}

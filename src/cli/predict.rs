//! `dvol predict`: tomorrow's DVOL with its interval.

use super::open_study;
use crate::error::{Error, Result};
use crate::models::Forecaster;
use crate::models::lstm::FittedLstm;
use crate::time::{Horizon, Timestamp};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

/// Forecast from the latest hour of the data, or from another.
#[derive(Debug, Args)]
pub struct PredictCommand {
    /// A checkpoint that `dvol train` left
    #[arg(long, value_name = "FILE")]
    checkpoint: PathBuf,
    /// The data set's folder, instead of the experiment's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The experiment [default: thesis.toml where it exists]
    #[arg(long, value_name = "FILE")]
    study: Option<PathBuf>,
    /// The origin, such as 2025-10-14T12:00Z [default: the latest complete one]
    #[arg(long, value_name = "TIME")]
    origin: Option<Timestamp>,
    /// auto, cpu, cuda:0 ...
    #[arg(long, default_value = "auto")]
    device: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Interval {
    coverage: f64,
    lower: f64,
    upper: f64,
}

#[derive(Serialize)]
struct Answer {
    model: String,
    checkpoint: PathBuf,
    origin: Timestamp,
    target: Timestamp,
    horizon: Horizon,
    /// DVOL known at the origin, index points.
    level: f64,
    /// The forecast, index points.
    predicted: f64,
    intervals: Vec<Interval>,
    simulated_data: bool,
}

impl PredictCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// A damaged checkpoint, data without the features it needs, an origin that is not complete.
    pub fn run(self) -> Result<()> {
        let (model, _) = FittedLstm::load(&self.checkpoint, &self.device)?;
        let study = open_study(self.study.as_deref(), self.data.as_deref())?;
        let inputs = match self.origin {
            None => study.latest(model.spec())?,
            Some(wanted) => {
                let inputs = study.inputs_for(model.spec())?.filter(|origin| origin == wanted);
                if inputs.is_empty() {
                    return Err(Error::parameter(
                        "origin",
                        wanted,
                        "a full hour at which all features are known; `dvol data audit` lists the gaps",
                    ));
                }
                inputs
            }
        };
        let predictions = model.predict(&inputs)?;
        let horizon = Horizon::hours(model.spec().forecast_horizon);
        let answer = Answer {
            model: model.name(),
            checkpoint: self.checkpoint,
            origin: inputs.origin(0),
            target: inputs.origin(0) + horizon,
            horizon,
            level: inputs.level(0),
            predicted: predictions.point[0],
            intervals: predictions
                .intervals
                .iter()
                .map(|i| Interval { coverage: i.coverage, lower: i.lower[0], upper: i.upper[0] })
                .collect(),
            simulated_data: study.is_simulated(),
        };
        let newest = study.dataset().panel.last() + Horizon::hours(1);
        if self.origin.is_none() && answer.origin < newest {
            eprintln!("the newest data are from {newest}; the latest complete origin is {}", answer.origin);
        }
        if self.json {
            return super::print_json(&answer);
        }
        println!("{} from {} ({}):", answer.model, answer.origin, study.source());
        println!("DVOL now            {:.2}", answer.level);
        println!(
            "DVOL at {}  {:.2} ({:+.2})",
            answer.target,
            answer.predicted,
            answer.predicted - answer.level
        );
        for interval in &answer.intervals {
            println!(
                "{:>3.0} % interval       {:.2} .. {:.2}",
                100.0 * interval.coverage,
                interval.lower,
                interval.upper
            );
        }
        Ok(())
    }
}

//! Training from samples to files.

use super::console::{Console, Progress};
use super::files::Files;
use super::log::now;
use super::report::{Part, Report, Scores};
use super::watchers::{Follower, Watchers};
use crate::artifacts::write_json;
use crate::error::{Error, Result};
use crate::evaluation::{Forecasts, Metrics, Parts};
use crate::models::Forecaster;
use crate::models::lstm::{Ending, FittedLstm, History, LstmSpec, Observer, Trainer, Workers};
use crate::sample::Sample;
use crate::time::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

/// A finished run.
#[derive(Debug)]
pub struct Run {
    /// The trained network.
    pub model: FittedLstm,
    /// What the result file holds.
    pub report: Report,
    /// The result file.
    pub path: PathBuf,
    /// Forecasts of the test part.
    pub test: Forecasts,
}

impl Run {
    /// Epoch by epoch.
    pub fn history(&self) -> &History {
        &self.report.history
    }
}

/// How a run ended, as one of its processes sees it.
#[derive(Debug)]
pub enum Outcome {
    /// All epochs were run, or patience was used up.
    Finished(Box<Run>),
    /// Somebody pressed Ctrl-C; the state is in the file.
    Interrupted {
        /// Completed epochs.
        epochs: usize,
        /// The state that `--resume` continues from.
        state: PathBuf,
    },
    /// This process shared another's run; rank 0 has the result.
    Followed,
}

/// Trains `spec` on the training part (with `workers`, each of them calls this), stops early on the validation part, scores the test part, and leaves
/// checkpoint, result, logs and a resumable state.
///
/// # Errors
/// A setting out of range, a missing feature, a state that does not fit, another run of the same prefix, a full disk;
/// divergence, after the last good weights were saved.
pub fn train(
    spec: &LstmSpec,
    parts: &Parts,
    files: &Files,
    console: Console,
    workers: Option<Workers>,
) -> Result<Outcome> {
    let clock = Instant::now();
    Files::check_prefix(&files.prefix)?;
    let leads = workers.as_ref().is_none_or(|workers| workers.place().rank == 0);
    let _alone = if leads { Some(files.hold()?) } else { None };
    let mut trainer = if files.resume {
        if !files.state().exists() {
            return Err(Error::file(files.state(), "there is no saved state; start without --resume"));
        }
        Trainer::resume(spec, &parts.train, &parts.validation, &files.state())?
    } else {
        Trainer::new(spec, &parts.train, &parts.validation)?
    };
    let world = workers.as_ref().map_or(1, |workers| workers.place().world);
    if let Some(workers) = workers {
        trainer = trainer.with_workers(workers)?;
    }
    if !leads {
        trainer.run(&mut Follower)?;
        return Ok(Outcome::Followed);
    }
    let mut watchers = Watchers::new(files, Progress::new(console, &trainer))?;
    announce(&trainer, files, &mut watchers)?;
    let data_sha256 = trainer.data_sha256().to_owned();
    let ending = match trainer.run(&mut watchers) {
        Ok(Ending::Interrupted) => {
            let epochs = trainer.epochs().len();
            watchers.log.say(&format!("interrupted after {epochs} epochs; continue with --resume"))?;
            return Ok(Outcome::Interrupted { epochs, state: files.state() });
        }
        Ok(ending) => ending,
        Err(Error::Divergence { what, detail, remedy }) => {
            watchers.log.note(&format!("{what} did not converge: {detail}"))?;
            let (model, _) = trainer.finish(Ending::Diverged)?;
            model.save(&files.last_good(), &data_sha256, serde_json::Value::Null)?;
            let remedy = format!("{remedy}; the last good weights are in {}", files.last_good().display());
            return Err(Error::Divergence { what, detail, remedy });
        }
        Err(error) => return Err(error),
    };
    let (model, history) = trainer.finish(ending)?;
    let test = forecasts(&model, &parts.test)?;
    let metrics = score(&model, parts, &test)?;
    let values = serde_json::to_value(&metrics).map_err(Error::internal("writing scores"))?;
    model.save(&files.checkpoint(), &data_sha256, values)?;
    let report = Report {
        name: files.prefix.clone(),
        created: now(),
        code_version: env!("CARGO_PKG_VERSION").to_owned(),
        leaky: model.spec().is_leaky(),
        config: model.spec().clone(),
        parameters: history.parameters,
        data_sha256,
        train: Part::of(&parts.train)?,
        validation: Part::of(&parts.validation)?,
        test: Part::of(&parts.test)?,
        metrics,
        history,
        seconds: clock.elapsed().as_secs_f64(),
        workers: world,
        checkpoint: files.checkpoint(),
    };
    let path = files.results.join(format!("{}_{}.json", files.prefix, stamp()));
    write_json(&path, &report)?;
    watchers.log.say(&format!("finished: {}", path.display()))?;
    Ok(Outcome::Finished(Box::new(Run { model, report, path, test })))
}

fn announce(trainer: &Trainer, files: &Files, watchers: &mut Watchers) -> Result<()> {
    let spec = trainer.spec();
    let (train, validation) = trainer.origins();
    let message = format!(
        "{}: {} parameters, {train} training and {validation} validation origins, {} steps of {} an epoch, {:?}{}{}",
        files.prefix,
        spec.architecture().parameter_count(),
        trainer.steps(),
        trainer.batch(),
        trainer.network().device(),
        trainer.workers().map_or_else(String::new, |workers| format!(" x {} workers", workers.place().world)),
        if files.resume {
            format!(", resumed after epoch {}", trainer.epochs().len())
        } else {
            String::new()
        }
    );
    watchers.note(&message)?;
    let config = serde_json::to_value(spec).map_err(Error::internal("writing the log"))?;
    watchers.log.record("config", config)
}

/// The model's forecasts on a sample; a leaky model's are named so.
fn forecasts(model: &FittedLstm, sample: &Sample) -> Result<Forecasts> {
    let name = model.name();
    if model.spec().is_leaky() {
        return Forecasts::join(&format!("{name} (leaky)"), sample, &model.predict_leaky(sample)?);
    }
    Forecasts::join(&name, sample, &model.predict(sample.inputs())?)
}

fn score(model: &FittedLstm, parts: &Parts, test: &Forecasts) -> Result<Scores> {
    let jumps = parts.test.inputs().feature("jump_indicator").ok();
    let split = |wanted: f64| -> Result<Option<Metrics>> {
        let Some(jumps) = &jumps else { return Ok(None) };
        let inputs = parts.test.inputs();
        let chosen: BTreeSet<Timestamp> = inputs
            .origins()
            .zip(jumps)
            .filter(|(_, jump)| **jump == wanted)
            .map(|(origin, _)| origin)
            .collect();
        test.filter(|record| chosen.contains(&record.origin)).as_ref().map(Metrics::of).transpose()
    };
    Ok(Scores {
        validation: Metrics::of(&forecasts(model, &parts.validation)?)?,
        test: Metrics::of(test)?,
        test_normal: split(0.0)?,
        test_jump: split(1.0)?,
        persistence: Metrics::of(&test.persistence())?,
    })
}

/// The present as part of a file name.
fn stamp() -> String {
    now().to_string().replace([':', '-'], "")
}

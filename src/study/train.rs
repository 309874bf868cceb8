//! Training a network inside a study.

use super::{Experiment, Reads, Study};
use crate::artifacts::{write_atomic, write_json};
use crate::error::{Error, Result};
use crate::evaluation::Parts;
use crate::models::lstm::{FittedLstm, LstmSpec, Settings, Workers, device};
use crate::sample::Inputs;
use crate::time::Horizon;
use crate::training::{Console, Files, Outcome, Run, binary, list_reports, spawn, train};

impl Study {
    /// Trains a preset (`jump_aware`, `rolling`, `differenced`, `anchored`) with the study's settings, and
    /// shows a line an epoch. Where several GPUs are, each gets a worker.
    ///
    /// # Errors
    /// What [`Study::train_spec`] returns.
    pub fn train(&self, name: &str) -> Result<Run> {
        self.train_with(name, &Settings::default())
    }

    /// Like [`Study::train`], with settings of one's own.
    ///
    /// # Errors
    /// A setting out of range; what [`Study::train_spec`] returns.
    pub fn train_with(&self, name: &str, settings: &Settings) -> Result<Run> {
        let gpus = device::count();
        if gpus > 1 {
            return self.train_on(name, settings, gpus);
        }
        let spec = self.trainer(name, settings)?;
        match self.train_spec(&spec, &self.files(name), Console::Lines, None)? {
            Outcome::Finished(run) => Ok(*run),
            Outcome::Interrupted { .. } | Outcome::Followed => Err(Error::Internal {
                what: format!("training `{name}`"),
                detail: "it was interrupted; its state is in the models folder".to_owned(),
            }),
        }
    }

    /// Like [`Study::train_with`], shared by `count` worker processes of the `dvol` command whose lines are
    /// shown here. This process computes nothing and opens no device until they are done; when it is
    /// interrupted, they end.
    ///
    /// # Errors
    /// A setting out of range, a worker that ended badly.
    pub fn train_on(&self, name: &str, settings: &Settings, count: usize) -> Result<Run> {
        let spec = self.trainer(name, settings)?;
        let folder = tempfile::tempdir().map_err(Error::internal("handing the study to workers"))?;
        let path = |file: &str| folder.path().join(file).display().to_string();
        let (experiment, choices) = (path("study.toml"), path("settings.json"));
        let text = toml::to_string(&self.config().rooted()).map_err(Error::internal("writing the study"))?;
        write_atomic(experiment.as_ref(), text.as_bytes())?;
        write_json(choices.as_ref(), settings)?;
        let count_text = count.to_string();
        let words = ["train", name, "--config", &experiment, "--config", &choices, "--workers", &count_text];
        spawn(&binary(), &words.map(str::to_owned), count, false, |line| println!("{line}"))?;
        let files = self.files(name);
        let (model, _) = FittedLstm::load(&files.checkpoint(), &spec.device)?;
        let (path, report) = list_reports(&files.results)?
            .into_iter()
            .rfind(|(_, report)| report.name == name)
            .ok_or_else(|| Error::file(&files.results, "the workers left no result"))?;
        let test = Experiment::forecasts_on(&model, &self.parts_for(model.spec())?.test)?;
        Ok(Run { model, report, path, test })
    }

    /// Trains a specification on the study's training part, leaves its files and enters its report in
    /// `models/manifest.json`.
    ///
    /// # Errors
    /// A missing feature, too short data, divergence, a full disk.
    pub fn train_spec(
        &self,
        spec: &LstmSpec,
        files: &Files,
        console: Console,
        workers: Option<Workers>,
    ) -> Result<Outcome> {
        let outcome = train(spec, &self.parts_for(spec)?, files, console, workers)?;
        if let Outcome::Finished(run) = &outcome {
            self.record_in(
                &self.config().models(),
                &run.path,
                Reads::Models,
                &format!("dvol train {}", spec.name),
            )?;
        }
        Ok(outcome)
    }

    /// Training, validation and test part as a specification reads them, at its own horizon.
    ///
    /// # Errors
    /// A missing feature or an empty part.
    pub fn parts_for(&self, spec: &LstmSpec) -> Result<Parts> {
        let sample = self.inputs_for(spec)?.with_targets(Horizon::hours(spec.forecast_horizon));
        self.split(&sample)
    }

    /// The inputs of every complete origin, as a specification reads them.
    ///
    /// # Errors
    /// A missing feature or no complete origin.
    pub fn inputs_for(&self, spec: &LstmSpec) -> Result<Inputs> {
        let names: Vec<&str> = spec.features.iter().map(String::as_str).collect();
        Inputs::new(&self.features()?, &names, "dvol", spec.sequence_length)
    }

    /// The study's own folders for a run's files.
    pub fn files(&self, prefix: &str) -> Files {
        Files {
            results: self.config().results().join("cli_training"),
            models: self.config().models(),
            logs: self.config().results().join("logs"),
            ..Files::below("", prefix)
        }
    }
}

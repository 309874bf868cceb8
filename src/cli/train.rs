//! `dvol train`: a network from data to checkpoint.

use super::{ExperimentFlags, Printing, Run, open_study};
use crate::error::{Error, Result};
use crate::models::lstm::{LstmSpec, PRESETS, Place, Settings, Workers, device};
use crate::range::{Range, Within};
use crate::study::{Study, TrainingFile};
use crate::training::{Console, Files, LrScaling, Outcome, follow_parent, interrupt, spawn_this};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Train a network: defaults, then --config, then flags.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag a person types")]
#[allow(clippy::doc_markdown, reason = "help texts are not Markdown")]
#[command(after_help = "Files: models/PREFIX.safetensors and .json, results/cli_training/PREFIX_TIME.json, \
                        results/logs/current_training.log (tail -f), results/logs/tensorboard/PREFIX.")]
pub struct TrainCommand {
    /// jump_aware, rolling, differenced or anchored
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(PRESETS))]
    model: String,
    /// An experiment [default: thesis.toml where it exists], or settings with the names of the flags (epochs = 7) as
    /// TOML or JSON; the file's keys tell which, and both may be given
    #[arg(long, value_name = "FILE", alias = "study")]
    config: Vec<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    /// One worker on every GPU; halves the learning rate
    #[arg(long)]
    use_multi_gpu: bool,
    /// Workers on this machine, each with a batch of its own size (torchrun's environment is obeyed too)
    #[arg(long, value_name = "N", value_parser = Within::<usize>::range(Range::WORKERS))]
    workers: Option<usize>,
    /// The learning rate of several devices [default: half with --use-multi-gpu, else none]
    #[arg(long, value_enum)]
    lr_scaling: Option<LrScaling>,
    /// The first part of all file names [default: the model]
    #[arg(long, value_name = "NAME")]
    save_prefix: Option<String>,
    /// Where the result goes
    #[arg(long, value_name = "DIR")]
    results_dir: Option<PathBuf>,
    /// Where checkpoints go
    #[arg(long, value_name = "DIR")]
    models_dir: Option<PathBuf>,
    /// Where logs go
    #[arg(long, value_name = "DIR")]
    logs_dir: Option<PathBuf>,
    /// Go on where a stopped or killed run of this prefix left off
    #[arg(long)]
    resume: bool,
    /// Seconds between two saved states; 0 saves after every step
    #[arg(long, value_name = "X", default_value_t = 60.0, value_parser = Within::<f64>::range(Range::SECONDS))]
    save_every: f64,
    /// Threads of libtorch; 1 makes runs repeat bit for bit
    #[arg(long, value_name = "N", value_parser = Within::<usize>::range(Range::WORKERS))]
    threads: Option<usize>,
    /// Folder of the data set, instead of the experiment's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print the resolved settings and the parameter count, and train nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    printing: Printing,
}

impl Run for TrainCommand {
    fn run(self) -> Result<()> {
        if let Some(threads) = self.threads {
            tch::set_num_threads(threads as i32);
        }
        let place = Place::from_environment()?;
        let count = self.count();
        interrupt::install()?;
        follow_parent();
        // Rank 0 speaks for all.
        let speaks = place.as_ref().is_none_or(|place| place.rank == 0);
        let (experiment, settings) = self.files()?;
        let study = open_study(&ExperimentFlags::new(experiment, self.data.clone()))?;
        let world = place.as_ref().map_or(count, |place| place.world);
        let mut spec = self.resolve(
            &study,
            settings.as_deref(),
            world,
            speaks && (place.is_some() || count == 1 || self.dry_run),
        )?;
        if self.dry_run {
            return self.show(&spec);
        }
        if place.is_none() && count > 1 {
            device::check_workers(&spec.device, count)?;
            return spawn_this(count);
        }
        let workers = match place {
            Some(place) => {
                spec.device = device::of_worker(&spec.device, place.local_rank, device::count());
                Some(Workers::meet(place, device::parse(&spec.device)?)?)
            }
            None => None,
        };
        let mut files = study.files(self.prefix());
        files.results = self.results_dir.unwrap_or(files.results);
        files.models = self.models_dir.unwrap_or(files.models);
        files.logs = self.logs_dir.unwrap_or(files.logs);
        files.save_every_seconds = self.save_every;
        files.resume = self.resume;
        if speaks {
            eprintln!("data: {}", study.source());
        }
        match study.train_spec(&spec, &files, Console::Automatic, workers)? {
            Outcome::Finished(run) => self
                .printing
                .print_as(&run.report, || format!("{}\nresult {}", run.report, run.path.display())),
            Outcome::Interrupted { epochs, state } => {
                eprintln!("stopped after {epochs} epochs; `--resume` continues from {}", state.display());
                if self.printing.json {
                    return super::print_json(
                        &json!({ "interrupted": true, "epochs": epochs, "state": state }),
                    );
                }
                Ok(())
            }
            Outcome::Followed => Ok(()),
        }
    }
}

impl TrainCommand {
    /// The number of workers this process would start.
    fn count(&self) -> usize {
        match self.workers {
            Some(count) => count,
            None if self.use_multi_gpu => device::count().max(1),
            None => 1,
        }
    }

    /// The experiment and the file of settings among the files given.
    fn files(&self) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
        let (mut experiment, mut settings) = (None, None);
        for path in &self.config {
            let place = match TrainingFile::read(path)? {
                TrainingFile::Experiment => &mut experiment,
                TrainingFile::Settings => &mut settings,
            };
            if place.replace(path.clone()).is_some() {
                let range = "one experiment and one file of settings at most";
                return Err(Error::parameter("config", path.display(), range));
            }
        }
        Ok((experiment, settings))
    }

    fn prefix(&self) -> &str {
        self.save_prefix.as_deref().unwrap_or(&self.model)
    }

    /// Defaults < file < flags, then the learning rate of several devices.
    fn resolve(&self, study: &Study, file: Option<&Path>, workers: usize, speaks: bool) -> Result<LstmSpec> {
        Files::check_prefix(self.prefix())?;
        let settings = match file {
            Some(path) => {
                let read = Settings::read(path)?;
                let named = read.check_features(&study.own_feature_names());
                named.map_err(|error| Error::file(path, error.to_string()))?;
                read.overridden_by(&self.settings)?
            }
            None => self.settings.clone(),
        };
        let mut spec = study.trainer(&self.model, &settings)?;
        let scaling =
            self.lr_scaling.unwrap_or(if self.use_multi_gpu { LrScaling::Half } else { LrScaling::None });
        let before = spec.lr;
        spec.lr *= scaling.factor(workers);
        if speaks && spec.lr != before {
            eprintln!("learning rate {before:e} -> {:e} for several devices (--lr-scaling)", spec.lr);
        }
        if speaks
            && self.use_multi_gpu
            && let Some(reason) = device::why_no_gpu()
        {
            eprintln!("--use-multi-gpu: no GPU is used: {reason}");
        }
        spec.validate()?;
        Ok(spec)
    }

    fn show(&self, spec: &LstmSpec) -> Result<()> {
        let parameters = spec.architecture().parameter_count();
        let settings = toml::to_string(spec).map_err(Error::internal("writing settings"))?;
        let document = json!({ "parameters": parameters, "config": spec });
        self.printing.print_as(&document, || format!("{settings}\nparameters: {parameters}"))
    }
}

//! The walk-forward stage: resumable fold by fold, folds in parallel, shared by processes.

use super::Study;
use crate::error::{Error, Result};
use crate::evaluation::{Fold, Forecasts, WalkForward, read_kept, remove_kept, write_kept};
use crate::identity::Identity;
use crate::models::lstm::Workers;
use crate::models::{Fits, Model};
use crate::sample::Sample;
use crate::time::Timestamp;
use dvol_core::experiment::run_jobs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// One fold of one model, by the model's position.
struct Job {
    model: usize,
    fold: Fold,
}

/// What happened to one fold, told as it happens.
#[derive(Debug, Clone)]
pub struct FoldReport {
    /// The model.
    pub model: String,
    /// The fold.
    pub fold: Fold,
    /// Whether it was read from an earlier run.
    pub resumed: bool,
    /// Folds finished so far, this one included, over all models.
    pub done: usize,
    /// Folds in all.
    pub total: usize,
}

impl Study {
    /// Walks every model forward and returns one series each, in the order given.
    ///
    /// Each fold's forecasts are kept under `<out>/folds/`; a file's name and its seal hold the
    /// [`Identity`] of code, data, protocol and what the model reads, so that a fold is used again only when nothing
    /// that decides it has changed. Folds run in parallel; each is
    /// deterministic by itself, so the result does not depend on how many run at once.
    ///
    /// # Errors
    /// An unknown model, a fold without training data, what fitting returns.
    pub fn backtest(
        &self,
        models: &[String],
        seeds: u32,
        protocol: &WalkForward,
        out: &Path,
        report: &(dyn Fn(&FoldReport) + Sync),
    ) -> Result<Vec<Forecasts>> {
        let models = self.models(models, seeds)?;
        let models: Vec<&dyn Model> = models.iter().map(AsRef::as_ref).collect();
        self.backtest_with(&models, protocol, out, report)
    }

    /// The same for models at hand, the user's own among them.
    ///
    /// A model whose [`Model::identity`] is `None` is fitted anew in every run; one that says what it is has its folds
    /// kept and used again.
    ///
    /// # Errors
    /// Two models of one name, a fold without training data, what fitting returns.
    pub fn backtest_with(
        &self,
        models: &[&dyn Model],
        protocol: &WalkForward,
        out: &Path,
        report: &(dyn Fn(&FoldReport) + Sync),
    ) -> Result<Vec<Forecasts>> {
        let (samples, jobs) = self.jobs(models, protocol)?;
        let done = AtomicUsize::new(0);
        let pieces = run_jobs(&jobs, |Job { model, fold }| {
            let (model, sample) = (models[*model], &samples[*model]);
            let protocol = &self.protocol_of(model, protocol);
            let place = self.place(out, model, protocol, fold)?;
            let (piece, resumed) = fold_forecasts(place.as_ref(), model, sample, protocol, fold)?;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            report(&FoldReport { model: model.name(), fold: *fold, resumed, done, total: jobs.len() });
            Ok(piece)
        })?;
        (0..models.len())
            .map(|wanted| {
                let mine = jobs.iter().zip(&pieces).filter(|(job, _)| job.model == wanted);
                Forecasts::concatenate(mine.map(|(_, piece)| piece))
            })
            .collect()
    }

    /// Walks models of the table forward by the study's protocol, and keeps the origins all of them answer.
    ///
    /// Folds are kept below the results folder: what `dvol backtest` has done is not done again.
    ///
    /// # Errors
    /// What [`Study::backtest`] returns.
    pub fn walk_forward(&self, models: &[&str]) -> Result<Vec<Forecasts>> {
        let names: Vec<String> = models.iter().map(|&name| name.to_owned()).collect();
        let models = self.models(&names, self.config().backtest.seeds)?;
        let models: Vec<&dyn Model> = models.iter().map(AsRef::as_ref).collect();
        self.walk_forward_with(&models)
    }

    /// The same for models at hand, the user's own among them.
    ///
    /// # Errors
    /// What [`Study::backtest_with`] returns.
    ///
    /// # Examples
    /// ```
    /// use dvol::config::Config;
    /// use dvol::prelude::*;
    ///
    /// /// A share of the way from the level at the origin to the mean of the training sample.
    /// struct Damped {
    ///     phi: f64,
    /// }
    ///
    /// impl Model for Damped {
    ///     fn name(&self) -> String {
    ///         "damped".to_owned()
    ///     }
    ///
    ///     fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
    ///         let (phi, levels) = (self.phi, sample.inputs().levels());
    ///         let mean = levels.iter().sum::<f64>() / levels.len() as f64;
    ///         Ok(Fitted::boxed("damped", move |inputs| {
    ///             inputs.levels().iter().map(|level| mean + phi * (level - mean)).collect()
    ///         }))
    ///     }
    /// }
    ///
    /// let text = "simulation = { hours = 12000 }\nfolders = { data = 'nowhere', results = 'target/doctest' }\n\
    ///             backtest = { from = '2022-03-01', to = '2022-08-01', refit = '90d' }";
    /// let study = Study::new(Config::parse(text)?)?;
    /// let own = study.walk_forward_with(&[&study.model("har_calendar")?, &Damped { phi: 0.9 }])?;
    /// assert_eq!(study.compare(&own)?.diebold_mariano.len(), 1);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn walk_forward_with(&self, models: &[&dyn Model]) -> Result<Vec<Forecasts>> {
        let out = self.config().results().join("backtest");
        let series = self.backtest_with(models, &self.config().backtest.protocol(), &out, &|_| {})?;
        self.on_common_origins(series)
    }

    /// One worker's part of [`Study::backtest`]: every `world`-th fold, counted through all models (of a mean of
    /// several seeds: every `world`-th seed of a fold); returns when every worker has done its part. Rank 0 then
    /// calls [`Study::backtest`], which finds the parts in `out` (a folder that all hosts see).
    ///
    /// # Errors
    /// As [`Study::backtest`]; a worker that ended.
    pub fn backtest_share(
        &self,
        models: &[String],
        seeds: u32,
        protocol: &WalkForward,
        out: &Path,
        workers: &Workers,
        report: &(dyn Fn(&FoldReport) + Sync),
    ) -> Result<()> {
        let models = self.models(models, seeds)?;
        let models: Vec<&dyn Model> = models.iter().map(AsRef::as_ref).collect();
        let (samples, jobs) = self.jobs(&models, protocol)?;
        let parts = jobs.iter().flat_map(|job| match models[job.model].members().len() {
            0 | 1 => vec![(job, None)],
            count => (0..count).map(|member| (job, Some(member))).collect(),
        });
        let mine: Vec<_> = parts.skip(workers.place().rank).step_by(workers.place().world).collect();
        let done = AtomicUsize::new(0);
        run_jobs(&mine, |(Job { model, fold }, member)| {
            let (model, sample) = (models[*model], &samples[*model]);
            let protocol = &self.protocol_of(model, protocol);
            let place = self.place(out, model, protocol, fold)?;
            let place = place.as_ref();
            let resumed = match member {
                Some(_) if place.is_some_and(|place| place.read().is_some()) => true,
                Some(member) => member_forecasts(place, model, *member, sample, protocol, fold)?.1,
                None => fold_forecasts(place, model, sample, protocol, fold)?.1,
            };
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            report(&FoldReport { model: model.name(), fold: *fold, resumed, done, total: mine.len() });
            Ok(())
        })?;
        workers.barrier()
    }

    fn models(&self, names: &[String], seeds: u32) -> Result<Vec<Box<dyn Model>>> {
        let fits = Fits::default();
        let made = names.iter().map(|name| {
            let mut model = self.model_of_seeds(name, seeds)?;
            model.share(&fits);
            Ok(model)
        });
        made.collect()
    }

    /// The models' samples, and every fold of each model that has origins.
    fn jobs(&self, models: &[&dyn Model], protocol: &WalkForward) -> Result<(Vec<Sample>, Vec<Job>)> {
        let (mut samples, mut jobs) = (Vec::new(), Vec::new());
        for (position, model) in models.iter().enumerate() {
            if let Some(twin) = models[..position].iter().find(|other| other.name() == model.name()) {
                return Err(Error::parameter("models", twin.name(), "models of different names"));
            }
            let sample = self.sample_for(*model)?;
            let folds = self.protocol_of(*model, protocol).folds()?;
            let open = folds.iter().filter(|fold| !fold.testing(&sample).is_empty());
            jobs.extend(open.map(|fold| Job { model: position, fold: *fold }));
            samples.push(sample);
        }
        Ok((samples, jobs))
    }

    /// The protocol as this model is walked: one that is costly to fit is refitted less often.
    fn protocol_of(&self, model: &dyn Model, protocol: &WalkForward) -> WalkForward {
        let longest = if model.is_costly() { self.config().backtest.refit_networks.0 } else { 0 };
        WalkForward { refit_hours: protocol.refit_hours.max(longest), ..protocol.clone() }
    }

    /// Where a fold of this model is kept; `None` when the model does not say what it is.
    fn place(
        &self,
        out: &Path,
        model: &dyn Model,
        protocol: &WalkForward,
        fold: &Fold,
    ) -> Result<Option<Place>> {
        let Some(identity) = self.identity(model, protocol)? else { return Ok(None) };
        let name = format!("{}-{:03}-{}.parquet", model.name(), fold.index, identity.short());
        Ok(Some(Place { path: out.join("folds").join(name), identity }))
    }
}

/// A file of kept forecasts, and what they must be made of to be used again.
struct Place {
    path: PathBuf,
    identity: Identity,
}

impl Place {
    fn read(&self) -> Option<Forecasts> {
        read_kept(&self.path, &self.identity)
    }

    fn member(&self, member: usize) -> Self {
        let path = self.path.with_extension(format!("member-{member}.parquet"));
        Self { path, identity: self.identity.clone() }
    }
}

/// What is kept at a place, or made now and kept; and whether it was there.
fn kept_or_made(
    place: Option<&Place>,
    make: impl FnOnce() -> Result<Forecasts>,
) -> Result<(Forecasts, bool)> {
    let (series, resumed) = match place.and_then(Place::read) {
        Some(series) => (series, true),
        None => (make()?, false),
    };
    no_number(series.model(), series.origins(), series.predicted())?;
    if let (Some(place), false) = (place, resumed) {
        write_kept(&place.path, &series, &place.identity)?;
    }
    Ok((series, resumed))
}

/// Refuses forecasts among which one is no number.
pub(super) fn no_number(model: &str, origins: &[Timestamp], predicted: &[f64]) -> Result<()> {
    let mut broken = origins.iter().zip(predicted).filter(|(_, value)| !value.is_finite());
    let Some((origin, value)) = broken.next() else { return Ok(()) };
    let expected = format!(
        "a number at every origin, but {} of {} are none, the first at {origin}: look at what the model reads there \
         (`level_history` has NaN where the index has a gap, and before its first hour is known)",
        broken.count() + 1,
        predicted.len()
    );
    Err(Error::parameter(format!("forecast of `{model}`"), value, expected))
}

fn fold_forecasts(
    place: Option<&Place>,
    model: &dyn Model,
    sample: &Sample,
    protocol: &WalkForward,
    fold: &Fold,
) -> Result<(Forecasts, bool)> {
    let members = model.members();
    if members.len() < 2 {
        return kept_or_made(place, || protocol.run_fold(model, sample, fold));
    }
    let outcome = kept_or_made(place, || {
        let pieces: Vec<Forecasts> = (0..members.len())
            .map(|member| Ok(member_forecasts(place, model, member, sample, protocol, fold)?.0))
            .collect::<Result<_>>()?;
        Forecasts::average(&model.name(), &pieces)
    })?;
    for place in place.iter().flat_map(|place| (0..members.len()).map(|member| place.member(member))) {
        // Its forecasts are in the mean now.
        remove_kept(&place.path);
    }
    Ok(outcome)
}

fn member_forecasts(
    place: Option<&Place>,
    model: &dyn Model,
    member: usize,
    sample: &Sample,
    protocol: &WalkForward,
    fold: &Fold,
) -> Result<(Forecasts, bool)> {
    let place = place.map(|place| place.member(member));
    kept_or_made(place.as_ref(), || protocol.run_fold(model.members()[member].as_ref(), sample, fold))
}

//! The walk-forward stage: resumable fold by fold, folds in parallel, shared by processes.

use super::Study;
use super::job_queue::run_jobs;
use crate::artifacts::sha256;
use crate::error::{Error, Result};
use crate::evaluation::{Fold, Forecasts, WalkForward, read_forecasts, write_forecasts};
use crate::models::Model;
use crate::models::lstm::Workers;
use crate::sample::Sample;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

type Prepared = (Box<dyn Model>, Sample);

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
    /// Each fold's forecasts are kept under `<out>/folds/`; a file's name holds the hash of configuration,
    /// data, protocol and model, so a resumed run never mixes two experiments. Folds run in parallel; each is
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
        let (models, jobs) = self.jobs(models, seeds, protocol)?;
        let done = AtomicUsize::new(0);
        let pieces = run_jobs(&jobs, |Job { model, fold }| {
            let (model, sample) = &models[*model];
            let path = self.fold_path(out, model.as_ref(), seeds, protocol, fold)?;
            let (piece, resumed) = fold_forecasts(&path, model.as_ref(), sample, protocol, fold)?;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            report(&FoldReport { model: model.name(), fold: *fold, resumed, done, total: jobs.len() });
            Ok(piece)
        })?;
        (0..models.len())
            .map(|wanted| {
                let mine = jobs.iter().zip(&pieces).filter(|(job, _)| job.model == wanted);
                Forecasts::new(mine.flat_map(|(_, piece)| piece.records().to_vec()).collect())
            })
            .collect()
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
        let (models, jobs) = self.jobs(models, seeds, protocol)?;
        let parts = jobs.iter().flat_map(|job| match models[job.model].0.members().len() {
            0 | 1 => vec![(job, None)],
            count => (0..count).map(|member| (job, Some(member))).collect(),
        });
        let mine: Vec<_> = parts.skip(workers.place().rank).step_by(workers.place().world).collect();
        let done = AtomicUsize::new(0);
        run_jobs(&mine, |(Job { model, fold }, member)| {
            let (model, sample) = &models[*model];
            let path = self.fold_path(out, model.as_ref(), seeds, protocol, fold)?;
            let resumed = match member {
                Some(_) if kept(&path).is_some() => true,
                Some(member) => member_forecasts(&path, model.as_ref(), *member, sample, protocol, fold)?.1,
                None => fold_forecasts(&path, model.as_ref(), sample, protocol, fold)?.1,
            };
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            report(&FoldReport { model: model.name(), fold: *fold, resumed, done, total: mine.len() });
            Ok(())
        })?;
        workers.barrier()
    }

    /// The models with their samples, and every fold of each that has origins.
    fn jobs(
        &self,
        models: &[String],
        seeds: u32,
        protocol: &WalkForward,
    ) -> Result<(Vec<Prepared>, Vec<Job>)> {
        let folds = protocol.folds()?;
        let (mut prepared, mut jobs) = (Vec::new(), Vec::new());
        for (position, name) in models.iter().enumerate() {
            let model = self.model(name, seeds)?;
            let sample = self.sample_for(model.as_ref())?;
            let open = folds.iter().filter(|fold| !fold.testing(&sample).is_empty());
            jobs.extend(open.map(|fold| Job { model: position, fold: *fold }));
            prepared.push((model, sample));
        }
        Ok((prepared, jobs))
    }

    fn fold_path(
        &self,
        out: &Path,
        model: &dyn Model,
        seeds: u32,
        protocol: &WalkForward,
        fold: &Fold,
    ) -> Result<PathBuf> {
        let identity = serde_json::to_string(&(
            self.config.hash()?,
            &self.dataset.manifest.panel_sha256,
            protocol,
            seeds,
            env!("CARGO_PKG_VERSION"),
        ))
        .map_err(Error::internal("naming a fold"))?;
        let short = &sha256(identity.as_bytes())[..12];
        Ok(out.join("folds").join(format!("{}-{:03}-{short}.parquet", model.name(), fold.index)))
    }
}

/// The forecasts that an earlier run left in a file. One that cannot be read is from an interrupted disk: its part
/// is simply done again.
fn kept(path: &Path) -> Option<Forecasts> {
    let mut series = read_forecasts(path).ok()?;
    if series.len() == 1 { series.pop() } else { None }
}

fn fold_forecasts(
    path: &Path,
    model: &dyn Model,
    sample: &Sample,
    protocol: &WalkForward,
    fold: &Fold,
) -> Result<(Forecasts, bool)> {
    if let Some(series) = kept(path) {
        return Ok((series, true));
    }
    let count = model.members().len();
    let series = if count > 1 {
        let pieces: Vec<Forecasts> = (0..count)
            .map(|member| Ok(member_forecasts(path, model, member, sample, protocol, fold)?.0))
            .collect::<Result<_>>()?;
        Forecasts::average(&model.name(), &pieces)?
    } else {
        protocol.run_fold(model, sample, fold)?
    };
    write_forecasts(path, std::slice::from_ref(&series))?;
    for member in 0..count {
        // Its forecasts are in the mean now; one that stays does no harm.
        let _ = std::fs::remove_file(member_path(path, member));
    }
    Ok((series, false))
}

fn member_path(fold: &Path, member: usize) -> PathBuf {
    fold.with_extension(format!("member-{member}.parquet"))
}

fn member_forecasts(
    fold_path: &Path,
    model: &dyn Model,
    member: usize,
    sample: &Sample,
    protocol: &WalkForward,
    fold: &Fold,
) -> Result<(Forecasts, bool)> {
    let path = member_path(fold_path, member);
    if let Some(series) = kept(&path) {
        return Ok((series, true));
    }
    let series = protocol.run_fold(model.members()[member].as_ref(), sample, fold)?;
    write_forecasts(&path, std::slice::from_ref(&series))?;
    Ok((series, false))
}

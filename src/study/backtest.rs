//! The walk-forward stage: resumable fold by fold, folds in parallel, shared by processes.

use super::Study;
use crate::artifacts::sha256;
use crate::error::{Error, Result};
use crate::evaluation::{Fold, Forecasts, WalkForward, read_forecasts, write_forecasts};
use crate::models::Model;
use crate::models::lstm::Workers;
use crate::sample::Sample;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
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
        let all: Vec<&Job> = jobs.iter().collect();
        let pieces = self.work(&models, &all, (seeds, protocol), out, report)?;
        (0..models.len())
            .map(|wanted| {
                let mine = jobs.iter().zip(&pieces).filter(|(job, _)| job.model == wanted);
                Forecasts::new(mine.flat_map(|(_, piece)| piece.records().to_vec()).collect())
            })
            .collect()
    }

    /// One worker's part of [`Study::backtest`]: every `world`-th fold, counted through all models; returns when
    /// every worker has done its part. Rank 0 then calls [`Study::backtest`], which finds the folds in `out`
    /// (a folder that all hosts see).
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
        let mine: Vec<&Job> = jobs.iter().skip(workers.place().rank).step_by(workers.place().world).collect();
        self.work(&models, &mine, (seeds, protocol), out, report)?;
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

    fn work(
        &self,
        models: &[Prepared],
        jobs: &[&Job],
        (seeds, protocol): (u32, &WalkForward),
        out: &Path,
        report: &(dyn Fn(&FoldReport) + Sync),
    ) -> Result<Vec<Forecasts>> {
        let done = AtomicUsize::new(0);
        jobs.par_iter()
            .map(|Job { model, fold }| {
                let (model, sample) = &models[*model];
                let path = self.fold_path(out, model.as_ref(), seeds, protocol, fold)?;
                let (piece, resumed) = fold_forecasts(&path, model.as_ref(), sample, protocol, fold)?;
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                report(&FoldReport { model: model.name(), fold: *fold, resumed, done, total: jobs.len() });
                Ok(piece)
            })
            .collect()
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

fn fold_forecasts(
    path: &Path,
    model: &dyn Model,
    sample: &Sample,
    protocol: &WalkForward,
    fold: &Fold,
) -> Result<(Forecasts, bool)> {
    // A file that cannot be read is from an interrupted disk: the fold is simply done again.
    if let Ok(mut series) = read_forecasts(path)
        && series.len() == 1
        && let Some(series) = series.pop()
    {
        return Ok((series, true));
    }
    let series = protocol.run_fold(model, sample, fold)?;
    write_forecasts(path, std::slice::from_ref(&series))?;
    Ok((series, false))
}

//! The walk-forward stage: resumable fold by fold, folds in parallel.

use super::Study;
use crate::artifacts::sha256;
use crate::error::{Error, Result};
use crate::evaluation::{Fold, Forecasts, WalkForward, read_forecasts, write_forecasts};
use crate::models::Model;
use crate::sample::Sample;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::path::{Path, PathBuf};

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
        let folds = protocol.folds()?;
        let mut jobs = Vec::new();
        let mut prepared = Vec::new();
        for name in models {
            let model = self.model(name, seeds)?;
            let sample = self.sample_for(model.as_ref())?;
            prepared.push((model, sample));
        }
        for (position, (_, sample)) in prepared.iter().enumerate() {
            let open = folds.iter().filter(|fold| !fold.testing(sample).is_empty());
            jobs.extend(open.map(|fold| (position, *fold)));
        }
        let done = std::sync::atomic::AtomicUsize::new(0);
        let pieces: Vec<Forecasts> = jobs
            .par_iter()
            .map(|(position, fold)| {
                let (model, sample) = &prepared[*position];
                let path = self.fold_path(out, model.as_ref(), seeds, protocol, fold)?;
                let (piece, resumed) = fold_forecasts(&path, model.as_ref(), sample, protocol, fold)?;
                let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                report(&FoldReport { model: model.name(), fold: *fold, resumed, done, total: jobs.len() });
                Ok(piece)
            })
            .collect::<Result<_>>()?;
        (0..prepared.len())
            .map(|wanted| {
                let mine = jobs.iter().zip(&pieces).filter(|((position, _), _)| *position == wanted);
                Forecasts::new(mine.flat_map(|(_, piece)| piece.records().to_vec()).collect())
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

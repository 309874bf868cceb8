//! A backtest shared by processes: started here, or by torchrun.

use crate::error::Result;
use crate::evaluation::WalkForward;
use crate::models::lstm::{Place, Workers};
use crate::study::{FoldReport, Study};
use crate::time::Horizon;
use crate::training::{follow_parent, spawn_this};
use std::path::Path;
use tch::Device;

/// What is left for this process to do.
pub(super) enum Role {
    /// Everything.
    Alone,
    /// Its part, as one of several processes.
    Shared(Workers),
    /// Nothing: it started the workers, and they are done.
    Finished,
}

/// Starts `count` workers and waits for them, or takes this process's place among them.
pub(super) fn meet(count: usize, study: &Study, models: &[String], seeds: u32) -> Result<Role> {
    if let Some(place) = Place::from_environment()? {
        follow_parent();
        return Workers::meet(place, Device::Cpu).map(Role::Shared);
    }
    if count == 1 {
        return Ok(Role::Alone);
    }
    // A wrong name is said once, by this process.
    for name in models {
        study.model_of_seeds(name, seeds)?;
    }
    spawn_this(count).map(|()| Role::Finished)
}

/// Does this worker's part of the folds, at every horizon asked for, and says so fold by fold from rank 0: a
/// worker's error stream is a pipe, which shows no bar.
pub(super) fn work(
    study: &Study,
    (models, seeds): (&[String], u32),
    protocol: &WalkForward,
    horizons: &[u32],
    out: &Path,
    workers: &Workers,
) -> Result<()> {
    let rank = workers.place().rank;
    let tell = |report: &FoldReport| {
        if rank == 0 {
            let FoldReport { model, fold, resumed, done, total } = report;
            let how = if *resumed { "kept" } else { "done" };
            eprintln!("worker 0: {done}/{total} {model} from {} {how}", fold.start);
        }
    };
    if horizons.is_empty() {
        return study.backtest_share(models, seeds, protocol, out, workers, &tell);
    }
    horizons.iter().try_for_each(|&hours| {
        let protocol = WalkForward { embargo_hours: hours, ..protocol.clone() };
        let study = study.at_horizon(Horizon::hours(hours));
        study.backtest_share(models, seeds, &protocol, out, workers, &tell)
    })
}

//! Long jobs on a few threads.

use crate::error::Result;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `work` on every job, on as many threads as rayon uses; results in the order of the jobs.
///
/// Not rayon's own: a job that waits for another pool (polars writes parquet on one) would take up the next job
/// meanwhile and hold its own result back until that is done.
///
/// # Errors
/// The first error of a job; jobs not begun by then are left.
pub fn run_jobs<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let take = || -> Result<Vec<(usize, R)>> {
        let mut mine = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { return Ok(mine) };
            let done = work(job).inspect_err(|_| next.store(jobs.len(), Ordering::Relaxed))?;
            mine.push((index, done));
        }
    };
    let threads = rayon::current_num_threads().clamp(1, jobs.len().max(1));
    let mut all = std::thread::scope(|scope| -> Result<Vec<(usize, R)>> {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(take)).collect();
        let mut all = Vec::with_capacity(jobs.len());
        for thread in running {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })?;
    all.sort_unstable_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, done)| done).collect())
}

//! All observers of one run behind one, and the state saved in time.

use super::console::Progress;
use super::files::Files;
use super::interrupt;
use super::log::Log;
use super::tensorboard::EventFile;
use crate::error::Result;
use crate::models::lstm::{Control, EpochRecord, Observer, StepRecord, Trainer};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Progress, logs, event file and saved states.
pub(super) struct Watchers {
    pub(super) progress: Progress,
    pub(super) log: Log,
    events: EventFile,
    state: PathBuf,
    every: Duration,
    saved: Instant,
}

impl Watchers {
    pub(super) fn new(files: &Files, progress: Progress) -> Result<Self> {
        Ok(Self {
            progress,
            log: Log::open(files)?,
            events: EventFile::create(&files.tensorboard())?,
            state: files.state(),
            every: Duration::try_from_secs_f64(files.save_every_seconds.max(0.0)).unwrap_or(Duration::MAX),
            saved: Instant::now(),
        })
    }

    fn save(&mut self, trainer: &Trainer) -> Result<()> {
        trainer.save_state(&self.state)?;
        self.saved = Instant::now();
        Ok(())
    }
}

impl Observer for Watchers {
    fn step(&mut self, trainer: &Trainer, record: &StepRecord) -> Result<Control> {
        self.progress.step(trainer, record)?;
        if interrupt::requested() {
            return Ok(Control::Stop);
        }
        // The last step of an epoch is saved by `epoch`, after its validation.
        if record.step < record.steps && self.saved.elapsed() >= self.every {
            self.save(trainer)?;
        }
        Ok(Control::Continue)
    }

    fn epoch(&mut self, trainer: &Trainer, record: &EpochRecord) -> Result<Control> {
        self.save(trainer)?;
        self.progress.epoch(trainer, record)?;
        self.log.epoch(trainer, record)?;
        self.events.epoch(trainer, record)
    }

    fn stop(&mut self, trainer: &Trainer) -> Result<()> {
        self.save(trainer)
    }

    fn note(&mut self, message: &str) -> Result<()> {
        self.progress.note(message)?;
        self.log.note(message)
    }
}

/// What a worker other than rank 0 does: it trains, and writes nothing.
pub(super) struct Follower;

impl Observer for Follower {
    fn step(&mut self, _: &Trainer, _: &StepRecord) -> Result<Control> {
        Ok(if interrupt::requested() { Control::Stop } else { Control::Continue })
    }
}

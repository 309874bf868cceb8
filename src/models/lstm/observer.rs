//! Who watches a training run and may ask it to stop.

use super::history::{EpochRecord, StepRecord};
use super::trainer::Trainer;
use crate::error::Result;

/// Whether training goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// End after this step, with the state as it is (with several workers: after the next one).
    Stop,
}

/// Watches training: progress bars, logs, checkpoints. `()` watches nothing.
pub trait Observer {
    /// After each optimiser step.
    ///
    /// # Errors
    /// Whatever the observer meets (a full disk); it ends training.
    fn step(&mut self, trainer: &Trainer, record: &StepRecord) -> Result<Control> {
        let _ = (trainer, record);
        Ok(Control::Continue)
    }

    /// After each epoch's validation.
    ///
    /// # Errors
    /// Whatever the observer meets (a full disk); it ends training.
    fn epoch(&mut self, trainer: &Trainer, record: &EpochRecord) -> Result<Control> {
        let _ = (trainer, record);
        Ok(Control::Continue)
    }

    /// Once, when training ends before its time because some observer said stop.
    ///
    /// # Errors
    /// Whatever the observer meets (a full disk).
    fn stop(&mut self, trainer: &Trainer) -> Result<()> {
        let _ = trainer;
        Ok(())
    }

    /// Something a reader should know: a learning rate halved, a divergence overcome.
    ///
    /// # Errors
    /// Whatever the observer meets; it ends training.
    fn note(&mut self, message: &str) -> Result<()> {
        let _ = message;
        Ok(())
    }
}

impl Observer for () {}

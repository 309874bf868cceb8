//! What training leaves to read: one record an epoch.

use serde::{Deserialize, Serialize};

/// One optimiser step, as it is watched.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Step within the epoch, from 1.
    pub step: usize,
    /// Steps an epoch.
    pub steps: usize,
    /// Loss of the batch, with jump weights.
    pub loss: f64,
    /// Norm of the gradient before clipping.
    pub gradient_norm: f64,
}

/// One pass over the training origins and the validation that followed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean training loss, with dropout and jump weights.
    pub train_loss: f64,
    /// Validation loss, without dropout, with jump weights.
    pub validation_loss: f64,
    /// Validation root mean squared error, index points.
    pub validation_rmse: f64,
    /// 1 - mean squared error / that of persistence, on the validation origins.
    pub validation_skill: f64,
    /// Learning rate of this epoch.
    pub lr: f64,
    /// Mean gradient norm before clipping.
    pub gradient_norm: f64,
    /// Whether the validation loss is the best so far.
    pub best: bool,
    /// Wall-clock seconds, validation included.
    pub seconds: f64,
}

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All epochs were run.
    Completed,
    /// No better validation loss for as many epochs as patience allows.
    EarlyStopped,
    /// The observer asked for it (Ctrl-C).
    Interrupted,
    /// The loss exploded; the last good weights were kept.
    Diverged,
}

/// The whole training run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// One record an epoch.
    pub epochs: Vec<EpochRecord>,
    /// The epoch whose weights were kept, from 1; 0 when no epoch was completed.
    pub best_epoch: usize,
    /// Why training ended.
    pub ending: Ending,
    /// Trainable scalars.
    pub parameters: usize,
    /// Wall-clock seconds of all epochs.
    pub seconds: f64,
}

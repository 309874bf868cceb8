//! When the learning rate falls and when training ends.

use serde::{Deserialize, Serialize};

/// Halves the learning rate when the validation loss stops falling: PyTorch's `ReduceLROnPlateau` with
/// factor 0.5, patience 5 and relative threshold 1e-4.
///
/// # Examples
/// ```
/// use dvol::models::lstm::Plateau;
/// let mut schedule = Plateau::new(1e-3);
/// let rates: Vec<f64> = (0..8).map(|_| schedule.observe(1.0)).collect();
/// assert_eq!((rates[5], rates[6]), (1e-3, 5e-4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    lr: f64,
    best: Option<f64>,
    waited: usize,
}

impl Plateau {
    const FACTOR: f64 = 0.5;
    const PATIENCE: usize = 5;
    const THRESHOLD: f64 = 1e-4;

    /// A schedule that starts at `lr`.
    pub const fn new(lr: f64) -> Self {
        Self { lr, best: None, waited: 0 }
    }

    /// The learning rate in force.
    pub const fn lr(&self) -> f64 {
        self.lr
    }

    /// Takes note of an epoch's validation loss and returns the learning rate for the next epoch.
    pub fn observe(&mut self, loss: f64) -> f64 {
        if self.best.is_none_or(|best| loss < best * (1.0 - Self::THRESHOLD)) {
            self.best = Some(loss);
            self.waited = 0;
        } else {
            self.waited += 1;
        }
        if self.waited > Self::PATIENCE {
            self.lr *= Self::FACTOR;
            self.waited = 0;
        }
        self.lr
    }

    /// Halves the learning rate at once.
    pub fn halve(&mut self) {
        self.lr *= 0.5;
        self.waited = 0;
    }
}

/// Ends training after `patience` epochs without a better validation loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping {
    patience: usize,
    best: Option<f64>,
    waited: usize,
}

/// What an epoch meant for early stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The best validation loss so far.
    Better,
    /// Not better, but patience is left.
    Waiting,
    /// Patience is used up.
    Exhausted,
}

impl EarlyStopping {
    /// Stops after `patience` epochs in a row without improvement.
    pub const fn new(patience: usize) -> Self {
        Self { patience, best: None, waited: 0 }
    }

    /// Whether patience is used up.
    pub const fn is_exhausted(&self) -> bool {
        self.waited >= self.patience
    }

    /// The same state with another patience.
    #[must_use]
    pub const fn with_patience(self, patience: usize) -> Self {
        Self { patience, ..self }
    }

    /// Judges an epoch's validation loss.
    pub fn observe(&mut self, loss: f64) -> Verdict {
        if self.best.is_none_or(|best| loss < best) {
            self.best = Some(loss);
            self.waited = 0;
            return Verdict::Better;
        }
        self.waited += 1;
        if self.is_exhausted() { Verdict::Exhausted } else { Verdict::Waiting }
    }
}

//! The learning rate of several devices.

use clap::ValueEnum;

/// What happens to the learning rate when several devices share a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LrScaling {
    /// Half, as the original's protocol.
    Half,
    /// As it is.
    None,
    /// Times the number of workers.
    Linear,
}

impl LrScaling {
    /// What the learning rate is multiplied by for `workers` workers.
    ///
    /// # Examples
    /// ```
    /// use dvol::training::LrScaling;
    /// assert_eq!([LrScaling::Half, LrScaling::None, LrScaling::Linear].map(|rule| rule.factor(4)), [0.5, 1.0, 4.0]);
    /// ```
    pub fn factor(self, workers: usize) -> f64 {
        match self {
            Self::Half => 0.5,
            Self::None => 1.0,
            Self::Linear => workers as f64,
        }
    }
}

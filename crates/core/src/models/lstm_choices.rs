//! Settings of networks that are one of a few words.

use serde::{Deserialize, Serialize};

/// What a diverging run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum OnDivergence {
    /// Keep the last good weights and end with an error.
    #[default]
    Stop,
    /// Go back to the last good weights and continue at half the learning rate.
    HalveLr,
}

/// The arithmetic of the LSTM layers in training. Weights, optimiser, loss and forecasts are always float32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Single precision: PyTorch's numbers.
    #[default]
    Float32,
    /// Eight significant bits, by libtorch's own LSTM: half the memory; on CPUs no faster than ours in single precision
    /// (docs/training.md), on GPUs and with AMX it may be.
    #[serde(alias = "bf16")]
    #[cfg_attr(feature = "clap", value(alias = "bf16"))]
    Bfloat16,
}

/// Which alignment and rescaling is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Statistics at the origin; target exactly origin + horizon; purged splits.
    #[default]
    Honest,
    /// The 2025 original's: forecasts rescaled with statistics of the window that ends at the TARGET hour.
    /// Up to one horizon of the future leaks in; results are stamped `leaky`.
    #[serde(rename = "original-2025")]
    #[cfg_attr(feature = "clap", value(name = "original-2025"))]
    Original2025,
}

/// What an error costs, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// Squared error.
    Mse,
    /// Quadratic near zero, linear beyond.
    Huber,
    /// Quasi-likelihood of variances.
    Qlike,
}

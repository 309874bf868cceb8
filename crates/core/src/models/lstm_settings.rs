//! The keys of a configuration file and the flags of the command line: one list for both.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

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

/// Values that replace a preset's; what is not given stays.
///
/// # Examples
/// ```
/// use dvol_core::models::Settings;
/// let file: Settings = toml::from_str("epochs = 7\nlr = 0.01")?;
/// let flags = Settings { lr: Some(0.5), ..Settings::default() };
/// let both = file.overridden_by(&flags);
/// assert_eq!((both.epochs, both.lr, both.batch_size), (Some(7), Some(0.5), None));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Most passes over the training hours
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epochs: Option<usize>,
    /// Origins a step
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<usize>,
    /// Learning rate
    #[cfg_attr(feature = "clap", arg(long, value_name = "X"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lr: Option<f64>,
    /// Hidden units a layer
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_size: Option<usize>,
    /// Stacked LSTM layers
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_layers: Option<usize>,
    /// Dropout between layers and in the head
    #[cfg_attr(feature = "clap", arg(long, value_name = "X"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropout: Option<f64>,
    /// Epochs without a better validation loss until training stops
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// Hours of features the network reads
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_length: Option<usize>,
    /// Hours of the rolling statistics
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_size: Option<usize>,
    /// Hours from origin to target
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast_horizon: Option<u32>,
    /// Weight of jump hours in the loss
    #[cfg_attr(feature = "clap", arg(long, value_name = "X"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_jump_periods: Option<f64>,
    /// L2 penalty, as in PyTorch's Adam
    #[cfg_attr(feature = "clap", arg(long, value_name = "X"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_decay: Option<f64>,
    /// Largest norm of a gradient
    #[cfg_attr(feature = "clap", arg(long, value_name = "X"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_norm: Option<f64>,
    /// What an error costs
    #[cfg_attr(feature = "clap", arg(long, value_enum))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<LossKind>,
    /// Where Huber's loss turns linear, in the target's units
    #[cfg_attr(feature = "clap", arg(long, value_name = "X"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huber_delta: Option<f64>,
    /// Quantile levels of the head, such as 0.05,0.5,0.95 (pinball loss)
    #[cfg_attr(feature = "clap", arg(long, value_name = "LEVELS", value_delimiter = ','))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Vec<f64>>,
    /// Layer normalisation before the head
    #[cfg_attr(feature = "clap", arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer_norm: Option<bool>,
    /// Seed of weights, shuffling and dropout
    #[cfg_attr(feature = "clap", arg(long, value_name = "N"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// auto, cpu, cuda:0 ...
    #[cfg_attr(feature = "clap", arg(long, value_name = "DEVICE"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Arithmetic of the LSTM layers in training
    #[cfg_attr(feature = "clap", arg(long, value_enum))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// What a diverging run does
    #[cfg_attr(feature = "clap", arg(long, value_enum))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_divergence: Option<OnDivergence>,
    /// Feature columns separated by commas; `seed` stands for the preset's, `extended` for all there are
    #[cfg_attr(feature = "clap", arg(long, value_name = "NAMES", value_delimiter = ','))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// honest, or the 2025 original's leaky rescaling (for the replication chapter)
    #[cfg_attr(feature = "clap", arg(long, value_enum))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
}

impl Settings {
    /// Reads a TOML or JSON file, told apart by its ending.
    ///
    /// # Errors
    /// A missing file, an unknown ending, an unknown key or a value of the wrong type, named.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => toml::from_str(&text).map_err(|error| Error::file(path, error.to_string())),
            Some("json") => serde_json::from_str(&text).map_err(|error| Error::file(path, error.to_string())),
            _ => Err(Error::file(path, "a configuration must end in .toml or .json")),
        }
    }

    /// These settings, with every one that `flags` gives in its place.
    #[must_use]
    pub fn overridden_by(&self, flags: &Self) -> Self {
        Self {
            epochs: flags.epochs.or(self.epochs),
            batch_size: flags.batch_size.or(self.batch_size),
            lr: flags.lr.or(self.lr),
            hidden_size: flags.hidden_size.or(self.hidden_size),
            num_layers: flags.num_layers.or(self.num_layers),
            dropout: flags.dropout.or(self.dropout),
            patience: flags.patience.or(self.patience),
            sequence_length: flags.sequence_length.or(self.sequence_length),
            window_size: flags.window_size.or(self.window_size),
            forecast_horizon: flags.forecast_horizon.or(self.forecast_horizon),
            weight_jump_periods: flags.weight_jump_periods.or(self.weight_jump_periods),
            weight_decay: flags.weight_decay.or(self.weight_decay),
            clip_norm: flags.clip_norm.or(self.clip_norm),
            loss: flags.loss.or(self.loss),
            huber_delta: flags.huber_delta.or(self.huber_delta),
            quantiles: flags.quantiles.clone().or_else(|| self.quantiles.clone()),
            layer_norm: flags.layer_norm.or(self.layer_norm),
            seed: flags.seed.or(self.seed),
            device: flags.device.clone().or_else(|| self.device.clone()),
            precision: flags.precision.or(self.precision),
            on_divergence: flags.on_divergence.or(self.on_divergence),
            protocol: flags.protocol.or(self.protocol),
            features: flags.features.clone().or_else(|| self.features.clone()),
        }
    }
}

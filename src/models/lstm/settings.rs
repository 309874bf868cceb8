//! The keys of a configuration file and the flags of the command line: one list for both.

use super::spec::{Loss, LstmSpec, OnDivergence, Precision, Protocol};
use crate::error::{Error, Result};
use crate::seed::Seed;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What an error costs, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
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
/// use dvol::models::lstm::{LstmSpec, Settings};
/// let file: Settings = toml::from_str("epochs = 7\nlr = 0.01")?;
/// let flags = Settings { lr: Some(0.5), ..Settings::default() };
/// let spec = LstmSpec::rolling().with(&file).with(&flags);
/// assert_eq!((spec.epochs, spec.lr, spec.batch_size), (7, 0.5, 32));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Most passes over the training hours
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epochs: Option<usize>,
    /// Origins a step
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<usize>,
    /// Learning rate
    #[arg(long, value_name = "X")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lr: Option<f64>,
    /// Hidden units a layer
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_size: Option<usize>,
    /// Stacked LSTM layers
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_layers: Option<usize>,
    /// Dropout between layers and in the head
    #[arg(long, value_name = "X")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropout: Option<f64>,
    /// Epochs without a better validation loss until training stops
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// Hours of features the network reads
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_length: Option<usize>,
    /// Hours of the rolling statistics
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_size: Option<usize>,
    /// Hours from origin to target
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast_horizon: Option<u32>,
    /// Weight of jump hours in the loss
    #[arg(long, value_name = "X")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_jump_periods: Option<f64>,
    /// L2 penalty, as in PyTorch's Adam
    #[arg(long, value_name = "X")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_decay: Option<f64>,
    /// Largest norm of a gradient
    #[arg(long, value_name = "X")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_norm: Option<f64>,
    /// What an error costs
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<LossKind>,
    /// Where Huber's loss turns linear, in the target's units
    #[arg(long, value_name = "X")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huber_delta: Option<f64>,
    /// Quantile levels of the head, such as 0.05,0.5,0.95 (pinball loss)
    #[arg(long, value_name = "LEVELS", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Vec<f64>>,
    /// Layer normalisation before the head
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer_norm: Option<bool>,
    /// Seed of weights, shuffling and dropout
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// auto, cpu, cuda:0 ...
    #[arg(long, value_name = "DEVICE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Arithmetic of the LSTM layers in training
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// What a diverging run does
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_divergence: Option<OnDivergence>,
    /// Feature columns separated by commas; `seed` stands for the preset's, `extended` for all there are
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// honest, or the 2025 original's leaky rescaling (for the replication chapter)
    #[arg(long, value_enum)]
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

    pub(super) fn apply(&self, spec: &mut LstmSpec) {
        fn put<T: Clone>(given: Option<&T>, place: &mut T) {
            if let Some(value) = given {
                place.clone_from(value);
            }
        }
        put(self.epochs.as_ref(), &mut spec.epochs);
        put(self.batch_size.as_ref(), &mut spec.batch_size);
        put(self.lr.as_ref(), &mut spec.lr);
        put(self.hidden_size.as_ref(), &mut spec.hidden_size);
        put(self.num_layers.as_ref(), &mut spec.num_layers);
        put(self.dropout.as_ref(), &mut spec.dropout);
        put(self.patience.as_ref(), &mut spec.patience);
        put(self.sequence_length.as_ref(), &mut spec.sequence_length);
        put(self.window_size.as_ref(), &mut spec.window_size);
        put(self.forecast_horizon.as_ref(), &mut spec.forecast_horizon);
        put(self.weight_jump_periods.as_ref(), &mut spec.weight_jump_periods);
        put(self.weight_decay.as_ref(), &mut spec.weight_decay);
        put(self.clip_norm.as_ref(), &mut spec.clip_norm);
        put(self.quantiles.as_ref(), &mut spec.quantiles);
        put(self.layer_norm.as_ref(), &mut spec.layer_norm);
        put(self.seed.map(Seed::new).as_ref(), &mut spec.seed);
        put(self.device.as_ref(), &mut spec.device);
        put(self.precision.as_ref(), &mut spec.precision);
        put(self.on_divergence.as_ref(), &mut spec.on_divergence);
        if self.features.as_deref().is_none_or(|names| names != ["seed"]) {
            put(self.features.as_ref(), &mut spec.features);
        }
        put(self.protocol.as_ref(), &mut spec.protocol);
        match (self.loss, self.huber_delta) {
            (Some(LossKind::Mse), _) => spec.loss = Loss::Mse,
            (Some(LossKind::Qlike), _) => spec.loss = Loss::Qlike,
            (Some(LossKind::Huber), delta) => spec.loss = Loss::Huber { delta: delta.unwrap_or(1.0) },
            (None, Some(delta)) if matches!(spec.loss, Loss::Huber { .. }) => {
                spec.loss = Loss::Huber { delta };
            }
            (None, _) => {}
        }
    }
}

//! The unfitted specification: every choice of a training run, with the four presets.

use super::architecture::Architecture;
use crate::error::{Error, Result};
use crate::features::BASE_FEATURES;
use crate::jumps::JUMP_FEATURES;
use crate::models::{OnDivergence, Precision, Preset, Protocol, Range, check_quantiles};
use crate::seed::Seed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the network learns to say about an origin `t` with horizon `h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// `(DVOL[t+h] - mean) / sd` with mean and standard deviation of the training fold's targets.
    Level,
    /// `(DVOL[t+h] - mean_t) / sd_t` with statistics of the window that ends AT the origin.
    RollingLevel,
    /// `(DVOL[t+h] - DVOL[t]) / scale`: zero is persistence.
    Difference,
    /// `ln(DVOL[t+h] / DVOL[t]) / scale`: zero is persistence.
    LogRatio,
}

/// How features are brought to a common scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// Mean and standard deviation of the training fold, kept inside the fitted model.
    TrainingFold,
    /// Each hour by the mean and standard deviation of the window that ends at that hour.
    Rolling,
}

/// What an error costs in training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Loss {
    /// Squared error in the target's units.
    Mse,
    /// Quadratic within `delta`, linear beyond (Huber 1964).
    Huber {
        /// Where the quadratic part ends, in the target's units.
        delta: f64,
    },
    /// `r - ln r - 1` with `r` = actual variance / forecast variance (Patton 2011).
    Qlike,
}

/// An unfitted LSTM and how it is trained.
///
/// | key | `jump_aware` | `rolling` | `differenced` | `anchored` |
/// | --- | --- | --- | --- | --- |
/// | features | 11 | 7 | 7 | 11 |
/// | target | `rolling_level` | `rolling_level` | `difference` | `log_ratio` |
/// | normalisation | rolling | rolling | training fold | training fold |
/// | hidden / layers / dropout | 128 / 2 / 0.3 | same | same | same |
/// | learning rate | 1e-3 | 1e-4 | 1e-3 | 1e-3 |
/// | batch | 32 | 32 | 64 | 64 |
/// | epochs / patience | 50 / 10 | 200 / 15 | 100 / 15 | 50 / 10 |
/// | window | 720 | 720 | - | - |
/// | jump weight | 2 | - | - | 1 |
///
/// What each number may be: [`RANGES`](crate::models::RANGES).
///
/// # Examples
/// ```
/// use dvol::models::lstm::LstmSpec;
/// let spec = LstmSpec::jump_aware();
/// assert_eq!(spec.architecture().parameter_count(), 212_609);
/// assert!(LstmSpec { epochs: 0, ..spec }.validate().is_err());
/// ```
///
/// # References
/// Kingma and Ba (2015), *Adam*; Pascanu, Mikolov and Bengio (2013) on gradient clipping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LstmSpec {
    /// The name in tables and files.
    pub name: String,
    /// Feature columns, in the network's input order.
    pub features: Vec<String>,
    /// What is learnt.
    pub target: Target,
    /// How features are scaled.
    pub normalisation: Normalisation,
    /// Alignment and rescaling.
    pub protocol: Protocol,
    /// Hidden units a layer.
    pub hidden_size: usize,
    /// Stacked LSTM layers.
    pub num_layers: usize,
    /// Dropout between layers and in the head, only in training.
    pub dropout: f64,
    /// Layer normalisation before the head.
    pub layer_norm: bool,
    /// Quantile levels of the head, ascending and with 0.5; empty for a mean head.
    pub quantiles: Vec<f64>,
    /// The cost of an error of the mean head; quantiles always use the pinball loss.
    pub loss: Loss,
    /// Adam's first learning rate.
    pub lr: f64,
    /// L2 added to the gradient, as PyTorch's Adam does.
    pub weight_decay: f64,
    /// Largest Euclidean norm of a gradient.
    pub clip_norm: f64,
    /// Origins a step.
    pub batch_size: usize,
    /// Most passes over the training origins.
    pub epochs: usize,
    /// Epochs without a better validation loss until training stops.
    pub patience: usize,
    /// Hours of features the network reads.
    pub sequence_length: usize,
    /// Hours of the rolling statistics.
    pub window_size: usize,
    /// Hours from origin to target.
    pub forecast_horizon: u32,
    /// Weight of origins at which `jump_indicator` is 1.
    pub weight_jump_periods: f64,
    /// Seed of weights, shuffling and dropout.
    pub seed: Seed,
    /// What a diverging run does.
    pub on_divergence: OnDivergence,
    /// The arithmetic of the LSTM layers in training.
    #[serde(default)]
    pub precision: Precision,
    /// Where it runs: `auto`, `cpu`, `cuda:0` ...
    pub device: String,
}

/// The names of the presets.
pub const PRESETS: [&str; 4] = Preset::names();

impl LstmSpec {
    /// The same, its device named by the kind that `auto` and numbers come to on this machine: a GPU and a CPU round
    /// differently, so that a result of one is never used again for the other.
    pub(in crate::models) fn where_it_runs(&self) -> Self {
        let device = match super::device::parse(&self.device) {
            Ok(tch::Device::Cpu) => "cpu".to_owned(),
            Ok(_) => "gpu".to_owned(),
            Err(_) => self.device.clone(),
        };
        Self { device, ..self.clone() }
    }

    /// Base and jump features, target and features normalised by the window ending at the origin, jump hours
    /// counted twice.
    pub fn jump_aware() -> Self {
        Self {
            name: "jump_aware".to_owned(),
            features: BASE_FEATURES.iter().chain(&JUMP_FEATURES).map(|&name| name.to_owned()).collect(),
            target: Target::RollingLevel,
            normalisation: Normalisation::Rolling,
            protocol: Protocol::Honest,
            hidden_size: 128,
            num_layers: 2,
            dropout: 0.3,
            layer_norm: false,
            quantiles: Vec::new(),
            loss: Loss::Mse,
            lr: 1e-3,
            weight_decay: 1e-5,
            clip_norm: 1.0,
            batch_size: 32,
            epochs: 50,
            patience: 10,
            sequence_length: 24,
            window_size: 720,
            forecast_horizon: 24,
            weight_jump_periods: 2.0,
            seed: Seed::default(),
            on_divergence: OnDivergence::Stop,
            precision: Precision::Float32,
            device: "auto".to_owned(),
        }
    }

    /// The base features with a target normalised by the window ending at the origin.
    pub fn rolling() -> Self {
        Self {
            name: "rolling".to_owned(),
            features: BASE_FEATURES.iter().map(|&name| name.to_owned()).collect(),
            lr: 1e-4,
            epochs: 200,
            patience: 15,
            weight_jump_periods: 1.0,
            ..Self::jump_aware()
        }
    }

    /// The base features with the change over the horizon as target, added to the anchor.
    pub fn differenced() -> Self {
        Self {
            name: "differenced".to_owned(),
            target: Target::Difference,
            normalisation: Normalisation::TrainingFold,
            lr: 1e-3,
            batch_size: 64,
            epochs: 100,
            ..Self::rolling()
        }
    }

    /// The change of log DVOL from the origin: a network that has learned nothing equals persistence.
    pub fn anchored() -> Self {
        Self {
            name: "anchored".to_owned(),
            target: Target::LogRatio,
            normalisation: Normalisation::TrainingFold,
            batch_size: 64,
            weight_jump_periods: 1.0,
            ..Self::jump_aware()
        }
    }

    /// A preset by its name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn preset(name: &str) -> Result<Self> {
        name.parse::<Preset>().map(Self::from)
    }

    /// The network's shape.
    pub fn architecture(&self) -> Architecture {
        Architecture {
            features: self.features.len(),
            hidden_size: self.hidden_size,
            num_layers: self.num_layers,
            layer_norm: self.layer_norm,
            outputs: self.quantiles.len().max(1),
        }
    }

    /// Whether forecasts use anything from after the origin (only the original's protocol does).
    pub fn is_leaky(&self) -> bool {
        self.protocol == Protocol::Original2025 && self.target == Target::RollingLevel
    }

    /// Checks every key's range.
    ///
    /// # Errors
    /// Names the first key out of range and its range.
    pub fn validate(&self) -> Result<()> {
        if let Value::Object(keys) =
            serde_json::to_value(self).map_err(Error::internal("checking a network"))?
        {
            Range::check_settings(&keys)?;
        }
        if let Loss::Huber { delta } = self.loss {
            Range::check_settings(&[("huber_delta".to_owned(), delta.into())].into_iter().collect())?;
        }
        check_quantiles(&self.quantiles)?;
        if self.features.is_empty() {
            return Err(Error::parameter("features", "[]", "at least one name"));
        }
        for (position, name) in self.features.iter().enumerate() {
            if self.features[..position].contains(name) {
                return Err(Error::parameter("features", name, "a list without repetitions"));
            }
        }
        super::device::parse(&self.device).map(|_| ())
    }
}

impl From<Preset> for LstmSpec {
    fn from(preset: Preset) -> Self {
        match preset {
            Preset::JumpAware => Self::jump_aware(),
            Preset::Rolling => Self::rolling(),
            Preset::Differenced => Self::differenced(),
            Preset::Anchored => Self::anchored(),
        }
    }
}

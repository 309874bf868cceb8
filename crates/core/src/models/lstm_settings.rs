//! The keys of a configuration file and the flags of the command line: one list for both.

use super::lstm_choices::{LossKind, OnDivergence, Precision, Protocol};
#[cfg(feature = "clap")]
use super::lstm_flags::{HOURS, REAL, WHOLE, with_range};
use crate::error::{Error, Result};
use crate::feature_table::feature_names;
use crate::range::Range;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::path::Path;

/// Values that replace a preset's; what is not given stays.
///
/// A key is declared here and in the specification of the network, and its range in [`RANGES`](super::RANGES); reading,
/// merging, checking, flags and help follow from that. What is read from a file is checked where it is read.
///
/// # Examples
/// ```
/// use dvol_core::models::Settings;
/// let file: Settings = toml::from_str("epochs = 7\nlr = 0.01")?;
/// let flags = Settings { lr: Some(0.5), ..Settings::default() };
/// let both = file.overridden_by(&flags)?;
/// assert_eq!((both.epochs, both.lr, both.batch_size), (Some(7), Some(0.5), None));
/// assert!(toml::from_str::<Settings>("epochs = 0").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::Args), command(mut_args(with_range)))]
// `remote`: what serde derives is wrapped below, so that every reading is checked.
#[serde(remote = "Self", deny_unknown_fields, default)]
pub struct Settings {
    /// Most passes over the training hours
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = WHOLE))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epochs: Option<usize>,
    /// Origins a step
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = WHOLE))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<usize>,
    /// Learning rate
    #[cfg_attr(feature = "clap", arg(long, value_name = "X", value_parser = REAL))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lr: Option<f64>,
    /// Hidden units a layer
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = WHOLE))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_size: Option<usize>,
    /// Stacked LSTM layers
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = WHOLE))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_layers: Option<usize>,
    /// Dropout between layers and in the head
    #[cfg_attr(feature = "clap", arg(long, value_name = "X", value_parser = REAL))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropout: Option<f64>,
    /// Epochs without a better validation loss until training stops
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = WHOLE))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// Hours of features the network reads
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = WHOLE))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_length: Option<usize>,
    /// Hours of the rolling statistics
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = WHOLE))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_size: Option<usize>,
    /// Hours from origin to target
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", value_parser = HOURS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast_horizon: Option<u32>,
    /// Weight of jump hours in the loss
    #[cfg_attr(feature = "clap", arg(long, value_name = "X", value_parser = REAL))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_jump_periods: Option<f64>,
    /// L2 penalty, as in PyTorch's Adam
    #[cfg_attr(feature = "clap", arg(long, value_name = "X", value_parser = REAL))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_decay: Option<f64>,
    /// Largest norm of a gradient
    #[cfg_attr(feature = "clap", arg(long, value_name = "X", value_parser = REAL))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_norm: Option<f64>,
    /// What an error costs
    #[cfg_attr(feature = "clap", arg(long, value_enum))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<LossKind>,
    /// Where Huber's loss turns linear, in the target's units
    #[cfg_attr(feature = "clap", arg(long, value_name = "X", value_parser = REAL))]
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
    /// A missing file, an unknown ending, an unknown key, a value of the wrong type or out of range: named.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => toml::from_str(&text).map_err(Error::toml(path, &text)),
            Some("json") => serde_json::from_str(&text).map_err(|error| Error::file(path, error.to_string())),
            _ => Err(Error::file(path, "a configuration must end in .toml or .json")),
        }
    }

    /// These settings, with every one that `flags` gives in its place.
    ///
    /// # Errors
    /// A value out of range on either side.
    pub fn overridden_by(&self, flags: &Self) -> Result<Self> {
        self.validate()?;
        flags.over(self, &[])
    }

    /// `base` with every given setting in place of its own, but for the keys in `except`.
    ///
    /// # Errors
    /// A value out of range, or a key that `base` has not.
    pub fn over<T: Serialize + DeserializeOwned>(&self, base: &T, except: &[&str]) -> Result<T> {
        let internal = || Error::internal("laying settings over others");
        self.validate()?;
        let mut changes = self.given()?;
        changes.retain(|key, _| !except.contains(&key.as_str()));
        let mut whole = serde_json::to_value(base).map_err(internal())?;
        if let Value::Object(keys) = &mut whole {
            keys.extend(changes);
        }
        serde_json::from_value(whole).map_err(internal())
    }

    /// Checks all numbers that are given.
    ///
    /// # Errors
    /// Names the first number out of range, or levels that are no quantiles of a head.
    pub fn validate(&self) -> Result<()> {
        Range::check_settings(&self.given()?)?;
        match &self.quantiles {
            Some(levels) => check_quantiles(levels),
            None => Ok(()),
        }
    }

    /// Checks that each feature is one of the table, or of a study's own.
    ///
    /// # Errors
    /// Names the first one that is not.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::Settings;
    /// let settings = Settings { features: Some(vec!["funding_z".to_owned()]), ..Settings::default() };
    /// assert!(settings.check_features(&["funding_z"]).is_ok() && settings.check_features(&[]).is_err());
    /// ```
    pub fn check_features(&self, own: &[&str]) -> Result<()> {
        match self.features.as_deref() {
            Some([alone]) if [Self::SEED_FEATURES, Self::EXTENDED_FEATURES].contains(&alone.as_str()) => {
                Ok(())
            }
            Some(names) => names.iter().try_for_each(|name| check_feature(name, own)),
            None => Ok(()),
        }
    }

    /// What stands in a study's panel beside the table of features: the level, and the variance it is compared with.
    pub(crate) const LEVELS: [&str; 2] = ["dvol", "realized_volatility"];
    /// The word that stands for the preset's own features.
    pub const SEED_FEATURES: &str = "seed";
    /// The word that stands for all features there are.
    pub const EXTENDED_FEATURES: &str = "extended";

    fn given(&self) -> Result<Map<String, Value>> {
        match serde_json::to_value(self).map_err(Error::internal("writing settings"))? {
            Value::Object(given) => Ok(given),
            other => Err(Error::internal("writing settings")(other)),
        }
    }
}

fn check_feature(name: &str, own: &[&str]) -> Result<()> {
    if Settings::LEVELS.contains(&name) || feature_names().any(|known| known == name) || own.contains(&name) {
        return Ok(());
    }
    let known: Vec<&str> = Settings::LEVELS.into_iter().chain(feature_names()).collect();
    let known = [known.join(", "), own.join(", ")];
    let known: Vec<&str> = known.iter().map(String::as_str).filter(|names| !names.is_empty()).collect();
    let (seed, extended) = (Settings::SEED_FEATURES, Settings::EXTENDED_FEATURES);
    let expected = format!("`{seed}` or `{extended}` alone, or among {}", known.join(", "));
    Err(Error::parameter("features", name, expected))
}

/// Checks the quantile levels of a head; none stand for a mean head.
///
/// # Errors
/// Levels that are not ascending, not between 0 and 1, or without the median.
pub fn check_quantiles(levels: &[f64]) -> Result<()> {
    let ordered = levels.windows(2).all(|pair| pair[0] < pair[1]);
    let inside = levels.iter().all(|level| *level > 0.0 && *level < 1.0);
    if ordered && inside && (levels.is_empty() || levels.contains(&0.5)) {
        return Ok(());
    }
    let expected = "ascending levels between 0 and 1 that include 0.5";
    Err(Error::parameter("quantiles", format!("{levels:?}"), expected))
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let settings = Self::deserialize(deserializer)?;
        settings.validate().map_err(D::Error::custom)?;
        Ok(settings)
    }
}

//! A fitted model as a file: weights under PyTorch's names, and everything needed to use them.

use super::device;
use super::fitted::{Calibration, FittedLstm};
use super::network::Network;
use super::scaling::Scaling;
use super::sealed::{self, Stored};
use super::spec::LstmSpec;
use crate::artifacts::{read_json, write_json};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

const KIND: &str = "dvol-lstm-1";

/// What a checkpoint says about itself, inside the file and as JSON beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The version of dvol that wrote it.
    pub code_version: String,
    /// The specification.
    pub spec: LstmSpec,
    /// The scalers, feature list included.
    pub scaling: Scaling,
    /// The intervals of a mean head.
    pub calibration: Vec<Calibration>,
    /// SHA-256 over the data it was trained on.
    pub data_sha256: String,
    /// Whether forecasts of this model use the future (the original's protocol).
    pub leaky: bool,
    /// Scores and whatever else the run recorded.
    pub metrics: serde_json::Value,
}

impl FittedLstm {
    /// Writes `path` (safetensors, PyTorch's names) and the same card as JSON beside it.
    ///
    /// In Python, with no code of ours: `safetensors.torch.load_file(path)` is a `state_dict`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(&self, path: &Path, data_sha256: &str, metrics: serde_json::Value) -> Result<Card> {
        let card = Card {
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            spec: self.spec().clone(),
            scaling: self.scaling().clone(),
            calibration: self.calibration().to_vec(),
            data_sha256: data_sha256.to_owned(),
            leaky: self.spec().is_leaky(),
            metrics,
        };
        let weights = self.weights()?;
        let mut offset = 0;
        let mut tensors = Vec::new();
        for parameter in self.spec().architecture().parameters() {
            let count = parameter.len();
            tensors.push(Stored {
                shape: parameter.shape.iter().map(|&size| size as usize).collect(),
                values: weights[offset..offset + count].to_vec(),
                name: parameter.name,
            });
            offset += count;
        }
        sealed::write(path, KIND, &card, &tensors)?;
        write_json(&path.with_extension("json"), &card)?;
        Ok(card)
    }

    /// Reads a checkpoint onto a device (`auto`, `cpu`, `cuda:N`), checking hashes, names, shapes and card.
    ///
    /// # Errors
    /// A truncated, tampered or foreign file, or a card beside it that says something else.
    pub fn load(path: &Path, device: &str) -> Result<(Self, Card)> {
        let (card, mut tensors): (Card, _) = sealed::read(path, KIND)?;
        let beside = path.with_extension("json");
        if beside.exists() && read_json::<serde_json::Value>(&beside)? != as_json(&card)? {
            return Err(Error::file(
                &beside,
                "differs from the card inside the checkpoint; delete it, or restore both",
            ));
        }
        card.spec.validate()?;
        if card.scaling.features != card.spec.features {
            return Err(Error::file(path, "its scaler and its specification name different features"));
        }
        let mut values = Vec::new();
        for parameter in card.spec.architecture().parameters() {
            let shape: Vec<usize> = parameter.shape.iter().map(|&size| size as usize).collect();
            values.extend(sealed::take(path, &mut tensors, &parameter.name, &shape)?);
        }
        if let Some(extra) = tensors.first() {
            return Err(Error::file(path, format!("tensor `{}` belongs to no layer", extra.name)));
        }
        let spec = LstmSpec { device: device.to_owned(), ..card.spec.clone() };
        let network =
            Network::from_values(spec.architecture(), spec.dropout, &values, device::parse(device)?)?;
        let fitted = Self::from_parts(spec, card.scaling.clone(), card.calibration.clone(), network);
        Ok((fitted, card))
    }
}

fn as_json(card: &Card) -> Result<serde_json::Value> {
    let text = serde_json::to_string(card).map_err(Error::internal("reading a checkpoint"))?;
    serde_json::from_str(&text).map_err(Error::internal("reading a checkpoint"))
}

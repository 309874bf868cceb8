//! A fitted model as a file: weights under PyTorch's names, and everything needed to use them.

use super::device;
use super::fitted::{Calibration, FittedLstm};
use super::network::Network;
use super::scaling::Scaling;
use super::sealed::{self, Stored};
use super::spec::LstmSpec;
use crate::artifacts::{Describes, Pair};
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
    /// Writes `path` (safetensors, PyTorch's names) and the same card as JSON beside it, both or neither.
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
        beside(path).replace(&sealed::bytes(KIND, &card, &tensors)?, &Beside(as_json(&card)?))?;
        Ok(card)
    }

    /// Reads a checkpoint onto a device (`auto`, `cpu`, `cuda:N`), checking hashes, names, shapes and card.
    ///
    /// # Errors
    /// A truncated, tampered or foreign file, or a card beside it that says something else.
    pub fn load(path: &Path, device: &str) -> Result<(Self, Card)> {
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        let (card, mut tensors): (Card, _) = sealed::opened(path, &bytes, KIND)?;
        let description = path.with_extension("json");
        if description.exists() && beside(path).description::<Beside>(&bytes)?.is_none() {
            return Err(Error::file(
                &description,
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

/// The card as it stands beside the checkpoint.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Beside(serde_json::Value);

impl Describes for Beside {
    fn describes(&self, body: &[u8]) -> bool {
        let inside: Result<(Card, _)> = sealed::opened(Path::new("checkpoint"), body, KIND);
        inside.and_then(|(card, _)| as_json(&card)).is_ok_and(|card| card == self.0)
    }
}

fn beside(path: &Path) -> Pair<'static> {
    Pair::new(path, path.with_extension("json"))
}

fn as_json(card: &Card) -> Result<serde_json::Value> {
    let text = serde_json::to_string(card).map_err(Error::internal("reading a checkpoint"))?;
    serde_json::from_str(&text).map_err(Error::internal("reading a checkpoint"))
}

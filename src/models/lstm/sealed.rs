//! Safetensors files that carry their own description and notice any change.

use crate::artifacts::{sha256, write_atomic};
use crate::error::{Error, Result};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::HashMap;
use std::path::Path;

/// A named tensor in single precision on the host.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

// The one metadata key: a map of several would be written in random order.
const KEY: &str = "dvol";

#[derive(Serialize, Deserialize)]
struct Seal {
    kind: String,
    sha256: String,
    card: String,
}

/// Writes tensors and their card as one file, whole or not at all.
pub(super) fn write(path: &Path, kind: &str, card: &impl Serialize, tensors: &[Stored]) -> Result<()> {
    write_atomic(path, &bytes(kind, card, tensors)?)
}

/// What [`write`] puts into a file.
pub(super) fn bytes(kind: &str, card: &impl Serialize, tensors: &[Stored]) -> Result<Vec<u8>> {
    let card = serde_json::to_string(card).map_err(Error::internal("writing a checkpoint"))?;
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|tensor| tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let seal = Seal {
        kind: kind.to_owned(),
        sha256: digest(&card, tensors.iter().zip(&bytes).map(|(t, b)| (&*t.name, &**b))),
        card,
    };
    let text = serde_json::to_string(&seal).map_err(Error::internal("writing a checkpoint"))?;
    let views = tensors
        .iter()
        .zip(&bytes)
        .map(|(tensor, bytes)| Ok((&*tensor.name, TensorView::new(Dtype::F32, tensor.shape.clone(), bytes)?)))
        .collect::<std::result::Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(Error::internal("writing a checkpoint"))?;
    serialize(views, Some(HashMap::from([(KEY.to_owned(), text)])))
        .map_err(Error::internal("writing a checkpoint"))
}

/// Reads a file of [`write`] and checks every byte of it.
pub(super) fn read<T: DeserializeOwned>(path: &Path, kind: &str) -> Result<(T, Vec<Stored>)> {
    opened(path, &std::fs::read(path).map_err(Error::io(path))?, kind)
}

/// The same for the bytes of a file.
pub(super) fn opened<T: DeserializeOwned>(path: &Path, file: &[u8], kind: &str) -> Result<(T, Vec<Stored>)> {
    let broken = |problem: String| Error::file(path, problem);
    let tensors = SafeTensors::deserialize(file).map_err(|error| {
        broken(format!("not a whole safetensors file ({error}); it was cut short or is something else"))
    })?;
    let (_, header) = SafeTensors::read_metadata(file).map_err(|error| broken(error.to_string()))?;
    let seal: Seal = header
        .metadata()
        .as_ref()
        .and_then(|map| serde_json::from_str(map.get(KEY)?).ok())
        .ok_or_else(|| broken("a safetensors file that dvol did not write: it has no card".to_owned()))?;
    if seal.kind != kind {
        return Err(broken(format!("holds `{}`, but `{kind}` is needed", seal.kind)));
    }
    let mut stored = Vec::new();
    for (name, view) in tensors.tensors() {
        if view.dtype() != Dtype::F32 {
            return Err(broken(format!("tensor `{name}` is {:?}, not F32", view.dtype())));
        }
        let values =
            view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        stored.push((name, view, values));
    }
    let found = digest(&seal.card, stored.iter().map(|(name, view, _)| (&**name, view.data())));
    if found != seal.sha256 {
        return Err(broken(
            "its content is not what was written (SHA-256 differs); restore it from a copy or train again"
                .to_owned(),
        ));
    }
    let card = serde_json::from_str(&seal.card)
        .map_err(|error| broken(format!("its card is of another version of dvol: {error}")))?;
    let stored = stored
        .into_iter()
        .map(|(name, view, values)| Stored { name, shape: view.shape().to_vec(), values })
        .collect();
    Ok((card, stored))
}

// Over names in ascending order, so that it does not depend on safetensors' layout.
fn digest<'a>(card: &str, tensors: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut parts: Vec<(&str, String)> = tensors.map(|(name, bytes)| (name, sha256(bytes))).collect();
    parts.sort();
    let mut listing: Vec<String> = parts.iter().map(|(name, hash)| format!("{name} {hash}")).collect();
    listing.push(card.to_owned());
    sha256(listing.join("\n").as_bytes())
}

/// The tensor of a name, of a shape.
pub(super) fn take(path: &Path, tensors: &mut Vec<Stored>, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let position = tensors
        .iter()
        .position(|tensor| tensor.name == name)
        .ok_or_else(|| Error::file(path, format!("tensor `{name}` is missing")))?;
    let tensor = tensors.swap_remove(position);
    if tensor.shape != shape {
        let problem = format!("tensor `{name}` has shape {:?}, but {shape:?} is needed", tensor.shape);
        return Err(Error::file(path, problem));
    }
    Ok(tensor.values)
}

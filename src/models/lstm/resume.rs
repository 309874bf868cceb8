//! A training run as a file, so that a killed run goes on exactly where it was.
//!
//! Shuffling and dropout are functions of (seed, epoch, step), so position alone restores the random state.

use super::history::EpochRecord;
use super::network::host;
use super::schedule::{EarlyStopping, Plateau};
use super::sealed::{self, Stored};
use super::spec::LstmSpec;
use super::trainer::{Position, Trainer};
use crate::error::{Error, Result};
use crate::sample::Sample;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;
use tch::Tensor;

const KIND: &str = "dvol-training-1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    code_version: String,
    spec: LstmSpec,
    train_sha256: String,
    validation_sha256: String,
    position: Position,
    schedule: Plateau,
    stopping: EarlyStopping,
    adam_step: u64,
    best_epoch: usize,
    epochs: Vec<EpochRecord>,
}

impl Trainer {
    /// Writes weights, moments, schedule, early stopping, position and history as one file.
    ///
    /// # Errors
    /// When the disk refuses; the previous file then stays.
    pub fn save_state(&self, path: &Path) -> Result<()> {
        let state = State {
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            spec: self.spec.clone(),
            train_sha256: self.train_sha256.clone(),
            validation_sha256: self.validation_sha256.clone(),
            position: self.position,
            schedule: self.schedule,
            stopping: self.stopping,
            adam_step: self.optimiser.step,
            best_epoch: self.best_epoch,
            epochs: self.epochs.clone(),
        };
        let mut tensors = Vec::new();
        let parts = [
            ("weights", Some(self.network.flat())),
            ("first_moment", Some(&self.optimiser.first)),
            ("second_moment", Some(&self.optimiser.second)),
            ("last_good", Some(&self.last_good)),
            ("best", self.best.as_ref()),
        ];
        for (name, tensor) in parts {
            if let Some(tensor) = tensor {
                let values = host(tensor)?;
                tensors.push(Stored { name: name.to_owned(), shape: vec![values.len()], values });
            }
        }
        sealed::write(path, KIND, &state, &tensors)
    }

    /// A trainer that goes on where [`Self::save_state`] left off. More epochs, more patience and another
    /// device may be asked for; everything else must be what it was.
    ///
    /// # Errors
    /// A damaged file, another specification or other data, named.
    pub fn resume(spec: &LstmSpec, train: &Sample, validation: &Sample, path: &Path) -> Result<Self> {
        let (state, mut tensors): (State, _) = sealed::read(path, KIND)?;
        let mut trainer = Self::new(spec, train, validation)?;
        if let Some((key, then, now)) = difference(&state.spec, &trainer.spec)? {
            let problem =
                format!("was trained with {key} = {then}, now {now}; resume with the same settings");
            return Err(Error::file(path, problem));
        }
        if state.train_sha256 != trainer.train_sha256 || state.validation_sha256 != trainer.validation_sha256
        {
            let problem = "was trained on other data; resume on the same data, or start without --resume";
            return Err(Error::file(path, problem));
        }
        let count = [trainer.spec.architecture().parameter_count()];
        let mut tensor = |name: &str| -> Result<Tensor> {
            let values = sealed::take(path, &mut tensors, name, &count)?;
            Ok(Tensor::from_slice(&values).to_device(trainer.network.device()))
        };
        let (weights, first, second) =
            (tensor("weights")?, tensor("first_moment")?, tensor("second_moment")?);
        let last_good = tensor("last_good")?;
        let best = if state.best_epoch > 0 { Some(tensor("best")?) } else { None };
        trainer.network.assign(&weights);
        trainer.optimiser.first = first;
        trainer.optimiser.second = second;
        trainer.optimiser.step = state.adam_step;
        trainer.last_good = last_good;
        trainer.best = best;
        trainer.best_epoch = state.best_epoch;
        trainer.position = state.position;
        trainer.schedule = state.schedule;
        trainer.stopping = state.stopping.with_patience(trainer.spec.patience);
        trainer.epochs = state.epochs;
        Ok(trainer)
    }
}

/// The first setting in which two specifications differ, those left out that may change.
fn difference(then: &LstmSpec, now: &LstmSpec) -> Result<Option<(String, String, String)>> {
    let map =
        |spec: &LstmSpec| serde_json::to_value(spec).map_err(Error::internal("comparing specifications"));
    let (then, now) = (map(then)?, map(now)?);
    let free = ["epochs", "patience", "device"];
    Ok(then.as_object().and_then(|fields| {
        fields.iter().find(|(key, value)| !free.contains(&key.as_str()) && now.get(key) != Some(value)).map(
            |(key, value)| {
                (key.clone(), value.to_string(), now.get(key).map_or_else(String::new, ToString::to_string))
            },
        )
    }))
}

/// SHA-256 over everything a fit can read of a sample: names, hours, levels, origins, targets.
pub(super) fn fingerprint(sample: &Sample) -> String {
    let inputs = sample.inputs();
    let (hours, origins) = inputs.hourly();
    let mut hasher = Sha256::new();
    hasher.update(inputs.names().join("\n"));
    hasher.update(sample.horizon().get().to_le_bytes());
    let first = origins.first().map_or(0, |row| (row + 1).saturating_sub(inputs.window_length()));
    for row in hours.rows().into_iter().skip(first) {
        row.iter().for_each(|value| hasher.update(value.to_le_bytes()));
    }
    for (i, origin) in inputs.origins().enumerate() {
        hasher.update(origin.millis().to_le_bytes());
        hasher.update(inputs.level(i).to_le_bytes());
        hasher.update(sample.targets()[i].to_le_bytes());
    }
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

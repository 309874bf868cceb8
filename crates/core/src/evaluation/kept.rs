//! Forecasts kept for the next run: used again only when they are what their seal says and of the same identity.

use super::{Forecasts, read_forecasts, write_forecasts};
use crate::artifacts::{read_json, sha256_file, write_json};
use crate::error::Result;
use crate::identity::Identity;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What stands beside a file of forecasts, in a file of the same name that ends in `.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seal {
    #[serde(flatten)]
    identity: Identity,
    /// SHA-256 of the parquet file.
    sha256: String,
    model: String,
    rows: usize,
    first: Timestamp,
    last: Timestamp,
}

impl Seal {
    fn of(path: &Path, series: &Forecasts, identity: &Identity) -> Result<Self> {
        let origins = series.origins();
        Ok(Self {
            identity: identity.clone(),
            sha256: sha256_file(path)?,
            model: series.model().to_owned(),
            rows: origins.len(),
            first: origins[0],
            last: origins[origins.len() - 1],
        })
    }
}

/// Writes forecasts and their seal.
///
/// # Errors
/// When the disk refuses.
pub fn write_kept(path: &Path, series: &Forecasts, identity: &Identity) -> Result<()> {
    write_forecasts(path, std::slice::from_ref(series))?;
    write_json(&seal_of(path), &Seal::of(path, series, identity)?)
}

/// The forecasts of a file, when they are of this identity and the file is what was written: the same bytes, model,
/// rows and range. Anything else, a file that cannot be read included, is `None`: it is made again.
pub fn read_kept(path: &Path, identity: &Identity) -> Option<Forecasts> {
    let seal: Seal = read_json(&seal_of(path)).ok()?;
    if seal.identity != *identity {
        return None;
    }
    let mut series = read_forecasts(path).ok()?;
    let series = if series.len() == 1 { series.pop()? } else { return None };
    (Seal::of(path, &series, identity).ok()? == seal).then_some(series)
}

/// Removes kept forecasts; those that cannot be removed do no harm.
pub fn remove_kept(path: &Path) {
    for file in [seal_of(path), path.to_path_buf()] {
        let _ = std::fs::remove_file(file);
    }
}

fn seal_of(path: &Path) -> PathBuf {
    path.with_extension("json")
}

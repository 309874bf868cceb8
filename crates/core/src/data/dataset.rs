//! A panel with its manifest, on disk: `panel.parquet` and `manifest.json`, always both or neither.

use super::manifest::{Manifest, Provenance, Repair, Source};
use super::table::Table;
use crate::artifacts::{read_json, sha256, write_atomic, write_json};
use crate::error::{Error, Result};
use crate::panel::{Column, Panel};
use crate::time::HOUR_MS;
use polars::prelude::{ParquetCompression, ParquetWriter};
use std::fs;
use std::path::Path;

const PANEL: &str = "panel.parquet";
const MANIFEST: &str = "manifest.json";
// Written before the panel is replaced; see `Dataset::save`.
const NEXT: &str = "manifest.next.json";
const PREVIOUS: &str = "manifest.previous.json";

/// A panel and what it is made of.
///
/// # Examples
/// ```
/// use dvol_core::data::{Dataset, Simulation};
/// let folder = tempfile::tempdir()?;
/// let dataset = Dataset::simulated(&Simulation { hours: 240, ..Simulation::default() })?;
/// let saved = dataset.save(folder.path())?;
/// let loaded = dvol_core::data::load(folder.path())?;
/// assert_eq!(loaded.manifest(), saved.manifest());
/// assert_eq!(loaded.panel().len(), 240);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Dataset {
    panel: Panel,
    // Always the description of this very panel.
    manifest: Manifest,
}

impl Dataset {
    /// A panel with its description.
    pub fn new(panel: Panel, provenance: Provenance, sources: Vec<Source>, repairs: Vec<Repair>) -> Self {
        let manifest = Manifest::describe(&panel, provenance, sources, repairs);
        Self { panel, manifest }
    }

    /// The hourly table.
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// Sources, columns, repairs, hashes.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The hash of the panel's values and of when each is known: see [`Panel::fingerprint`].
    pub fn fingerprint(&self) -> &str {
        &self.manifest.fingerprint
    }

    /// Another panel from the same sources, described anew.
    #[must_use]
    pub fn with_panel(self, panel: Panel) -> Self {
        let Manifest { provenance, sources, repairs, .. } = self.manifest;
        Self::new(panel, provenance, sources, repairs)
    }

    /// The same panel, known to have come to be in another way.
    #[must_use]
    pub fn with_provenance(mut self, provenance: Provenance) -> Self {
        self.manifest.provenance = provenance;
        self
    }

    /// Writes `panel.parquet` and `manifest.json`; the manifest replaced becomes `manifest.previous.json`.
    ///
    /// Two files cannot be renamed in one step. So the new manifest is put beside the old one first; a
    /// reader that finds a panel the manifest does not know, but the waiting one does, finishes the job.
    /// A kill at any moment leaves the old data set or the new one.
    ///
    /// # Errors
    /// When the disk refuses; the old data set then stays usable.
    pub fn save(mut self, folder: &Path) -> Result<Self> {
        let bytes = parquet(&self.panel)?;
        self.manifest.panel_sha256 = sha256(&bytes);
        let manifest = folder.join(MANIFEST);
        let old = match load(folder) {
            Ok(old) if old.manifest.panel_sha256 != self.manifest.panel_sha256 => Some(old.manifest),
            _ => None,
        };
        write_json(&folder.join(NEXT), &self.manifest)?;
        write_atomic(&folder.join(PANEL), &bytes)?;
        if let Some(old) = old {
            write_json(&folder.join(PREVIOUS), &old)?;
        }
        fs::rename(folder.join(NEXT), &manifest).map_err(Error::io(&manifest))?;
        Ok(self)
    }
}

/// Reads a data set and checks it against its manifest.
///
/// # Errors
/// When a file is missing, the panel's hash is not the manifest's, or the hours are not complete.
pub fn load(folder: impl AsRef<Path>) -> Result<Dataset> {
    let folder = folder.as_ref();
    let path = folder.join(PANEL);
    let remedy = "run `dvol data import`, `dvol data fetch` or `dvol data simulate`";
    if !path.is_file() {
        return Err(Error::file(&path, format!("no data set here; {remedy}")));
    }
    let bytes = fs::read(&path).map_err(Error::io(&path))?;
    let hash = sha256(&bytes);
    let mut manifest = matching_manifest(folder, &hash)?.ok_or_else(|| {
        Error::file(
            &path,
            format!("its SHA-256 {hash} is not the one in {MANIFEST}: changed since; {remedy}"),
        )
    })?;
    let table = Table::from_bytes(&path, bytes)?;
    let times = table.times("timestamp")?;
    let start = manifest.first;
    let complete = |(row, time): (usize, &crate::time::Timestamp)| {
        time.millis() == start.millis() + row as i64 * HOUR_MS
    };
    if let Some(row) = times.iter().enumerate().position(|pair| !complete(pair)) {
        return Err(table.cell("timestamp", row, format!("not the next full hour; {remedy}")));
    }
    let mut panel = Panel::new(start, times.len())?;
    for record in &manifest.columns {
        let values = table.numbers(&record.name)?;
        panel = panel.with(Column::new(
            record.name.as_str(),
            values,
            record.frequency,
            record.known_after_hours,
        ))?;
    }
    manifest
        .check(&panel)
        .map_err(|detail| Error::file(folder.join(MANIFEST), format!("{detail}; {remedy}")))?;
    manifest.fingerprint = panel.fingerprint();
    Ok(Dataset { panel, manifest })
}

/// The manifest that the last one replaced, when there is one.
///
/// # Errors
/// When it exists but is not readable.
pub fn previous_manifest(folder: impl AsRef<Path>) -> Result<Option<Manifest>> {
    let path = folder.as_ref().join(PREVIOUS);
    if path.is_file() { read_json(&path).map(Some) } else { Ok(None) }
}

fn matching_manifest(folder: &Path, hash: &str) -> Result<Option<Manifest>> {
    for name in [MANIFEST, NEXT] {
        let path = folder.join(name);
        if path.is_file() {
            let manifest: Manifest = read_json(&path)?;
            if manifest.panel_sha256 == hash {
                return Ok(Some(manifest));
            }
        }
    }
    Ok(None)
}

fn parquet(panel: &Panel) -> Result<Vec<u8>> {
    let mut frame = panel.frame()?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        // one thread: the same bytes whatever the machine
        .set_parallel(false)
        .finish(&mut frame)
        .map_err(Error::internal("writing parquet"))?;
    Ok(bytes)
}

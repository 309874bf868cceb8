//! A panel with its manifest, on disk: `panel.parquet` and `manifest.json`, always both or neither.

use super::manifest::{Manifest, Provenance, Repair, Source};
use super::table::Table;
use crate::artifacts::{Describes, Disk, Hold, Pair, SystemDisk, read_json, sha256};
use crate::error::{Error, Result};
use crate::panel::{Column, Grid, Panel, Step};
use polars::prelude::{ParquetCompression, ParquetWriter};
use std::fs;
use std::path::Path;
use std::time::Duration;

const PANEL: &str = "panel.parquet";
const MANIFEST: &str = "manifest.json";
const PREVIOUS: &str = "manifest.previous.json";

/// How long a reader or a writer waits for another process that writes the same data set: a matter of a second.
const PATIENCE: Duration = Duration::from_secs(30);

impl Describes for Manifest {
    fn describes(&self, body: &[u8]) -> bool {
        self.panel_sha256 == sha256(body)
    }
}

fn pair(folder: &Path) -> Pair<'static> {
    Pair::new(folder.join(PANEL), folder.join(MANIFEST)).keeping_former(folder.join(PREVIOUS))
}

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

    /// The table.
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
    /// A kill at any moment leaves the old data set or the new one, however many came before it: see [`Pair`]. Another
    /// process that reads or writes the same data set is waited for.
    ///
    /// # Errors
    /// When the disk refuses; the old data set then stays usable. When another process keeps the folder.
    pub fn save(self, folder: &Path) -> Result<Self> {
        self.save_on(&SystemDisk, folder)
    }

    /// The same on another disk.
    ///
    /// # Errors
    /// As [`Self::save`].
    pub fn save_on(mut self, disk: &dyn Disk, folder: &Path) -> Result<Self> {
        let bytes = parquet(&self.panel)?;
        self.manifest.panel_sha256 = sha256(&bytes);
        let _alone = Hold::to_write(folder, PATIENCE)?;
        pair(folder).on(disk).replace(&bytes, &self.manifest)?;
        Ok(self)
    }

    /// Whether a folder holds a data set, or what an interrupted writer of one left.
    pub fn is_in(folder: &Path) -> bool {
        pair(folder).exists() || Hold::was_taken(folder)
    }
}

/// Reads a data set and checks it against its manifest.
///
/// # Errors
/// When a file is missing, the panel's hash is not the manifest's, or the rows are not complete.
pub fn load(folder: impl AsRef<Path>) -> Result<Dataset> {
    let folder = folder.as_ref();
    let path = folder.join(PANEL);
    let remedy = "run `dvol data import`, `dvol data fetch` or `dvol data simulate`";
    let _unchanged = Hold::to_read(folder, PATIENCE)?;
    if !path.is_file() {
        return Err(Error::file(&path, format!("no data set here; {remedy}")));
    }
    let bytes = fs::read(&path).map_err(Error::io(&path))?;
    let mut manifest: Manifest = pair(folder).description(&bytes)?.ok_or_else(|| {
        let problem = if folder.join(MANIFEST).is_file() {
            format!("its SHA-256 {} is not the one in {MANIFEST}: changed since; {remedy}", sha256(&bytes))
        } else {
            format!("no {MANIFEST} beside it, which says what it holds; {remedy}")
        };
        Error::file(&path, problem)
    })?;
    let table = Table::from_bytes(&path, bytes)?;
    let times = table.times("timestamp")?;
    let grid = match manifest.step {
        Step::Hour => Grid::hours(manifest.first, times.len())?,
        Step::Day | Step::TradingDay => Grid::days(times.iter().copied())?,
    };
    if let Some(row) = (0..times.len()).find(|&row| times[row] != grid.at(row)) {
        return Err(table.cell("timestamp", row, format!("not the next row of {grid}; {remedy}")));
    }
    let mut panel = Panel::on(grid);
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

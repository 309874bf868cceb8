//! The few things that are done to files in place, so that a test can break each of them.

use super::write_atomic;
use crate::error::{Error, Result};
use std::fs;
use std::path::Path;

/// Changes to a folder, each of which happens as a whole or not at all.
pub trait Disk {
    /// Puts bytes in the place of a file, or makes it.
    ///
    /// # Errors
    /// When the disk refuses; the old file then stays as it was.
    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<()>;

    /// Gives a file another name in its folder, in the place of a file that has it.
    ///
    /// # Errors
    /// When the disk refuses.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// When the disk refuses.
    fn remove(&self, path: &Path) -> Result<()>;
}

/// The system's own disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        write_atomic(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        fs::rename(from, to).map_err(Error::io(to))?;
        settle_names(to);
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<()> {
        fs::remove_file(path).map_err(Error::io(path))
    }
}

/// Lets a renamed file outlive a power cut. What a file system cannot do for a folder does no harm.
pub(super) fn settle_names(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
}

//! Jupyter's kernelspec.

use super::{NAME, build_folder};
use crate::artifacts::write_json;
use crate::error::{Error, Result};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// The kernelspec's folder below a prefix such as a virtual environment.
pub fn folder(prefix: &Path) -> PathBuf {
    prefix.join("share/jupyter/kernels").join(NAME)
}

/// Tells the Jupyter of `prefix` how to start the kernel; returns the folder written.
///
/// # Errors
/// When this `dvol` has no launcher beside it (it was copied out of its build), or the disk refuses.
pub fn install(prefix: &Path) -> Result<PathBuf> {
    let launcher = build_folder()?.join("dvol-kernel");
    if !launcher.exists() {
        return Err(Error::file(
            launcher,
            "is missing: run `make setup` in the checkout, whose `dvol` installs the kernel",
        ));
    }
    let folder = folder(prefix);
    let spec = json!({
        "argv": [launcher, "{connection_file}"],
        "display_name": "Rust (dvol)",
        "language": "rust",
        // evcxr understands an interrupt as a message, not as a signal.
        "interrupt_mode": "message",
    });
    write_json(&folder.join("kernel.json"), &spec)?;
    Ok(folder)
}

/// Removes the kernelspec below `prefix`; false when there was none.
///
/// # Errors
/// When the disk refuses.
pub fn uninstall(prefix: &Path) -> Result<bool> {
    let folder = folder(prefix);
    if !folder.exists() {
        return Ok(false);
    }
    fs::remove_dir_all(&folder).map_err(Error::io(&folder))?;
    Ok(true)
}

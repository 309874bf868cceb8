//! The notebook kernel: what Jupyter is told, whether all parts are there, and how values show in a cell.
//!
//! Cells run in `evcxr_jupyter`, started by the `dvol-kernel` program (`launcher/`), which hands rustc the
//! `libdvol.so` that `cargo build` made. Tests, command line and cells so share one build.

mod composed;
mod display;
mod doctor;
mod freshness;
mod place;
mod spec;
mod tables;

pub use display::Shown;
pub use doctor::{Finding, examine};
pub use spec::{install, uninstall};

use crate::error::{Error, Result};
use std::path::PathBuf;

/// The kernel's name in Jupyter.
pub const NAME: &str = "dvol";

/// The virtual environment that set-up makes, where the kernel is installed unless told otherwise.
pub fn default_prefix() -> PathBuf {
    place::root().join(".venv")
}

/// The folder of this build, which holds the launcher.
fn build_folder() -> Result<PathBuf> {
    let program = std::env::current_exe().map_err(Error::io("the running program"))?;
    Ok(program.parent().map(PathBuf::from).unwrap_or_default())
}

//! Where a running kernel keeps its things; handed from the launcher to its stand-ins by environment.

use super::place;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A running kernel's folder, which is also evcxr's working folder.
pub const FOLDER: &str = "DVOL_KERNEL_FOLDER";
/// The build's folder that holds `libdvol.so` and `deps`.
pub const BUILD: &str = "DVOL_KERNEL_BUILD";
/// The real cargo.
pub const CARGO: &str = "DVOL_KERNEL_CARGO";
/// The user's `CARGO_HOME`; empty when there was none.
pub const CARGO_HOME: &str = "DVOL_KERNEL_CARGO_HOME";

/// That toolchain's shared libraries: `libstd-*.so`.
pub fn rust_libraries() -> PathBuf {
    place::sysroot().join("lib/rustlib").join(env!("DVOL_TARGET")).join("lib")
}

/// A path the launcher left in the environment.
pub fn path_from(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| {
        format!("{variable} is not set: start the kernel from Jupyter (`dvol kernel doctor` checks it)")
    })
}

/// `first:rest` for variables that hold several paths.
pub fn before(first: &Path, variable: &str) -> OsString {
    let mut all = first.as_os_str().to_owned();
    if let Some(rest) = env::var_os(variable).filter(|rest| !rest.is_empty()) {
        all.push(":");
        all.push(rest);
    }
    all
}

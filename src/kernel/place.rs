//! Where this build came from: fixed when it is compiled, read by the library and by the launcher.

use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The libtorch it is linked to.
pub fn libtorch() -> PathBuf {
    PathBuf::from(env!("DVOL_LIBTORCH"))
}

/// The folder of the toolchain that compiled it.
pub fn sysroot() -> PathBuf {
    PathBuf::from(env!("DVOL_SYSROOT"))
}

/// That toolchain's release, e.g. `1.95.0`.
pub fn release() -> &'static str {
    env!("DVOL_RUST_RELEASE")
}

/// evcxr's kernel, which runs the cells.
pub fn evcxr() -> PathBuf {
    root().join(".evcxr/bin/evcxr_jupyter")
}

/// The signatures of the standard library from which types of variables are inferred.
pub fn standard_library() -> PathBuf {
    root().join(".signatures/std")
}

/// The signatures of the crates that `dvol` shows.
pub fn shown_crates() -> PathBuf {
    root().join(".signatures/crates")
}

//! Whether the built library is older than its sources.

use super::place;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The library a build made last: `cargo test` leaves it in `deps` alone.
pub fn library(build: &Path) -> PathBuf {
    let direct = build.join("deps/libdvol.so");
    if direct.exists() { direct } else { build.join("libdvol.so") }
}

/// A source of the library that changed after the build; the missing library itself counts.
pub fn newer_source(build: &Path) -> Option<PathBuf> {
    let library = library(build);
    let Some(built) = modified(&library) else { return Some(library) };
    let mut waiting: Vec<PathBuf> =
        ["src", "shim", "crates"].iter().map(|name| place::root().join(name)).collect();
    let mut files: Vec<PathBuf> =
        ["Cargo.toml", "Cargo.lock", "build.rs"].iter().map(|name| place::root().join(name)).collect();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.ends_with("kernel/launcher")
                || path.ends_with("src/main.rs")
                || path.ends_with("src/networks.rs")
            {
                continue;
            }
            if path.is_dir() { waiting.push(path) } else { files.push(path) }
        }
    }
    files.into_iter().find(|file| modified(file).is_some_and(|time| time > built))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

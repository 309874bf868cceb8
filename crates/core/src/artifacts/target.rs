//! Where a path leads that something is to be written to.

use crate::error::{Error, Result};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::fd::AsFd as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// The name that stands for standard output.
pub const STANDARD_OUTPUT: &str = "-";

/// Its other names: opened anew they would be a pipe, or a file whose beginning is written over.
const OWN_OUTPUT: [&str; 4] = [STANDARD_OUTPUT, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// What stands at the end of a path.
pub(super) enum Target {
    /// A file, or nothing yet: it can be replaced as a whole. The path has no link at its end.
    File(PathBuf),
    /// What takes bytes one after the other: standard output, or a device such as `/dev/null`, open for writing.
    Stream(File),
}

/// The target of a path, behind its links.
pub(super) fn target(path: &Path) -> Result<Target> {
    if OWN_OUTPUT.iter().any(|name| path == Path::new(name)) {
        let own = std::io::stdout().as_fd().try_clone_to_owned();
        return own.map(File::from).map(Target::Stream).map_err(Error::io("standard output"));
    }
    let real = behind_links(path)?;
    let refused = |what: &str| Err(Error::file(path, format!("is {what}; give the name of a file")));
    let kind = match fs::metadata(&real) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Target::File(real)),
        Err(error) => return Err(Error::io(path)(error)),
    };
    match kind {
        kind if kind.is_file() => Ok(Target::File(real)),
        kind if kind.is_char_device() => {
            File::options().write(true).open(&real).map(Target::Stream).map_err(Error::io(path))
        }
        kind if kind.is_dir() => refused("a folder"),
        kind if kind.is_fifo() => refused("a named pipe"),
        kind if kind.is_socket() => refused("a socket"),
        _ => refused("a disk"),
    }
}

/// Refuses a path that [`write_atomic`](super::write_atomic) could not write to for what stands there: before the
/// work for it is done.
///
/// # Errors
/// A folder, a named pipe, a socket or a disk in the file's place; links in a circle.
pub fn check_target(path: &Path) -> Result<()> {
    target(path).map(drop)
}

/// A path whose last part is no link; it may lead to nothing yet.
fn behind_links(path: &Path) -> Result<PathBuf> {
    // as many as Linux follows
    const MOST: usize = 40;
    let mut place = path.to_path_buf();
    for _ in 0..MOST {
        match fs::read_link(&place) {
            Ok(next) => place = place.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(place),
        }
    }
    Err(Error::file(path, "its links lead in a circle"))
}

/// Whether two paths lead to the same thing on disk.
///
/// # Examples
/// ```
/// use dvol_core::artifacts::same_file;
/// assert!(same_file("Cargo.toml", "src/../Cargo.toml"));
/// assert!(!same_file("Cargo.toml", "src/lib.rs"));
/// ```
pub fn same_file(one: impl AsRef<Path>, other: impl AsRef<Path>) -> bool {
    let node = |path: &Path| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
    match (node(one.as_ref()), node(other.as_ref())) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

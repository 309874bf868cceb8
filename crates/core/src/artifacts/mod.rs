//! Files the system leaves behind: written whole or not at all, and known by their hash.

mod disk;
mod hold;
mod pair;
mod target;

pub use disk::{Disk, SystemDisk};
pub use hold::Hold;
pub use pair::{Describes, Pair};
pub use target::{STANDARD_OUTPUT, check_target, same_file};

use crate::error::{Error, Result};
use disk::settle_names;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use target::{Target, target};

const PREFIX: &str = ".dvol-";
const SUFFIX: &str = ".tmp";
/// A temporary file younger than this may be one that its writer has not locked yet.
const FRESH: Duration = Duration::from_secs(60);

/// Writes a file whole: into a temporary file beside it, synced, then renamed over the old one.
///
/// A link is written through: what it leads to is replaced. `-` is standard output; a device that takes bytes, such as
/// `/dev/null`, is opened and written to. A process killed in the middle leaves its temporary file, named `.dvol-*.tmp`; the first write into that folder
/// by a later process, a minute on or more, removes it.
///
/// # Errors
/// When the folder cannot be made or the disk refuses; the old file then stays as it was. A folder, a named pipe, a
/// socket or a disk in the file's place.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    write_atomic_with(path, |file| file.write_all(bytes).map_err(Error::io(path)))
}

/// Like [`write_atomic`], for writers that stream.
///
/// # Errors
/// What the writer returns, or the system's refusal.
pub fn write_atomic_with(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let path = match target(path)? {
        Target::File(path) => path,
        Target::Stream(mut stream) => return write(&mut stream),
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(Error::io(folder))?;
    if SWEPT.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_path_buf()) {
        remove_abandoned(folder);
    }
    let mut temporary = tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .permissions(permissions())
        .tempfile_in(folder)
        .map_err(Error::io(&path))?;
    // Where the file system knows no locks the file's age alone protects it.
    let _ = temporary.as_file().try_lock();
    write(temporary.as_file_mut())?;
    temporary.as_file().sync_all().map_err(Error::io(&path))?;
    temporary.persist(&path).map_err(|error| Error::io(&path)(error.error))?;
    settle_names(&path);
    Ok(())
}

/// Removes temporary files that nobody is writing any more. What cannot be read or removed does no harm.
fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if ours && is_abandoned(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let modified = file.metadata().and_then(|metadata| metadata.modified());
    let age = modified.map(|modified| modified.elapsed().unwrap_or_default());
    age.is_ok_and(|age| age >= FRESH) && file.try_lock().is_ok()
}

/// Temporary files are private by default; results are for everybody the umask allows.
fn permissions() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o666)
}

/// Writes a value as pretty JSON, whole or not at all.
///
/// # Errors
/// When the value cannot be serialised or the disk refuses.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).map_err(Error::internal("writing JSON"))?;
    text.push('\n');
    write_atomic(path, text.as_bytes())
}

/// Reads a JSON file into a value.
///
/// # Errors
/// When the file is missing or is not what the type holds; names the line.
pub fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    serde_json::from_str(&text).map_err(|error| Error::file(path, format!("not the expected JSON: {error}")))
}

/// SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of a file, in hexadecimal, streamed.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_file(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(Error::io(path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(Error::io(path))?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

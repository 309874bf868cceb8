//! Advisory locks: who writes into a folder, and who may not meanwhile.

use crate::error::{Error, Result, quoted};
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The lock of a whole folder.
const OF_FOLDER: &str = ".dvol.lock";
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);
/// After so long a wait a person is told what it is for.
const SILENCE: Duration = Duration::from_secs(1);

/// A lock, held until it is dropped or its process dies.
///
/// Several may read, one may write, and none of both at once. The locks are the system's advisory ones: they bind
/// dvol's processes, and where a file system has none, nobody.
///
/// # Examples
/// ```
/// use dvol_core::artifacts::Hold;
/// use std::time::Duration;
/// let folder = tempfile::tempdir()?;
/// let writer = Hold::to_write(folder.path(), Duration::ZERO)?;
/// let refused = Hold::to_read(folder.path(), Duration::ZERO).unwrap_err().to_string();
/// assert!(refused.contains(&format!("process {}", std::process::id())));
/// drop(writer);
/// assert!(Hold::to_read(folder.path(), Duration::ZERO).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Hold {
    // None where there is nothing to lock.
    file: Option<File>,
}

impl Hold {
    /// Keeps all others out of a folder, which is made when it does not exist.
    ///
    /// # Errors
    /// When another process holds it for longer than `patience`: says which one.
    pub fn to_write(folder: &Path, patience: Duration) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
        Self::alone(&folder.join(OF_FOLDER), folder, patience)
    }

    /// The same for one name in a folder; those of other names are not concerned.
    ///
    /// # Errors
    /// As [`Self::to_write`].
    pub fn to_write_name(folder: &Path, name: &str, patience: Duration) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
        Self::alone(&folder.join(format!(".{name}.lock")), &folder.join(name), patience)
    }

    /// Keeps writers out of a folder. A folder that nobody ever wrote to has no lock, and gets none.
    ///
    /// # Errors
    /// As [`Self::to_write`].
    pub fn to_read(folder: &Path, patience: Duration) -> Result<Self> {
        match File::open(folder.join(OF_FOLDER)) {
            Ok(file) => wait(&file, File::try_lock_shared, folder, patience)
                .map(|locked| Self { file: locked.then_some(file) }),
            // no lock, or none that we may open: nothing to wait for
            Err(_) => Ok(Self { file: None }),
        }
    }

    /// Whether a folder has a lock: somebody began to write into it once.
    pub fn was_taken(folder: &Path) -> bool {
        folder.join(OF_FOLDER).exists()
    }

    fn alone(lock: &Path, about: &Path, patience: Duration) -> Result<Self> {
        let mut file = match File::options().read(true).write(true).create(true).truncate(false).open(lock) {
            Ok(file) => file,
            // A folder that takes no lock takes no file either: the writer itself will say so.
            Err(error)
                if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
            {
                return Ok(Self { file: None });
            }
            Err(error) => return Err(Error::io(lock)(error)),
        };
        if !wait(&file, File::try_lock, about, patience)? {
            return Ok(Self { file: None });
        }
        // For a person who waits; without it the lock holds all the same.
        let _ = file
            .rewind()
            .and_then(|()| file.set_len(0))
            .and_then(|()| file.write_all(this_process().as_bytes()));
        Ok(Self { file: Some(file) })
    }
}

impl Drop for Hold {
    /// A child that another thread is just starting has the file open too until it runs its own program: closing ours
    /// alone would leave the lock to it for that long.
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // Where there was a lock to take, there is one to give back.
            let _ = file.unlock();
        }
    }
}

/// Tries until it is locked (true), or finds that this file system has no locks (false).
fn wait(
    file: &File,
    lock: fn(&File) -> std::result::Result<(), TryLockError>,
    about: &Path,
    patience: Duration,
) -> Result<bool> {
    let begun = Instant::now();
    let mut told = false;
    loop {
        match lock(file) {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(_)) => return Ok(false),
            Err(TryLockError::WouldBlock) => {}
        }
        if begun.elapsed() >= patience {
            let problem = format!("{} is using it; wait for it to end, or name another place", holder(file));
            return Err(Error::file(about, problem));
        }
        if begun.elapsed() >= SILENCE && !told {
            eprintln!("waiting for {}, which {} is using", about.display(), holder(file));
            told = true;
        }
        std::thread::sleep(PAUSE);
    }
}

fn this_process() -> String {
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let program = words.first().map(PathBuf::from).unwrap_or_default();
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let rest = words.get(1..).unwrap_or_default().join(" ");
    format!("process {} ({})", std::process::id(), quoted(format!("{name} {rest}").trim()))
}

/// Who holds a lock, as far as it is written in its file.
fn holder(mut file: &File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    if read.is_err() || !text.starts_with("process ") { "another process".to_owned() } else { quoted(&text) }
}

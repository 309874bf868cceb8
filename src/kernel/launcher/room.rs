//! A running kernel's folder: its own as long as it runs, gone when it stops.
//!
//! The kernel holds a lock on a file in its folder, and who finds that lock free may remove the folder. Process
//! numbers would not do: an older life's may be given out again, and another container's mean nothing here.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How the launcher is told to wait for a kernel's end: `dvol-kernel --clear FOLDER`.
pub const CLEAR: &str = "--clear";
const LOCK: &str = "lock";

/// A new folder below `kernels`, and the lock that its kernel must keep open.
pub fn take(kernels: &Path) -> io::Result<(PathBuf, File)> {
    fs::create_dir_all(kernels)?;
    // One kernel at a time sweeps and settles, so that none removes what another has made and not yet locked.
    let gate = File::create(kernels.join(".gate"))?;
    let _ = gate.lock();
    sweep(kernels);
    let folder = new_folder(kernels)?;
    let lock = File::create(folder.join(LOCK))?;
    let _ = lock.lock();
    Ok((folder, lock))
}

/// One of this process's number, which an older life's or another container's kernel may have left or have.
fn new_folder(kernels: &Path) -> io::Result<PathBuf> {
    let number = std::process::id();
    let mut folder = kernels.join(number.to_string());
    let mut others = 0;
    loop {
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                others += 1;
                folder = kernels.join(format!("{number}-{others}"));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Starts a process that removes the folder when its kernel has ended, however it ended.
pub fn clear_at_end(own: &Path, folder: &Path) -> io::Result<()> {
    Command::new(own)
        .arg(CLEAR)
        .arg(folder)
        // Jupyter ends a kernel by a signal to its whole group.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(|_| ())
}

/// Waits until the folder's kernel has ended and removes the folder.
pub fn clear(folder: &Path) -> io::Result<()> {
    // Another kernel's sweep may have been faster.
    let Ok(lock) = File::open(folder.join(LOCK)) else { return Ok(()) };
    lock.lock()?;
    fs::remove_dir_all(folder)
}

/// Removes what kernels left that were ended together with their watcher.
fn sweep(kernels: &Path) {
    let Ok(entries) = fs::read_dir(kernels) else { return };
    for folder in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let free = match File::open(folder.join(LOCK)) {
            Ok(lock) => !matches!(lock.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_))),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if free {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

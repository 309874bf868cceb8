//! Ctrl-C: the batch is finished, the state saved, the process ends cleanly.

use crate::error::{Error, Result};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<()> = OnceLock::new();

/// Lets Ctrl-C (and SIGTERM) ask running training to stop; a second one ends the process at once.
///
/// # Errors
/// When the system refuses a handler.
pub fn install() -> Result<()> {
    if INSTALLED.set(()).is_err() {
        return Ok(());
    }
    ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        eprintln!("stopping after this batch; Ctrl-C again to stop at once");
    })
    .map_err(Error::internal("installing the Ctrl-C handler"))
}

/// Whether a stop was asked for.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

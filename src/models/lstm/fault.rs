//! Failures on purpose inside our LSTM, for tests of what a caller sees then.

use super::shim::fail_next_pass;
use crate::error::Result;

/// What one thread of a pass of our LSTM (on CPUs with AVX2) meets at the beginning of one of its stages.
///
/// A pass is cut into stages between which its threads meet; a fault beyond the last stage, or in a thread that a pass
/// has not, never strikes. Always compiled, so that the code that is tested is the code that trains.
///
/// # Examples
/// ```
/// use dvol::models::lstm::{Fault, FaultKind};
/// Fault { thread: 0, stage: 1_000_000, kind: FaultKind::OutOfMemory }.arm()?;
/// # Ok::<(), dvol::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The thread that fails, from 0, which is the caller.
    pub thread: usize,
    /// Its stage, from 0.
    pub stage: usize,
    /// What happens there.
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// No memory is left.
    OutOfMemory,
    /// A check fails.
    FailedCheck,
}

impl Fault {
    /// Lets the calling thread's next pass, forward or backward, meet this fault; later passes meet none.
    ///
    /// # Errors
    /// When the shim refuses, which it never does.
    pub fn arm(self) -> Result<()> {
        fail_next_pass(self.thread as i64, self.stage as i64, self.kind == FaultKind::OutOfMemory)
    }
}

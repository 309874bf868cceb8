//! The end of a training sample, kept apart.

use crate::error::{Error, Result};
use crate::sample::Sample;

/// Cuts off the last `share` of a sample, purged: every target of the first part is known before the first
/// origin of the second.
///
/// # Errors
/// When fewer than two origins are left on either side.
pub fn hold_out(sample: &Sample, share: f64, what: &str) -> Result<(Sample, Sample)> {
    let too_few = |found| Error::too_few(what, 2, found, "give a longer training sample");
    let first = ((1.0 - share) * sample.len() as f64) as usize;
    if sample.len() - first.min(sample.len()) < 2 {
        return Err(too_few(sample.len()));
    }
    let start = sample.inputs().origin(first);
    let train = sample.known_by(start);
    if train.len() < 2 {
        return Err(too_few(train.len()));
    }
    Ok((train, sample.keep(|origin| origin >= start)))
}

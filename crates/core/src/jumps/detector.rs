//! The one shape of a jump detector.

use crate::error::Result;
use crate::time::Timestamp;

/// A jump detector with its usual parameters: one line of [`JUMP_DETECTORS`](super::JUMP_DETECTORS).
///
/// # Examples
/// ```
/// use dvol_core::jumps::{JUMP_DETECTORS, Sight};
/// use dvol_core::time::Timestamp;
/// let times: Vec<Timestamp> = (0..900).map(Timestamp::from_hours).collect();
/// let mut levels: Vec<f64> = (0..900).map(|hour| 60.0 + (f64::from(hour) * 0.9).sin()).collect();
/// levels[800..].iter_mut().for_each(|level| *level *= 1.3);
/// for detector in JUMP_DETECTORS.iter().filter(|detector| detector.sight == Sight::Causal) {
///     assert!((detector.flags)(&times, &levels)?[800], "{}", detector.name);
/// }
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct JumpDetector {
    /// Its name in files, which no other entry has.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What a flag may depend on.
    pub sight: Sight,
    /// Whether it stands beside Lee and Mykland's test in a report.
    pub beside: bool,
    /// Flags a series of positive levels, row by row; nulls are NaN.
    pub flags: fn(&[Timestamp], &[f64]) -> Result<Vec<bool>>,
}

/// What a flag may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Rows up to its own: a feature may be made of it.
    Causal,
    /// The whole series: it describes, and never feeds a model.
    WholeSeries,
}

//! Split conformal intervals.

use super::{Coverage, Level};

/// The ends of a central interval for one more score, from scores of the same law that nothing was chosen on.
///
/// # Formula
/// With `n` scores in ascending order and the levels `a` and `1 - a` of the ends: the `floor((n + 1) a)`-th and the
/// `ceil((n + 1) (1 - a))`-th. If the next score is exchangeable with these, it lies between them with a probability
/// of at least the coverage. `None` where one of the two does not exist: 39 scores are the fewest for 95 %.
///
/// Errors of neighbouring origins are not exchangeable, and laws drift: on a time series the promise holds about as
/// long as the law of the errors does.
///
/// # References
/// Vovk, Gammerman and Shafer (2005), *Algorithmic learning in a random world*; Lei et al. (2018), JASA 113.
///
/// # Examples
/// ```
/// use dvol_core::models::{Coverage, split_conformal};
/// let scores: Vec<f64> = (1..=19).map(f64::from).collect();
/// assert_eq!(split_conformal(&scores, Coverage::P80), Some((2.0, 18.0)));
/// assert_eq!(split_conformal(&scores, Coverage::P95), None);
/// ```
pub fn split_conformal(sorted: &[f64], coverage: Coverage) -> Option<(f64, f64)> {
    // the tail is a decimal fraction: its product with a whole number must not fall below one for rounding
    let below = ((sorted.len() + 1) as f64 * Level::ends(coverage).0.get() + 1e-9).floor() as usize;
    let lower = sorted.get(below.checked_sub(1)?)?;
    Some((*lower, *sorted.get(sorted.len() - below)?))
}

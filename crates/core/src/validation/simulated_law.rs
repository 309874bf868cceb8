//! p-values of statistics whose law has no formula.

use crate::hypothesis::PBound;
use crate::seed::Seed;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Draws of the null.
pub(super) const DRAWS: usize = 4_999;
/// Draws that share a generator; a fixed number, so that the result does not depend on the threads.
const CHUNK: usize = 250;

/// The share of draws under the null that reach `statistic`, itself counted among them; a bound where none does.
pub(super) fn p_value(
    statistic: f64,
    law: &str,
    draw: impl Fn(&mut ChaCha8Rng) -> f64 + Sync,
) -> (f64, PBound) {
    let seed = Seed::new(0).stage(law);
    let reached: usize = (0..DRAWS.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut rng = seed.nth(chunk).rng();
            let draws = CHUNK.min(DRAWS - chunk * CHUNK);
            (0..draws).filter(|_| draw(&mut rng) >= statistic).count()
        })
        .sum();
    let bound = if reached == 0 { PBound::AtMost } else { PBound::Exact };
    ((reached + 1) as f64 / (DRAWS + 1) as f64, bound)
}

//! p-values of statistics whose law has no formula.

use crate::hypothesis::PBound;
use crate::seed::Seed;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Draws of the null.
const DRAWS: usize = 4_999;
/// Draws that share a generator; a fixed number, so that the result does not depend on the threads.
const CHUNK: usize = 250;
/// Laws kept: a table of models is about one or two lengths.
const KEPT: usize = 64;

type Laws = HashMap<String, Arc<[f64]>>;
static LAWS: LazyLock<Mutex<Laws>> = LazyLock::new(Mutex::default);

/// The share of draws under the null that reach `statistic`, itself counted among them; a bound where none does.
///
/// `law` says everything the draws depend on: they are made once for each, always the same.
pub(super) fn p_value(
    statistic: f64,
    law: &str,
    draw: impl Fn(&mut ChaCha8Rng) -> f64 + Sync,
) -> (f64, PBound) {
    let laws = || LAWS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = laws().get(law).cloned();
    let drawn = known.unwrap_or_else(|| {
        let drawn = draws(&draw);
        let mut laws = laws();
        if laws.len() >= KEPT {
            laws.clear();
        }
        laws.insert(law.to_owned(), Arc::clone(&drawn));
        drawn
    });
    let reached = drawn.len() - drawn.partition_point(|drawn| *drawn < statistic);
    let bound = if reached == 0 { PBound::AtMost } else { PBound::Exact };
    ((reached + 1) as f64 / (DRAWS + 1) as f64, bound)
}

/// In order of size.
fn draws(draw: &(impl Fn(&mut ChaCha8Rng) -> f64 + Sync)) -> Arc<[f64]> {
    let seed = Seed::new(0).stage("simulated law");
    let mut drawn: Vec<f64> = (0..DRAWS.div_ceil(CHUNK))
        .into_par_iter()
        .flat_map_iter(|chunk| {
            let mut rng = seed.nth(chunk).rng();
            let size = CHUNK.min(DRAWS - chunk * CHUNK);
            (0..size).map(|_| draw(&mut rng)).collect::<Vec<f64>>()
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    drawn.into()
}

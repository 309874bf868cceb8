//! Whether an interval is missed as often as promised after a miss too.

use super::Hits;
use super::coverage_test::{CoverageTest, Judges};
use super::found::Found;
use super::kupiec::likelihood_ratio;
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use ndarray::{Array1, Array2};

/// The test of conditional coverage: the promised share, and no memory from one outcome to the next.
///
/// # Formula
/// Without overlap, Christoffersen's likelihood ratio of a first-order Markov chain against independent misses of the
/// promised share `a`, against `chi2(2)`.
///
/// Forecasts `h` steps ahead: at the origin the newest outcome known is that of the forecast `h` steps before. With
/// `z = miss - a`, the means of `z(t)` and of `z(t) z(t-h)` are both zero under the null, whatever the overlap makes of
/// their neighbours. Statistic and law are those of [`kupiec`](super::kupiec) for two moments.
///
/// # Errors
/// Fewer origins than ten times the overlap, or no outcome that is known at a later origin.
///
/// # References
/// Christoffersen (1998), International Economic Review 39, 841-862.
pub fn christoffersen(hits: &Hits) -> Result<TestResult> {
    let what = format!("Christoffersen's test of the {}", hits.what);
    let steps = hits.overlap.steps;
    let earlier = hits.earlier(steps);
    let pairs: Vec<(usize, usize)> =
        earlier.iter().enumerate().filter_map(|(now, before)| Some((now, (*before)?))).collect();
    if pairs.is_empty() {
        let remedy = "give origins whose outcomes are known at later ones";
        return Err(Error::too_few(what, steps + 1, hits.misses.len(), remedy));
    }
    let found = if steps == 1 {
        let count = |from: f64, to: f64| {
            pairs
                .iter()
                .filter(|(now, before)| hits.misses[*before] == from && hits.misses[*now] == to)
                .count() as f64
        };
        let (kept, broken) = (count(0.0, 0.0), count(0.0, 1.0));
        let (healed, repeated) = (count(1.0, 0.0), count(1.0, 1.0));
        // against the promised share from either state: the sum of both ratios of Christoffersen (1998), equation 13
        let after = |hit: f64, missed: f64| {
            if hit + missed > 0.0 { likelihood_ratio(missed, hit + missed, hits.share) } else { 0.0 }
        };
        Found::chi_squared(after(kept, broken) + after(healed, repeated), 2)
    } else {
        let places: Vec<usize> = pairs.iter().map(|(now, _)| *now).collect();
        let variance = hits.variance();
        let known = Array2::from_diag(&Array1::from(vec![variance, variance * variance]));
        hits.tested(&what, |law, centred| {
            law.statistic(&places, &known, |row, moments| {
                let (now, before) = pairs[row];
                moments.copy_from_slice(&[centred[now], centred[now] * centred[before]]);
            })
        })?
    };
    let null =
        format!("the {} is missed with probability {:.4} after a miss and after none", hits.what, hits.share);
    let alternative = "the share is another one, or depends on the last known outcome";
    let test = TestKind::ConditionalCoverage.named("Christoffersen");
    Ok(found.said(test, null, alternative, pairs.len()))
}

/// Its line of the table of tests of promises.
pub(super) const COVERAGE_TEST: CoverageTest = CoverageTest {
    name: "Christoffersen",
    kind: TestKind::ConditionalCoverage,
    judges: Judges::Hits(christoffersen),
};

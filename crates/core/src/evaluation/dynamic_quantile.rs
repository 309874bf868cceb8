//! Whether misses can be foreseen.

use super::Hits;
use super::coverage_test::{CoverageTest, Judges};
use super::found::Found;
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use crate::statistics::{mean, population_variance};
use ndarray::{Array1, Array2};

/// Earlier outcomes that are asked.
const LAGS: usize = 4;

/// The dynamic quantile test: misses have the promised mean given the last known outcomes and the interval's width (the
/// quantile itself where one quantile is judged).
///
/// # Formula
/// With `z = miss - a` and `x(t)` = 1, the `z` of `h, 2h, 3h, 4h` steps before, and the standardised width: without overlap
/// (`h` = 1) Engle and Manganelli's `z'X (X'X)^-1 X'z / (a (1 - a))` against `chi2` with one degree a column; columns that never
/// change are left out. With overlap the means of `z(t) x(t)`, with statistic and law of [`kupiec`](super::kupiec) for so many
/// moments: `x(t)` is known at the origin, so that the means are zero under the null whatever the overlap.
///
/// # Errors
/// Fewer origins than ten times the overlap, or four outcomes known at none.
///
/// # References
/// Engle and Manganelli (2004), JBES 22, 367-381.
pub fn dynamic_quantile(hits: &Hits) -> Result<TestResult> {
    let what = format!("the dynamic quantile test of the {}", hits.what);
    let steps = hits.overlap.steps;
    let earlier: Vec<Vec<Option<usize>>> = (1..=LAGS).map(|lag| hits.earlier(lag * steps)).collect();
    let places: Vec<usize> =
        (0..hits.misses.len()).filter(|&row| earlier.iter().all(|lag| lag[row].is_some())).collect();
    let needed = LAGS * steps + LAGS + 4;
    if places.len() < LAGS + 4 {
        let remedy = "give more origins for this horizon, without gaps";
        return Err(Error::too_few(what, needed, hits.misses.len(), remedy));
    }
    let before = |lag: usize, row: usize| earlier[lag][row].unwrap_or(row);
    let widths: Vec<f64> = places.iter().map(|&row| hits.known[row]).collect();
    let (centre, spread) = (mean(&widths), population_variance(&widths).sqrt());
    let moves = spread > 1e-9 * centre.abs();
    let n = places.len();
    let found = if steps == 1 {
        let mut columns: Vec<(String, Vec<f64>)> = (0..LAGS)
            .map(|lag| {
                let misses = places.iter().map(|&row| hits.misses[before(lag, row)]);
                (format!("miss_{}", lag + 1), misses.collect())
            })
            .collect();
        columns.push(("width".to_owned(), widths));
        columns.retain(|(_, values)| population_variance(values) > 1e-18 * mean(values).powi(2));
        let k = columns.len() + 1;
        let centred: Vec<f64> = places.iter().map(|&row| hits.misses[row] - hits.share).collect();
        let fit = Ols::new("misses").fit(&Design::new(columns)?.with_constant(), &centred)?;
        // the explained sum of squares about zero, over the variance of a miss under the null
        let total: f64 = centred.iter().map(|z| z * z).sum();
        let rest: f64 = fit.residuals().iter().map(|e| e * e).sum();
        Found::chi_squared((total - rest) / hits.variance(), k)
    } else {
        let k = 1 + LAGS + usize::from(moves);
        let variance = hits.variance();
        let one = |column: usize| if (1..=LAGS).contains(&column) { variance * variance } else { variance };
        let known = Array2::from_diag(&(0..k).map(one).collect::<Array1<f64>>());
        hits.tested(&what, |law, centred| {
            law.statistic(&places, &known, |row, moments| {
                let now = places[row];
                moments[0] = centred[now];
                for lag in 1..=LAGS {
                    moments[lag] = centred[now] * centred[before(lag - 1, now)];
                }
                if moves {
                    moments[LAGS + 1] = centred[now] * ((widths[row] - centre) / spread);
                }
            })
        })?
    };
    let null = format!("misses of the {} cannot be foreseen by earlier ones and its width", hits.what);
    let test = TestKind::ConditionalCoverage.named("Dynamic quantile");
    Ok(found.said(test, null, "they can, or their share is not the promised one", n))
}

/// Its line of the table of tests of promises.
pub(super) const COVERAGE_TEST: CoverageTest = CoverageTest {
    name: "Dynamic quantile",
    kind: TestKind::ConditionalCoverage,
    judges: Judges::Hits(dynamic_quantile),
};

//! Whether an interval is missed as often as promised.

use super::Hits;
use super::coverage_test::{CoverageTest, Judges};
use super::found::Found;
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use ndarray::Array2;

/// The test of unconditional coverage.
///
/// # Formula
/// Without overlap, Kupiec's likelihood ratio: with `x` misses of `n` and the promised share `a`,
/// `2 (x ln(x / n) + (n - x) ln(1 - x / n) - x ln a - (n - x) ln(1 - a))` against `chi2(1)`.
///
/// Forecasts `h` steps ahead miss in clusters of up to `h`: the ratio then rejects far too often. There the statistic is
/// `n mean(miss - a)^2 / V`, `V` half the long-run variance estimated over stretches of `h`, half `h a (1 - a)`, the most that
/// overlap can make of it; its law is simulated at the same origins from outcomes that are each decided by the largest of `h`
/// shocks. Errors that are sums of shocks overlap less: the level is kept for them too.
///
/// # Errors
/// Fewer origins than ten times the overlap.
///
/// # References
/// Kupiec (1995), Journal of Derivatives 3, 73-84.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, Hits, kupiec};
/// use dvol_core::models::{Band, Coverage};
/// use dvol_core::time::{Horizon, Timestamp};
/// let series = Forecasts::new("ours", (0..250).map(|hour| Forecast {
///     origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///     actual: if hour % 25 == 0 { 60.0 } else { 50.0 }, predicted: 50.0, anchor: 50.0,
/// }))?.with_band(Band::new(Coverage::P95, vec![49.0; 250], vec![51.0; 250])?)?;
/// let test = kupiec(&Hits::of_interval(&series, Coverage::P95)?)?; // 10 misses where 12.5 are promised
/// assert!((test.statistic - 0.563_35).abs() < 1e-5 && !test.rejects(0.1));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn kupiec(hits: &Hits) -> Result<TestResult> {
    let n = hits.misses.len();
    let found = if hits.overlap.steps == 1 {
        Found::chi_squared(likelihood_ratio(hits.misses.iter().sum(), n as f64, hits.share), 1)
    } else {
        let known = Array2::from_elem((1, 1), hits.variance());
        let places: Vec<usize> = (0..n).collect();
        hits.tested(&format!("Kupiec's test of the {}", hits.what), |law, centred| {
            law.statistic(&places, &known, |row, moments| moments[0] = centred[row])
        })?
    };
    let null = format!("the {} is missed with probability {:.4}", hits.what, hits.share);
    Ok(found.said(TestKind::Coverage.named("Kupiec"), null, "it is missed more or less often", n))
}

/// Twice the log likelihood ratio of the observed against the promised share.
pub(super) fn likelihood_ratio(missed: f64, n: f64, share: f64) -> f64 {
    let term =
        |count: f64, promised: f64| if count > 0.0 { count * (count / n / promised).ln() } else { 0.0 };
    2.0 * (term(missed, share) + term(n - missed, 1.0 - share)).max(0.0)
}

/// Its line of the table of tests of promises.
pub(super) const COVERAGE_TEST: CoverageTest =
    CoverageTest { name: "Kupiec", kind: TestKind::Coverage, judges: Judges::Hits(kupiec) };

//! The CUSUM test of a stable mean.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Bandwidth, Kernel, long_run_variance};
use crate::statistics::centred;
use crate::validation::cell_means::CellMeans;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::simulated_law;
use rand::Rng as _;

/// The OLS-based CUSUM test that the mean of residuals is stable.
///
/// `max_t |S_t| / (s sqrt(n))`, `S_t` the partial sums about the mean; the limit is the supremum of a Brownian
/// bridge (Kolmogorov's distribution). `s^2` is the variance, or with `lags` the Newey-West long-run variance,
/// which keeps the size when residuals are autocorrelated.
///
/// # Errors
/// A value that is not finite, a constant series, or too few observations.
///
/// # Examples
/// ```
/// let step: Vec<f64> = (0..100).map(|t| f64::from(t * 7919 % 11) + if t < 50 { 0.0 } else { 20.0 }).collect();
/// assert!(dvol_core::validation::cusum(&step, None)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Ploberger and Krämer (1992), "The CUSUM test with OLS residuals", Econometrica 60.
pub fn cusum(residuals: &[f64], lags: Option<usize>) -> Result<TestResult> {
    require_series("the CUSUM test", residuals, lags.unwrap_or(0) + 4)?;
    let variance = long_run_variance(residuals, Kernel::Bartlett, Bandwidth::Lags(lags.unwrap_or(0)))?;
    let (largest, place) = largest_sum(residuals);
    let statistic = largest / (residuals.len() as f64 * variance).sqrt();
    let law = ("sup of a Brownian bridge".to_owned(), kolmogorov_upper(statistic));
    let name = if lags.is_some() { "CUSUM (HAC)" } else { "CUSUM" };
    let result = result(name, statistic, law, place, residuals.len()).with_critical_values([
        (0.01, 1.63),
        (0.05, 1.36),
        (0.10, 1.22),
    ]);
    Ok(match lags {
        Some(lags) => result.with_lags(lags),
        None => result,
    })
}

/// The same for residuals that share shocks over `overlap` of them: the long-run variance comes from few cosines
/// ([`CosineVariance`](crate::regression::CosineVariance)), and the p-value from 4,999 simulated
/// bridges with as many.
///
/// # Errors
/// As [`cusum`], or fewer than 12 overlaps.
///
/// # Examples
/// ```
/// let noise: Vec<f64> = (0..403).map(|t| f64::from(t * t * 7919 % 1009) - 504.0).collect();
/// let overlapping: Vec<f64> = noise.windows(4).map(|w| w.iter().sum()).collect();
/// assert!(dvol_core::validation::cusum_overlap(&overlapping, 4)?.p_value > 0.01);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn cusum_overlap(residuals: &[f64], overlap: usize) -> Result<TestResult> {
    require_series("the CUSUM test", residuals, 4)?;
    let n = residuals.len();
    let cells = CELLS.min(n);
    let edges = (0..=cells).map(|cell| cell * n / cells).collect();
    let means = CellMeans::new("the CUSUM test", edges, overlap)?;
    let (largest, place) = largest_sum(residuals);
    let statistic = largest / (n as f64 * means.variance(residuals, &[0, cells])?).sqrt();
    let law = format!("largest sum, {}", means.describe());
    let (p_value, bound) = simulated_law::p_value(statistic, &law, |rng| {
        let sums = means.draw(rng);
        let bridge = |cell: usize| sums[cell] - sums[cells] * means.edge(cell) / n as f64;
        let mut largest = 0.0_f64;
        for cell in 0..cells {
            // between two edges a Brownian path reaches further than at them, by a law that is known
            let (one, other) = (bridge(cell), bridge(cell + 1));
            let mut beyond = || -2.0 * (means.edge(cell + 1) - means.edge(cell)) * rng.random::<f64>().ln();
            let (above, below) = (beyond(), beyond());
            let reach =
                |sign: f64, by: f64| f64::midpoint(sign * (one + other), ((one - other).powi(2) + by).sqrt());
            largest = largest.max(reach(1.0, above)).max(reach(-1.0, below));
        }
        largest / (n as f64 * means.variance_of_draw(&sums, &[0, cells])).sqrt()
    });
    let law = (format!("sup of a Brownian bridge, {} cosines, simulated", means.cosines()), p_value);
    Ok(result("CUSUM (HAC)", statistic, law, place, n).with_bound(bound).with_lags(means.cosines()))
}

/// Cells a simulated bridge is made of.
const CELLS: usize = 100;

/// The largest partial sum about the mean in size, and the row before which it stands.
fn largest_sum(residuals: &[f64]) -> (f64, usize) {
    let (mut partial, mut largest, mut place) = (0.0_f64, 0.0, 0);
    for (t, residual) in centred(residuals).iter().enumerate() {
        partial += residual;
        if partial.abs() > largest {
            (largest, place) = (partial.abs(), t);
        }
    }
    (largest, place)
}

fn result(name: &str, statistic: f64, (law, p_value): (String, f64), place: usize, n: usize) -> TestResult {
    TestResult::new(TestKind::StableCoefficients.named(name))
        .with_null("the mean is stable", "the mean changes at some time")
        .with_statistic(statistic, law)
        .with_p_value(p_value)
        .with_observations(n)
        .with_note(format!("the largest deviation is at observation {}", place + 1))
}

/// `P(sup |bridge| > x)`; each of the two series converges at once on its side of 1.
fn kolmogorov_upper(x: f64) -> f64 {
    use std::f64::consts::PI;
    if x <= 0.0 {
        return 1.0;
    }
    if x < 1.0 {
        let sum: f64 =
            (1..=20).map(|k| (-(2.0 * f64::from(k) - 1.0).powi(2) * PI * PI / (8.0 * x * x)).exp()).sum();
        return 1.0 - (2.0 * PI).sqrt() / x * sum;
    }
    2.0 * (1..=20)
        .map(|k| {
            let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
            sign * (-2.0 * f64::from(k * k) * x * x).exp()
        })
        .sum::<f64>()
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "CUSUM",
    kind: TestKind::StableCoefficients,
    group: Group::StructuralBreaks,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| cusum(residuals.values(), None),
};

/// The same for overlapping forecasts.
pub(super) const OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "CUSUM (HAC)",
    kind: TestKind::StableCoefficients,
    group: Group::StructuralBreaks,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| cusum_overlap(residuals.values(), residuals.overlap()),
};

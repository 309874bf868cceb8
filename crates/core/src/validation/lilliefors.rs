//! The Kolmogorov-Smirnov test of normality with Lilliefors' correction.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::{mean, sorted, standard_deviation};
use crate::tails::normal_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The Kolmogorov-Smirnov test of normality when mean and variance are estimated (Lilliefors).
///
/// `D = max_i max(i / n - F(z_i), F(z_i) - (i - 1) / n)`. The plain Kolmogorov p-value would be far too large;
/// this one is Dallal and Wilkinson's, and above 0.1 that of Stephens' modified statistic.
///
/// # Errors
/// A value that is not finite, a constant series, or fewer than 5 observations.
///
/// # Examples
/// ```
/// let skewed: Vec<f64> = (1..200).map(|t| 1.0 / f64::from(t)).collect();
/// assert!(dvol_core::validation::lilliefors(&skewed)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Lilliefors (1967), JASA 62; Dallal and Wilkinson (1986), The American Statistician 40; Stephens (1974),
/// JASA 69.
pub fn lilliefors(series: &[f64]) -> Result<TestResult> {
    require_series("the Lilliefors test", series, 5)?;
    let n = series.len() as f64;
    let (mean, deviation) = (mean(series), standard_deviation(series));
    let statistic = sorted(series)
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let probability = normal_upper(-(value - mean) / deviation);
            ((i as f64 + 1.0) / n - probability).max(probability - i as f64 / n)
        })
        .fold(0.0, f64::max);
    Ok(TestResult::new(TestKind::Normality.named("Kolmogorov-Smirnov (Lilliefors)"))
        .with_null("the values are normal", "the values are not normal")
        .with_statistic(statistic, "Lilliefors")
        .with_p_value(p_value(statistic, n))
        .with_observations(series.len()))
}

fn p_value(statistic: f64, n: f64) -> f64 {
    let (d, size) = if n > 100.0 { (statistic * (n / 100.0).powf(0.49), 100.0) } else { (statistic, n) };
    let near = (-7.01256 * d * d * (size + 2.78019) + 2.99587 * d * (size + 2.78019).sqrt() - 0.122_119
        + 0.974_598 / size.sqrt()
        + 1.67997 / size)
        .exp();
    if near <= 0.1 {
        return near;
    }
    let k = (n.sqrt() - 0.01 + 0.85 / n.sqrt()) * statistic;
    let polynomial = |c: [f64; 5]| c[0] + k * (c[1] + k * (c[2] + k * (c[3] + k * c[4])));
    if k <= 0.302 {
        1.0
    } else if k <= 0.5 {
        polynomial([2.76773, -19.828_315, 80.709_644, -138.551_52, 81.218_052])
    } else if k <= 0.9 {
        polynomial([-4.901_232, 40.662_806, -97.490_286, 94.029_866, -32.355_711])
    } else {
        polynomial([6.198_765, -19.558_097, 23.186_922, -12.234_627, 2.423_045]).max(0.0)
    }
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Kolmogorov-Smirnov (Lilliefors)",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| lilliefors(residuals.values()),
};

/// The same on residuals that share no shock.
pub(super) const THINNED: ResidualTest = ResidualTest {
    name: "Kolmogorov-Smirnov (Lilliefors), every h-th",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| residuals.on_thinned(lilliefors),
};

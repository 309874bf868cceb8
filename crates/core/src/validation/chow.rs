//! The Chow test.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use crate::tails::f_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// Chow's test that all coefficients of a regression are the same before and from row `split` on.
///
/// `F = ((RSS - RSS1 - RSS2) / k) / ((RSS1 + RSS2) / (n - 2 k))`, `F(k, n - 2 k)`. With `Design::constant` it
/// tests a shift of the mean. The date must be known beforehand, not found by looking.
///
/// # Errors
/// Too few rows on a side, collinear columns, or lengths that differ.
///
/// # Examples
/// ```
/// use dvol_core::regression::Design;
/// let step: Vec<f64> = (0..100).map(|t| f64::from(t * 7919 % 11) + if t < 50 { 0.0 } else { 20.0 }).collect();
/// assert!(dvol_core::validation::chow(&Design::constant(100), &step, 50)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Chow (1960), Econometrica 28.
pub fn chow(design: &Design, target: &[f64], split: usize) -> Result<TestResult> {
    let whole = Ols::new("the Chow test").fit(design, target)?.residual_sum_of_squares();
    let side = |name: &str, from: usize, to: usize| {
        Ols::new(format!("the Chow test ({name} the split)"))
            .fit(&design.rows(from, to)?, &target[from..to])
            .map(|fit| fit.residual_sum_of_squares())
    };
    let split = split.min(target.len());
    let parts = side("before", 0, split)? + side("after", split, target.len())?;
    let k = design.width() as f64;
    let degrees = target.len() as f64 - 2.0 * k;
    let statistic = (whole - parts) / k / (parts / degrees);
    Ok(TestResult::new(TestKind::StableCoefficients.named("Chow"))
        .with_null(
            format!("the coefficients are the same before and from row {split} on"),
            "the coefficients differ",
        )
        .with_statistic(statistic, format!("F({k}, {degrees})"))
        .with_p_value(f_upper(statistic, k, degrees))
        .with_observations(target.len()))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Chow",
    kind: TestKind::StableCoefficients,
    group: Group::StructuralBreaks,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: false,
    run: |residuals| {
        let values = residuals.values();
        require_series("the Chow test", values, 4)?;
        chow(&Design::constant(values.len()), values, values.len() / 2)
    },
};

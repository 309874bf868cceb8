//! The Breusch-Pagan test of heteroskedasticity.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use crate::tails::chi_squared_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};

/// The Breusch-Pagan test in Koenker's studentised form, which does not need normal errors.
///
/// `n R^2` of the squared residuals on the regressors (with a constant); chi-squared with as many degrees of
/// freedom as there are slopes.
///
/// # Errors
/// Lengths that differ, a design without constant or without slope, or collinear columns.
///
/// # References
/// Breusch and Pagan (1979), Econometrica 47; Koenker (1981), Journal of Econometrics 17.
///
/// # Examples
/// ```
/// use dvol_core::regression::Design;
/// let x: Vec<f64> = (0..100).map(f64::from).collect();
/// let residuals: Vec<f64> = x.iter().map(|x| if x % 2.0 == 0.0 { *x } else { -x }).collect();
/// let design = Design::new([("x", x)])?.with_constant();
/// assert!(dvol_core::validation::breusch_pagan(&residuals, &design)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn breusch_pagan(residuals: &[f64], design: &Design) -> Result<TestResult> {
    require_series("the Breusch-Pagan test", residuals, 5)?;
    if design.constant_column().is_none() || design.width() < 2 {
        return Err(Error::parameter(
            "design",
            design.names().join(", "),
            "one with a constant and a regressor",
        ));
    }
    let squares: Vec<f64> = residuals.iter().map(|e| e * e).collect();
    let fit = Ols::new("the Breusch-Pagan regression").fit(design, &squares)?;
    let statistic = squares.len() as f64 * fit.r_squared();
    let degrees = (design.width() - 1) as f64;
    Ok(TestResult::new(TestKind::Homoskedasticity.named("Breusch-Pagan"))
        .with_null(
            "the variance does not depend on the regressors",
            "the variance is a function of the regressors",
        )
        .with_statistic(statistic, format!("chi2({degrees})"))
        .with_p_value(chi_squared_upper(statistic, degrees))
        .with_observations(squares.len()))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Breusch-Pagan",
    kind: TestKind::Homoskedasticity,
    group: Group::Heteroskedasticity,
    validity: Validity::Independent,
    invariance: Invariance::Scale,
    reported: false,
    run: |residuals| {
        let design = Design::new([("fitted", residuals.regressor().to_vec())])?.with_constant();
        breusch_pagan(residuals.values(), &design)
    },
};

//! White's test of heteroskedasticity.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{CosineVariance, Covariance, Design, Ols};
use crate::statistics::{centred, standard_deviation};
use crate::tails::{chi_squared_upper, f_upper};
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::zero_mean::require_overlaps;
use ndarray::{Array1, Axis};

/// White's test on the residuals of a regression with a constant.
///
/// `n R^2` of the squared residuals on the regressors, their squares and cross-products; chi-squared with as
/// many degrees of freedom as there are independent ones. Products that depend on the columns before them, as the
/// square of an indicator does, are left out and named (statsmodels' `het_white` drops the rank likewise).
///
/// # Errors
/// Lengths that differ, a design without constant, or one whose products are all constant.
///
/// # References
/// White (1980), Econometrica 48.
///
/// # Examples
/// ```
/// use dvol_core::regression::Design;
/// let x: Vec<f64> = (0..100).map(f64::from).collect();
/// let residuals: Vec<f64> = x.iter().map(|x| if x % 2.0 == 0.0 { *x } else { -x }).collect();
/// let design = Design::new([("x", x)])?.with_constant();
/// assert!(dvol_core::validation::white(&residuals, &design)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn white(residuals: &[f64], design: &Design) -> Result<TestResult> {
    require_series("White's test", residuals, 5)?;
    let Some(constant) = design.constant_column() else {
        return Err(Error::parameter("design", design.names().join(", "), "one with a constant"));
    };
    let names = design.names();
    let column = |i: usize| design.values().column(i);
    let own = (0..design.width()).filter(|&i| i != constant);
    let mut columns: Vec<(String, Vec<f64>)> =
        own.clone().map(|i| (names[i].clone(), column(i).to_vec())).collect();
    for i in own.clone() {
        for j in own.clone().filter(|&j| j >= i) {
            columns.push((format!("{} * {}", names[i], names[j]), (&column(i) * &column(j)).to_vec()));
        }
    }
    if columns.is_empty() {
        return Err(Error::parameter("design", "const", "one with a regressor beside the constant"));
    }
    let (kept, dropped) = independent(columns);
    if kept.is_empty() {
        return Err(Error::parameter(
            "design",
            design.names().join(", "),
            "one with a regressor that varies",
        ));
    }
    let result = lagrange(residuals, &Design::new(kept)?.with_constant())?;
    Ok(if dropped.is_empty() {
        result
    } else {
        result.with_note(format!("left out, as they depend on the other columns: {}", dropped.join(", ")))
    })
}

type Columns = Vec<(String, Vec<f64>)>;

/// The columns that no earlier one and no constant explains, centred and scaled, and the names of the others.
fn independent(columns: Columns) -> (Columns, Vec<String>) {
    // Gram and Schmidt twice: what rounding leaves of a dependent column is then far below any real remainder.
    const REMAINDER: f64 = 1e-9;
    let (mut kept, mut dropped) = (Columns::new(), Vec::new());
    let mut basis: Vec<Array1<f64>> = Vec::new();
    for (name, values) in columns {
        let raw = Array1::from(centred(&values));
        let size = raw.dot(&raw).sqrt();
        let mut rest = raw.clone();
        for _ in 0..2 {
            for unit in &basis {
                rest.scaled_add(-unit.dot(&rest), unit);
            }
        }
        let length = rest.dot(&rest).sqrt();
        let moves = size > REMAINDER * values.iter().map(|value| value * value).sum::<f64>().sqrt();
        if moves && length > REMAINDER * size {
            basis.push(rest / length);
            kept.push((name, (raw / size).to_vec()));
        } else {
            dropped.push(name);
        }
    }
    (kept, dropped)
}

/// White's test on the fitted values: `e^2` on a constant, `f` and `f^2` (the special case of Wooldridge).
///
/// With `lags` it is the Wald test on the same regression with a Newey-West covariance, which also holds when
/// squared errors are autocorrelated, as those of overlapping forecasts are.
///
/// # Errors
/// Lengths that differ, a constant series, or fewer than 5 observations.
///
/// # References
/// White (1980), Econometrica 48; Wooldridge (2013), Introductory Econometrics, 8.3.
pub fn white_of_fitted(residuals: &[f64], fitted: &[f64], lags: Option<usize>) -> Result<TestResult> {
    let design = of_fitted(residuals, fitted)?;
    let Some(lags) = lags else {
        return lagrange(residuals, &design);
    };
    let squares: Vec<f64> = residuals.iter().map(|e| e * e).collect();
    let fit = Ols::new("White's regression").fit(&design, &squares)?;
    let wald = fit.wald(&["fitted", "fitted^2"], Covariance::newey_west(lags))?;
    Ok(TestResult {
        kind: TestKind::Homoskedasticity,
        name: "White (HAC)".to_owned(),
        null: NULL.to_owned(),
        alternative: ALTERNATIVE.to_owned(),
        ..wald
    }
    .with_lags(lags))
}

/// The same for residuals that share shocks over `overlap` of them: `F = (S0 - S1) / (2 s)`, `S0` and `S1` the sums of
/// squares without and with the regressors, `s` the long-run variance of what they leave from `m` frequencies
/// ([`CosineVariance`](crate::regression::CosineVariance)), of which they took 2; F with 2 and `m - 2` degrees of freedom.
///
/// Right where the regressors move as slowly as a forecast's level or time do; for quicker ones it rejects less than it
/// may.
///
/// # Errors
/// As [`white_of_fitted`], or fewer than 12 overlaps.
pub fn white_overlap(residuals: &[f64], fitted: &[f64], overlap: usize) -> Result<TestResult> {
    let design = of_fitted(residuals, fitted)?;
    require_overlaps("White's test", residuals.len(), overlap)?;
    let squares: Vec<f64> = residuals.iter().map(|e| e * e).collect();
    let fit = Ols::new("White's regression").fit(&design, &squares)?;
    let explained: f64 =
        centred(&squares).iter().map(|square| square * square).sum::<f64>() - fit.residual_sum_of_squares();
    let count = CosineVariance::most_frequencies(residuals.len(), overlap);
    let left = fit.residuals().clone().insert_axis(Axis(1));
    let long_run = CosineVariance::with_frequencies(&left, count)?.long_run()[[0, 0]];
    let (used, rest) = (2.0, count as f64 - 2.0);
    let statistic = explained / used / (long_run * count as f64 / rest);
    Ok(TestResult::new(TestKind::Homoskedasticity.named("White (HAC)"))
        .with_null(NULL, ALTERNATIVE)
        .with_statistic(statistic, format!("F({used}, {rest})"))
        .with_p_value(f_upper(statistic, used, rest))
        .with_observations(residuals.len())
        .with_lags(count))
}

fn of_fitted(residuals: &[f64], fitted: &[f64]) -> Result<Design> {
    require_series("White's test", residuals, 5)?;
    require_series("White's test (fitted values)", fitted, 5)?;
    let scale = standard_deviation(fitted);
    let level: Vec<f64> = centred(fitted).iter().map(|value| value / scale).collect();
    let square = level.iter().map(|value| value * value).collect();
    Ok(Design::new([("fitted", level), ("fitted^2", square)])?.with_constant())
}

const NULL: &str = "the variance does not depend on the regressors";
const ALTERNATIVE: &str = "the variance depends on the regressors, their squares or products";

fn lagrange(residuals: &[f64], design: &Design) -> Result<TestResult> {
    let squares: Vec<f64> = residuals.iter().map(|e| e * e).collect();
    let fit = Ols::new("White's regression").fit(design, &squares)?;
    let statistic = squares.len() as f64 * fit.r_squared();
    let degrees = (design.width() - 1) as f64;
    Ok(TestResult::new(TestKind::Homoskedasticity.named("White"))
        .with_null(NULL, ALTERNATIVE)
        .with_statistic(statistic, format!("chi2({degrees})"))
        .with_p_value(chi_squared_upper(statistic, degrees))
        .with_observations(squares.len()))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "White",
    kind: TestKind::Homoskedasticity,
    group: Group::Heteroskedasticity,
    validity: Validity::Independent,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| white_of_fitted(residuals.values(), residuals.regressor(), None),
};

/// The same for overlapping forecasts.
pub(super) const OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "White (HAC)",
    kind: TestKind::Homoskedasticity,
    group: Group::Heteroskedasticity,
    validity: Validity::Overlapping,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| white_overlap(residuals.values(), residuals.regressor(), residuals.overlap()),
};

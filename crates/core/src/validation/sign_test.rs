//! Tests that errors are positive as often as negative.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Bandwidth, Kernel, long_run_variance, require_finite};
use crate::statistics::mean;
use crate::tails::normal_two_sided;
use crate::validation::report::Group;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::zero_mean::zero_mean;
use statrs::function::gamma::ln_gamma;

const NULL: &str = "the median forecast error is zero";
const ALTERNATIVE: &str = "forecasts are too low more often than too high, or the reverse";

/// The exact sign test, `(positives - negatives) / 2`; zeros are dropped. Binomial, two-sided.
///
/// # Errors
/// A value that is not finite, or no error that is not zero.
///
/// # Examples
/// ```
/// // five of five positive: p = 2 / 2^5
/// let test = dvol_core::validation::sign_test(&[0.1, 2.0, 0.3, 0.7, 1.0])?;
/// assert!((test.p_value - 0.0625).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Arbuthnott (1710), Philosophical Transactions 27; Conover (1999), Practical Nonparametric Statistics, 3.4.
pub fn sign_test(errors: &[f64]) -> Result<TestResult> {
    let (positive, negative) = counts("the sign test", errors)?;
    let n = positive + negative;
    let fewer = positive.min(negative);
    // P(X <= fewer) from its largest term down
    let mut term = (ln_gamma(n as f64 + 1.0)
        - ln_gamma(fewer as f64 + 1.0)
        - ln_gamma((n - fewer) as f64 + 1.0)
        - n as f64 * std::f64::consts::LN_2)
        .exp();
    let mut tail = 0.0;
    for k in (0..=fewer).rev() {
        tail += term;
        if term < tail * 1e-17 {
            break;
        }
        term *= k as f64 / (n - k + 1) as f64;
    }
    Ok(TestResult::new(TestKind::ZeroMedian.named("sign test"))
        .with_null(NULL, ALTERNATIVE)
        .with_statistic((positive as f64 - negative as f64) / 2.0, format!("binomial({n}, 0.5), centred"))
        .with_p_value((2.0 * tail).min(1.0))
        .with_observations(n)
        .with_note(format!("{positive} positive, {negative} negative")))
}

/// The sign test for autocorrelated errors: the mean of the signs over its Newey-West standard error with
/// `lags` lags; standard normal.
///
/// # Errors
/// A value that is not finite, one sign throughout, or no more observations than lags.
///
/// # References
/// Newey and West (1987), Econometrica 55.
pub fn sign_hac_test(errors: &[f64], lags: usize) -> Result<TestResult> {
    let (signs, note) = signs(errors)?;
    if errors.len() < lags + 2 {
        return Err(Error::too_few(WHAT, lags + 2, errors.len(), "give more errors or fewer lags"));
    }
    let variance = long_run_variance(&signs, Kernel::Bartlett, Bandwidth::Lags(lags))?;
    let statistic = mean(&signs) / (variance / signs.len() as f64).sqrt();
    Ok(TestResult::new(TestKind::ZeroMedian.named("HAC sign test"))
        .with_null(NULL, ALTERNATIVE)
        .with_statistic(statistic, "N(0, 1)")
        .with_p_value(normal_two_sided(statistic))
        .with_observations(errors.len())
        .with_lags(lags)
        .with_note(note))
}

/// The same for errors that share shocks over `overlap` of them, as
/// [`bias_overlap_t_test`](super::bias_overlap_t_test).
///
/// # Errors
/// As [`sign_hac_test`], or fewer than 12 overlaps.
pub fn sign_overlap_test(errors: &[f64], overlap: usize) -> Result<TestResult> {
    let (signs, note) = signs(errors)?;
    let test = zero_mean(WHAT, &signs, overlap)?;
    Ok(test
        .about(TestKind::ZeroMedian.named("HAC sign test"), NULL, ALTERNATIVE, errors.len())
        .with_note(note))
}

const WHAT: &str = "the HAC sign test";

/// The signs, both of which occur, and how often each does.
fn signs(errors: &[f64]) -> Result<(Vec<f64>, String)> {
    let (positive, negative) = counts(WHAT, errors)?;
    if positive == 0 || negative == 0 {
        return Err(Error::Value {
            what: WHAT.to_owned(),
            series: "series".to_owned(),
            index: 0,
            value: errors[0],
            remedy: "every error has the same sign; use the exact sign test".to_owned(),
        });
    }
    let signs = errors.iter().map(|&e| if e == 0.0 { 0.0 } else { e.signum() }).collect();
    Ok((signs, format!("{positive} positive, {negative} negative")))
}

fn counts(what: &str, errors: &[f64]) -> Result<(usize, usize)> {
    require_finite(what, "series", errors)?;
    let positive = errors.iter().filter(|&&e| e > 0.0).count();
    let negative = errors.iter().filter(|&&e| e < 0.0).count();
    if positive + negative == 0 {
        return Err(Error::too_few(what, 1, 0, "give at least one error that is not zero"));
    }
    Ok((positive, negative))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "sign test",
    kind: TestKind::ZeroMedian,
    group: Group::Bias,
    validity: Validity::Independent,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| sign_test(residuals.values()),
};

/// The same for overlapping forecasts.
pub(super) const OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "HAC sign test",
    kind: TestKind::ZeroMedian,
    group: Group::Bias,
    validity: Validity::Overlapping,
    invariance: Invariance::Scale,
    reported: true,
    run: |residuals| {
        // a HAC variance of signs needs both signs
        let values = residuals.values();
        if values.iter().any(|&e| e > 0.0) && values.iter().any(|&e| e < 0.0) {
            sign_overlap_test(values, residuals.overlap())
        } else {
            residuals.on_thinned(sign_test)
        }
    },
};

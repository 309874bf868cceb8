//! The Shapiro-Wilk test.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::{mean, sorted};
use crate::tails::normal_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use statrs::distribution::{ContinuousCDF as _, Normal};

/// The largest sample Royston's approximation was made for.
const LARGEST: usize = 5000;

/// The Shapiro-Wilk test of normality by Royston's approximation (algorithm AS R94).
///
/// It is calibrated for 3 to 5000 values. A longer series is thinned to 5000 values at equal distances, and
/// the result's `n` and notes say so.
///
/// # Errors
/// A value that is not finite, a constant series, or fewer than 3 values.
///
/// # Examples
/// ```
/// let bimodal: Vec<f64> = (0..60).map(|t| if t % 2 == 0 { 1.0 } else { 5.0 } + f64::from(t) / 100.0).collect();
/// assert!(dvol_core::validation::shapiro_wilk(&bimodal)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Shapiro and Wilk (1965), Biometrika 52; Royston (1995), "Remark AS R94", Applied Statistics 44.
pub fn shapiro_wilk(series: &[f64]) -> Result<TestResult> {
    require_series("the Shapiro-Wilk test", series, 3)?;
    let all = series.len();
    let thinned: Vec<f64> = if all > LARGEST {
        (0..LARGEST).map(|i| series[i * all / LARGEST]).collect()
    } else {
        series.to_vec()
    };
    require_series("the Shapiro-Wilk test", &thinned, 3)?;
    let values = sorted(&thinned);
    let statistic = statistic(&values);
    let result = TestResult::new(TestKind::Normality.named("Shapiro-Wilk"))
        .with_null("the values are normal", "the values are not normal")
        .with_statistic(statistic, "Shapiro-Wilk W")
        .with_p_value(p_value(statistic, values.len()))
        .with_observations(values.len());
    Ok(if all > LARGEST {
        result.with_note(format!("on {LARGEST} of {all} values at equal distances: Royston's limit"))
    } else {
        result
    })
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Weights of the upper half, largest first.
fn weights(n: usize) -> Vec<f64> {
    if n == 3 {
        return vec![std::f64::consts::FRAC_1_SQRT_2];
    }
    let normal = Normal::standard();
    let scores: Vec<f64> =
        (0..n / 2).map(|i| -normal.inverse_cdf((i as f64 + 0.625) / (n as f64 + 0.25))).collect();
    let squares = 2.0 * scores.iter().map(|score| score * score).sum::<f64>();
    let root = 1.0 / (n as f64).sqrt();
    let first = scores[0] / squares.sqrt()
        + polynomial(&[0.0, 0.221_157, -0.147_981, -2.071_19, 4.434_685, -2.706_056], root);
    let mut weights = vec![first];
    let factor = if n > 5 {
        let second = scores[1] / squares.sqrt()
            + polynomial(&[0.0, 0.042_981, -0.293_762, -1.752_461, 5.682_633, -3.582_633], root);
        weights.push(second);
        ((squares - 2.0 * scores[0].powi(2) - 2.0 * scores[1].powi(2))
            / (1.0 - 2.0 * first.powi(2) - 2.0 * second.powi(2)))
        .sqrt()
    } else {
        ((squares - 2.0 * scores[0].powi(2)) / (1.0 - 2.0 * first.powi(2))).sqrt()
    };
    let rest: Vec<f64> = scores[weights.len()..].iter().map(|score| score / factor).collect();
    weights.extend(rest);
    weights
}

fn statistic(values: &[f64]) -> f64 {
    let n = values.len();
    let mean = mean(values);
    let total: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let contrast: f64 =
        weights(n).iter().enumerate().map(|(i, weight)| weight * (values[n - 1 - i] - values[i])).sum();
    (contrast * contrast / total).min(1.0)
}

fn p_value(w: f64, n: usize) -> f64 {
    let size = n as f64;
    if n == 3 {
        let limit = 0.75_f64.sqrt().asin();
        return (6.0 / std::f64::consts::PI * (w.sqrt().asin() - limit)).max(0.0);
    }
    let y = (1.0 - w).ln();
    if n <= 11 {
        let gamma = polynomial(&[-2.273, 0.459], size);
        if y >= gamma {
            return 1e-99;
        }
        let centre = polynomial(&[0.544, -0.399_78, 0.025_054, -6.714e-4], size);
        let scale = polynomial(&[1.3822, -0.778_57, 0.062_767, -0.002_032_2], size).exp();
        normal_upper((-(gamma - y).ln() - centre) / scale)
    } else {
        let log = size.ln();
        let centre = polynomial(&[-1.5861, -0.310_82, -0.083_751, 0.003_891_5], log);
        let scale = polynomial(&[-0.4803, -0.082_676, 0.003_030_2], log).exp();
        normal_upper((y - centre) / scale)
    }
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Shapiro-Wilk",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| shapiro_wilk(residuals.values()),
};

/// The same on residuals that share no shock.
pub(super) const THINNED: ResidualTest = ResidualTest {
    name: "Shapiro-Wilk, every h-th",
    kind: TestKind::Normality,
    group: Group::Normality,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| residuals.on_thinned(shapiro_wilk),
};

//! Whether two or more sets of residuals differ in mean, spread, shape or relation to the forecast.

use super::long_run::MeanVariance;
use super::overlap::Overlap;
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use crate::statistics::{centred, mean, median, sorted, variance};
use crate::tails::{f_upper, student_two_sided};
use crate::time::{Horizon, Timestamp};

/// Welch's t test of equal means.
///
/// `t = (m1 - m2) / sqrt(s1^2 / n1 + s2^2 / n2)` with Welch-Satterthwaite degrees of freedom.
///
/// # Errors
/// Fewer than two values in a sample, or two samples that do not vary.
///
/// # References
/// Welch (1947), Biometrika 34, 28-35.
///
/// # Examples
/// ```
/// let test = dvol_core::evaluation::welch("a", &[1.0, 2.0, 3.0], "b", &[4.0, 6.0, 8.0])?;
/// // means 2 and 6, variances of the means 1/3 and 4/3
/// assert!((test.statistic + 4.0 / (5.0_f64 / 3.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn welch(first_name: &str, first: &[f64], second_name: &str, second: &[f64]) -> Result<TestResult> {
    let what = format!("Welch's t of {first_name} and {second_name}");
    let (one, other) = (mean_and_error(&what, first)?, mean_and_error(&what, second)?);
    let squared = one.1 + other.1;
    if squared <= 0.0 {
        return Err(constant(&what));
    }
    let statistic = (one.0 - other.0) / squared.sqrt();
    let share = |error: f64, n: usize| error * error / (n - 1) as f64;
    let degrees = squared * squared / (share(one.1, first.len()) + share(other.1, second.len()));
    Ok(TestResult::new(TestKind::EqualMeans.named("Welch t"))
        .with_null(format!("mean residuals in {first_name} and {second_name} are equal"), "the means differ")
        .with_statistic(statistic, format!("t({degrees:.1})"))
        .with_p_value(student_two_sided(statistic, degrees))
        .with_observations(first.len() + second.len()))
}

/// The same question for residuals that overlap: the covariance with an indicator over its
/// standard error by [`LongRun::Cosine`](super::LongRun).
///
/// # Errors
/// Samples of which one is empty, or no more records than lags.
pub(super) fn mean_difference(
    first_name: &str,
    second_name: &str,
    rows: &[(Timestamp, f64, bool)],
    horizon: Horizon,
) -> Result<TestResult> {
    let what = format!("mean difference of {first_name} and {second_name}");
    let origins: Vec<Timestamp> = rows.iter().map(|row| row.0).collect();
    let values: Vec<f64> = rows.iter().map(|row| row.1).collect();
    let first: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(row.2))).collect();
    let overlap = Overlap::of(&origins, horizon);
    let (statistic, found) =
        MeanVariance::of_null_score(&what, &overlap, &centred(&first), &centred(&values))?;
    if !statistic.is_finite() {
        return Err(constant(&what));
    }
    let test = TestResult::new(TestKind::EqualMeansUnderOverlap.named("Mean difference (overlap-robust)"))
        .with_null(format!("mean residuals in {first_name} and {second_name} are equal"), "the means differ")
        .with_statistic(statistic, found.distribution())
        .with_p_value(found.two_sided(statistic))
        .with_observations(rows.len());
    Ok(found.annotate(test))
}

/// The Brown-Forsythe test of equal spread over all samples: F test of the absolute distances to each sample's median
/// on the samples' indicators (Brown and Forsythe 1974, JASA 69, 364-367).
pub(super) fn equal_spread(samples: &[&[f64]]) -> Result<TestResult> {
    let what = "the Brown-Forsythe test";
    let mut distances = Vec::new();
    for sample in samples {
        require_two(what, sample)?;
        let centre = median(sample);
        distances.extend(sample.iter().map(|value| (value - centre).abs()));
    }
    let indicators = (1..samples.len()).map(|group| {
        let inside = samples.iter().enumerate().flat_map(|(other, sample)| {
            std::iter::repeat_n(f64::from(u8::from(other == group)), sample.len())
        });
        (format!("regime {group}"), inside.collect())
    });
    let fit = Ols::new(what).fit(&Design::new(indicators)?.with_constant(), &distances)?;
    let f = fit.f_test().filter(|test| test.statistic.is_finite()).ok_or_else(|| constant(what))?;
    Ok(TestResult::new(TestKind::EqualVariances.named("Brown-Forsythe"))
        .with_null("residuals are spread equally in all regimes", "the spread differs between regimes")
        .with_statistic(f.statistic, f.distribution)
        .with_p_value(f.p_value)
        .with_observations(f.n))
}

/// The two-sample Kolmogorov-Smirnov test of equal distributions, with the asymptotic p-value.
///
/// `D = sup |F1 - F2|`; `P(D > d) = 2 sum (-1)^(k-1) exp(-2 k^2 d^2 n1 n2 / (n1 + n2))`.
///
/// # Errors
/// Fewer than two values in a sample.
///
/// # References
/// Smirnov (1948), Annals of Mathematical Statistics 19, 279-281.
///
/// # Examples
/// ```
/// // half of the first sample lies below all of the second
/// let test = dvol_core::evaluation::kolmogorov_smirnov("a", &[1.0, 2.0, 5.0, 6.0], "b", &[4.0, 5.5, 7.0])?;
/// assert!((test.statistic - 0.5).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn kolmogorov_smirnov(
    first_name: &str,
    first: &[f64],
    second_name: &str,
    second: &[f64],
) -> Result<TestResult> {
    let what = format!("Kolmogorov-Smirnov of {first_name} and {second_name}");
    require_two(&what, first)?;
    require_two(&what, second)?;
    let (one, other) = (sorted(first), sorted(second));
    let (n, m) = (one.len() as f64, other.len() as f64);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < one.len() && j < other.len() {
        let value = one[i].min(other[j]);
        // ties step together
        i += one[i..].iter().take_while(|&&x| x == value).count();
        j += other[j..].iter().take_while(|&&x| x == value).count();
        distance = distance.max((i as f64 / n - j as f64 / m).abs());
    }
    let scaled = distance * (n * m / (n + m)).sqrt();
    Ok(TestResult::new(TestKind::EqualDistributions.named("Kolmogorov-Smirnov, two samples"))
        .with_null(
            format!("residuals in {first_name} and {second_name} have the same distribution"),
            "the distributions differ",
        )
        .with_statistic(distance, "Kolmogorov")
        .with_p_value(kolmogorov_upper(scaled))
        .with_observations(first.len() + second.len()))
}

/// Chow's test that a regression of the residual on the forecast change has the same coefficients in all regimes.
///
/// `F = ((S - sum S_r) / (k (g - 1))) / (sum S_r / (n - g k))`, `S` the pooled and `S_r` the regimes' sums of squares,
/// `k = 2` coefficients, `g` regimes (Chow 1960, Econometrica 28, 591-605). `samples` hold (forecast change, residual).
pub(super) fn equal_coefficients(samples: &[&[(f64, f64)]]) -> Result<TestResult> {
    let what = "the Chow test";
    if samples.len() < 2 {
        return Err(Error::too_few(what, 2, samples.len(), "give at least two regimes"));
    }
    let squares = |rows: &[(f64, f64)]| -> Result<f64> {
        let (change, residual) = rows.iter().copied().unzip::<f64, f64, Vec<_>, Vec<_>>();
        let design = Design::new([("forecast change", change)])?.with_constant();
        Ok(Ols::new(what).fit(&design, &residual)?.residual_sum_of_squares())
    };
    let pooled = squares(&samples.concat())?;
    let separate = samples.iter().map(|sample| squares(sample)).sum::<Result<f64>>()?;
    let n: usize = samples.iter().map(|sample| sample.len()).sum();
    let numerator = 2.0 * (samples.len() as f64 - 1.0);
    let denominator = n as f64 - 2.0 * samples.len() as f64;
    let statistic = (pooled - separate) / numerator / (separate / denominator);
    Ok(TestResult::new(TestKind::StableCoefficients.named("Chow"))
        .with_null(
            "the residual's regression on the forecast change is the same in all regimes",
            "its coefficients differ between regimes",
        )
        .with_statistic(statistic, format!("F({numerator}, {denominator})"))
        .with_p_value(f_upper(statistic, numerator, denominator))
        .with_observations(n))
}

fn require_two(what: &str, sample: &[f64]) -> Result<()> {
    if sample.len() < 2 {
        return Err(Error::too_few(what, 2, sample.len(), "give a longer span, or join small regimes"));
    }
    Ok(())
}

/// The mean and its squared standard error.
fn mean_and_error(what: &str, sample: &[f64]) -> Result<(f64, f64)> {
    require_two(what, sample)?;
    let n = sample.len() as f64;
    Ok((mean(sample), variance(sample) / n))
}

fn kolmogorov_upper(scaled: f64) -> f64 {
    // below 0.2 the alternating series has not begun to converge, and the probability is 1 to 12 digits
    if scaled < 0.2 {
        return 1.0;
    }
    let terms = (1..=100).map(|k| {
        let k = f64::from(k);
        let sign = if k % 2.0 == 1.0 { 2.0 } else { -2.0 };
        sign * (-2.0 * k * k * scaled * scaled).exp()
    });
    terms.sum::<f64>().clamp(0.0, 1.0)
}

fn constant(what: &str) -> Error {
    Error::Mismatch {
        what: what.to_owned(),
        left: "a sample without spread".to_owned(),
        right: "another one without spread".to_owned(),
        remedy: "give residuals that vary".to_owned(),
    }
}

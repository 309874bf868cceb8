//! Whether outcomes are draws from the distributions that were forecast.

use super::Forecasts;
use super::coverage_test::{CoverageTest, Judges};
use super::found::Found;
use super::overlap::Overlap;
use super::overlap_law::{OverlapLaw, SharedLaw, on_grid, solve};
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::models::Level;
use ndarray::{Array1, Array2};

/// Raw moments that are tested.
const MOMENTS: i32 = 4;

/// Knüppel's test of calibration: raw moments of the probability integral transform, for multi-step forecasts.
///
/// # Formula
/// The quantiles of a forecast, at levels `a_1 < .. < a_K`, cut the outcomes into `K + 1` cells of known probability
/// `a_(i+1) - a_i`. The transform of an outcome is the middle of its cell less one half; under the null its raw moments
/// 1 to 4 (fewer with fewer than four cells) are those of that discrete law, without any assumption on what happens inside
/// the cells or beyond the last quantile. Their covariance under the null is known too: without overlap `n` times the
/// squared distance in units of it is `chi2(4)`; with overlap statistic and law are those of [`kupiec`](super::kupiec) for
/// four moments.
///
/// Knüppel takes the continuous transform and an estimated covariance; the discrete one is what quantiles allow.
///
/// # Errors
/// A series without quantiles, or without them at an origin; fewer origins than ten times the overlap.
///
/// # References
/// Knüppel (2015), "Evaluating the calibration of multi-step-ahead density forecasts using raw moments", JBES 33, 270-281;
/// Diebold, Gunther and Tay (1998), International Economic Review 39, 863-883.
pub fn knueppel(forecasts: &Forecasts) -> Result<TestResult> {
    knueppel_by(forecasts, &SharedLaw::default())
}

/// The same with a law that others simulate too, at the same origins and horizon.
///
/// # Errors
/// As [`knueppel`].
pub(super) fn knueppel_by(forecasts: &Forecasts, law: &SharedLaw) -> Result<TestResult> {
    let what = format!("Knueppel's test of {}", forecasts.model());
    let quantiles = forecasts.quantiles();
    let absent = |place: String| Error::Mismatch {
        what: what.clone(),
        left: "a distribution to test".to_owned(),
        right: place,
        remedy: "give forecasts with quantiles at every origin".to_owned(),
    };
    if quantiles.is_empty() {
        return Err(absent("no quantile".to_owned()));
    }
    let levels: Vec<f64> = quantiles.iter().map(|(level, _)| Level::get(*level)).collect();
    let cells: Vec<(f64, f64)> = std::iter::once(0.0)
        .chain(levels.iter().copied())
        .zip(levels.iter().copied().chain([1.0]))
        .map(|(from, to)| (f64::midpoint(from, to) - 0.5, to - from))
        .collect();
    let bounds: Vec<u32> = levels.iter().map(|&level| on_grid(level)).collect();
    let mut transform = Vec::with_capacity(forecasts.len());
    for (row, &actual) in forecasts.actual().iter().enumerate() {
        let mut below = 0;
        for (level, values) in &quantiles {
            if values[row].is_nan() {
                return Err(absent(format!("none at level {level} of {}", forecasts.origins()[row])));
            }
            below += usize::from(values[row] < actual);
        }
        transform.push(cells[below].0);
    }
    let count = (cells.len() - 1).min(MOMENTS as usize);
    let expected: Vec<f64> = (1..=MOMENTS)
        .map(|power| cells.iter().map(|(middle, share)| share * middle.powi(power)).sum())
        .collect();
    let known = Array2::from_shape_fn((count, count), |(row, column)| {
        let power = (row + column + 2) as i32;
        let product: f64 = cells.iter().map(|(middle, share)| share * middle.powi(power)).sum();
        product - expected[row] * expected[column]
    });
    let n = forecasts.len();
    let overlap = Overlap::of(forecasts.origins(), forecasts.horizon());
    let found = if overlap.steps == 1 {
        let mean_power = |column: usize| {
            transform.iter().map(|middle| middle.powi(column as i32 + 1) - expected[column]).sum::<f64>()
                / n as f64
        };
        let means: Array1<f64> = (0..count).map(mean_power).collect();
        let solved = solve(&known, &means).ok_or_else(|| absent("too few quantiles".to_owned()))?;
        Found::chi_squared(n as f64 * means.dot(&solved), count)
    } else {
        OverlapLaw::require(&what, &overlap)?;
        let law = law.get_or_init(|| OverlapLaw::of(&overlap));
        let places: Vec<usize> = (0..n).collect();
        let of = |middles: &[f64]| {
            law.statistic(&places, &known, |row, moments| {
                let mut power = 1.0;
                for (moment, expected) in moments.iter_mut().zip(&expected) {
                    power *= middles[row];
                    *moment = power - expected;
                }
            })
        };
        let statistic = of(&transform).ok_or_else(|| absent("too few quantiles".to_owned()))?;
        let p_value = law.p_value(statistic, |path| {
            let middle = |&value: &u16| cells[bounds.partition_point(|bound| *bound <= u32::from(value))].0;
            of(&path.iter().map(middle).collect::<Vec<f64>>())
        });
        Found { statistic, law: law.describe(), p_value, lags: Some(overlap.lags()) }
    };
    let null = format!("outcomes are draws from the distributions that {} forecast", forecasts.model());
    let alternative = "the distributions are off in location, spread, skew or tails";
    Ok(found.said(TestKind::Calibration.named("Knueppel"), null, alternative, n))
}

/// Its line of the table of tests of promises.
pub(super) const COVERAGE_TEST: CoverageTest =
    CoverageTest { name: "Knueppel", kind: TestKind::Calibration, judges: Judges::Distribution(knueppel_by) };

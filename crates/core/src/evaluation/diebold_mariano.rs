//! Whether two forecasts are equally accurate.

use super::forecast_test::{Compares, ForecastTest, Swap};
use super::overlap::{Overlap, constant, require_more_than_lags};
use super::{Forecasts, Loss, Losses};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::Kernel;
use crate::statistics::mean;
use crate::tails::student_two_sided;
use crate::time::{Horizon, Timestamp};

/// The Diebold-Mariano test with the correction of Harvey, Leybourne and Newbold.
///
/// With `d` = loss of `first` minus loss of `second`, a horizon of `h` steps and `n` origins:
/// `DM = mean(d) / sqrt(V)`, `V` the variance of the mean with `h - 1` lags, times
/// `sqrt((n + 1 - 2h + h (h - 1) / n) / n)`, against Student's t with `n - 1` degrees. A positive statistic speaks
/// for `second`.
///
/// Steps are those between origins: daily origins of a 24 h forecast do not overlap and need no lag; hourly ones
/// need 23. With [`Kernel::Rectangular`] (the original test) `V` can come out negative; Bartlett weights are then
/// used and a note says so.
///
/// # Errors
/// Series that are not aligned, a loss that is not finite, fewer than `h + 1` origins, or losses that differ by a
/// constant.
///
/// # References
/// Diebold and Mariano (1995), JBES 13, 253-263; Harvey, Leybourne and Newbold (1997), IJF 13, 281-291.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, Loss, diebold_mariano};
/// use dvol_core::{regression::Kernel, time::{Horizon, Timestamp}};
/// let series = |model: &str, error: fn(i64) -> f64| {
///     Forecasts::new(model, (0..99).map(|hour| Forecast {
///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 50.0,
///     }))
/// };
/// let rough = series("rough", |hour| (hour % 5) as f64)?;
/// let exact = series("exact", |hour| 0.1 * (hour % 3) as f64)?;
/// let test = diebold_mariano(&rough, &exact, Loss::Mse, Kernel::Bartlett)?;
/// assert!(test.statistic > 0.0 && test.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn diebold_mariano(
    first: &Forecasts,
    second: &Forecasts,
    loss: Loss,
    kernel: Kernel,
) -> Result<TestResult> {
    diebold_mariano_of(&Losses::of([first, second], loss)?, (0, 1), kernel)
}

/// The same test of two models by their places among losses.
///
/// # Errors
/// As [`diebold_mariano`].
pub(super) fn diebold_mariano_of(
    losses: &Losses,
    (first, second): (usize, usize),
    kernel: Kernel,
) -> Result<TestResult> {
    let (one, other) = (&losses.models()[first], &losses.models()[second]);
    if losses.are_alike(first, second) {
        return Err(constant(&what(one, other)));
    }
    let differential = losses.differential(first, second);
    diebold_mariano_on(one, other, &differential, losses.origins(), losses.horizon(), kernel)
}

fn what(first: &str, second: &str) -> String {
    format!("Diebold-Mariano of {first} and {second}")
}

/// The same test on a loss differential, loss of `first` minus loss of `second`.
///
/// # Errors
/// As [`diebold_mariano`].
fn diebold_mariano_on(
    first: &str,
    second: &str,
    differential: &[f64],
    origins: &[Timestamp],
    horizon: Horizon,
    kernel: Kernel,
) -> Result<TestResult> {
    let what = what(first, second);
    let overlap = Overlap::of(origins, horizon);
    let lags = overlap.lags();
    require_more_than_lags(&what, differential.len(), lags)?;
    let n = differential.len() as f64;
    let mean = mean(differential);
    let mut variance = overlap.variance_of_mean(differential, kernel, lags);
    let negative = variance <= 0.0 && kernel == Kernel::Rectangular;
    if negative {
        variance = overlap.variance_of_mean(differential, Kernel::Bartlett, lags);
    }
    if variance <= 0.0 {
        return Err(constant(&what));
    }
    let h = overlap.steps as f64;
    let correction = ((n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n).sqrt();
    let statistic = correction * mean / variance.sqrt();
    let test = TestResult::new(
        TestKind::EqualAccuracy.named("Diebold-Mariano (Harvey-Leybourne-Newbold)"),
        format!("{first} and {second} have the same expected loss"),
        "their expected losses differ",
        statistic,
        format!("t({})", differential.len() - 1),
        student_two_sided(statistic, n - 1.0),
        differential.len(),
    )
    .with_lags(lags);
    Ok(if negative {
        test.with_note("the rectangular variance was not positive; Bartlett weights were used")
    } else {
        test
    })
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Diebold-Mariano",
    kind: TestKind::EqualAccuracy,
    compares: Compares::Two {
        swap: Swap::FlipsSign,
        run: |pair| diebold_mariano_of(pair.losses, pair.places, pair.kernel),
    },
};

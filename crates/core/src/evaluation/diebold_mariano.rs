//! Whether two forecasts are equally accurate.

use super::forecast_test::{Compares, ForecastTest, Swap};
use super::long_run::MeanVariance;
use super::overlap::{Overlap, constant};
use super::{Forecasts, LongRun, Loss, Losses};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::{centred, mean};
use crate::tails::student_two_sided;
use crate::time::{Horizon, Timestamp};
use ndarray::{Array1, Axis};

/// The Diebold-Mariano test.
///
/// With `d` = loss of `first` minus loss of `second` over `n` origins and a horizon of `h` steps, the statistic is
/// `mean(d) / sqrt(V)`, `V` the variance of the mean. A positive statistic speaks for `second`.
///
/// | [`LongRun`] | `V` | distribution |
/// | --- | --- | --- |
/// | `Cosine` | cosine transforms at the `B` lowest frequencies | t(B) |
/// | `Lags` | `h - 1` lags; the statistic times `sqrt((n + 1 - 2h + h (h - 1) / n) / n)` | t(n - 1) |
///
/// The second is the test of Harvey, Leybourne and Newbold. Steps are those between origins: daily origins of a 24 h
/// forecast do not overlap and need no lag; hourly ones need 23. With rectangular weights (the original test) `V` can
/// come out negative; Bartlett's are then used and a note says so.
///
/// # Errors
/// Series that are not aligned, a loss that is not finite, fewer than `h + 1` origins, or losses that differ by a
/// constant.
///
/// # References
/// Diebold and Mariano (1995), JBES 13, 253-263; Harvey, Leybourne and Newbold (1997), IJF 13, 281-291; Coroneo
/// and Iacone (2020), Journal of Applied Econometrics 35, 391-409 (fixed-smoothing critical values).
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, LongRun, Loss, diebold_mariano};
/// use dvol_core::time::{Horizon, Timestamp};
/// let series = |model: &str, error: fn(i64) -> f64| {
///     Forecasts::new(model, (0..99).map(|hour| Forecast {
///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 50.0,
///     }))
/// };
/// let rough = series("rough", |hour| (hour % 5) as f64)?;
/// let exact = series("exact", |hour| 0.1 * (hour % 3) as f64)?;
/// let test = diebold_mariano(&rough, &exact, Loss::Mse, LongRun::Cosine)?;
/// assert!(test.statistic > 0.0 && test.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn diebold_mariano(
    first: &Forecasts,
    second: &Forecasts,
    loss: Loss,
    long_run: impl Into<LongRun>,
) -> Result<TestResult> {
    diebold_mariano_of(&Losses::of([first, second], loss)?, (0, 1), long_run.into())
}

/// The same test of two models by their places among losses.
///
/// # Errors
/// As [`diebold_mariano`].
pub(super) fn diebold_mariano_of(
    losses: &Losses,
    (first, second): (usize, usize),
    long_run: LongRun,
) -> Result<TestResult> {
    let (one, other) = (&losses.models()[first], &losses.models()[second]);
    if losses.are_alike(first, second) {
        return Err(constant(&what(one, other)));
    }
    let differential = losses.differential(first, second);
    diebold_mariano_on(one, other, &differential, losses.origins(), losses.horizon(), long_run)
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
    long_run: LongRun,
) -> Result<TestResult> {
    let what = what(first, second);
    let overlap = Overlap::of(origins, horizon);
    let n = differential.len() as f64;
    let centred = Array1::from(centred(differential)).insert_axis(Axis(1));
    let found = MeanVariance::of(&what, &overlap, &centred, long_run)?;
    let variance = found.variance(0);
    if variance.is_nan() || variance <= 0.0 {
        return Err(constant(&what));
    }
    let plain = mean(differential) / variance.sqrt();
    let (name, statistic, distribution, p_value) = if found.freedom.is_some() {
        ("equal-weighted cosine", plain, found.distribution(), found.two_sided(plain))
    } else {
        let h = overlap.steps as f64;
        let statistic = ((n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n).sqrt() * plain;
        let distribution = format!("t({})", differential.len() - 1);
        ("Harvey-Leybourne-Newbold", statistic, distribution, student_two_sided(statistic, n - 1.0))
    };
    let test = TestResult::new(TestKind::EqualAccuracy.named(format!("Diebold-Mariano ({name})")))
        .with_null(
            format!("{first} and {second} have the same expected loss"),
            "their expected losses differ",
        )
        .with_statistic(statistic, distribution)
        .with_p_value(p_value)
        .with_observations(differential.len());
    Ok(found.annotate(test))
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Diebold-Mariano",
    kind: TestKind::EqualAccuracy,
    compares: Compares::Two {
        swap: Swap::FlipsSign,
        run: |pair| diebold_mariano_of(pair.losses, pair.places, pair.long_run),
    },
};

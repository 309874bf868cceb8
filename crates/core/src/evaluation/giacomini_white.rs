//! Whether the difference in accuracy could have been foreseen.

use super::forecast_test::{Compares, ForecastTest, Swap};
use super::long_run::MeanVariance;
use super::overlap::{Overlap, constant};
use super::{Forecasts, LongRun, Loss, Losses};
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use ndarray::{Array1, Array2, Axis};

/// The Giacomini-White test of equal conditional predictive ability.
///
/// The instruments known at an origin are `x = (1, d_before)`, `d_before` the newest loss differential whose target
/// was known there. With `z = x d` over the `n` origins that have one, `W = mean(z)' V^-1 mean(z)`, `V` the covariance of
/// the mean: with [`LongRun::Cosine`] `(B - 1) / (2 B) W` is F(2, B - 1); with [`LongRun::Lags`] `V` sums uncentred
/// autocovariances of `z` over `h - 1` lags and `W` is chi-squared with 2 degrees. A rejection beside an insignificant
/// [`diebold_mariano`](super::diebold_mariano) says: which model is better changes, and recent losses tell when.
///
/// The test is about forecasting METHODS, their estimation error included, and needs that error to stay: models
/// estimated on a rolling window, or not at all. With an expanding window the null loses its meaning as the window
/// grows; read it beside a run whose training window rolls (`dvol backtest --window rolling:365d`).
///
/// # Errors
/// Series that are not aligned, a loss that is not finite, too few origins, or instruments that do not vary.
///
/// # References
/// Giacomini and White (2006), "Tests of conditional predictive ability", Econometrica 74, 1545-1578.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, LongRun, Loss, giacomini_white};
/// use dvol_core::time::{Horizon, Timestamp};
/// let series = |model: &str, error: fn(i64) -> f64| {
///     Forecasts::new(model, (0..200).map(|hour| Forecast {
///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 50.0,
///     }))
/// };
/// // the two take turns of ten hours at being right: equal on average, not conditionally
/// let early = series("early", |hour| ((hour / 10) % 2) as f64)?;
/// let late = series("late", |hour| ((hour / 10 + 1) % 2) as f64)?;
/// assert!(giacomini_white(&early, &late, Loss::Mse, LongRun::Cosine)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn giacomini_white(
    first: &Forecasts,
    second: &Forecasts,
    loss: Loss,
    long_run: impl Into<LongRun>,
) -> Result<TestResult> {
    let what = format!("Giacomini-White of {} and {}", first.model(), second.model());
    let losses = Losses::of([first, second], loss)?;
    if losses.are_alike(0, 1) {
        return Err(constant(&what));
    }
    let differential = losses.differential(0, 1);
    let origins = losses.origins();
    let horizon = losses.horizon();
    let mut rows = Vec::with_capacity(origins.len());
    let mut newest = None;
    let mut candidate = 0;
    for (row, &origin) in origins.iter().enumerate() {
        while candidate < row && origins[candidate] + horizon <= origin {
            newest = Some(candidate);
            candidate += 1;
        }
        if let Some(before) = newest {
            rows.push((row, before));
        }
    }
    let kept: Vec<_> = rows.iter().map(|&(row, _)| origins[row]).collect();
    if kept.is_empty() {
        return Err(Error::too_few(what, 2, 0, "give origins over more than the horizon"));
    }
    let overlap = Overlap::of(&kept, horizon);
    // (origins, instruments)
    let moments = Array2::from_shape_fn((kept.len(), 2), |(position, instrument)| {
        let (row, before) = rows[position];
        differential[row] * if instrument == 0 { 1.0 } else { differential[before] }
    });
    let mean: Array1<f64> = moments.sum_axis(Axis(0)) / kept.len() as f64;
    let found = MeanVariance::of(&what, &overlap, &moments, long_run.into())?;
    let joint = found.wald(
        &what,
        &mean,
        "a constant and the earlier loss differential",
        "compare two models whose losses differ and vary",
    )?;
    let test = TestResult::new(TestKind::EqualConditionalAccuracy.named("Giacomini-White"))
        .with_null(
            format!(
                "{} and {} have the same expected loss given the newest known losses",
                first.model(),
                second.model()
            ),
            "which of them is better can be foreseen",
        )
        .with_statistic(joint.statistic, joint.distribution)
        .with_p_value(joint.p_value)
        .with_observations(kept.len());
    Ok(found.annotate(test))
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Giacomini-White",
    kind: TestKind::EqualConditionalAccuracy,
    compares: Compares::Two {
        swap: Swap::KeepsStatistic,
        run: |pair| giacomini_white(pair.first, pair.second, pair.loss, pair.long_run),
    },
};

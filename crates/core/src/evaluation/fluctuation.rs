//! Whether two forecasts are equally accurate at every time.

use super::forecast_test::{Compares, ForecastTest, Swap};
use super::overlap::{Overlap, constant};
use super::{Forecasts, Loss, Losses};
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::CosineVariance;
use crate::seed::Seed;
use crate::statistics::quantile;
use crate::time::Timestamp;
use ndarray::{Array1, ArrayView1, Axis};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The share of the origins in a window, when none is asked for.
const WINDOW: f64 = 0.3;
/// Steps of a simulated path, and simulated paths.
const STEPS: usize = 1000;
const PATHS: usize = 4000;
/// Frequencies that a test needs, and how many are as good as all.
const FEWEST: usize = 5;
const MANY: usize = 100;
/// Levels of the critical values.
const LEVELS: [f64; 3] = [0.1, 0.05, 0.01];

/// Giacomini and Rossi's fluctuation test, with the path it is about.
///
/// # Formula
/// With `d` = loss of the first minus loss of the second and windows of `m` of the `n` origins:
/// `F(t) = sum over the window of d / (s sqrt(m))`, `s^2` the long-run variance of `d` over all origins by the `B` cosines
/// of [`CosineVariance`], 100 at most. A mean that moves looks like memory: the spectrum's shape must not choose `B` here. The
/// statistic is the `F(t)` farthest from zero; where it is positive, the second was better.
///
/// Under the null that expected losses are equal throughout, `max |F|` tends to
/// `sup |W(r + m/n) - W(r)| / sqrt(m/n)` of a Brownian motion `W`; its law for this `m / n`, with the same `B` cosines of `W` as
/// divisor, is simulated with 4000 paths of 1000 steps. With many cosines these are the critical values of the authors'
/// table 1.
///
/// # References
/// Giacomini and Rossi (2010), "Forecast comparisons in unstable environments", Journal of Applied Econometrics 25,
/// 595-620.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Fluctuation, Forecast, Forecasts, Loss};
/// use dvol_core::time::{Horizon, Timestamp};
/// let series = |model: &str, error: fn(i64) -> f64| {
///     Forecasts::new(model, (0..400).map(|hour| Forecast {
///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 50.0,
///     }))
/// };
/// // the first model is worse in the first half and better in the second: equal on average
/// let early = series("early", |hour| if hour < 200 { 2.0 } else { 1.0 + 0.1 * (hour % 5) as f64 })?;
/// let late = series("late", |hour| if hour < 200 { 1.0 + 0.1 * (hour % 5) as f64 } else { 2.0 })?;
/// let found = Fluctuation::between(&early, &late, Loss::Mse)?;
/// assert!(found.path.iter().any(|(_, f)| *f > 0.0) && found.path.iter().any(|(_, f)| *f < 0.0));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fluctuation {
    /// The first model.
    pub first: String,
    /// The second model: better where the path is positive.
    pub second: String,
    /// Origins in a window.
    pub window: usize,
    /// The statistic of every window, at the origin in its middle.
    pub path: Vec<(Timestamp, f64)>,
    /// The test, with critical values at 10, 5 and 1 %.
    pub test: TestResult,
}

impl Fluctuation {
    /// The test of two models under a loss, with windows of three tenths of the origins.
    ///
    /// # Errors
    /// Series that are not aligned, losses that differ by a constant, or too few origins for the overlap.
    pub fn between(first: &Forecasts, second: &Forecasts, loss: Loss) -> Result<Self> {
        Self::of(&Losses::of([first, second], loss)?, (0, 1), WINDOW)
    }

    /// The test of two models by their places among losses, with windows of a share of the origins.
    ///
    /// # Errors
    /// As [`Fluctuation::between`], and a share that is not at least 0.1 and at most 0.9.
    pub fn of(losses: &Losses, (first, second): (usize, usize), share: f64) -> Result<Self> {
        if !(0.1..=0.9).contains(&share) {
            return Err(Error::parameter("window", share, "a share of the origins from 0.1 to 0.9"));
        }
        let (one, other) = (losses.models()[first].clone(), losses.models()[second].clone());
        let what = format!("the fluctuation test of {one} and {other}");
        if losses.are_alike(first, second) {
            return Err(constant(&what));
        }
        let differential = losses.differential(first, second);
        let n = differential.len();
        let overlap = Overlap::of(losses.origins(), losses.horizon());
        let count = CosineVariance::most_frequencies(n, overlap.neighbours()).min(MANY);
        if count < FEWEST {
            // n / h to the power of 2/3 is at least so many
            let needed = ((FEWEST as f64 - 1.0).powf(1.5) * overlap.neighbours() as f64).ceil() as usize + 1;
            return Err(Error::too_few(what, needed.max(44), n, "give more origins for this horizon"));
        }
        let column = Array1::from(differential.clone()).insert_axis(Axis(1));
        let variance = CosineVariance::with_frequencies(&column, count)?.long_run()[[0, 0]];
        if variance <= 0.0 {
            return Err(constant(&what));
        }
        let window = ((share * n as f64).round() as usize).clamp(2, n - 1);
        let statistics = windows(&differential, window, variance.sqrt());
        let farthest = statistics.iter().copied().max_by(|one, other| one.abs().total_cmp(&other.abs()));
        let statistic = farthest.unwrap_or_default();
        let null = simulated(window as f64 / n as f64, count)?;
        let beyond = null.len() - null.partition_point(|value| *value < statistic.abs());
        let p_value = (beyond + 1) as f64 / (null.len() + 1) as f64;
        let critical: Vec<(f64, f64)> = LEVELS.map(|level| (level, quantile(&null, 1.0 - level))).into();
        let test = TestResult::new(TestKind::EqualAccuracyThroughout.named("Fluctuation (Giacomini-Rossi)"))
            .with_null(
                format!("{one} and {other} have the same expected loss at every time"),
                "their expected losses differ at some time",
            )
            .with_statistic(
                statistic,
                format!(
                    "sup of Brownian windows of {:.2}, {count} cosines, {PATHS} paths",
                    window as f64 / n as f64
                ),
            )
            .with_p_value(p_value)
            .with_observations(n)
            .with_lags(overlap.lags())
            .with_critical_values(critical);
        let middle = losses.origins()[window / 2..].iter().copied();
        Ok(Self { first: one, second: other, window, path: middle.zip(statistics).collect(), test })
    }
}

/// Sums over all windows, in units of `deviation sqrt(window)`.
fn windows(series: &[f64], window: usize, deviation: f64) -> Vec<f64> {
    let mut sums = Vec::with_capacity(series.len() + 1 - window);
    let mut sum: f64 = series[..window].iter().sum();
    sums.push(sum);
    for (leaving, entering) in series.iter().zip(&series[window..]) {
        sum += entering - leaving;
        sums.push(sum);
    }
    let scale = 1.0 / (deviation * (window as f64).sqrt());
    sums.iter_mut().for_each(|sum| *sum *= scale);
    sums
}

/// The largest distances from zero of simulated paths, in ascending order.
fn simulated(share: f64, count: usize) -> Result<Vec<f64>> {
    let window = ((share * STEPS as f64).round() as usize).clamp(1, STEPS - 1);
    let seed = Seed::new(2010).stage("fluctuation");
    let path = |index: usize| {
        let mut rng = seed.nth(index).rng();
        let steps: Vec<f64> = (0..STEPS).map(|_| StandardNormal.sample(&mut rng)).collect();
        let column = ArrayView1::from(&steps).insert_axis(Axis(1)).to_owned();
        let variance = CosineVariance::with_frequencies(&column, count)?.long_run()[[0, 0]];
        let sums = windows(&steps, window, variance.sqrt());
        Ok(sums.into_iter().fold(0.0_f64, |most, value| most.max(value.abs())))
    };
    let mut all = (0..PATHS).into_par_iter().map(path).collect::<Result<Vec<f64>>>()?;
    all.sort_by(f64::total_cmp);
    Ok(all)
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Fluctuation",
    kind: TestKind::EqualAccuracyThroughout,
    compares: Compares::Two {
        swap: Swap::FlipsSign,
        run: |pair| Fluctuation::of(pair.losses, pair.places, WINDOW).map(|found| found.test),
    },
};

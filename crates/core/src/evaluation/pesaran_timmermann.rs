//! Whether forecast directions are better than chance.

use super::forecast_test::{Compares, ForecastTest};
use super::long_run::MeanVariance;
use super::overlap::Overlap;
use super::{Forecasts, LongRun};
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use crate::statistics::{centred, mean};
use crate::tails::normal_upper;
use crate::time::Timestamp;

/// The Pesaran-Timmermann test: are the directions forecast from the origin independent of those that came true?
///
/// Over the `n` records that name a direction and saw one: `P` the share of hits, `y` and `x` the shares of actual
/// and forecast rises, `P* = yx + (1 - y)(1 - x)`. `S = (P - P*) / sqrt(V - W)` with `V = P* (1 - P*) / n` and
/// `W = ((2y - 1)^2 x (1 - x) + (2x - 1)^2 y (1 - y) + 4 yx (1 - y)(1 - x) / n) / n` is normal under independence,
/// one-sided. It assumes independent records: overlapping forecasts need [`directional_dependence`].
///
/// # Errors
/// Fewer than 10 such records, or directions that are all the same.
///
/// # References
/// Pesaran and Timmermann (1992), "A simple nonparametric test of predictive performance", JBES 10, 461-465.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, pesaran_timmermann};
/// use dvol_core::time::{Horizon, Timestamp};
/// let forecasts = Forecasts::new("knows", (0..60).map(|hour| {
///     let change = if (hour / 3) % 2 == 0 { 1.0 } else { -1.0 };
///     Forecast {
///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///         actual: 50.0 + change, predicted: 50.0 + 0.1 * change, anchor: 50.0,
///     }
/// }))?;
/// assert!(pesaran_timmermann(&forecasts)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn pesaran_timmermann(forecasts: &Forecasts) -> Result<TestResult> {
    let directions = Directions::of(forecasts)?;
    let n = directions.actual.len() as f64;
    let (actual, called) = (mean(&directions.actual), mean(&directions.called));
    let pairs = directions.actual.iter().zip(&directions.called);
    let hits = pairs.filter(|(actual, called)| actual == called).count() as f64 / n;
    let expected = actual * called + (1.0 - actual) * (1.0 - called);
    let hit_variance = expected * (1.0 - expected) / n;
    let expected_variance = ((2.0 * actual - 1.0).powi(2) * called * (1.0 - called)
        + (2.0 * called - 1.0).powi(2) * actual * (1.0 - actual)
        + 4.0 * actual * called * (1.0 - actual) * (1.0 - called) / n)
        / n;
    let statistic = (hits - expected) / (hit_variance - expected_variance).sqrt();
    let test =
        directions.result("Pesaran-Timmermann", statistic, "N(0, 1)".to_owned(), normal_upper(statistic));
    Ok(if directions.overlap.lags() > 0 {
        test.with_note("forecasts overlap: read the overlap-robust test of directions instead")
    } else {
        test
    })
}

/// The same question for overlapping forecasts: the slope of actual on forecast direction.
///
/// `1(actual rise) = a + b 1(forecast rise) + u`; the statistic is `b` over its standard error by [`LongRun`]
/// (`Cosine`: the covariance of the two over its own, which is zero when `b` is), one-sided.
///
/// # Errors
/// As [`pesaran_timmermann`], or no more records than lags.
///
/// # References
/// Pesaran and Timmermann (2009), "Testing dependence among serially correlated multicategory variables", JASA 104,
/// 325-337 (the regression form for two categories).
pub fn directional_dependence(forecasts: &Forecasts, long_run: impl Into<LongRun>) -> Result<TestResult> {
    let directions = Directions::of(forecasts)?;
    let what = format!("directions of {}", forecasts.model());
    let (statistic, found) = match long_run.into() {
        LongRun::Cosine => {
            let (called, actual) = (centred(&directions.called), centred(&directions.actual));
            MeanVariance::of_null_score(&what, &directions.overlap, &called, &actual)?
        }
        by_lags @ LongRun::Lags(_) => {
            let design = Design::new([("forecast rise", directions.called.clone())])?.with_constant();
            let fit = Ols::new(what.clone()).fit(&design, &directions.actual)?;
            let found = MeanVariance::of_coefficients(&what, &directions.overlap, &fit, by_lags)?;
            (fit.coefficients()[1] / found.variance(1).sqrt(), found)
        }
    };
    let name = "Directional dependence (overlap-robust)";
    let test = directions.result(name, statistic, found.distribution(), found.upper(statistic));
    Ok(found.annotate(test))
}

/// 1 for a rise and 0 for a fall, over the records that have both directions.
struct Directions {
    model: String,
    actual: Vec<f64>,
    called: Vec<f64>,
    overlap: Overlap,
}

impl Directions {
    fn of(forecasts: &Forecasts) -> Result<Self> {
        let mut origins: Vec<Timestamp> = Vec::new();
        let (mut actual, mut called) = (Vec::new(), Vec::new());
        for record in forecasts.records() {
            let (happened, forecast) = (record.actual - record.anchor, record.predicted - record.anchor);
            if happened * forecast != 0.0 && (happened * forecast).is_finite() {
                origins.push(record.origin);
                actual.push(f64::from(u8::from(happened > 0.0)));
                called.push(f64::from(u8::from(forecast > 0.0)));
            }
        }
        let what = format!("directions of {}", forecasts.model());
        if actual.len() < 10 {
            return Err(Error::too_few(
                what,
                10,
                actual.len(),
                "give forecasts that differ from the level at their origin",
            ));
        }
        for (series, name) in [(&actual, "actual"), (&called, "forecast")] {
            if series.iter().all(|value| value == &series[0]) {
                return Err(Error::Value {
                    what,
                    series: format!("{name} direction"),
                    index: 0,
                    value: series[0],
                    remedy: "it never changes: give a span with rises and falls".to_owned(),
                });
            }
        }
        let overlap = Overlap::of(&origins, forecasts.horizon());
        Ok(Self { model: forecasts.model().to_owned(), actual, called, overlap })
    }

    fn result(&self, name: &str, statistic: f64, distribution: String, p_value: f64) -> TestResult {
        TestResult::new(TestKind::IndependentDirections.named(name))
            .with_null(
                format!("directions forecast by {} are independent of what came true", self.model),
                "forecast directions are right more often than chance",
            )
            .with_statistic(statistic, distribution)
            .with_p_value(p_value)
            .with_observations(self.actual.len())
    }
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Pesaran-Timmermann",
    kind: TestKind::IndependentDirections,
    compares: Compares::One { run: |model, _| pesaran_timmermann(model) },
};

/// The same for overlapping forecasts.
pub(super) const OVERLAP_ROBUST: ForecastTest = ForecastTest {
    name: "Directional dependence (overlap-robust)",
    kind: TestKind::IndependentDirections,
    compares: Compares::One { run: |model, long_run| directional_dependence(model, long_run) },
};

//! Whether one forecast holds everything another knows.

use super::forecast_test::{Compares, ForecastTest, Swap};
use super::long_run::MeanVariance;
use super::overlap::Overlap;
use super::{Forecasts, LongRun};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The weight another forecast gets beside one's own, and the test that it is zero.
///
/// `e_own = w (e_own - e_other) + u`, without constant: `w` is the weight of `other` in the best combination
/// `(1 - w) own + w other`. The standard error is that of [`LongRun`]. The test
/// is one-sided: with `Lags` of the weight over its standard error, with `Cosine` of the mean of
/// `e_own (e_own - e_other)` over its own, `e_own` being `u` under the null (half of Clark and West's moment). When it does not reject, `own` encompasses `other`.
///
/// # References
/// Granger and Ramanathan (1984), J. Forecasting 3, 197-204; Harvey, Leybourne and Newbold (1998), JBES 16, 254-259.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encompassing {
    /// The model that may hold everything.
    pub own: String,
    /// The model that may add something.
    pub other: String,
    /// The weight of `other`.
    pub weight: f64,
    /// Its standard error.
    pub std_error: f64,
    /// The test that the weight is zero.
    pub test: TestResult,
}

impl Encompassing {
    /// Tests whether `own` encompasses `other`.
    ///
    /// # Errors
    /// Series that are not aligned, too few origins, or equal forecasts.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{Encompassing, Forecast, Forecasts, LongRun};
    /// use dvol_core::time::{Horizon, Timestamp};
    /// let series = |model: &str, error: fn(i64) -> f64| {
    ///     Forecasts::new(model, (0..99).map(|hour| Forecast {
    ///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
    ///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 50.0,
    ///     }))
    /// };
    /// let one = series("one", |hour| (hour % 5) as f64 - 2.0)?;
    /// let two = series("two", |hour| (hour % 7) as f64 - 3.0)?;
    /// let found = Encompassing::of(&one, &two, LongRun::Cosine)?;
    /// assert!(found.weight > 0.2 && found.weight < 0.5 && found.test.rejects(0.05));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(own: &Forecasts, other: &Forecasts, long_run: impl Into<LongRun>) -> Result<Self> {
        own.aligned_with(other)?;
        let what = format!("encompassing of {} by {}", other.model(), own.model());
        let errors = own.residuals();
        let differences: Vec<f64> =
            errors.iter().zip(other.residuals()).map(|(own, other)| own - other).collect();
        let overlap = Overlap::of(own.origins(), own.horizon());
        let fit = Ols::new(&what).fit(&Design::new([("difference", differences.clone())])?, &errors)?;
        let weight = fit.coefficients()[0];
        let long_run = long_run.into();
        let fitted = MeanVariance::of_coefficients(&what, &overlap, &fit, long_run)?;
        let std_error = fitted.variance(0).sqrt();
        let (statistic, found) = match long_run {
            LongRun::Cosine => MeanVariance::of_null_score(&what, &overlap, &differences, &errors)?,
            LongRun::Lags(_) => (weight / std_error, fitted),
        };
        let test = TestResult::new(TestKind::Encompassing.named("Forecast encompassing"))
            .with_null(
                format!("{} adds nothing to {}", other.model(), own.model()),
                "a combination has the lower expected squared error",
            )
            .with_statistic(statistic, found.distribution())
            .with_p_value(found.upper(statistic))
            .with_observations(errors.len());
        let test = found.annotate(test);
        Ok(Self { own: own.model().to_owned(), other: other.model().to_owned(), weight, std_error, test })
    }
}

impl fmt::Display for Encompassing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "weight of {} beside {}: {:.4} ({:.4}); {}",
            self.other, self.own, self.weight, self.std_error, self.test
        )
    }
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Forecast encompassing",
    kind: TestKind::Encompassing,
    compares: Compares::Two {
        swap: Swap::AsksAnother,
        run: |pair| Encompassing::of(pair.first, pair.second, pair.long_run).map(|found| found.test),
    },
};

//! Whether one forecast holds everything another knows.

use super::Forecasts;
use super::forecast_test::{Compares, ForecastTest, Swap};
use super::overlap::{Overlap, require_more_than_lags};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use crate::tails::normal_upper;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The weight another forecast gets beside one's own, and the test that it is zero.
///
/// `e_own = w (e_own - e_other) + u`, without constant: `w` is the weight of `other` in the best combination
/// `(1 - w) own + w other`. The standard error has Bartlett weights over the `h - 1` lags at which errors overlap;
/// the test is one-sided normal. When it does not reject, `own` encompasses `other`.
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
    /// use dvol_core::evaluation::{Encompassing, Forecast, Forecasts};
    /// use dvol_core::time::{Horizon, Timestamp};
    /// let series = |model: &str, error: fn(i64) -> f64| {
    ///     Forecasts::new(model, (0..99).map(|hour| Forecast {
    ///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
    ///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 50.0,
    ///     }))
    /// };
    /// let one = series("one", |hour| (hour % 5) as f64 - 2.0)?;
    /// let two = series("two", |hour| (hour % 7) as f64 - 3.0)?;
    /// let found = Encompassing::of(&one, &two)?;
    /// assert!(found.weight > 0.2 && found.weight < 0.5 && found.test.rejects(0.05));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(own: &Forecasts, other: &Forecasts) -> Result<Self> {
        own.aligned_with(other)?;
        let what = format!("encompassing of {} by {}", other.model(), own.model());
        let errors = own.residuals();
        let differences: Vec<f64> =
            errors.iter().zip(other.residuals()).map(|(own, other)| own - other).collect();
        let overlap = Overlap::of(own.origins(), own.horizon());
        require_more_than_lags(&what, errors.len(), overlap.lags())?;
        let fit = Ols::new(&what).fit(&Design::new([("difference", differences)])?, &errors)?;
        let weight = fit.coefficients()[0];
        let std_error = overlap.covariance_of(&fit)?[[0, 0]].sqrt();
        let statistic = weight / std_error;
        let test = TestResult::new(
            TestKind::Encompassing.named("Forecast encompassing"),
            format!("{} adds nothing to {}", other.model(), own.model()),
            "a combination has the lower expected squared error",
            statistic,
            "N(0, 1)",
            normal_upper(statistic),
            errors.len(),
        )
        .with_lags(overlap.lags());
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
        run: |pair| Encompassing::of(pair.first, pair.second).map(|found| found.test),
    },
};

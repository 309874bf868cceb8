//! Whether forecasts are unbiased and efficient.

use super::forecast_test::{Compares, ForecastTest};
use super::long_run::MeanVariance;
use super::overlap::Overlap;
use super::{Forecast, Forecasts, LongRun};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{Design, Ols};
use ndarray::{Array1, Axis, array};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the regression explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EfficiencyForm {
    /// `actual` on `predicted`: the original form. Near a unit root every forecast looks efficient in it.
    Levels,
    /// `actual - anchor` on `predicted - anchor`: the change that was forecast.
    #[default]
    Changes,
}

/// The Mincer-Zarnowitz regression `actual = a + b predicted + u` (or of changes from the origin), and the test
/// that `a = 0` and `b = 1`: then no constant and no rescaling improves the forecast.
///
/// The covariance is that of [`LongRun`]; the joint test is Wald's with 2 degrees; with
/// [`LongRun::Cosine`] it is the F test that the null's own errors `actual - predicted` have mean zero and are
/// uncorrelated with the forecast, which is the same hypothesis. A slope below 1 says the forecast changes too much.
///
/// # References
/// Mincer and Zarnowitz (1969), "The evaluation of economic forecasts", NBER.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MincerZarnowitz {
    /// The model's name.
    pub model: String,
    /// What was regressed.
    pub form: EfficiencyForm,
    /// `a`, index points.
    pub intercept: f64,
    /// Its standard error.
    pub intercept_std_error: f64,
    /// `b`.
    pub slope: f64,
    /// Its standard error.
    pub slope_std_error: f64,
    /// R2 of the regression.
    pub r2: f64,
    /// The joint test.
    pub test: TestResult,
}

impl MincerZarnowitz {
    /// Regresses what came true on what was forecast.
    ///
    /// # Errors
    /// Too few origins (with a known level, for [`EfficiencyForm::Changes`]), or forecasts that do not vary (persistence
    /// forecasts no change at all).
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{EfficiencyForm, Forecast, Forecasts, LongRun, MincerZarnowitz};
    /// use dvol_core::time::{Horizon, Timestamp};
    /// let forecasts = Forecasts::new("ours", (0..99).map(|hour| {
    ///     let predicted = 50.0 + (hour % 7) as f64;
    ///     Forecast {
    ///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
    ///         actual: 10.0 + 0.8 * predicted + 0.1 * (hour % 2) as f64, predicted, anchor: 50.0,
    ///     }
    /// }))?;
    /// let efficiency = MincerZarnowitz::of(&forecasts, EfficiencyForm::Levels, LongRun::Cosine)?;
    /// assert!((efficiency.slope - 0.8).abs() < 0.01 && efficiency.test.rejects(0.05));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(forecasts: &Forecasts, form: EfficiencyForm, long_run: impl Into<LongRun>) -> Result<Self> {
        let what = format!("Mincer-Zarnowitz of {}", forecasts.model());
        let base = |anchor: f64| if form == EfficiencyForm::Changes { anchor } else { 0.0 };
        let records: Vec<Forecast> =
            forecasts.records().filter(|record| base(record.anchor).is_finite()).collect();
        let target: Vec<f64> = records.iter().map(|record| record.actual - base(record.anchor)).collect();
        let forecast: Vec<f64> =
            records.iter().map(|record| record.predicted - base(record.anchor)).collect();
        let origins: Vec<_> = records.iter().map(|record| record.origin).collect();
        let overlap = Overlap::of(&origins, forecasts.horizon());
        let design = Design::new([("predicted", forecast.clone())])?.with_constant();
        let fit = Ols::new(&what).fit(&design, &target)?;
        let long_run = long_run.into();
        let found = MeanVariance::of_coefficients(&what, &overlap, &fit, long_run)?;
        let remedy = "give forecasts with errors that vary";
        let (found_by, distance) = match long_run {
            // the scores of the null's own errors: fitted ones are too small where frequencies are few
            LongRun::Cosine => {
                let x = fit.design().values();
                let errors = Array1::from_iter(target.iter().zip(&forecast).map(|(came, said)| came - said));
                let scores = x * &errors.insert_axis(Axis(1));
                let mean = scores.sum_axis(Axis(0)) / records.len() as f64;
                (MeanVariance::of(&what, &overlap, &scores, long_run)?, mean)
            }
            LongRun::Lags(_) => (found.clone(), array![fit.coefficients()[0], fit.coefficients()[1] - 1.0]),
        };
        let joint = found_by.wald(&what, &distance, "const, predicted", remedy)?;
        let test = TestResult::new(TestKind::Efficiency.named("Mincer-Zarnowitz"))
            .with_null(
                format!(
                    "forecasts of {} are unbiased and efficient (intercept 0, slope 1)",
                    forecasts.model()
                ),
                "a constant or a rescaling improves them",
            )
            .with_statistic(joint.statistic, joint.distribution.clone())
            .with_p_value(joint.p_value)
            .with_observations(records.len());
        Ok(Self {
            model: forecasts.model().to_owned(),
            form,
            intercept: fit.coefficients()[0],
            intercept_std_error: found.variance(0).sqrt(),
            slope: fit.coefficients()[1],
            slope_std_error: found.variance(1).sqrt(),
            r2: fit.r_squared(),
            test: found_by.annotate(test),
        })
    }
}

impl fmt::Display for MincerZarnowitz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {:.4} ({:.4}) + {:.4} ({:.4}) x forecast, R2 {:.4}; {}",
            self.model,
            self.intercept,
            self.intercept_std_error,
            self.slope,
            self.slope_std_error,
            self.r2,
            self.test
        )
    }
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Mincer-Zarnowitz",
    kind: TestKind::Efficiency,
    compares: Compares::One {
        run: |model, long_run| {
            MincerZarnowitz::of(model, EfficiencyForm::Changes, long_run).map(|found| found.test)
        },
    },
};

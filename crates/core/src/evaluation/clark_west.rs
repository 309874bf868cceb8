//! Whether a larger model that nests a smaller one forecasts better.

use super::forecast_test::{Compares, ForecastTest, Swap};
use super::long_run::MeanVariance;
use super::overlap::{Overlap, constant};
use super::{Forecasts, LongRun};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::{centred, mean};
use ndarray::{Array1, Axis};

/// The Clark-West test for nested models, on squared errors.
///
/// With errors `e_s`, `e_l` and forecasts `p_s`, `p_l` of the small and the large model:
/// `f = e_s^2 - (e_l^2 - (p_s - p_l)^2)`; the statistic is `mean(f)` over its standard error by [`LongRun`], one-sided. The term `(p_s - p_l)^2` takes out the noise a large model pays for
/// estimating parameters that are zero under the null, which makes Diebold-Mariano too kind to the small one.
///
/// # Errors
/// Series that are not aligned, fewer than `h + 1` origins, or equal forecasts.
///
/// # References
/// Clark and West (2007), "Approximately normal tests for equal predictive accuracy in nested models", Journal of
/// Econometrics 138, 291-311.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, LongRun, clark_west};
/// use dvol_core::time::{Horizon, Timestamp};
/// let series = |model: &str, share: f64| {
///     Forecasts::new(model, (0..99).map(|hour| {
///         let signal = (hour % 7) as f64 - 3.0;
///         let noise = ((hour * hour) % 5) as f64 - 2.0;
///         Forecast {
///             origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///             actual: 50.0 + signal + noise, predicted: 50.0 + share * signal, anchor: 50.0,
///         }
///     }))
/// };
/// let (small, large) = (series("constant", 0.0)?, series("with signal", 1.0)?);
/// assert!(clark_west(&small, &large, LongRun::Cosine)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn clark_west(small: &Forecasts, large: &Forecasts, long_run: impl Into<LongRun>) -> Result<TestResult> {
    small.aligned_with(large)?;
    let what = format!("Clark-West of {} within {}", small.model(), large.model());
    let pairs = small.records().zip(large.records());
    let adjusted: Vec<f64> = pairs
        .map(|(small, large)| {
            small.residual().powi(2) - large.residual().powi(2) + (small.predicted - large.predicted).powi(2)
        })
        .collect();
    let overlap = Overlap::of(small.origins(), small.horizon());
    let column = Array1::from(centred(&adjusted)).insert_axis(Axis(1));
    let found = MeanVariance::of(&what, &overlap, &column, long_run.into())?;
    let variance = found.variance(0);
    if variance.is_nan() || variance <= 0.0 {
        return Err(constant(&what));
    }
    let statistic = mean(&adjusted) / variance.sqrt();
    let test = TestResult::new(TestKind::NestedAccuracy.named("Clark-West"))
        .with_null(
            format!("{} forecasts no better than {}, which it nests", large.model(), small.model()),
            format!("{} has the lower expected squared error", large.model()),
        )
        .with_statistic(statistic, found.distribution())
        .with_p_value(found.upper(statistic))
        .with_observations(adjusted.len());
    Ok(found.annotate(test))
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Clark-West",
    kind: TestKind::NestedAccuracy,
    compares: Compares::Two {
        swap: Swap::AsksAnother,
        run: |pair| clark_west(pair.first, pair.second, pair.long_run),
    },
};

//! Whether a larger model that nests a smaller one forecasts better.

use super::Forecasts;
use super::forecast_test::{Compares, ForecastTest, Swap};
use super::overlap::Overlap;
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::mean;
use crate::tails::normal_upper;

/// The Clark-West test for nested models, on squared errors.
///
/// With errors `e_s`, `e_l` and forecasts `p_s`, `p_l` of the small and the large model:
/// `f = e_s^2 - (e_l^2 - (p_s - p_l)^2)`; the statistic is `mean(f)` over its standard error with Bartlett weights
/// and `h - 1` lags, one-sided normal. The term `(p_s - p_l)^2` takes out the noise a large model pays for
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
/// use dvol_core::evaluation::{Forecast, Forecasts, clark_west};
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
/// assert!(clark_west(&series("constant", 0.0)?, &series("with signal", 1.0)?)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn clark_west(small: &Forecasts, large: &Forecasts) -> Result<TestResult> {
    small.aligned_with(large)?;
    let what = format!("Clark-West of {} within {}", small.model(), large.model());
    let pairs = small.records().zip(large.records());
    let adjusted: Vec<f64> = pairs
        .map(|(small, large)| {
            small.residual().powi(2) - large.residual().powi(2) + (small.predicted - large.predicted).powi(2)
        })
        .collect();
    let overlap = Overlap::of(small.origins(), small.horizon());
    let statistic = mean(&adjusted) / overlap.robust_variance(&what, &adjusted)?.sqrt();
    Ok(TestResult::new(
        TestKind::NestedAccuracy.named("Clark-West"),
        format!("{} forecasts no better than {}, which it nests", large.model(), small.model()),
        format!("{} has the lower expected squared error", large.model()),
        statistic,
        "N(0, 1)",
        normal_upper(statistic),
        adjusted.len(),
    )
    .with_lags(overlap.lags()))
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Clark-West",
    kind: TestKind::NestedAccuracy,
    compares: Compares::Two { swap: Swap::AsksAnother, run: |pair| clark_west(pair.first, pair.second) },
};

//! The Cumby-Huizinga test of autocorrelation beyond an overlap.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{cosine_sums, cosines};
use crate::statistics::centred;
use crate::tails::{chi_squared_upper, f_upper};
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use linfa_linalg::qr::QR as _;
use ndarray::{Array2, Axis};

/// The test that autocorrelations at lags `overlap..overlap + lags` are zero, for a series that may be a
/// moving average of order `overlap - 1` and heteroskedastic.
///
/// Errors of `h`-step forecasts made every step are MA(h - 1) even when the forecasts are perfect, so that
/// Ljung-Box must reject; this test asks about the lags where there should be nothing. With
/// `g_t = (e_t e_{t-h}, ..., e_t e_{t-h-lags+1})`, `m` its mean and `S` its long-run variance from `v` cosines
/// ([`cosine_long_run_variance`](crate::regression::cosine_long_run_variance)), it is `n m' S^-1 m`, of which
/// `(v - lags + 1) / (v lags)` times is F with `lags` and `v - lags + 1` degrees of freedom. Without overlap `S` is the plain
/// covariance, and the law chi-squared with `lags` degrees.
///
/// Of moving averages of order 23 (`overlap` 24, `lags` 10) it rejects 5.7, 6.1 and 5.9 % at 5 % for n = 1,500, 3,000 and
/// 6,000 (800 to 1,500 draws), where Bartlett weights and chi-squared reject 13 % at n = 1,500.
///
/// # Errors
/// A value that is not finite, a constant series, `overlap` or `lags` of 0, or too few observations: `3 overlap (lags + 2)` products.
///
/// # References
/// Cumby and Huizinga (1992), "Testing the autocorrelation structure of disturbances in ordinary least
/// squares and instrumental variables regressions", Econometrica 60; the law: Sun (2013), Econometrics Journal 16.
///
/// # Examples
/// ```
/// let noise: Vec<f64> = (0..400).map(|t| f64::from(t * t * 7919 % 1009) - 504.0).collect();
/// // sums over 4 steps overlap: autocorrelated up to lag 3 by construction
/// let overlapping: Vec<f64> = noise.windows(4).map(|w| w.iter().sum()).collect();
/// assert!(dvol_core::validation::ljung_box(&overlapping, 5, 0)?.rejects(0.01));
/// assert!(!dvol_core::validation::cumby_huizinga(&overlapping, 4, 5)?.rejects(0.01));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn cumby_huizinga(series: &[f64], overlap: usize, lags: usize) -> Result<TestResult> {
    if overlap == 0 || lags == 0 {
        return Err(Error::parameter("overlap and lags", format!("{overlap}, {lags}"), "at least 1"));
    }
    let last = overlap + lags - 1;
    require_series("the Cumby-Huizinga test", series, 2 * last + 2 * lags + 10)?;
    let errors = centred(series);
    let rows = errors.len() - last;
    let products =
        Array2::from_shape_fn((rows, lags), |(t, j)| errors[last + t] * errors[last + t - overlap - j]);
    let means = products.sum_axis(Axis(0)) / rows as f64;
    let cosines = match overlap {
        1 => None,
        _ => Some(cosines("the Cumby-Huizinga test", rows, overlap, lags + 2)?),
    };
    let centred = &products - &means;
    let variance = match cosines {
        None => centred.t().dot(&centred) / rows as f64,
        Some(count) => cosine_sums(centred.view(), count),
    };
    let solved = variance
        .qr()
        .and_then(|factor| factor.solve(&means.clone().insert_axis(Axis(1))))
        .map_err(Error::internal("inverting a long-run variance"))?;
    let statistic = rows as f64 * means.dot(&solved.column(0));
    let (statistic, distribution, p_value) = match cosines {
        None => (statistic, format!("chi2({lags})"), chi_squared_upper(statistic, lags as f64)),
        Some(count) => {
            let rest = count - lags + 1;
            let f = statistic * rest as f64 / (count * lags) as f64;
            (f, format!("F({lags}, {rest})"), f_upper(f, lags as f64, rest as f64))
        }
    };
    Ok(TestResult::new(
        TestKind::NoAutocorrelation.named("Cumby-Huizinga"),
        format!("no autocorrelation at lags {overlap} to {last}"),
        "some of these autocorrelations are not zero",
        statistic,
        distribution,
        p_value,
        series.len(),
    )
    .with_lags(last)
    .with_note(format!("allows heteroskedasticity, and any autocorrelation below lag {overlap}")))
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Cumby-Huizinga",
    kind: TestKind::NoAutocorrelation,
    group: Group::Autocorrelation,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| cumby_huizinga(residuals.values(), residuals.overlap(), residuals.thinned_lags()),
};

/// The same on residuals that share no shock.
pub(super) const THINNED: ResidualTest = ResidualTest {
    name: "Cumby-Huizinga, every h-th",
    kind: TestKind::NoAutocorrelation,
    group: Group::Autocorrelation,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    // Durbin-Watson would also reject for heteroskedasticity, which overlap 1 of this test allows
    run: |residuals| residuals.on_thinned(|thinned| cumby_huizinga(thinned, 1, 5)),
};

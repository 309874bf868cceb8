//! The Cumby-Huizinga test of autocorrelation beyond an overlap.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::statistics::centred;
use crate::tails::f_upper;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::zero_mean::zero_means;
use linfa_linalg::qr::QR as _;
use ndarray::{Array2, Axis};

/// The test that autocorrelations at lags `overlap..overlap + lags` are zero, for a series that may be a
/// moving average of order `overlap - 1` and heteroskedastic.
///
/// Errors of `h`-step forecasts made every step are MA(h - 1) even when the forecasts are perfect, so that
/// Ljung-Box must reject; this test asks about the lags where there should be nothing. With
/// `g_t = (e_t e_{t-h}, ..., e_t e_{t-h-lags+1})`, `m` its mean and `S` its long-run covariance from `v` frequencies
/// ([`CosineVariance`](crate::regression::CosineVariance)), it is `(v - lags + 1) / (v lags) n m' S^-1 m`, F with `lags`
/// and `v - lags + 1` degrees of freedom. Without overlap `S` is the plain covariance
/// over `n - 1`, and `(n - lags) / ((n - 1) lags) n m' S^-1 m` F with `lags` and `n - lags` (Hotelling 1931).
///
/// Of moving averages of order 23 (`overlap` 24, up to 10 `lags`) it rejects 6.6, 6.2 and 7.1 % at 5 % for n = 720, 1,500
/// and 3,000 (1,500 to 2,000 draws), where Bartlett weights and chi-squared reject 13 % at n = 1,500.
///
/// # Errors
/// A value that is not finite, a constant series, `overlap` or `lags` of 0, or too few observations.
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
    let kind = TestKind::NoAutocorrelation.named("Cumby-Huizinga");
    let null = format!("no autocorrelation at lags {overlap} to {last}");
    let alternative = "some of these autocorrelations are not zero";
    let result = if overlap > 1 {
        zero_means("the Cumby-Huizinga test", &products, &means, overlap)?.about(
            kind,
            null,
            alternative,
            series.len(),
        )
    } else {
        let centred = &products - &means;
        let (n, q) = (rows as f64, lags as f64);
        let solved = (centred.t().dot(&centred) / (n - 1.0))
            .qr()
            .and_then(|factor| factor.solve(&means.clone().insert_axis(Axis(1))))
            .map_err(Error::internal("inverting a covariance"))?;
        let statistic = n * means.dot(&solved.column(0)) * (n - q) / ((n - 1.0) * q);
        let (law, p_value) = (format!("F({q}, {})", n - q), f_upper(statistic, q, n - q));
        TestResult::new(kind)
            .with_null(null, alternative)
            .with_statistic(statistic, law)
            .with_p_value(p_value)
            .with_observations(series.len())
    };
    Ok(result
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

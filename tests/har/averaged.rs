//! Forecasts of a mean over the horizon.

use dvol::models::{RealizedHar, RealizedSeries, Scale};
use dvol::seed::Seed;
use rand_distr::{Distribution, StandardNormal};

/// A log-normal series: its logarithm is the sum of a slow and a fast first-order autoregression.
fn log_normal(rows: usize) -> Vec<f64> {
    let mut rng = Seed::new(22).rng();
    let (mut slow, mut fast) = (0.0, 0.0);
    (0..rows)
        .map(|_| {
            let mut shock = || -> f64 { StandardNormal.sample(&mut rng) };
            slow = 0.97 * slow + 0.08 * shock();
            fast = 0.3 * fast + 0.5 * shock();
            f64::exp(slow + fast)
        })
        .collect()
}

#[test]
fn an_averaged_target_on_a_transformed_scale_is_forecast_without_bias() {
    let series = RealizedSeries::new(log_normal(60_000));
    for scale in [Scale::Level, Scale::SquareRoot, Scale::Log] {
        for horizon in [5, 22] {
            let spec = RealizedHar { scale, horizon, averaged: true, ..RealizedHar::default() };
            let fitted = spec.fit(&series.head(30_000)).unwrap();
            let (own, actual) = (fitted.predict(&series).unwrap(), fitted.actual(&series));
            let rows =
                (30_000..series.realized.len()).filter(|&row| !own[row].is_nan() && !actual[row].is_nan());
            let (forecast, came): (Vec<f64>, Vec<f64>) = rows.map(|row| (own[row], actual[row])).unzip();
            let ratio = forecast.iter().sum::<f64>() / came.iter().sum::<f64>();
            assert!((ratio - 1.0).abs() < 0.01, "{scale:?} at {horizon}: {ratio}");
        }
    }
}

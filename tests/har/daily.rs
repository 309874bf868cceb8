//! Regressions of daily realized variance.

use super::support::oracles::{numbers, oracle};
use super::{close, oracle_series};
use dvol::models::{RealizedHar, RealizedSeries, Scale, Variant};
use dvol::regression::Covariance;
use dvol::seed::Seed;
use dvol::time::Timestamp;
use rand_distr::{Distribution, StandardNormal};

#[test]
fn every_variant_agrees_with_statsmodels() {
    let document = oracle("har");
    let series = oracle_series(&document);
    let tolerance = document["tolerance"].as_f64().unwrap();
    for case in document["cases"].as_array().unwrap() {
        let spec = RealizedHar {
            variant: serde_json::from_value(case["variant"].clone()).unwrap(),
            horizon: case["horizon"].as_u64().unwrap() as usize,
            scale: serde_json::from_value(case["scale"].clone()).unwrap(),
            differenced: case["differenced"].as_bool().unwrap(),
            averaged: case["averaged"].as_bool().unwrap(),
            ..RealizedHar::default()
        };
        let name = case["name"].as_str().unwrap();
        let fitted = spec.fit(&series).unwrap();
        let regression = fitted.regression();
        let lags = case["hac"].as_u64().unwrap() as usize;
        close(name, &regression.coefficients().to_vec(), &numbers(&case["params"]), tolerance);
        let errors = regression.std_errors(Covariance::Classical).unwrap();
        close(name, &errors, &numbers(&case["std_errors"]), tolerance);
        let robust = regression.std_errors(Covariance::newey_west(lags)).unwrap();
        close(name, &robust, &numbers(&case["hac_std_errors"]), tolerance);
        let table = fitted.table(Covariance::Classical).unwrap();
        let ours = [table.r2, table.adj_r2, table.aic, table.bic, table.f.unwrap()];
        let theirs = ["r2", "adj_r2", "aic", "bic", "f"].map(|key| case[key].as_f64().unwrap());
        close(name, &ours, &theirs, tolerance);
        assert_eq!(table.n, case["n"].as_u64().unwrap() as usize, "{name}");
    }
}

#[test]
fn corsi_s_model_agrees_with_arch_s_harx() {
    let document = oracle("har");
    let fitted = RealizedHar::default().fit(&oracle_series(&document)).unwrap();
    let ours = fitted.regression().coefficients().to_vec();
    close("HARX", &ours, &numbers(&document["arch_harx"]), 1e-6);
}

#[test]
fn forecasts_in_logs_and_roots_come_back_without_bias() {
    let mut rng = Seed::new(3).rng();
    let mut log = 0.0;
    let realized: Vec<f64> = (0..6_000)
        .map(|_| {
            let shock: f64 = StandardNormal.sample(&mut rng);
            log = 0.9 * log + 0.4 * shock;
            f64::exp(log)
        })
        .collect();
    let series = RealizedSeries::new(realized);
    for scale in [Scale::Log, Scale::SquareRoot, Scale::Level] {
        let spec = RealizedHar { scale, insanity_filter: false, ..RealizedHar::default() };
        let fitted = spec.fit(&series).unwrap();
        let (forecasts, actual) = (fitted.predict(&series).unwrap(), fitted.actual(&series));
        let rows = fitted.origins();
        let bias: f64 = rows.iter().map(|&row| actual[row] - forecasts[row]).sum::<f64>() / rows.len() as f64;
        assert!(bias.abs() < 0.02, "{scale:?}: mean error {bias} of a series with mean 1.5");
    }
}

#[test]
fn the_insanity_filter_replaces_forecasts_never_seen_in_training() {
    let mut rng = Seed::new(4).rng();
    let realized: Vec<f64> = (0..400)
        .map(|_| {
            let z: f64 = StandardNormal.sample(&mut rng);
            1.0 + z * z
        })
        .collect();
    let spec = RealizedHar { variant: Variant::HarX, ..RealizedHar::default() };
    let mut series = RealizedSeries::new(realized.clone());
    series.exogenous = vec![("x".to_owned(), realized.iter().map(|y| y * 0.5 + 1.0 / y).collect())];
    let fitted = spec.fit(&series).unwrap();
    series.exogenous[0].1[399] = -1e6;
    let mean =
        fitted.origins().iter().map(|&row| realized[row + 1]).sum::<f64>() / fitted.origins().len() as f64;
    assert!((fitted.predict(&series).unwrap()[399] - mean).abs() < 1e-9);
    let trusting = RealizedHar { insanity_filter: false, ..spec }.fit(&{
        let mut calm = series.clone();
        calm.exogenous[0].1[399] = 1.0;
        calm
    });
    let forecast = trusting.unwrap().predict(&series).unwrap()[399];
    assert!(forecast.abs() > 100.0, "{forecast}");
}

#[test]
fn har_refuses_what_it_cannot_estimate() {
    let series = RealizedSeries::new((0..100).map(|i| 1.0 + f64::from(i % 7)).collect());
    let spec = RealizedHar::default();
    let message = |spec: RealizedHar, series: &RealizedSeries| spec.fit(series).unwrap_err().to_string();
    assert!(message(RealizedHar { lags: vec![5, 1], ..spec.clone() }, &series).contains("lags = 5,1"));
    assert!(message(RealizedHar { horizon: 0, ..spec.clone() }, &series).contains("horizon = 0"));
    assert!(message(RealizedHar { variant: Variant::HarCj, ..spec.clone() }, &series).contains("continuous"));
    let short = RealizedSeries::new(vec![1.0; 20]);
    assert!(message(spec.clone(), &short).contains("at least"));
    let mut zero = series.clone();
    zero.realized[3] = 0.0;
    assert!(message(RealizedHar { scale: Scale::Log, ..spec }, &zero).contains("index 3 is 0"));
}

#[test]
fn the_calendar_variant_finds_the_day_of_the_week() {
    let mut rng = Seed::new(5).rng();
    let times: Vec<Timestamp> = (0..700).map(|day| Timestamp::from_hours(24 * day)).collect();
    let realized = times
        .iter()
        .map(|time| {
            let z: f64 = StandardNormal.sample(&mut rng);
            5.0 + 0.1 * z + if time.hour_of_week() == 48 { 2.0 } else { 0.0 }
        })
        .collect();
    let series = RealizedSeries { times: Some(times), ..RealizedSeries::new(realized) };
    let fitted = RealizedHar { variant: Variant::Calendar, ..RealizedHar::default() }.fit(&series).unwrap();
    let effect = fitted.regression().coefficient("hour_of_week_48").expect("an indicator for Wednesday");
    assert!((effect - 2.0).abs() < 0.1, "{effect}");
}

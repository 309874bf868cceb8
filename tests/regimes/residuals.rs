//! Residuals and rankings by regime.

use super::support::oracles::numbers;
use super::support::samples::forecast;
use super::{agree, case, hour, two_years};
use dvol::evaluation::{
    Forecast, Forecasts, Loss, Metrics, kolmogorov_smirnov, ranking_by_regime, residuals_by_regime, welch,
};
use dvol::regimes::{Labels, calendar_years};
use dvol::serde_json;
use dvol::time::Horizon;

#[test]
fn two_sample_tests_agree_with_scipy() {
    let case = case("two_samples");
    let sample = |key: &str| numbers(&case["inputs"][key]);
    let (first, second) = (sample("first"), sample("second"));
    for (key, test) in [
        ("welch", welch("first", &first, "second", &second).unwrap()),
        ("kolmogorov_smirnov", kolmogorov_smirnov("first", &first, "second", &second).unwrap()),
    ] {
        agree(test.statistic, &case["expected"][key]["statistic"], 1e-9);
        agree(test.p_value, &case["expected"][key]["p_value"], 1e-9);
    }
}

#[test]
fn equal_spread_between_regimes_agrees_with_scipy() {
    let case = case("two_samples");
    let samples = ["first", "second", "third"].map(|key| (key, numbers(&case["inputs"][key])));
    let rows: Vec<(f64, &str)> =
        samples.iter().flat_map(|(key, values)| values.iter().map(move |value| (*value, *key))).collect();
    let records = rows.iter().enumerate().map(|(row, (residual, _))| {
        forecast(hour(row as i64), Horizon::hours(1), [(row % 7) as f64, 0.0, *residual])
    });
    let labels =
        Labels::by_hand("sample", rows.iter().enumerate().map(|(row, (_, key))| (hour(row as i64), *key)));
    let forecasts = Forecasts::new("ours", records).unwrap();
    let report = residuals_by_regime(&forecasts, &labels.unwrap()).unwrap();
    let test = &report.between.iter().find(|pair| pair.test.name == "Brown-Forsythe").unwrap().test;
    agree(test.statistic, &case["expected"]["brown_forsythe"]["statistic"], 1e-9);
    agree(test.p_value, &case["expected"]["brown_forsythe"]["p_value"], 1e-9);
}

#[test]
fn residuals_by_regime_score_each_regime_and_test_between_them() {
    let forecasts = two_years("ours", 0.5);
    let years = calendar_years("2022-01-01".parse().unwrap(), 400 * 24).unwrap();
    let report = residuals_by_regime(&forecasts, &years).unwrap();
    assert_eq!(report.unlabelled, (2 * 365 - 400) * 24);
    let [early, late] = &report.regimes[..] else { panic!("two years: {report}") };
    assert_eq!((early.metrics.n, late.metrics.n), (365 * 24, 35 * 24));
    assert_eq!(early.metrics.coverage(), Some(1.0));
    assert!(late.metrics.coverage().unwrap() < 0.45);
    assert!((late.metrics.bias() - 0.5).abs() < 0.2 && early.metrics.bias().abs() < 0.05);
    assert!(late.residuals.std_dev.unwrap() > 2.5 * early.residuals.std_dev.unwrap());
    let part = forecasts.filter(|record| record.origin.year() == 2022).unwrap();
    assert_eq!(early.metrics, Metrics::of(&part).unwrap());
    let names: Vec<&str> = report.between.iter().map(|pair| pair.test.name.as_str()).collect();
    for name in ["Brown-Forsythe", "Chow", "Welch t", "Kolmogorov-Smirnov, two samples"] {
        let position =
            names.iter().position(|other| *other == name).unwrap_or_else(|| panic!("{name}: {names:?}"));
        assert!(report.between[position].test.rejects(0.05), "{}", report.between[position].test);
    }
    // Overlapping errors of two years hardly tell half a point of bias: the honest test says which way it points.
    let honest = report.between.iter().find(|pair| pair.test.name == "Mean difference (overlap-robust)");
    assert!(honest.is_some_and(|pair| pair.test.statistic < -1.0), "{honest:?}");
    assert!(report.notes.is_empty(), "{:?}", report.notes);
    let text = serde_json::to_value(&report).unwrap();
    assert!(text["regimes"][0]["rmse"].is_f64() && text["between"][0]["p_value"].is_f64(), "{text}");
}

#[test]
fn a_ranking_that_turns_with_the_regime_is_seen() {
    let (steady, turned) = (two_years("steady", 0.5), two_years("turned", 3.0));
    // `turned` is the better one in 2022 only
    let better = turned.records().map(|record| {
        let early = record.origin.year() == 2022;
        Forecast {
            predicted: if early { 0.5 * (record.predicted + record.actual) } else { record.predicted },
            ..record
        }
    });
    let turned = Forecasts::new("turned", better).unwrap();
    let years = calendar_years("2022-01-01".parse().unwrap(), 2 * 365 * 24).unwrap();
    let ranking = ranking_by_regime(&[steady, turned], &years, Loss::Mse).unwrap();
    assert_eq!(ranking.overall, ["steady", "turned"]);
    assert_eq!(ranking.leader_changes, ["2022"]);
    let test = &ranking.regimes[0].diebold_mariano[0].test;
    assert!(test.statistic > 0.0 && test.rejects(0.01), "{test}");
}

#[test]
fn regimes_without_records_and_single_regimes_are_said_and_not_invented() {
    let forecasts = two_years("ours", 0.0);
    let elsewhere = calendar_years("2019-01-01".parse().unwrap(), 100).unwrap();
    assert_eq!(residuals_by_regime(&forecasts, &elsewhere).unwrap_err().exit_code(), 2);
    let one = calendar_years("2022-01-01".parse().unwrap(), 24 * 300).unwrap();
    let report = residuals_by_regime(&forecasts, &one).unwrap();
    assert_eq!((report.regimes.len(), report.between.len(), report.notes.len()), (1, 0, 1));
}

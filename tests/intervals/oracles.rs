//! Tests of promises say what statsmodels and their authors' formulas say.

use crate::support::agreement::close;
use crate::support::oracles::{numbers, oracle};
use dvol::evaluation::{Forecast, Forecasts, Hits, dynamic_quantile, knueppel};
use dvol::models::{Band, Coverage};
use dvol::prelude::*;

fn series() -> Forecasts {
    let document = oracle("promises");
    let quantiles: Vec<Vec<f64>> = document["quantiles"].as_array().unwrap().iter().map(numbers).collect();
    let outcomes = numbers(&document["outcomes"]).into_iter().enumerate();
    let records = outcomes.map(|(hour, actual)| Forecast {
        origin: Timestamp::from_hours(hour as i64),
        horizon: Horizon::hours(1),
        actual,
        predicted: 60.0,
        anchor: 60.0,
    });
    // levels ascend: the widest interval is of the first and the last
    let bands = [Coverage::P95, Coverage::P90, Coverage::P80, Coverage::P50];
    let ends = bands.into_iter().zip(quantiles.iter().zip(quantiles.iter().rev()));
    ends.fold(Forecasts::new("theirs", records).unwrap(), |series, (coverage, (lower, upper))| {
        series.with_band(Band::new(coverage, lower.clone(), upper.clone()).unwrap()).unwrap()
    })
}

#[test]
fn the_dynamic_quantile_test_agrees_with_statsmodels() {
    let (series, document) = (series(), oracle("promises"));
    for (name, coverage) in
        [("0.5", Coverage::P50), ("0.8", Coverage::P80), ("0.9", Coverage::P90), ("0.95", Coverage::P95)]
    {
        let expected = &document["dynamic_quantile"][name];
        let test = dynamic_quantile(&Hits::of_interval(&series, coverage).unwrap()).unwrap();
        close(name, test.statistic, &expected["statistic"], 1e-9);
        close(name, test.p_value, &expected["p_value"], 1e-9);
    }
}

#[test]
fn knueppel_s_test_agrees_with_its_formula() {
    let (test, document) = (knueppel(&series()).unwrap(), oracle("promises"));
    close("statistic", test.statistic, &document["knueppel"]["statistic"], 1e-9);
    close("p-value", test.p_value, &document["knueppel"]["p_value"], 1e-9);
}

//! No model sells the spread of its own residuals.

use dvol::config::Config;
use dvol::evaluation::Metrics;
use dvol::models::{Calibrated, MODELS, Maker, Naive};
use dvol::prelude::*;

fn study() -> Study {
    let text = "simulation = { hours = 14000 }\nfolders = { data = 'nowhere' }";
    Study::new(Config::parse(text).unwrap()).unwrap()
}

#[test]
fn a_model_by_itself_gives_points_and_with_its_row_of_the_table_intervals() {
    let study = study();
    for entry in MODELS {
        let Maker::Core(make) = entry.maker else { continue };
        let bare = study.forecast(make().as_ref()).unwrap();
        assert!(bare.bands().is_empty(), "{} sells in-sample residuals", entry.name);
    }
    let har = study.har().unwrap();
    for series in &har.forecasts {
        assert!(series.band(Coverage::P80).is_some(), "{}", series.model());
        let coverage = Metrics::of(series).unwrap().coverage().unwrap();
        assert!((coverage - 0.8).abs() < 0.1, "{} covers {coverage}", series.model());
    }
}

/// The mean's errors keep their sign for months: quantiles that a product with themselves moved were caught at zero
/// and covered nothing.
#[test]
fn the_training_mean_is_covered_too() {
    let config = Config::parse("simulation = {}\nfolders = { data = 'nowhere' }").unwrap();
    let study = Study::new(config).unwrap();
    let series = study.forecast(&Calibrated::new(Box::new(Naive::Mean))).unwrap();
    let metrics = Metrics::of(&series).unwrap();
    let (narrow, wide) = (metrics.coverage().unwrap(), metrics.coverage_95().unwrap());
    assert!((narrow - 0.8).abs() < 0.1 && (wide - 0.95).abs() < 0.05, "{narrow}, {wide}");
}

//! Every model of the table keeps the promises of models.

use dvol::config::Config;
use dvol::models::{Calibrated, Family, MODELS, Maker, ModelEntry, Naive};
use dvol::prelude::*;
use dvol::study::NETWORKS;
use dvol::tch;
use std::collections::BTreeSet;

const SMALL: &str = "hidden_size = 4\nnum_layers = 1\nepochs = 1\nwindow_size = 48\n";

fn study() -> Study {
    let trainers: String = NETWORKS
        .iter()
        .filter(|entry| dvol::models::lstm::PRESETS.contains(&entry.name))
        .map(|entry| format!("[train.{}]\n{SMALL}", entry.name))
        .collect();
    let text = format!(
        "simulation = {{ hours = 2400 }}\nfolders = {{ data = 'nowhere' }}\n{trainers}[backtest.networks]\n"
    );
    Study::new(Config::parse(&text).unwrap()).unwrap()
}

/// Training and test sample of a model.
fn samples(study: &Study, model: &dyn Model) -> (Sample, Sample) {
    let sample = study.sample_for(model).unwrap();
    let cut = study.panel().at(2200);
    (sample.known_by(cut), sample.origins_between(cut, study.panel().at(2250)))
}

#[test]
fn names_are_unique_and_are_the_models_own() {
    let names: BTreeSet<&str> = MODELS.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), MODELS.len());
    let study = study();
    for entry in MODELS {
        assert_eq!(study.model_of_seeds(entry.name, 1).unwrap().name(), entry.name);
    }
}

#[test]
fn a_model_in_a_box_does_without_what_it_does_without_outside() {
    let model = Calibrated::new(Box::new(Naive::Persistence));
    let outside = model.dispensable();
    assert!(!outside.is_empty());
    assert_eq!(Model::dispensable(&(Box::new(model) as Box<dyn Model>)), outside);
}

#[test]
fn every_network_of_the_table_has_its_maker_and_every_maker_its_line() {
    let lines = MODELS.iter().filter(|entry| matches!(entry.maker, Maker::Networks)).map(|entry| entry.name);
    let makers = NETWORKS.iter().map(|entry| entry.name);
    assert_eq!(lines.collect::<Vec<_>>(), makers.collect::<Vec<_>>());
    assert_eq!(ModelEntry::find("persistence").unwrap().family, Family::Naive);
}

#[test]
fn every_model_gives_the_same_finite_forecasts_twice_and_orders_its_intervals() {
    tch::set_num_threads(1);
    let study = study();
    for entry in MODELS {
        let model = study.model_of_seeds(entry.name, 1).unwrap();
        let (train, test) = samples(&study, model.as_ref());
        let forecast = || model.fit_boxed(&train).unwrap().predict(test.inputs()).unwrap();
        let (first, second) = (forecast(), forecast());
        assert_eq!(first.point.len(), test.len(), "{}", entry.name);
        let bits = |points: &[f64]| points.iter().map(|point| point.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&first.point), bits(&second.point), "{}: one seed, one forecast", entry.name);
        assert!(first.point.iter().all(|point| point.is_finite() && *point > 0.0), "{}", entry.name);
        assert_eq!(first.intervals.is_empty(), second.intervals.is_empty());
        for band in &first.intervals {
            assert!(band.lower.iter().zip(&band.upper).all(|(low, high)| low <= high), "{}", entry.name);
        }
        assert_eq!(first.intervals.len(), 4, "{} promises intervals", entry.name);
    }
}

#[test]
fn a_forecast_does_not_depend_on_what_else_is_asked() {
    tch::set_num_threads(1);
    let study = study();
    for entry in MODELS {
        let model = study.model_of_seeds(entry.name, 1).unwrap();
        let (train, test) = samples(&study, model.as_ref());
        let fitted = model.fit_boxed(&train).unwrap();
        let all = fitted.predict(test.inputs()).unwrap();
        let origin = test.inputs().origin(20);
        let alone = fitted.predict(&test.inputs().filter(|other| other == origin)).unwrap();
        let apart = (all.point[20] - alone.point[0]).abs();
        assert!(
            apart <= 1e-5 * all.point[20],
            "{}: {} alone is {}",
            entry.name,
            all.point[20],
            alone.point[0]
        );
    }
}

#[test]
fn every_model_refuses_a_sample_of_nothing() {
    let study = study();
    for entry in MODELS {
        let model = study.model_of_seeds(entry.name, 1).unwrap();
        let (train, _) = samples(&study, model.as_ref());
        let nothing = train.keep(|_| false);
        assert!(model.fit_boxed(&nothing).is_err(), "{} learns from nothing", entry.name);
    }
}

#[test]
fn every_model_says_what_it_is() {
    let study = study();
    for entry in MODELS {
        let identity = study.model_of_seeds(entry.name, 1).unwrap().identity();
        assert!(identity.is_some(), "{} would be fitted anew in every run", entry.name);
    }
}

//! Intervals of networks: calibrated like all, on the end of the sample that the training spares.

use dvol::config::Config;
use dvol::evaluation::Metrics;
use dvol::features::MOVE_FEATURES;
use dvol::models::lstm::LstmSpec;
use dvol::models::{Average, MODELS, Maker, Naive};
use dvol::prelude::*;

const SMALL: &str = "hidden_size = 4\nnum_layers = 1\nepochs = 2\nbatch_size = 256\n";

fn study() -> Study {
    let trainers: String =
        dvol::models::lstm::PRESETS.iter().map(|name| format!("[train.{name}]\n{SMALL}")).collect();
    let simulated = "simulation = { hours = 14000 }\nfolders = { data = 'nowhere' }\n";
    Study::new(Config::parse(&format!("{simulated}{trainers}[backtest.networks]\n")).unwrap()).unwrap()
}

#[test]
fn networks_cover_what_they_promise() {
    tch::set_num_threads(1);
    let study = study();
    for entry in MODELS.iter().filter(|entry| matches!(entry.maker, Maker::Networks)) {
        let series = study.forecast(&study.model_of_seeds(entry.name, 1).unwrap()).unwrap();
        let metrics = Metrics::of(&series).unwrap();
        let (narrow, wide) = (metrics.coverage().unwrap(), metrics.coverage_95().unwrap());
        assert!((narrow - 0.8).abs() < 0.06, "80 % intervals of {} cover {narrow}", entry.name);
        assert!((wide - 0.95).abs() < 0.06, "95 % intervals of {} cover {wide}", entry.name);
    }
}

/// The level as it is until `from`, and another from there on.
fn altered(study: &Study, from: usize) -> Panel {
    let panel = study.features().unwrap();
    let values = panel.values("dvol").unwrap().iter().enumerate();
    let values =
        values.map(|(row, value)| if row < from { *value } else { value * (1.5 + (row as f64).sin() / 4.0) });
    Panel::new(panel.start(), panel.len())
        .unwrap()
        .with(Column::known("dvol", values.collect::<Vec<_>>()))
        .unwrap()
}

#[test]
fn what_a_network_spares_teaches_it_nothing() {
    tch::set_num_threads(1);
    let study = study();
    let names: Vec<String> = MOVE_FEATURES.map(str::to_owned).to_vec();
    let columns: Vec<&str> = names.iter().map(String::as_str).collect();
    let features = study.features().unwrap();
    for preset in [LstmSpec::differenced(), LstmSpec::anchored()] {
        let spec = LstmSpec { features: names.clone(), hidden_size: 4, num_layers: 1, epochs: 2, ..preset };
        let sample = |panel: &Panel| {
            let both = features.select(&columns).unwrap().join(panel).unwrap();
            let inputs = Inputs::new(&both, &columns, "dvol", spec.sequence_length).unwrap();
            inputs.with_targets(Horizon::hours(24)).known_by(panel.at(6_000))
        };
        let own = sample(&altered(&study, usize::MAX));
        let start = spec.spared(&own).unwrap().expect("a network spares").inputs().origin(0);
        let row = usize::try_from(start.hours() - study.panel().start().hours()).unwrap();
        let learnt = |from: usize| {
            let fitted = spec.fit_boxed(&sample(&altered(&study, from))).unwrap();
            fitted.predict(own.keep(|origin| origin < start).inputs()).unwrap().point
        };
        let known = learnt(usize::MAX);
        assert!(learnt(row + 1) == known, "{} learns from what it spares", spec.name);
        assert!(learnt(row - 1_000) != known, "{}: what is not spared is learnt from", spec.name);
    }
}

#[test]
fn an_average_spares_what_all_its_members_spare() {
    let study = study();
    let own = |model: &dyn Model| study.sample_for(model).unwrap().known_by(study.panel().at(6_000));
    let network = || Box::new(study.trainer("anchored", &study.config().backtest.networks).unwrap());
    let two = Average::new("two", vec![network(), network()]).unwrap();
    let sample = own(&two);
    let spared = |model: &dyn Model| model.spared(&sample).unwrap().map(|sample| sample.inputs().origin(0));
    assert!(spared(&two).is_some());
    assert_eq!(spared(&two), spared(network().as_ref()));
    let mixed = Average::new("mixed", vec![network(), Box::new(Naive::Persistence)]).unwrap();
    assert_eq!(spared(&mixed), None);
}

//! Networks on top of a line that forgets.

use dvol::config::Config;
use dvol::models::{HalfLife, HarLstm, HarTwoStage, Recency, Recent};
use dvol::prelude::*;

fn parts() -> (Sample, Sample) {
    let study =
        Study::new(Config::parse("simulation = { hours = 6000 }\nfolders = { data = 'nowhere' }").unwrap());
    let study = study.unwrap();
    let sample = study.sample_for(&HarLstm::adaptive()).unwrap();
    let now = study.panel().at(5_000);
    (sample.known_by(now), sample.keep(|origin| origin > now))
}

fn points(model: &dyn Model, train: &Sample, test: &Sample) -> Vec<f64> {
    model.fit_boxed(train).unwrap().predict(test.inputs()).unwrap().point
}

#[test]
fn without_a_step_the_hybrid_is_the_line_of_its_windows() {
    tch::set_num_threads(1);
    let (train, test) = parts();
    let line = HarTwoStage { events: true, ..HarTwoStage::default() };
    for recency in [Recency::windows(), Recency::Rolling { days: 90 }] {
        let hybrid = HarLstm { longest: 0, recency: recency.clone(), ..HarLstm::adaptive() };
        let alone = Recent::new("line", Box::new(line.clone()), recency);
        assert_eq!(points(&hybrid, &train, &test), points(&alone, &train, &test));
    }
    let expanding = HarLstm { longest: 0, recency: Recency::Expanding, ..HarLstm::adaptive() };
    assert_eq!(points(&expanding, &train, &test), points(&line, &train, &test));
}

#[test]
fn what_fades_counts_less_in_the_networks_loss_and_the_line_stays() {
    tch::set_num_threads(1);
    let (train, test) = parts();
    let fading = |half_life| HarLstm { longest: 40, half_life, ..HarLstm::adaptive() }.fit(&train).unwrap();
    let (all, faded) = (fading(None), fading(Some(HalfLife::days(20))));
    assert_eq!(all.lines(), faded.lines());
    let point = |fitted: &dyn Forecaster| fitted.predict(test.inputs()).unwrap().point;
    assert!(all.steps() > 0 || faded.steps() > 0, "one of them learns something");
    assert_ne!(point(&all), point(&faded));
    assert!(HarLstm { half_life: Some(HalfLife::days(0)), ..HarLstm::adaptive() }.fit(&train).is_err());
}

#[test]
fn a_line_that_forgets_is_refitted_as_often_as_lines_are() {
    let (adaptive, fixed) = (HarLstm::adaptive(), HarLstm::default());
    assert!(fixed.is_costly() && !adaptive.is_costly());
    assert_ne!(adaptive.identity(), HarLstm { half_life: None, ..HarLstm::adaptive() }.identity());
    assert!(adaptive.features().contains(&"scheduled_balance".to_owned()));
}

//! How much the past counts.

use dvol::config::Config;
use dvol::models::{HalfLife, Maker, ModelEntry, Recency};
use dvol::prelude::*;

fn study() -> Study {
    let text = "simulation = { hours = 9000 }\nfolders = { data = 'nowhere' }";
    Study::new(Config::parse(text).unwrap()).unwrap()
}

fn made(name: &str) -> Box<dyn Model> {
    match ModelEntry::find(name).unwrap().maker {
        Maker::Core(make) => make(),
        Maker::Networks => panic!("{name} is a network"),
    }
}

fn points(model: &dyn Model, train: &Sample, test: &Sample) -> Vec<f64> {
    model.fit_boxed(train).unwrap().predict(test.inputs()).unwrap().point
}

#[test]
fn an_origin_of_weight_zero_is_as_if_it_were_not_there() {
    let study = study();
    let estimated = [
        "mean",
        "hour_of_week",
        "har",
        "har_differenced",
        "har_log",
        "har_x_log",
        "har_calendar",
        "har_two_stage",
        "har_windows",
        "har_events",
    ];
    for name in estimated {
        let model = made(name);
        let sample = study.sample_for(model.as_ref()).unwrap();
        let (old, now) = (study.panel().at(4000), study.panel().at(8000));
        let train = sample.known_by(now);
        let test = sample.keep(|origin| origin > now);
        let kept = points(model.as_ref(), &train.keep(|origin| origin >= old), &test);
        let ignored = train.weighted(|origin| f64::from(u8::from(origin >= old)));
        let faded = points(model.as_ref(), &ignored, &test);
        let whole = points(model.as_ref(), &train, &test);
        let apart = |one: &[f64], other: &[f64]| {
            one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
        };
        assert!(apart(&kept, &faded) < 1e-4, "{name}: {}", apart(&kept, &faded));
        assert!(apart(&kept, &whole) > 1e-3, "{name} would not notice its past");
    }
}

#[test]
fn a_half_life_halves_and_a_window_cuts() {
    let study = study();
    let sample = study.sample(&[], 1).unwrap();
    let last = sample.inputs().origins().last().unwrap();
    let faded = HalfLife::days(30).of(&sample).unwrap();
    let weight = |days: i64| {
        let origin = Timestamp::from_hours(last.hours() - 24 * days);
        let place = faded.inputs().origins().position(|own| own == origin).unwrap();
        faded.weights()[place]
    };
    assert_eq!((weight(0), weight(30), weight(90)), (1.0, 0.5, 0.125));
    let cut = Recency::Rolling { days: 10 }.samples(&sample).unwrap();
    assert_eq!((cut.len(), cut[0].len()), (1, 240));
    assert_eq!(cut[0].inputs().origins().last().unwrap(), last);
    let lengths: Vec<usize> = Recency::windows().samples(&sample).unwrap().iter().map(Sample::len).collect();
    assert_eq!(lengths, [sample.len(), sample.len(), 365 * 24, 180 * 24]);
    for wrong in
        [Recency::Rolling { days: 0 }, Recency::HalfLife(HalfLife::days(0)), Recency::Average(Vec::new())]
    {
        assert_eq!(wrong.samples(&sample).unwrap_err().exit_code(), 2, "{wrong:?}");
    }
}

#[test]
fn weights_follow_their_origins_through_every_cut() {
    let study = study();
    let sample = study.sample(&[], 1).unwrap();
    let weighted = sample.weighted(|origin| origin.hour_of_day() as f64);
    let hours =
        |sample: &Sample| sample.inputs().origins().map(|origin| origin.hour_of_day() as f64).collect();
    let cut = weighted.known_by(study.panel().at(5000)).keep(|origin| origin.hour_of_week() % 5 == 0);
    let expected: Vec<f64> = hours(&cut);
    assert_eq!(cut.weights(), expected);
    assert!(cut.is_weighted() && !sample.is_weighted());
}

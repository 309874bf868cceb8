//! Fits that several rows have in common are made once, and are the same as if each row made its own.

use dvol::config::Config;
use dvol::identity::ModelIdentity;
use dvol::models::{Combined, Fits, Naive, Weighting};
use dvol::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn study() -> Study {
    let text = "simulation = { hours = 9000 }\nfolders = { data = 'nowhere', results = 'nowhere' }\n\
                [backtest]\nfrom = '2022-02-01'\nto = '2022-02-20'\nrefit = '10d'\nrefit_networks = '10d'\nseeds = 1";
    Study::new(Config::parse(text).unwrap()).unwrap()
}

/// Persistence that counts how often it is fitted.
struct Counted(Arc<AtomicUsize>);

impl Model for Counted {
    fn name(&self) -> String {
        "counted".to_owned()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_code("a test", "counted", &())
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Naive::Persistence.fit_boxed(sample)
    }
}

#[test]
fn a_member_of_two_rows_is_fitted_once_a_sample_and_again_on_any_other() {
    let study = study();
    let sample = study.sample(&["dvol_lag_1d"], 1).unwrap();
    let (count, fits) = (Arc::new(AtomicUsize::new(0)), Fits::default());
    let fitted = |sample: &Sample| {
        let mut mean = Combined::new("mean", vec![Box::new(Counted(Arc::clone(&count)))], Weighting::Equal);
        mean.share(&fits);
        mean.fit(sample).unwrap();
        count.load(Ordering::Relaxed)
    };
    assert_eq!((fitted(&sample), fitted(&sample)), (1, 1));
    let origin = sample.inputs().origin(3_000);
    let others = [
        sample.keep(|own| own != origin),
        sample.weighted(|own| if own == origin { 0.5 } else { 1.0 }),
        study.sample(&["dvol_lag_7d"], 1).unwrap().keep(|own| own >= sample.inputs().origin(0)),
        study.at_horizon(Horizon::hours(23)).sample(&["dvol_lag_1d"], 1).unwrap(),
        study.sample(&["dvol_lag_1d"], 2).unwrap().keep(|own| own >= sample.inputs().origin(0)),
    ];
    for (place, other) in others.iter().enumerate() {
        assert_eq!(fitted(other), place + 2, "sample {place} is another one");
    }
}

#[test]
fn rows_that_share_fits_forecast_as_rows_that_do_not() {
    tch::set_num_threads(1);
    let study = study();
    let names = ["har_half_life", "har_half_lives", "har_lstm", "har_calendar_and_har_lstm"];
    let together: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let out = tempfile::tempdir().unwrap();
    let protocol = study.config().backtest.protocol();
    let shared = study.backtest(&together, 1, &protocol, out.path(), &|_| {}).unwrap();
    for (series, name) in shared.iter().zip(names) {
        let apart = tempfile::tempdir().unwrap();
        let alone = study.backtest(&[name.to_owned()], 1, &protocol, apart.path(), &|_| {}).unwrap();
        assert_eq!(series, &alone[0], "{name}");
    }
}

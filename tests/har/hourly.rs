//! HAR on the hourly index.

use super::close;
use dvol::models::{Family, Forecaster, Har, HarCalendar, Model, ModelEntry};
use dvol::panel::{Column, Panel};
use dvol::sample::{Inputs, Sample};
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use rand_distr::{Distribution, StandardNormal};

/// A level that returns to 60 and is 6 % higher on Tuesdays at noon.
fn market(hours: usize, seed: u64) -> Panel {
    let mut rng = Seed::new(seed).rng();
    let start: Timestamp = "2021-04-23T09:00:00Z".parse().unwrap();
    let mut log = 0.0;
    let level: Vec<f64> = (0..hours)
        .map(|hour| {
            let z: f64 = StandardNormal.sample(&mut rng);
            log = 0.995 * log + 0.005 * z;
            let tuesday_noon = Timestamp::from_hours(start.hours() + hour as i64).hour_of_week() == 36;
            60.0 * f64::exp(log + if tuesday_noon { 0.06 } else { 0.0 })
        })
        .collect();
    Panel::new(start, hours).unwrap().with(Column::known("dvol", level)).unwrap()
}

pub fn sample(panel: &Panel) -> Sample {
    Inputs::new(panel, &[], "dvol", 1).unwrap().with_targets(Horizon::hours(24))
}

fn mean_square(model: &dyn Forecaster, sample: &Sample) -> f64 {
    let point = model.predict(sample.inputs()).unwrap().point;
    point.iter().zip(sample.targets()).map(|(f, y)| (y - f).powi(2)).sum::<f64>() / point.len() as f64
}

#[test]
fn hourly_har_regressors_are_daily_samples_of_the_level() {
    let panel = market(3_000, 6);
    let level = panel.values("dvol").unwrap();
    let fitted = Har::corsi().fit(&sample(&panel)).unwrap();
    let design = fitted.regression().design();
    let origin = 21 * 24;
    let weekly = (0..5).map(|day| level[origin - 24 * day]).sum::<f64>() / 5.0;
    let monthly = (0..22).map(|day| level[origin - 24 * day]).sum::<f64>() / 22.0;
    let first = design.values().row(0).to_vec();
    close("first row", &first, &[1.0, level[origin], weekly, monthly], 1e-12);
    assert_eq!(design.len(), 3_000 - 24 - origin);
}

#[test]
fn har_beats_persistence_on_a_level_that_reverts() {
    let panel = market(16_000, 7);
    let all = sample(&panel);
    let middle = panel.at(11_000);
    let (train, test) = (all.known_by(middle), all.keep(|origin| origin >= middle));
    let persistence =
        test.targets().iter().zip(test.inputs().levels()).map(|(y, now)| (y - now).powi(2)).sum::<f64>()
            / test.len() as f64;
    for model in [Har::corsi(), Har::log()] {
        let score = mean_square(&model.fit(&train).unwrap(), &test);
        assert!(score < 0.97 * persistence, "{}: {score} against {persistence}", model.name());
    }
    let calendar = mean_square(&HarCalendar::default().fit(&train).unwrap(), &test);
    let without = HarCalendar { hour_of_week: false, ..HarCalendar::default() };
    let plain = mean_square(&without.fit(&train).unwrap(), &test);
    assert!(calendar < plain, "the week's rhythm helps: {calendar} against {plain}");
}

#[test]
fn a_regression_sells_no_spread_of_its_own_residuals_as_an_interval() {
    let panel = market(4_000, 8);
    let train = sample(&panel).known_by(panel.at(3_000));
    for model in [Box::new(Har::log()) as Box<dyn Model>, Box::new(HarCalendar::default())] {
        let predictions = model.fit_boxed(&train).unwrap().predict(train.inputs()).unwrap();
        assert!(predictions.intervals.is_empty() && predictions.quantiles.is_empty(), "{}", model.name());
    }
}

#[test]
fn hourly_forecasts_ignore_everything_after_the_origin() {
    let panel = market(4_000, 9);
    let all = sample(&panel);
    let train = all.known_by(panel.at(2_500));
    let origin = 3_000;
    let mut changed = panel.values("dvol").unwrap().to_vec();
    changed[origin + 1..].iter_mut().for_each(|level| *level = 200.0 - *level);
    let altered = Panel::new(panel.start(), 4_000).unwrap().with(Column::known("dvol", changed)).unwrap();
    let models = ModelEntry::of_family(Family::Linear).filter(|model| model.features().is_empty());
    for model in models.chain([Box::new(HarCalendar::default()) as Box<dyn Model>]) {
        let fitted = model.fit_boxed(&train).unwrap();
        let at = |panel: &Panel| {
            let inputs = Inputs::new(panel, &[], "dvol", 1).unwrap().filter(|time| time <= panel.at(origin));
            fitted.predict(&inputs).unwrap()
        };
        assert_eq!(at(&panel), at(&altered), "{}", model.name());
    }
}

#[test]
fn har_x_reads_its_columns_and_says_which_is_missing() {
    let panel = market(2_000, 10);
    let shifted: Vec<f64> = panel.values("dvol").unwrap().iter().map(|y| y * 0.3 + (y * 7.0).sin()).collect();
    let panel = panel.with(Column::known("spread", shifted)).unwrap();
    let all = Inputs::new(&panel, &["spread"], "dvol", 1).unwrap().with_targets(Horizon::hours(24));
    let fitted = Har::with_exogenous(["spread"]).fit(&all).unwrap();
    assert_eq!(fitted.regression().design().names().last().map(String::as_str), Some("spread"));
    assert!(Har::with_exogenous(["nvrv"]).fit(&all).unwrap_err().to_string().contains("nvrv"));
}

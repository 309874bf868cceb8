//! Intervals of a calibrated model, the hybrid of line and network, and tomorrow's forecast.

use crate::support::command::dvol;
use dvol::config::Config;
use dvol::evaluation::{
    Metrics, TrainingWindow, WalkForward, forecast_frame, read_forecasts, write_forecasts,
    write_forecasts_csv,
};
use dvol::features::{calendar_features, volatility_features};
use dvol::models::{Calibrated, HarLstm, HarTwoStage, Naive};
use dvol::prelude::*;
use polars::prelude::ParquetWriter;
use rand::Rng;

/// A market of `hours` whose log DVOL reverts to its mean at the pace of `reversion` and moves by `noise` an
/// hour, both functions of the row.
fn market(hours: usize, reversion: impl Fn(usize) -> f64, noise: impl Fn(usize) -> f64) -> Panel {
    let mut random = Seed::new(11).stage("market").rng();
    let mut normal = || (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    let (mut level, mut price) = (0.0_f64, 10.0_f64);
    let (mut dvol, mut prices) = (Vec::new(), Vec::new());
    for row in 0..hours {
        level += -reversion(row) * level + noise(row) * normal();
        price += 0.005 * normal();
        dvol.push(60.0 * level.exp());
        prices.push(price.exp());
    }
    let known = Panel::new("2021-04-26T00:00:00Z".parse().unwrap(), hours)
        .and_then(|panel| panel.with(Column::known("dvol", dvol)))
        .and_then(|panel| panel.with(Column::known("price", prices)))
        .unwrap();
    let features = volatility_features(&known).unwrap().join(&calendar_features(&known).unwrap()).unwrap();
    features.join(&known).unwrap()
}

fn sample(panel: &Panel, model: &dyn Model) -> Sample {
    let names = model.features();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Inputs::new(panel, &names, "dvol", model.window()).unwrap().with_targets(Horizon::hours(24))
}

/// Quarterly refits from `from` on.
fn walk(panel: &Panel, from: usize) -> WalkForward {
    WalkForward {
        from: panel.at(from),
        to: panel.last(),
        refit_hours: 90 * 24,
        embargo_hours: 24,
        window: TrainingWindow::Expanding,
    }
}

fn calibrated(model: impl Model + 'static) -> Calibrated {
    Calibrated::new(Box::new(model))
}

#[test]
fn intervals_cover_what_they_promise_while_the_noise_doubles_and_halves() {
    let panel = market(20_000, |_| 0.002, |row| if row / 4_000 % 2 == 0 { 0.004 } else { 0.008 });
    let model = calibrated(Naive::Persistence);
    let series = walk(&panel, 6_000).run(&model, &sample(&panel, &model)).unwrap();
    let metrics = Metrics::of(&series).unwrap();
    let (narrow, wide) = (metrics.coverage().unwrap(), metrics.coverage_95().unwrap());
    assert!((narrow - 0.8).abs() < 0.02, "80 % intervals cover {narrow}");
    assert!((wide - 0.95).abs() < 0.02, "95 % intervals cover {wide}");
    let [narrow, wide] = [Coverage::P80, Coverage::P95].map(|coverage| series.band(coverage).unwrap());
    for ((narrow, wide), &predicted) in narrow.iter().zip(wide.iter()).zip(series.predicted()) {
        let (narrow, wide) = (narrow.unwrap(), wide.unwrap());
        assert!(wide.lower <= narrow.lower && narrow.lower <= predicted);
        assert!(predicted <= narrow.upper && narrow.upper <= wide.upper);
    }
    let width = |from: usize, to: usize| {
        let part = series.filter(|record| (panel.at(from)..panel.at(to)).contains(&record.origin)).unwrap();
        Metrics::of(&part).unwrap().get(Score::INTERVAL_WIDTH).unwrap()
    };
    let ratio = width(13_500, 16_000) / width(9_500, 12_000);
    assert!((1.5..2.5).contains(&ratio), "twice the noise asks for twice the width: {ratio}");
}

#[test]
fn the_interval_at_an_origin_does_not_depend_on_which_origins_are_asked_with_it() {
    let panel = market(6_000, |_| 0.01, |_| 0.006);
    for model in [calibrated(Naive::Persistence), calibrated(HarTwoStage::default())] {
        let whole = sample(&panel, &model);
        let fitted = model.fit_boxed(&whole.known_by(panel.at(4_000))).unwrap();
        let inputs = whole.inputs().filter(|origin| origin >= panel.at(4_000));
        let all = fitted.predict(&inputs).unwrap();
        for i in [0, 1, 30, 700, inputs.len() - 1] {
            let alone = inputs.filter(|origin| origin == inputs.origin(i));
            let one = fitted.predict(&alone).unwrap();
            let same =
                |left: f64, right: f64| assert!((left / right - 1.0).abs() < 1e-12, "{left} and {right}");
            same(one.point[0], all.point[i]);
            for (one, all) in one.intervals.iter().zip(&all.intervals) {
                assert_eq!(one.coverage, all.coverage);
                same(one.lower[0], all.lower[i]);
                same(one.upper[0], all.upper[i]);
            }
        }
    }
}

#[test]
fn a_calibrated_model_forecasts_what_it_forecasts_alone() {
    let panel = market(5_000, |_| 0.01, |_| 0.006);
    let (bare, model) = (HarTwoStage::default(), calibrated(HarTwoStage::default()));
    let whole = sample(&panel, &model);
    let training = whole.known_by(panel.at(4_000));
    let inputs = whole.inputs().filter(|origin| origin >= panel.at(4_000));
    let alone = bare.fit_boxed(&training).unwrap().predict(&inputs).unwrap();
    assert_eq!(model.fit_boxed(&training).unwrap().predict(&inputs).unwrap().point, alone.point);
    assert_eq!(model.name(), bare.name());
}

#[test]
fn a_level_below_zero_is_refused_in_words() {
    let panel = market(2_500, |_| 0.01, |_| 0.006);
    let mut values = panel.values("dvol").unwrap().to_vec();
    values[2_300] = -1.0;
    let names: Vec<&str> = panel.names().into_iter().filter(|name| *name != "dvol").collect();
    let broken = panel.select(&names).unwrap().with(Column::known("dvol", values)).unwrap();
    let model = calibrated(Naive::Persistence);
    let error = model.fit_boxed(&sample(&broken, &model)).err().expect("a refusal").to_string();
    assert!(error.contains("above zero"), "{error}");
}

/// Reversion to the mean that is fast in one half of the week and slow in the other: no line sees it.
fn weekly_reversion(row: usize) -> f64 {
    if row % 168 < 84 { 0.04 } else { 0.001 }
}

#[test]
fn the_hybrid_learns_what_the_line_cannot_and_believes_no_noise() {
    tch::set_num_threads(1);
    let skill = |panel: &Panel, model: &dyn Model| {
        let protocol = WalkForward { refit_hours: 200 * 24, ..walk(panel, 9_000) };
        Metrics::of(&protocol.run(model, &sample(panel, model)).unwrap()).unwrap().skill().unwrap()
    };
    let hybrid = HarLstm { seeds: vec![Seed::new(1), Seed::new(2)], ..HarLstm::default() };
    let panel = market(12_000, weekly_reversion, |_| 0.004);
    let (line, both) = (skill(&panel, &HarTwoStage::default()), skill(&panel, &hybrid));
    assert!(both > line + 0.01, "line {line}, hybrid {both}");
    let random_walk = market(12_000, |_| 0.0, |_| 0.004);
    let (line, both) = (skill(&random_walk, &HarTwoStage::default()), skill(&random_walk, &hybrid));
    assert!((both - line).abs() < 0.02, "nothing to learn: line {line}, hybrid {both}");
}

#[test]
fn the_hybrid_is_the_same_to_the_last_bit_for_one_seed() {
    tch::set_num_threads(1);
    let panel = market(4_000, weekly_reversion, |_| 0.004);
    let model = HarLstm { longest: 40, ..HarLstm::default() };
    let whole = sample(&panel, &model);
    let first = model.fit(&whole).unwrap();
    assert!(first.steps().is_multiple_of(20) && first.steps() <= 40 && (0.0..=1.0).contains(&first.share()));
    let again = model.fit(&whole).unwrap();
    assert_eq!(first.predict(whole.inputs()).unwrap(), again.predict(whole.inputs()).unwrap());
}

#[test]
fn a_table_of_forecasts_keeps_both_intervals_and_older_tables_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let panel = market(2_500, |_| 0.01, |_| 0.006);
    let model = calibrated(Naive::Persistence);
    let series = vec![walk(&panel, 2_000).run(&model, &sample(&panel, &model)).unwrap()];
    let path = folder.path().join("forecasts.parquet");
    write_forecasts(&path, &series).unwrap();
    assert_eq!(read_forecasts(&path).unwrap(), series);
    let mut older = forecast_frame(&series).unwrap().drop_many(["lower_95", "upper_95"]);
    ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut older).unwrap();
    let read = read_forecasts(&path).unwrap();
    assert_eq!(read[0].bands(), &series[0].bands()[..3]);
}

#[test]
fn a_file_of_forecasts_brings_both_intervals_to_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let panel = market(3_000, |_| 0.01, |_| 0.006);
    let model = calibrated(Naive::Persistence);
    let series = walk(&panel, 2_000).run(&model, &sample(&panel, &model)).unwrap();
    write_forecasts_csv(&folder.path().join("forecasts.csv"), std::slice::from_ref(&series)).unwrap();
    let report = dvol(folder.path(), &["regimes", "--input", "forecasts.csv", "--json"]).json();
    let text = report["regimes"][0].to_string();
    assert!(text.contains("coverage_95"), "{text}");
    let share = |nominal| dvol::figures::intervals::coverage_over_time(&series, nominal).unwrap();
    assert!(share(0.95).caption().contains("95 %") && share(0.95) != share(0.8));
}

#[test]
fn predict_fits_the_declared_model_and_gives_both_intervals() {
    let folder = tempfile::tempdir().unwrap();
    let text = "simulation = { hours = 6000 }\n[predict]\nmodel = \"har_two_stage\"\n";
    std::fs::write(folder.path().join("thesis.toml"), text).unwrap();
    let answer = dvol(folder.path(), &["predict", "--json"]).json();
    assert_eq!((&answer["model"], &answer["horizon"]), (&"har_two_stage".into(), &24.into()));
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let intervals = answer["intervals"].as_array().unwrap();
    let of = |key: &str| intervals.iter().map(|interval| number(&interval[key])).collect::<Vec<f64>>();
    assert_eq!(of("coverage"), [0.5, 0.8, 0.9, 0.95]);
    let ends =
        [of("lower").into_iter().rev().collect(), vec![number(&answer["predicted"])], of("upper")].concat();
    assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{answer}");
    let earlier = dvol(folder.path(), &["predict", "--origin", "2021-11-01T00:00:00Z"]);
    let text = earlier.out;
    assert!(text.contains("2021-11-02T00:00:00Z") && text.contains("95 % interval"), "{text}");
    dvol(folder.path(), &["predict", "--origin", "2031-11-01T00:00:00Z"]).refusal();
}

#[test]
fn a_forecast_of_an_earlier_origin_knows_nothing_of_later_hours() {
    let text = "simulation = { hours = 6000 }\nfolders = { data = 'nowhere' }\npredict = { model = 'har_two_stage' }";
    let config = Config::parse(text).unwrap();
    let long = Study::new(config.clone()).unwrap();
    let origin: Timestamp = "2021-10-20T00:00:00Z".parse().unwrap();
    let panel = long.panel();
    let panel = panel.between(panel.start(), origin + Horizon::hours(50)).unwrap();
    let dataset = long.dataset().clone().with_panel(panel);
    let short = Study::with_dataset(config, dataset);
    let [before, after] = [&short, &long].map(|study| study.predict(Some(origin)).unwrap());
    assert_eq!((before.predicted, &before.intervals), (after.predicted, &after.intervals));
}

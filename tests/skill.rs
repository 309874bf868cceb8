//! Skill where the truth is known: no model far below the best possible forecast, none above it.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::config::Config;
use dvol::data::{Dataset, Simulation};
use dvol::evaluation::{
    Deflation, DeflationSpec, LongRun, Loss, Metrics, Period, TrainingWindow, Trial, WalkForward,
    diebold_mariano,
};
use dvol::panel::{Column, Panel};
use dvol::prelude::*;
use dvol::study::{Goals, HorizonStudy, HorizonTable, ImportanceSpec};
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::TAU;
use std::path::Path;
use std::sync::OnceLock;

const HOURS: usize = 20_000;
/// Correlation of log DVOL with itself a day later: reverting to the mean is worth about (1 - 0.5) / 2 of skill.
const DAILY_CORRELATION: f64 = 0.5;
const SPREAD: f64 = 0.25;
const CENTRE: f64 = 4.1;

/// The week's rhythm of log DVOL at the hour a value becomes known.
fn season(known_at: Timestamp) -> f64 {
    let phase = TAU * known_at.hour_of_week() as f64 / 168.0;
    0.05 * phase.sin() + 0.02 * (7.0 * phase).cos()
}

/// A study whose DVOL is exp(centre + season + Ornstein-Uhlenbeck); all other columns are the simulator's and say
/// nothing about it.
fn study() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    STUDY.get_or_init(make_study)
}

fn make_study() -> Study {
    let simulation = Simulation { hours: HOURS, ..Simulation::default() };
    let dataset = Dataset::simulated(&simulation).expect("a simulated market");
    let keep = DAILY_CORRELATION.powf(1.0 / 24.0);
    let mut rng = Seed::new(7).rng();
    let mut state = 0.0;
    let mut dvol = Vec::with_capacity(HOURS);
    for row in 0..HOURS {
        let shock: f64 = StandardNormal.sample(&mut rng);
        state = keep * state + SPREAD * (1.0 - keep * keep).sqrt() * shock;
        dvol.push((CENTRE + season(dataset.panel().at(row) + Horizon::hours(1)) + state).exp());
    }
    let start = Panel::new(dataset.panel().start(), HOURS).expect("a panel");
    let panel = dataset.panel().columns().iter().fold(start, |out, column| {
        let column =
            if column.name() == "dvol" { Column::bars("dvol", dvol.clone()) } else { column.clone() };
        out.with(column).expect("a column")
    });
    let config = Config::parse("folders = { data = 'nowhere' }").expect("a configuration");
    Study::with_dataset(config, dataset.with_panel(panel))
}

fn protocol(study: &Study) -> WalkForward {
    WalkForward {
        from: study.panel().at(11_000),
        to: study.panel().at(HOURS - 30),
        refit_hours: 90 * 24,
        embargo_hours: 24,
        window: TrainingWindow::Expanding,
    }
}

/// The linear models walked forward, persistence first.
fn walked(models: &[&str]) -> Vec<Forecasts> {
    static SERIES: OnceLock<Vec<Forecasts>> = OnceLock::new();
    let all = SERIES.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let names = ["persistence", "hour_of_week", "har_calendar", "har_two_stage"].map(str::to_owned);
        let study = study();
        let series = study.backtest(&names, 1, &protocol(study), folder.path(), &|_| ());
        study.on_common_origins(series.expect("a walk-forward")).expect("common origins")
    });
    let named = |name: &&str| all.iter().find(|one| one.model() == *name).expect("a model").clone();
    models.iter().map(named).collect()
}

/// The conditional mean of the level at the target, given the level at the origin.
fn oracle(series: &Forecasts) -> Forecasts {
    let records = series.records().map(|mut record| {
        let keep = DAILY_CORRELATION.powf(f64::from(record.horizon.get()) / 24.0);
        let state = record.anchor.ln() - CENTRE - season(record.origin);
        let variance = SPREAD * SPREAD * (1.0 - keep * keep);
        record.predicted = (CENTRE + season(record.target()) + keep * state + variance / 2.0).exp();
        record
    });
    Forecasts::new("oracle", records).expect("a series")
}

fn skill(series: &Forecasts) -> f64 {
    Metrics::of(series).expect("scores").skill().expect("a skill")
}

/// The statistic and p-value by which `model` beats `rival`.
fn lead(model: &Forecasts, rival: &Forecasts) -> (f64, f64) {
    let test = diebold_mariano(rival, model, Loss::Mse, LongRun::Cosine).expect("a test");
    (test.statistic, test.p_value)
}

#[test]
fn models_come_near_the_oracle_and_never_beat_it() {
    // (model, how far its skill may fall behind): the models must find out centre, season and speed from the past
    let asked = [("har_calendar", 0.045), ("har_two_stage", 0.045)];
    let models: Vec<&str> =
        ["persistence", "hour_of_week"].into_iter().chain(asked.map(|asked| asked.0)).collect();
    let series = walked(&models);
    let oracle = oracle(&series[0]);
    let best = skill(&oracle);
    assert!((0.1..0.4).contains(&best), "the market is predictable: oracle {best:.4}");
    for one in &series {
        println!("{} {:.4} of oracle's {best:.4}, lead {:?}", one.model(), skill(one), lead(one, &oracle));
        let (statistic, p) = lead(one, &oracle);
        assert!(statistic < 0.0 || p > 0.01, "{} beats the oracle: p {p}, a leak", one.model());
    }
    for (name, margin) in asked {
        let own = series.iter().find(|one| one.model() == name).expect("a series");
        assert!(skill(own) > best - margin, "{name}: {:.4}, oracle {best:.4}", skill(own));
    }
    let rhythm = skill(&series[1]);
    assert!(rhythm > 0.0 && rhythm < best, "the rhythm alone is a part of the truth: {rhythm:.4}");
}

/// One fold is enough: the hybrid fits its networks twice, once to choose their steps and once to forecast.
#[test]
fn the_hybrid_with_networks_comes_near_the_oracle_and_never_beats_it() {
    tch::set_num_threads(1);
    let study = study();
    let folder = tempfile::tempdir().expect("a folder");
    let protocol =
        WalkForward { from: study.panel().at(HOURS - 4_000), refit_hours: 4_000, ..protocol(study) };
    let models = ["har_two_stage", "har_lstm"].map(str::to_owned);
    let series = study.backtest(&models, 1, &protocol, folder.path(), &|_| ()).expect("one fold");
    let series = study.on_common_origins(series).expect("common origins");
    let oracle = oracle(&series[0]);
    let [linear, hybrid, best] = [&series[0], &series[1], &oracle].map(skill);
    println!("two stages {linear:.4}, with networks {hybrid:.4}, oracle {best:.4}");
    let (statistic, p) = lead(&series[1], &oracle);
    assert!(statistic < 0.0 || p > 0.01, "it beats the oracle: p {p}, a leak");
    // nothing but noise is left for the networks to learn: they must not spoil the linear forecast
    assert!(hybrid > linear - 0.01, "{hybrid:.4} after {linear:.4}");
    assert!(hybrid > best - 0.06, "{hybrid:.4}, oracle {best:.4}");
}

/// The test above would notice: a forecast that holds a tenth of the outcome beats the oracle.
#[test]
fn a_forecast_that_has_seen_the_outcome_beats_the_oracle_and_is_caught() {
    let oracle = oracle(&walked(&["persistence"])[0]);
    let leaky = oracle.records().map(|mut record| {
        record.predicted += 0.1 * (record.actual - record.predicted);
        record
    });
    let (statistic, p) = lead(&Forecasts::new("leaky", leaky).expect("a series"), &oracle);
    assert!(statistic > 0.0 && p < 0.01, "statistic {statistic}, p {p}");
}

#[test]
fn the_hour_of_week_rule_knows_a_pure_rhythm_exactly() {
    use dvol::models::Naive;
    let start: Timestamp = "2021-03-24T00:00:00Z".parse().expect("a time");
    let level =
        (0..1_000).map(|row| 60.0 + 100.0 * season(start + Horizon::hours(row + 1))).collect::<Vec<_>>();
    // one row later than `season` was asked: known at the end of the hour
    let panel = Panel::new(start + Horizon::hours(1), 1_000)
        .and_then(|panel| panel.with(Column::known("dvol", level)))
        .expect("a panel");
    let sample = Inputs::new(&panel, &[], "dvol", 1).expect("inputs").with_targets(Horizon::hours(30));
    let half = panel.at(500);
    let fitted = Naive::HourOfWeek.fit(&sample.known_by(half)).expect("a fit");
    let test = sample.keep(|origin| origin > half);
    let series = dvol::study::Experiment::forecasts_on(&fitted, &test).expect("forecasts");
    assert!(Metrics::of(&series).expect("scores").rmse() < 1e-9);
}

#[test]
fn importance_finds_what_moves_the_forecast_and_what_does_not() {
    let study = study();
    let spec = ImportanceSpec { repeats: 4, ..ImportanceSpec::default() };
    let table = study.importance("har_two_stage", spec).expect("an importance");
    let group = |name: &str| table.groups.iter().find(|row| row.feature == name).expect("a group").skill_loss;
    let calendar =
        table.features.iter().find(|row| row.feature == "hour of the week").expect("the calendar").skill_loss;
    println!("{table}");
    // The price says nothing about this DVOL; its own distances and the calendar say everything.
    assert!(group("distances to means") > 0.05, "{}", group("distances to means"));
    assert!(calendar > 0.01, "{calendar}");
    assert!(group("falls and large moves").abs() < 0.02, "{}", group("falls and large moves"));
    assert_eq!(table, study.importance("har_two_stage", spec).expect("the same"), "one seed, one table");
    dvol::figures::importance::feature_importance(&table, &study.market()).expect("a figure");
}

#[test]
fn embargo_and_overlap_follow_the_horizon() {
    let study = study();
    let folder = tempfile::tempdir().expect("a folder");
    let models = ["persistence".to_owned(), "har_calendar".to_owned()];
    let HorizonStudy { table: HorizonTable(rows), over_all } = study
        .horizons(&[1, 24, 72], &models, 1, &protocol(study), folder.path(), &|_, _| ())
        .expect("three horizons");
    let [calendar] = &over_all.0[..] else { panic!("one model against persistence: {over_all}") };
    assert_eq!((calendar.second.as_str(), calendar.horizons.len()), ("har_calendar", 3));
    assert!(calendar.average.rejects(0.01), "{over_all}");
    let calendar: Vec<_> = rows.iter().filter(|row| row.metrics.model == "har_calendar").collect();
    let facts: Vec<_> =
        calendar.iter().map(|row| (row.metrics.horizon.get(), row.embargo_hours, row.lags)).collect();
    assert_eq!(facts, [(1, 1, Some(0)), (24, 24, Some(23)), (72, 72, Some(71))]);
    let skills: Vec<f64> = calendar.iter().map(|row| row.metrics.skill().expect("a skill")).collect();
    assert!(skills[0] < skills[1] && skills[1] < skills[2], "reversion pays with distance: {skills:?}");
    assert!(study.horizons(&[24, 24], &models, 1, &protocol(study), folder.path(), &|_, _| ()).is_err());
}

#[test]
fn goals_are_judged_line_by_line_and_a_missing_rival_is_no_success() {
    let study = study();
    let folder = tempfile::tempdir().expect("a folder");
    let series = walked(&["persistence", "hour_of_week", "har_two_stage"]);
    let comparison = study.compare(&series).expect("a comparison");
    let assessment = study.assess(&series, &comparison, &[]).expect("an assessment").expect("rivals");
    let Goals { model, is_network, goals, .. } = &assessment.goals;
    assert_eq!((model.as_str(), *is_network), ("har_two_stage", false));
    let line = |start: &str| goals.iter().find(|goal| goal.line.starts_with(start)).expect(start);
    assert!(line("skill against persistence").reached, "{}", assessment.goals);
    assert!(line("Diebold-Mariano against persistence").reached, "{}", assessment.goals);
    let rival = line("Diebold-Mariano against har_calendar");
    assert!(!rival.reached && rival.value.is_none() && rival.note.contains("not in the table"));
    assert!(goals.iter().any(|goal| goal.line.contains("calendar year: 2022")), "{}", assessment.goals);
    assert!(!assessment.goals.all_reached());
    // markets before the walk-forward are named as absent, not left out in silence
    let first = &study.market().events[0].name;
    assert!(
        assessment.regimes.absent.iter().any(|state| state.contains(first)),
        "{:?}",
        assessment.regimes.absent
    );
    let text = format!("folders = {{ results = {:?} }}", folder.path().join("results"));
    let elsewhere = Config::parse(&text).expect("a configuration");
    let elsewhere = Study::with_dataset(elsewhere, study.dataset().clone());
    assessment.write(&elsewhere, folder.path()).expect("files");
    for file in ["goals.json", "deflated.json", "promises.json", "regimes.json"] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
}

#[test]
fn every_further_trial_weakens_the_best_result() {
    let series = walked(&["persistence", "hour_of_week", "har_calendar"]);
    let deflate = |count: usize, period| {
        let trial = Trial { configuration: "a ridge".into(), period, skill_percent: None };
        let tried = vec![trial; count];
        let against = DeflationSpec::against("persistence");
        let spec = DeflationSpec { tried: &tried, mean_block: 200.0, replications: 500, ..against };
        Deflation::of(&series, &DeflationSpec { seed: Seed::new(1), ..spec }).expect("a deflation")
    };
    let (none, inner, outer) =
        (deflate(0, Period::Inner), deflate(98, Period::Inner), deflate(98, Period::Outer));
    assert_eq!((none.trials, inner.trials, inner.outer_trials, outer.outer_trials), (2, 100, 2, 100));
    let p = none.diebold_mariano.p_value;
    assert!((none.bonferroni - (2.0 * p).min(1.0)).abs() < 1e-15);
    assert!((inner.bonferroni - (100.0 * p).min(1.0)).abs() < 1e-12);
    assert_eq!(inner.bonferroni, outer.bonferroni_outer);
    // the mean maximum of 100 standard normal numbers is 2.5076 (Harter 1961); the formula is good to a hundredth
    assert!((inner.expected_maximum - 2.5076).abs() < 0.03, "{}", inner.expected_maximum);
    assert!(none.superior_predictive_ability.p_consistent < 0.05, "the market is predictable");
}

#[test]
fn the_record_of_what_was_tried_lists_every_configuration_with_its_period() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/backtest");
    let trials = dvol::study::read_trials(&folder).expect("a record").trials;
    let outer = trials.iter().filter(|trial| trial.period == Period::Outer).count();
    assert!(trials.len() - outer >= 188 && outer >= 22, "{} inner, {outer} outer", trials.len() - outer);
    assert!(dvol::study::read_trials(Path::new("/nowhere")).expect("none").trials.is_empty());
}

#[test]
fn the_thesis_split_states_each_row_s_horizon() {
    let study = study();
    let models = ["persistence".to_owned(), "har_calendar".to_owned()];
    let settings = dvol::models::lstm::Settings::default();
    let table = study.thesis_split(&models, 1, &settings, Path::new("nowhere"), &|_| ()).expect("a table");
    let own: Vec<(&str, u32)> = table
        .rows
        .iter()
        .filter(|row| !row.published)
        .map(|row| (row.model.as_str(), row.horizon_hours))
        .collect();
    assert_eq!(own, [("har_calendar", 24), ("persistence", 24), ("persistence", 1)]);
    let printed = table.rows.iter().find(|row| row.model == "naive persistence").expect("the original's row");
    assert_eq!((printed.horizon_hours, printed.rmse), (1, 0.49), "it was printed as 24 hours ahead");
}

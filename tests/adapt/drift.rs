//! Markets whose truth is known: one whose parameters drift, and one where nothing does.

use super::support::samples::{normals, simulated};
use dvol::config::Config;
use dvol::evaluation::{Metrics, TrainingWindow, WalkForward};
use dvol::models::{Maker, ModelEntry};
use dvol::panel::{Column, Panel};
use dvol::prelude::*;
use std::f64::consts::TAU;

const HOURS: usize = 26_000;
const FROM: usize = 12_000;
/// Hours in which the drifting week turns once.
const TURN: f64 = 40_000.0;

/// A study whose log DVOL is a rhythm of the week plus an Ornstein-Uhlenbeck state. With drift the rhythm's phase
/// turns and the state's pull to its mean grows threefold; without, both stay at their mean.
fn market(drift: bool) -> Study {
    let dataset = simulated(HOURS, 3);
    let mut state = 0.0;
    let noise = normals(HOURS, 17);
    let level = |row: usize, state: f64| {
        let shift = if drift { TAU * row as f64 / TURN } else { 0.0 };
        let hour = (dataset.panel().at(row) + Horizon::hours(1)).hour_of_week() as f64;
        (4.1 + 0.05 * (TAU * hour / 168.0 + shift).sin() + 0.04 * (TAU * hour / 24.0 + shift).sin() + state)
            .exp()
    };
    let dvol: Vec<f64> = (0..HOURS)
        .map(|row| {
            let share = if drift { row as f64 / HOURS as f64 } else { 0.5 };
            state += -0.01 * (0.5 + share) * state + 0.012 * noise[row];
            level(row, state)
        })
        .collect();
    let start = Panel::new(dataset.panel().start(), HOURS).unwrap();
    let panel = dataset.panel().columns().iter().fold(start, |out, column| {
        let column =
            if column.name() == "dvol" { Column::bars("dvol", dvol.clone()) } else { column.clone() };
        out.with(column).unwrap()
    });
    Study::with_dataset(Config::parse("folders = { data = 'nowhere' }").unwrap(), dataset.with_panel(panel))
}

/// Skill against persistence in percent, walked forward without intervals.
fn skill(study: &Study, name: &str) -> f64 {
    let Maker::Core(make) = ModelEntry::find(name).unwrap().maker else { panic!("{name} is a network") };
    let model = make();
    let protocol = WalkForward {
        from: study.panel().at(FROM),
        to: study.panel().at(HOURS - 30),
        refit_hours: 90 * 24,
        embargo_hours: 24,
        window: TrainingWindow::Expanding,
    };
    let series = protocol.run(model.as_ref(), &study.sample_for(model.as_ref()).unwrap()).unwrap();
    100.0 * Metrics::of(&series).unwrap().skill().unwrap()
}

const ADAPTIVE: [&str; 3] = ["har_windows", "har_half_life", "har_half_lives"];

#[test]
fn where_parameters_drift_models_that_forget_are_better() {
    let study = market(true);
    let expanding = skill(&study, "har_two_stage");
    for name in ADAPTIVE {
        let own = skill(&study, name);
        println!("drift: {name} {own:.2}, expanding {expanding:.2}");
        assert!(own > expanding + 1.0, "{name}: {own:.2} after {expanding:.2}");
    }
}

#[test]
fn where_nothing_drifts_forgetting_costs_little() {
    let study = market(false);
    let expanding = skill(&study, "har_two_stage");
    assert!(expanding > 5.0, "the market can be forecast: {expanding:.2}");
    for name in ADAPTIVE {
        let own = skill(&study, name);
        println!("no drift: {name} {own:.2}, expanding {expanding:.2}");
        assert!(own > expanding - 0.3, "{name}: {own:.2} after {expanding:.2}");
    }
}

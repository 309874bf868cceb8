//! What is scheduled is known when it is announced, and not before.

use dvol::features::schedule_features;
use dvol::panel::Panel;
use dvol::prelude::*;
use dvol::schedule::{Schedule, Scheduled};
use std::fs;

fn monthly(announced_days: i64) -> Vec<Scheduled> {
    let release = |month: i64| Timestamp::from_millis((18_700 + 30 * month) * 86_400_000 + 45_000_000);
    let event = |month| {
        let release = release(month);
        let announced = Timestamp::from_millis(release.millis() - announced_days * 86_400_000);
        Scheduled { name: "cpi".to_owned(), release, announced }
    };
    (0..30).map(event).collect()
}

fn balances(schedule: &[Scheduled], hours: usize) -> Vec<f64> {
    let panel = Panel::new("2021-06-01".parse().unwrap(), hours).unwrap();
    let schedule = Schedule::from(schedule.to_vec());
    let features = schedule_features(&panel, &schedule, Horizon::hours(24)).unwrap();
    features.values("scheduled_balance").unwrap().to_vec()
}

#[test]
fn an_event_changes_nothing_before_it_is_announced() {
    let schedule = monthly(365);
    let hours = 8_000;
    let before = balances(&schedule, hours);
    for place in [8, 12, 14] {
        let announced = schedule[place].release - Horizon::hours(24 * 90);
        let mut other = schedule.clone();
        other.insert(place, Scheduled { name: "cpi".to_owned(), announced, ..schedule[place].clone() });
        other[place].release = other[place].release - Horizon::hours(5 * 24);
        let after = balances(&other, hours);
        let start: Timestamp = "2021-06-01".parse().unwrap();
        let known = usize::try_from(announced.hours() - start.hours()).unwrap().min(hours);
        let same = |one: &f64, other: &f64| one == other || (one.is_nan() && other.is_nan());
        assert!(before[..known].iter().zip(&after).all(|(one, other)| same(one, other)), "{place}");
        assert!(before.iter().zip(&after).any(|(one, other)| !same(one, other)), "{place}: it comes at last");
    }
}

#[test]
fn an_event_leaves_the_window_and_the_next_one_enters_it() {
    let schedule = monthly(365);
    let values = balances(&schedule, 4_000);
    let start: Timestamp = "2021-06-01".parse().unwrap();
    let row = |time: Timestamp| (time.millis() - start.millis()) as f64 / 3_600_000.0;
    let release = row(schedule[8].release);
    // every thirtieth day: one is released in the very hour in which the next comes into sight
    let day: Vec<f64> = (0..24).map(|back| values[(release.floor() as usize) - back]).collect();
    assert!(day.iter().all(|value| *value == 0.0), "{day:?}");
    let mut irregular = schedule.clone();
    irregular[9].release = irregular[9].release + Horizon::hours(72);
    let values = balances(&irregular, 4_000);
    assert_eq!(values[release.floor() as usize], 1.0, "released within a day, nothing in sight");
    assert_eq!(values[release.floor() as usize + 72], -1.0, "nothing released, one comes into sight");
}

#[test]
fn a_schedule_that_ends_says_nothing_of_what_comes_after() {
    let schedule = &monthly(365)[..8];
    let values = balances(schedule, 8_000);
    let last = schedule[7].release;
    let start: Timestamp = "2021-06-01".parse().unwrap();
    // the next is due thirty days after the last: from a day before the last on, it would be in sight
    let end = usize::try_from(last.hours() - start.hours()).unwrap() - 24;
    assert!(values[..end].iter().all(|value| value.is_finite()));
    assert!(values[end + 1..].iter().all(|value| value.is_nan()));
    // announced twenty days ahead, the schedule reaches far enough on some days only
    let short = balances(&monthly(20), 8_000);
    assert!(short.iter().any(|value| value.is_nan()) && short.iter().any(|value| value.is_finite()));
}

fn study(folder: &std::path::Path, settings: &str) -> Study {
    let file = folder.join("thesis.toml");
    fs::write(&file, format!("simulation = {{ hours = 2400 }}\n{settings}")).unwrap();
    Study::open(&file).unwrap()
}

#[test]
fn the_file_in_the_data_folder_is_the_schedule_and_part_of_what_its_model_is_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let identity = |study: &Study, name: &str| {
        study.identity(study.model_of_seeds(name, 1).unwrap().as_ref(), &"").unwrap()
    };
    let none = study(folder.path(), "");
    assert!(none.features().unwrap().values("scheduled_balance").unwrap().iter().all(|value| *value == 0.0));
    fs::create_dir(folder.path().join("data")).unwrap();
    let mut events = monthly(365);
    // not in the hour in which the one before leaves
    events[2].release = events[2].release + Horizon::hours(60);
    let rows: String = events
        .iter()
        .map(|event| format!("{},{},{}\n", event.name, event.release, event.announced))
        .collect();
    let file = folder.path().join("data/schedule.csv");
    fs::write(&file, format!("event,release_utc,announced_utc\n{rows}")).unwrap();
    let some = study(folder.path(), "");
    assert_eq!(some.schedule().unwrap().events(), events);
    assert_ne!(identity(&none, "har_events"), identity(&some, "har_events"));
    assert_eq!(identity(&none, "har_windows"), identity(&some, "har_windows"));
    let week = some.at_horizon(Horizon::hours(168)).features().unwrap();
    let day = some.features().unwrap();
    let nonzero = |panel: &Panel| {
        panel.values("scheduled_balance").unwrap().iter().filter(|value| **value != 0.0).count()
    };
    assert!(nonzero(&week) > nonzero(&day) && nonzero(&day) > 0, "{} and {}", nonzero(&week), nonzero(&day));
}

#[test]
fn a_file_that_does_not_say_when_its_events_were_known_is_refused_until_the_configuration_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.csv");
    let refused = |text: &str, settings: &str| -> String {
        fs::write(&file, text).unwrap();
        let study = study(folder.path(), &format!("[schedule]\nfile = 'events.csv'\n{settings}"));
        let error = study.schedule().err().unwrap_or_else(|| panic!("{text:?} is refused"));
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    };
    let rows = "event,release_utc\ncpi,2021-04-13T12:30:00Z\ncpi,2021-05-12T12:30:00Z\n";
    let message = refused(rows, "");
    assert!(message.contains("announced_utc") && message.contains("announced_days"), "{message}");
    let message = refused("event,when\ncpi,2021-04-13T12:30:00Z\n", "announced_days = 365");
    assert!(message.contains("release_utc"), "{message}");
    let late = "event,release_utc,announced_utc\ncpi,2021-04-13T12:30:00Z,2021-05-01T00:00:00Z\n";
    let message = refused(late, "");
    assert!(message.contains("announced_utc") && message.contains("row 1"), "{message}");
    fs::write(&file, rows).unwrap();
    let study = study(folder.path(), "[schedule]\nfile = 'events.csv'\nannounced_days = 365\n");
    assert_eq!(study.schedule().unwrap().events()[0].announced.to_string(), "2020-04-13T12:30:00Z");
}

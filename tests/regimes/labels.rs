//! Labels of hours: known at their hour, or hindsight.

use super::hour;
use dvol::events::Event;
use dvol::panel::{Column, Panel};
use dvol::regimes::{
    Labels, MarkovSwitching, calendar_years, event_windows, expanding_terciles, full_sample_terciles,
    jump_hours, jumps_on_the_way, rising_and_falling,
};
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use rand::Rng;

fn panel(values: Vec<f64>) -> Panel {
    Panel::new(hour(0), values.len()).unwrap().with(Column::known("x", values)).unwrap()
}

pub fn states<K: dvol::regimes::Knowledge>(labels: &Labels<K>, rows: i64) -> Vec<Option<&str>> {
    (0..rows).map(|row| labels.at(hour(row))).collect()
}

fn walk(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = Seed::new(seed).rng();
    let mut level = 60.0;
    let steps = (0..n).map(|_| {
        level += rng.random_range(-1.0..1.0);
        level
    });
    steps.collect()
}

#[test]
fn known_labels_do_not_change_when_the_future_does() {
    let (rows, cut) = (2_000, 1_200);
    let past = walk(rows, 1);
    let mut other = past.clone();
    other[cut..].iter_mut().for_each(|value| *value = 500.0 - *value);
    let same = |one: &dyn Fn(&Panel) -> Vec<Option<String>>| {
        let (before, after) = (one(&panel(past.clone())), one(&panel(other.clone())));
        assert_eq!(before[..cut], after[..cut]);
        assert_ne!(before[cut..], after[cut..], "the labels do read the column");
    };
    let owned = |labels: &Labels<dvol::regimes::Known>| {
        (0..rows as i64).map(|row| labels.at(hour(row)).map(str::to_owned)).collect::<Vec<_>>()
    };
    same(&|panel| owned(&expanding_terciles(panel, "x", 100).unwrap()));
    same(&|panel| owned(&rising_and_falling(panel, "x", 24).unwrap()));
    same(&|panel| owned(&MarkovSwitching::default().known_labels(panel, "x", hour(800)).unwrap().1));
}

#[test]
fn full_sample_terciles_split_into_thirds_and_are_hindsight() {
    let values = walk(900, 2);
    let labels = full_sample_terciles(&panel(values.clone()), "x").unwrap();
    assert_eq!(labels.hours(), [300, 300, 300]);
    assert!(labels.is_hindsight());
    assert!(!expanding_terciles(&panel(values), "x", 1).unwrap().is_hindsight());
}

#[test]
fn expanding_terciles_equal_a_naive_ranking_of_the_past() {
    let mut values = walk(400, 3);
    values[50] = f64::NAN;
    values[120] = values[119];
    let labels = expanding_terciles(&panel(values.clone()), "x", 30).unwrap();
    for row in 0..values.len() {
        let past: Vec<f64> = values[..=row].iter().copied().filter(|value| !value.is_nan()).collect();
        let share = past.iter().filter(|&&value| value <= values[row]).count() as f64 / past.len() as f64;
        let expected = match share {
            _ if values[row].is_nan() || past.len() < 30 => None,
            share if share <= 1.0 / 3.0 => Some("low"),
            share if share <= 2.0 / 3.0 => Some("middle"),
            _ => Some("high"),
        };
        assert_eq!(labels.at(hour(row as i64)), expected, "row {row}");
    }
}

#[test]
fn rising_is_above_the_level_so_many_hours_ago() {
    let labels = rising_and_falling(&panel(vec![1.0, 2.0, f64::NAN, 1.5, 2.0, 9.0]), "x", 2).unwrap();
    assert_eq!(states(&labels, 6), [None, None, None, Some("falling"), None, Some("rising")]);
}

#[test]
fn jumps_before_the_origin_are_known_and_jumps_after_it_are_hindsight() {
    let nan = f64::NAN;
    let indicator = panel(vec![nan, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let (normal, jump) = (Some("normal"), Some("jump"));
    let past = jump_hours(&indicator, "x", 2).unwrap();
    assert_eq!(states(&past, 8), [None, normal, jump, jump, normal, jump, jump, normal]);
    let next = jumps_on_the_way(&indicator, "x", Horizon::hours(2)).unwrap();
    let none = Some("no jump");
    // the last two rows look past the data
    assert_eq!(states(&next, 8), [None, jump, none, jump, jump, none, None, None]);
    assert!(next.is_hindsight() && !past.is_hindsight());
}

#[test]
fn crises_are_the_windows_of_the_six_events_and_hindsight() {
    let start: Timestamp = "2021-04-23T09:00".parse().unwrap();
    let crises = event_windows(start, 39_255, &Event::thesis()).unwrap();
    assert!(crises.is_hindsight());
    assert_eq!(crises.states().len(), 7);
    // three days on either side of the day: 7 x 24 hours each
    assert_eq!(crises.hours()[1..], [168; 6]);
    assert_eq!(crises.at("2021-05-16T00:00".parse().unwrap()), Some("China mining ban"));
    assert_eq!(crises.at("2021-05-15T23:00".parse().unwrap()), Some("calm"));
    assert_eq!(crises.at("2024-01-13T23:00".parse().unwrap()), Some("ETF approval"));
    let twice = [Event::thesis()[0].clone(), Event::thesis()[0].clone()];
    assert_eq!(event_windows(start, 10, &twice).unwrap_err().exit_code(), 2);
}

#[test]
fn known_labels_become_features_and_state_names_are_checked() {
    let years = calendar_years("2022-12-31T22:00".parse().unwrap(), 4).unwrap();
    let column = years.column("2023").unwrap();
    assert_eq!(column.values(), [0.0, 0.0, 1.0, 1.0]);
    assert_eq!(column.known_after_hours(), 0);
    assert!(years.column("2024").unwrap_err().to_string().contains("2022, 2023"));
}

#[test]
fn labels_refuse_columns_that_are_not_known_at_their_row() {
    let bars = Panel::new(hour(0), 3).unwrap().with(Column::bars("dvol", vec![1.0, 2.0, 3.0])).unwrap();
    for error in [
        expanding_terciles(&bars, "dvol", 1).unwrap_err(),
        rising_and_falling(&bars, "dvol", 1).unwrap_err(),
        jump_hours(&bars, "dvol", 1).unwrap_err(),
    ] {
        assert!(error.to_string().contains("features::known"), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
}

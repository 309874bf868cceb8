//! What every set of labels of market states owes.

use dvol::jumps::{JumpFeatureSpec, jump_features};
use dvol::panel::{Column, Panel};
use dvol::regimes::{AnyLabels, LABEL_SETS, Scheme, StandardLabels};
use dvol::seed::Seed;
use dvol::time::Timestamp;
use rand::Rng;

const ROWS: usize = 3_000;

fn start() -> Timestamp {
    "2022-10-01".parse().unwrap()
}

/// A level with jumps, and the price of a market; from `cut` on with other values.
fn panel(cut: usize) -> Panel {
    let mut rng = Seed::new(9).rng();
    let mut other = Seed::new(10).rng();
    let mut level = 60.0_f64;
    let levels: Vec<f64> = (0..ROWS)
        .map(|row| {
            let shock: f64 = rng.random_range(-1.0..1.0);
            let later: f64 = other.random_range(-1.0..1.0);
            let wild = if row / 300 % 2 == 0 { 0.004 } else { 0.012 };
            let jump = if row % 400 == 399 || row == cut + 5 { 0.1 } else { 0.0 };
            let back = if level < 60.0 { jump } else { -jump };
            level *= (wild * if row < cut { shock } else { 2.0 * later } + back).exp();
            level
        })
        .collect();
    let price: Vec<f64> = levels.iter().map(|level| 1e6 / level).collect();
    let panel = Panel::new(start(), ROWS).unwrap().with(Column::known("dvol", levels)).unwrap();
    let jumps = jump_features(&panel, &JumpFeatureSpec::default()).unwrap();
    panel.join(&jumps).unwrap().with(Column::known("price", price)).unwrap()
}

fn spec() -> StandardLabels {
    let training_end = Some(Timestamp::from_hours(start().hours() + 900));
    StandardLabels { training_end, at_target: true, ..StandardLabels::default() }
}

fn states(labels: &AnyLabels, rows: usize) -> Vec<Option<String>> {
    let at = |row| labels.at(Timestamp::from_hours(start().hours() + row as i64)).map(str::to_owned);
    (0..rows).map(at).collect()
}

#[test]
fn names_of_sets_and_of_schemes_are_unique() {
    super::unique(LABEL_SETS.iter().map(|set| set.name));
    let names: Vec<String> =
        spec().of(&panel(ROWS)).unwrap().iter().map(|labels| labels.scheme().to_string()).collect();
    super::unique(names.iter().map(String::as_str));
    assert!(names.len() > LABEL_SETS.len());
}

#[test]
fn every_set_labels_the_example() {
    for set in LABEL_SETS {
        let made = (set.make)(&spec(), &panel(ROWS)).unwrap();
        assert!(!made.is_empty(), "{}", set.name);
        for labels in made {
            assert!(states(&labels, ROWS).iter().any(Option::is_some), "{}", labels.scheme());
            assert!(!matches!(labels.scheme(), Scheme::ByHand { .. }), "{}", labels.scheme());
        }
    }
}

#[test]
fn labels_known_at_the_origin_do_not_change_when_later_values_change() {
    let whole = spec().of(&panel(ROWS)).unwrap();
    for cut in [1_200, 2_000, 2_700] {
        let changed = spec().of(&panel(cut)).unwrap();
        for (one, other) in whole.iter().zip(&changed) {
            assert_eq!(one.scheme(), other.scheme());
            if !one.is_hindsight() {
                assert_eq!(states(one, cut), states(other, cut), "{} changed before {cut}", one.scheme());
            }
        }
    }
}

#[test]
fn labels_that_move_with_later_values_say_that_they_need_hindsight() {
    let mut moved: Vec<&Scheme> = Vec::new();
    let whole = spec().of(&panel(ROWS)).unwrap();
    let changed = spec().of(&panel(1_200)).unwrap();
    for (one, other) in whole.iter().zip(&changed) {
        if states(one, 1_200) != states(other, 1_200) {
            assert!(one.is_hindsight(), "{}", one.scheme());
            moved.push(one.scheme());
        }
    }
    assert!(moved.len() >= 3, "the example moves too few to tell: {moved:?}");
}

#[test]
fn the_name_of_a_scheme_leads_back_to_it() {
    for labels in spec().of(&panel(ROWS)).unwrap() {
        let scheme = labels.scheme();
        assert_eq!(&Scheme::from(scheme.to_string()), scheme);
        let json = dvol::serde_json::to_string(scheme).unwrap();
        assert_eq!(json, format!("\"{scheme}\""));
        assert_eq!(&dvol::serde_json::from_str::<Scheme>(&json).unwrap(), scheme);
    }
}

#[test]
fn a_name_that_is_almost_ours_stays_as_it_was_written() {
    for name in ["mood", "jump in the past 1 h", "dvol over 07 h", "tercile of", "Markov switching of ", ""] {
        assert_eq!(Scheme::from(name).to_string(), name);
    }
    assert_eq!(Scheme::from("jump in the past 1 h"), Scheme::ByHand { name: "jump in the past 1 h".into() });
}

#[test]
fn a_panel_without_the_columns_still_has_years_and_events() {
    let bare = Panel::new(start(), 100).unwrap();
    let schemes: Vec<Scheme> =
        spec().of(&bare).unwrap().iter().map(|labels| labels.scheme().clone()).collect();
    assert_eq!(schemes, [Scheme::CalendarYear, Scheme::Crisis]);
}

//! A result is used again exactly when nothing that decides it has changed.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../crates/core/build/code.rs"]
mod code;
#[path = "../crates/core/build/rooms.rs"]
mod rooms;

use dvol::config::Config;
use dvol::data::{Dataset, Simulation};
use dvol::evaluation::{TrainingWindow, WalkForward};
use dvol::identity::{Identity, ModelIdentity};
use dvol::models::lstm::LstmSpec;
use dvol::models::{ModelEntry, Naive};
use dvol::panel::{Column, Frequency, Panel};
use dvol::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

fn core_source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/core/src")
}

/// The core's sources in a folder of the test's own.
fn copied() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().flatten() {
            let (path, target) = (entry.path(), to.join(entry.file_name()));
            if path.is_dir() {
                copy(&path, &target);
            } else {
                fs::copy(&path, &target).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&core_source(), folder.path());
    folder
}

fn forecasts_code(root: &Path) -> String {
    dvol::artifacts::sha256(code::sources(root, &rooms::FORECASTS).unwrap().as_bytes())
}

fn edit(root: &Path, file: &str, from: &str, to: &str) {
    let path = root.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds `{from}`");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_changed_constant_of_a_model_is_other_code() {
    let folder = copied();
    let before = forecasts_code(folder.path());
    edit(folder.path(), "models/har/cascade.rs", "22", "21");
    assert_ne!(before, forecasts_code(folder.path()));
}

#[test]
fn comments_and_layout_are_the_same_code() {
    let folder = copied();
    let before = forecasts_code(folder.path());
    edit(folder.path(), "models/har/calendar.rs", "//! ", "//! Said in other words. ");
    edit(folder.path(), "models/naive.rs", "\n}", "\n\n// A remark: \"quoted\".\n}");
    assert_eq!(before, forecasts_code(folder.path()));
    assert_eq!(code::without_comments("let a = \"// no comment\"; // one"), "let a = \"// no comment\"; ");
    assert_eq!(
        code::without_comments("f('\"', 'a', &'a str) /* gone */ + r#\"/*\"#"),
        "f('\"', 'a', &'a str) + r#\"/*\"#"
    );
}

#[test]
fn rooms_that_decide_no_number_change_no_code() {
    let folder = copied();
    let all: Vec<&str> = rooms::FORECASTS.iter().chain(&rooms::RESULTS).copied().collect();
    let before = code::sources(folder.path(), &all).unwrap();
    fs::write(folder.path().join("config.rs"), "pub struct Other;").unwrap();
    fs::write(folder.path().join("error.rs"), "pub struct Other;").unwrap();
    assert_eq!(before, code::sources(folder.path(), &all).unwrap());
}

#[test]
fn every_room_of_the_core_is_known_to_decide_numbers_or_not() {
    let known: Vec<&str> =
        rooms::FORECASTS.iter().chain(&rooms::RESULTS).chain(&rooms::NEITHER).copied().collect();
    for entry in fs::read_dir(core_source()).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        assert!(
            known.contains(&name.as_str()),
            "build/rooms.rs does not say whether `{name}` decides numbers"
        );
    }
    for room in known {
        assert!(core_source().join(room).exists(), "build/rooms.rs names `{room}`, which does not exist");
    }
}

#[test]
fn another_version_of_a_computing_package_is_other_code_and_of_any_other_package_is_not() {
    let lock = |statrs: &str, nalgebra: &str, clap: &str| {
        format!(
            "version = 4\n\n[[package]]\nname = \"clap\"\nversion = \"{clap}\"\n\n[[package]]\nname = \"nalgebra\"\n\
             version = \"{nalgebra}\"\n\n[[package]]\nname = \"statrs\"\nversion = \"{statrs}\"\ndependencies = [\n \
             \"nalgebra\",\n]\n"
        )
    };
    let before = code::locked(&lock("0.19.0", "0.33.0", "4.6.0"));
    assert_ne!(before, code::locked(&lock("0.19.1", "0.33.0", "4.6.0")));
    assert_ne!(before, code::locked(&lock("0.19.0", "0.34.0", "4.6.0")), "what it depends on computes too");
    assert_eq!(before, code::locked(&lock("0.19.0", "0.33.0", "4.7.0")));
}

const TEXT: &str =
    "simulation = { hours = 4000 }\nfolders = { data = 'nowhere' }\nbacktest = { seeds = 1 }\n";

fn study(extra: &str) -> Study {
    Study::new(Config::parse(&format!("{TEXT}{extra}")).unwrap()).unwrap()
}

fn protocol(study: &Study) -> WalkForward {
    let panel = study.panel();
    WalkForward {
        from: panel.at(3000),
        to: panel.at(3999),
        refit_hours: 500,
        embargo_hours: 24,
        window: TrainingWindow::Expanding,
    }
}

/// The identity of every model's forecasts under one protocol.
fn identities(study: &Study) -> Vec<(&'static str, Identity)> {
    let protocol = protocol(study);
    ModelEntry::names()
        .into_iter()
        .map(|name| {
            let model = study.model_of_seeds(name, 1).unwrap();
            (name, study.identity(model.as_ref(), &protocol).unwrap().expect("our models say what they are"))
        })
        .collect()
}

/// The models whose identity differs between two studies.
fn changed(one: &Study, other: &Study) -> Vec<&'static str> {
    let pairs = identities(one).into_iter().zip(identities(other));
    pairs.filter(|(left, right)| left != right).map(|((name, _), _)| name).collect()
}

#[test]
fn a_changed_trainer_table_is_another_specification_of_that_trainer_alone() {
    assert_eq!(changed(&study(""), &study("[train.rolling]\ndropout = 0.2\n")), ["rolling"]);
}

#[test]
fn a_moved_event_is_no_other_specification_of_any_model() {
    let moved = "[[market.events]]\nname = \"FTX\"\ndate = \"2022-11-09T00:00:00Z\"\n";
    assert_eq!(changed(&study(""), &study(moved)), [] as [&str; 0]);
}

#[test]
fn other_jump_features_are_another_specification_of_the_models_that_read_them() {
    let found = changed(&study(""), &study("[jumps]\nseries = \"price\"\n"));
    assert!(found.contains(&"jump_aware") && found.contains(&"har_x_log"), "{found:?}");
    assert!(!found.contains(&"persistence") && !found.contains(&"rolling"), "{found:?}");
}

#[test]
fn a_network_is_known_by_the_device_it_runs_on_not_by_the_word_that_asked_for_it() {
    let on = |device: &str| LstmSpec { device: device.to_owned(), ..LstmSpec::rolling() }.identity();
    let here = if dvol::models::lstm::device::count() > 0 { "cuda" } else { "cpu" };
    assert_eq!(on("auto"), on(here));
    assert_ne!(on("auto"), on("cuda:99"));
}

#[test]
fn another_seed_horizon_or_protocol_is_another_identity() {
    let networks = changed(&study(""), &study("seed = 7\n"));
    assert!(networks.contains(&"anchored") && !networks.contains(&"har_calendar"), "{networks:?}");
    assert_eq!(changed(&study(""), &study("horizon = 6\n")).len(), ModelEntry::names().len());
    let study = study("");
    let (model, one) = (Naive::Persistence, protocol(&study));
    let other = WalkForward { refit_hours: 400, ..one.clone() };
    assert_ne!(study.identity(&model, &one).unwrap(), study.identity(&model, &other).unwrap());
}

#[test]
fn two_simulated_markets_of_different_parameters_share_no_identity() {
    let other = Config::parse(TEXT).unwrap();
    let simulation = Simulation { hours: 4000, seed: Seed::new(9), ..Simulation::default() };
    let other = Study::with_dataset(other, Dataset::simulated(&simulation).unwrap());
    assert_eq!(changed(&study(""), &other).len(), ModelEntry::names().len());
}

#[test]
fn another_publication_lag_is_other_data_although_the_values_are_the_same() {
    let panel = |lag: u32| {
        let values: Vec<f64> =
            (0..48).map(|row| if row % 24 == 0 { f64::from(row) } else { f64::NAN }).collect();
        Panel::new("2021-04-23T00:00:00Z".parse().unwrap(), 48)
            .and_then(|panel| panel.with(Column::new("mvrv", values, Frequency::Daily, 24 + lag)))
            .unwrap()
    };
    assert_eq!(panel(6).fingerprint(), panel(6).fingerprint());
    assert_ne!(panel(6).fingerprint(), panel(7).fingerprint());
}

/// Persistence that counts how often it is fitted, and says what it is, or not.
struct Counting<'a> {
    fits: &'a AtomicUsize,
    version: Option<&'a str>,
}

impl Model for Counting<'_> {
    fn name(&self) -> String {
        "counting".to_owned()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_code(self.version?, "counting", &())
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        self.fits.fetch_add(1, Ordering::Relaxed);
        Naive::Persistence.fit_boxed(sample)
    }
}

/// The fits of one walk-forward in `out`.
fn fits(study: &Study, out: &Path, version: Option<&str>) -> usize {
    let fits = AtomicUsize::new(0);
    let model = Counting { fits: &fits, version };
    study.backtest_with(&[&model], &protocol(study), out, &|_| {}).unwrap();
    fits.into_inner()
}

#[test]
fn folds_are_used_again_by_the_same_code_alone() {
    let (folder, study) = (tempfile::tempdir().unwrap(), study(""));
    let all = fits(&study, folder.path(), Some("first"));
    assert!(all >= 2);
    assert_eq!(fits(&study, folder.path(), Some("first")), 0);
    assert_eq!(fits(&study, folder.path(), Some("second")), all);
}

#[test]
fn a_model_that_does_not_say_what_it_is_is_fitted_anew() {
    let (folder, study) = (tempfile::tempdir().unwrap(), study(""));
    let all = fits(&study, folder.path(), None);
    assert_eq!(fits(&study, folder.path(), None), all);
    assert!(!folder.path().join("folds").exists());
}

#[test]
fn a_fold_that_was_edited_cut_or_exchanged_is_made_again() {
    let (folder, study) = (tempfile::tempdir().unwrap(), study(""));
    fits(&study, folder.path(), Some("first"));
    let folds = folder.path().join("folds");
    let mut files: Vec<PathBuf> = fs::read_dir(&folds).unwrap().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "parquet"));
    files.sort();
    let before = fs::read(&files[0]).unwrap();
    fs::write(&files[0], &before[..before.len() - 8]).unwrap();
    assert_eq!(fits(&study, folder.path(), Some("first")), 1, "cut");
    assert_eq!(fs::read(&files[0]).unwrap(), before, "the same forecasts again");
    fs::copy(&files[1], &files[0]).unwrap();
    assert_eq!(fits(&study, folder.path(), Some("first")), 1, "another fold's forecasts");
}

//! An experiment as a file, its stages, and the trail they leave.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use dvol::artifacts::write_atomic;
use dvol::config::Config;
use dvol::prelude::*;
use dvol::study::{Fault, Reads};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use support::command::dvol;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A study of a short simulated market, its files in a folder of the test's own.
fn small(folder: &Path) -> Study {
    let text = std::fs::read_to_string(root().join("smoke.toml")).expect("smoke.toml");
    let text = text
        .replace("data/smoke", "data")
        .replace("results/smoke", "results")
        .replace("figures/smoke", "figures");
    let path = folder.join("small.toml");
    std::fs::write(&path, text).expect("a configuration");
    Study::open(&path).expect("a study")
}

#[test]
fn thesis_toml_spells_out_the_defaults() {
    let written = Config::read(root().join("thesis.toml")).expect("thesis.toml");
    let keys = |config: &Config| dvol::serde_json::to_value(config).expect("JSON");
    assert_eq!(keys(&written), keys(&Config::default()));
}

#[test]
fn the_thesis_window_has_39255_hours_and_its_last_fifth_starts_where_the_thesis_says() {
    let config = Config::default();
    let window = config.window;
    assert_eq!(window.first.to_string(), "2021-04-23T09:00:00Z");
    assert_eq!(window.last.to_string(), "2025-10-14T23:00:00Z");
    assert_eq!(window.last.hours() - window.first.hours() + 1, 39_255);
    let (_, test) = config.split.boundaries(window.first, window.last).expect("boundaries");
    assert_eq!(test.to_string(), "2024-11-21T21:00:00Z");
    assert_eq!(window.last.hours() - test.hours() + 1, 7_851);
    assert_eq!(config.backtest.from.to_string(), "2022-07-01T00:00:00Z");
    assert_eq!(config.backtest.to.to_string(), "2025-10-13T23:00:00Z");
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let error = Config::parse("seed = 1\nhorizonn = 24").expect_err("an unknown key");
    assert!(error.to_string().contains("horizonn"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn durations_read_as_they_are_written() {
    let config =
        Config::parse("[backtest]\nrefit = \"4w\"\nwindow = \"rolling:365d\"").expect("a configuration");
    assert_eq!(config.backtest.protocol().refit_hours, 4 * 168);
    let text = toml::to_string(&config).expect("TOML");
    assert_eq!(Config::parse(&text).expect("the same"), config);
    assert!(Config::parse("[backtest]\nrefit = \"90\"").is_err());
}

#[test]
fn a_backtest_resumes_its_folds_and_gives_the_same_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = small(folder.path());
    let models = ["persistence".to_owned(), "anchored".to_owned()];
    let protocol = study.config().backtest.protocol();
    let run = |out: &Path| {
        let resumed = Mutex::new(Vec::new());
        let series = study
            .backtest(&models, 1, &protocol, out, &|report| {
                resumed.lock().expect("a lock").push(report.resumed);
            })
            .expect("a backtest");
        (series, resumed.into_inner().expect("a lock"))
    };
    tch::set_num_threads(1);
    let out = folder.path().join("backtest");
    let (first, resumed) = run(&out);
    assert!(resumed.iter().all(|resumed| !resumed));
    let broken =
        std::fs::read_dir(out.join("folds")).expect("folds").next().expect("a fold").expect("a file").path();
    std::fs::write(&broken, b"half a file").expect("damage");
    let (second, resumed) = run(&out);
    assert_eq!(resumed.iter().filter(|resumed| !**resumed).count(), 1, "only the damaged fold is done again");
    assert_eq!(first, second);
    let (elsewhere, _) = run(&folder.path().join("again"));
    assert_eq!(first, elsewhere, "nothing depends on how many folds ran at once");
}

#[test]
fn a_result_edited_by_hand_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = small(folder.path());
    let table = folder.path().join("results/table.json");
    write_atomic(&table, b"{}").expect("a table");
    study.record(&table, Reads::Models, "dvol naive").expect("an entry");
    assert_eq!(study.check().expect("a check"), []);
    std::fs::write(&table, b"{\"rmse\": 0}").expect("an edit");
    let findings = study.check().expect("a check");
    assert_eq!((findings[0].file.as_str(), findings[0].fault), ("results/table.json", Fault::Edited));
    std::fs::remove_file(&table).expect("removal");
    assert_eq!(study.check().expect("a check")[0].fault, Fault::Missing);
    let found = dvol(folder.path(), &["check", "--config", "small.toml"]);
    assert_eq!(found.code, 2);
    assert!(found.out.contains("results/table.json is missing"), "{}", found.out);
}

#[test]
fn figures_and_runs_of_a_reader_s_own_have_ledgers_that_git_does_not_see_and_check_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = small(folder.path());
    let figure = study.figure("coverage").expect("a figure");
    study.keep_with(figure, None).expect("files");
    tch::set_num_threads(1);
    study.train("jump_aware").expect("a run");
    assert!(!folder.path().join("results/manifest.json").exists(), "that one is committed");
    assert_eq!(study.check().expect("a check"), []);
    let drawn = folder.path().join("figures/coverage.json");
    std::fs::write(&drawn, b"{}").expect("an edit");
    let run = std::fs::read_dir(folder.path().join("results/cli_training")).expect("runs").next();
    std::fs::remove_file(run.expect("a run").expect("a file").path()).expect("removal");
    let findings = study.check().expect("a check");
    let faults: Vec<_> = findings.iter().map(|one| (one.stage.as_str(), one.fault)).collect();
    assert_eq!(faults, [("figure coverage", Fault::Edited), ("dvol train jump_aware", Fault::Missing)]);
}

#[test]
fn persistence_has_no_skill_and_tomorrow_is_today() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = small(folder.path());
    assert!(study.is_simulated());
    let series = study.naive().expect("naive forecasts");
    let persistence = &series[0];
    assert_eq!(persistence.predicted(), persistence.anchors());
    let table = study.table(&series).expect("a table").to_string();
    assert!(table.contains("moving_average_22"), "{table}");
}

#[test]
fn a_command_without_its_file_ends_with_2_and_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        vec!["backtest", "--config", "nowhere.toml"],
        vec!["jumps", "--input", "nowhere.csv", "--column", "x"],
        vec!["check", "--config", "nowhere.toml"],
    ] {
        let message = dvol(folder.path(), &arguments).refusal();
        assert!(message.contains("nowhere"), "{message}");
    }
}

#[test]
fn the_backtest_command_prints_one_json_document_and_leaves_its_files() {
    let folder = tempfile::tempdir().expect("a folder");
    small(folder.path());
    let arguments =
        ["backtest", "--config", "small.toml", "--models", "persistence,drift", "--json", "--out", "bt"];
    let metrics = dvol(folder.path(), &arguments).json();
    assert_eq!(metrics.as_array().expect("a list").len(), 2);
    assert_eq!(metrics[0]["model"], "persistence");
    for file in [
        "bt/forecasts.parquet",
        "bt/forecasts.csv",
        "bt/metrics.json",
        "results/manifest.json",
        "figures/walk_forward_scores.html",
        "figures/walk_forward_skill_over_time.json",
        "figures/walk_forward_confidence_set.json",
    ] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
    let series =
        dvol::evaluation::read_forecasts(&folder.path().join("bt/forecasts.parquet")).expect("records");
    assert_eq!(
        series.iter().map(|series| series.model().to_owned()).collect::<Vec<_>>(),
        ["persistence", "drift"]
    );
}

#[test]
fn a_table_is_kept_in_every_format_of_a_paper_and_in_a_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = small(folder.path());
    let scores = study.persistence_by_horizon(&[1, 24]).expect("scores");
    let kept = study.keep(scores.clone()).expect("kept under its kind");
    assert_eq!(kept, scores);
    study.keep(scores.named_table("by_horizon").expect("a name")).expect("kept under a name");
    let tables = folder.path().join("results/tables");
    let ledger = std::fs::read_to_string(tables.join("manifest.json")).expect("the ledger");
    for name in ["metrics_table", "by_horizon"] {
        for (ending, holds) in [
            ("json", "\"blocks\""),
            ("tex", "\\toprule"),
            ("typ", "#table("),
            ("md", "| model |"),
            ("csv", "model,"),
        ] {
            let file = format!("{name}.{ending}");
            let text = std::fs::read_to_string(tables.join(&file)).expect(&file);
            assert!(text.contains(holds), "{file}: {text}");
            assert!(ledger.contains(&format!("results/tables/{file}")), "{file}");
        }
    }
    let refused = study.naive().expect("forecasts")[0].clone();
    let refused = study.table(&[refused]).expect("scores").named_table("A/b").expect_err("no file's name");
    assert_eq!(refused.exit_code(), 2);
}

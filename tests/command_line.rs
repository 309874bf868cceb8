//! What all commands have in common: help, refusals, full disks, closed pipes, places of outputs, one `--config`.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use dvol::serde_json::Value;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;
use support::command::{self, Run};
use tempfile::TempDir;

const EXPERIMENT: &str = "\
simulation = { hours = 3600 }
folders = { data = 'nowhere' }
predict = { model = 'har' }

[train.rolling]
epochs = 3

[backtest]
from = '2021-07-01T00:00:00Z'
to = '2021-07-20T00:00:00Z'
refit = '10d'
";

/// A folder with a short experiment and a table of forecasts.
fn workplace() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("thesis.toml"), EXPERIMENT).expect("an experiment");
    let mut table = String::from("timestamp,actual,a,b,residual\n");
    for row in 0_u32..600 {
        let noise = |factor: u32| f64::from(row * row * factor % 97) / 97.0 - 0.5;
        let level = 60.0 + 5.0 * (f64::from(row) / 60.0).sin() + noise(7);
        let (a, b) = (level + noise(11), level + 2.0 * noise(13));
        let (day, hour) = (1 + row / 24, row % 24);
        writeln!(table, "2022-03-{day:02}T{hour:02}:00:00Z,{level},{a},{b},{}", level - a).expect("a line");
    }
    fs::write(folder.path().join("table.csv"), table).expect("a table");
    folder
}

fn command(folder: &Path, line: &str) -> Command {
    command::command(folder, &line.split_whitespace().collect::<Vec<_>>())
}

fn dvol(folder: &Path, line: &str) -> Run {
    command(folder, line).output().expect("dvol runs").into()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Every command once, small enough to end soon.
const LINES: [&str; 24] = [
    "--version",
    "--help",
    "help compare",
    "data audit --data set",
    "data diff set set",
    "data simulate --hours 800 --out other",
    "describe --input table.csv --columns actual,b,residual",
    "jumps --input table.csv --column actual",
    "realized --input set/panel.parquet --column price --seconds 3600",
    "naive --input table.csv --column actual",
    "har --input table.csv --column actual",
    "compare --input table.csv --models a,b --horizon 1 --reps 100",
    "validate --input table.csv",
    "regimes --input table.csv --predicted a --horizon 1",
    "help train",
    "train rolling --dry-run",
    "backtest --models persistence,drift --no-figures",
    "predict",
    "score --models persistence",
    "importance --model har --repeats 1",
    "runs",
    "check",
    "devices",
    "kernel doctor",
];

#[test]
fn help_lists_the_commands_that_need_networks_in_their_own_words() {
    let folder = workplace();
    let heavy = Command::new(env!("CARGO_BIN_EXE_dvol-networks")).arg("--help").output().expect("it runs");
    let light = dvol(folder.path(), "--help");
    assert_eq!(light.succeeded().out, text(&heavy.stdout));
}

#[test]
fn a_command_whose_reader_has_left_ends_by_the_signal_of_a_closed_pipe_and_says_nothing() {
    let folder = workplace();
    dvol(folder.path(), "data simulate --hours 3000 --out set").succeeded();
    for line in LINES {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = command(folder.path(), line).stdout(writer).output().expect("dvol runs");
        assert_eq!(output.status.signal(), Some(13), "{line}: {}", text(&output.stderr));
        assert!(!text(&output.stderr).contains("dvol: "), "{line}: {}", text(&output.stderr));
    }
}

#[test]
fn a_full_disk_under_standard_output_is_an_error_of_every_command() {
    let folder = workplace();
    dvol(folder.path(), "data simulate --hours 3000 --out set").succeeded();
    for line in LINES {
        let full = File::options().write(true).open("/dev/full").expect("a full disk");
        let output = command(folder.path(), line).stdout(full).output().expect("dvol runs");
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {message}");
        assert!(message.contains("dvol: standard output: No space left on device"), "{line}: {message}");
    }
}

#[test]
fn negative_numbers_are_values_refused_by_range_in_one_sentence() {
    let folder = workplace();
    for (line, expected) in [
        ("train rolling --epochs -1", "dvol: epochs = -1: must be a whole number from 1 to 100000\n"),
        ("train rolling --lr -0.5", "dvol: lr = -0.5: must be "),
        ("backtest --seeds -1", "dvol: seeds = -1: must be a whole number from 1 to 1000\n"),
        ("naive --input table.csv --column actual --horizon -24", "dvol: horizon = -24: must be "),
        ("compare --input table.csv --models a,b --reps -5", "dvol: reps = -5: must be "),
        ("compare --input table.csv --models a,b --alpha -1", "dvol: alpha = -1: must be "),
        ("data simulate --hours -1", "dvol: hours = -1: must be a whole number from 1 to 1000000\n"),
    ] {
        let message = dvol(folder.path(), line).refusal();
        assert!(message.starts_with(expected), "{line}: {message}");
    }
}

#[test]
fn what_no_flag_can_mean_is_refused_in_one_sentence() {
    let folder = workplace();
    for (line, expected) in [
        ("compare --models a", "the following required arguments were not provided: --input <FILE>"),
        ("compare --input table.csv --loss mape", "[possible values: mse, mae, qlike, pinball5,"),
        (
            "compare --input table.csv --kernel flat",
            "[possible values: bartlett, parzen, quadratic-spectral,",
        ),
        ("jumps --reading nightly", "[possible values: family-wise, family-wise-student, per-point]"),
        ("har --variant harz", "har-j"),
        ("har --hac some", "hac = some: must be a whole number of lags, andrews or newey-west"),
        ("jumps --alpha much", "alpha = much: must be a number"),
        ("train rolling --epochs many", "epochs = many: must be a whole number"),
        ("backtest --from yesterday", "yesterday"),
        ("train", "required"),
        ("jumps --input table.csv --data set", "cannot be used with"),
        ("compare --nonsense", "unexpected argument '--nonsense'"),
        ("predict --nonsense", "unexpected argument '--nonsense'"),
        ("comparee", "unrecognized subcommand 'comparee'"),
    ] {
        let message = dvol(folder.path(), line).refusal();
        assert!(message.contains(expected), "{line}: {message}");
    }
}

#[test]
fn config_names_an_experiment_and_for_train_settings_too_told_by_the_keys() {
    let folder = workplace();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("study.toml", &EXPERIMENT.replace("epochs = 3", "epochs = 5\npatience = 2"));
    write("run.toml", "epochs = 7\n");
    write("run.json", r#"{"epochs": 8}"#);
    let shown = |flags: &str| {
        let config =
            dvol(folder.path(), &format!("train rolling {flags} --dry-run --json")).json()["config"].clone();
        (config["epochs"].as_u64().expect("epochs"), config["patience"].as_u64().expect("patience"))
    };
    assert_eq!(shown(""), (3, 15), "thesis.toml's own");
    assert_eq!(shown("--config study.toml"), (5, 2));
    assert_eq!(shown("--config run.toml"), (7, 15));
    assert_eq!(shown("--config run.json --config study.toml"), (8, 2));
    assert_eq!(shown("--study study.toml --config run.toml --epochs 9"), (9, 2));
    let message = dvol(folder.path(), "train rolling --config run.toml --config run.json").refusal();
    assert!(message.contains("one experiment and one file of settings at most"), "{message}");
}

#[test]
fn predict_and_runs_read_the_experiment_that_config_names() {
    let folder = workplace();
    let deeper = folder.path().join("deeper");
    fs::create_dir(&deeper).expect("a folder");
    fs::write(deeper.join("six.toml"), EXPERIMENT.replace("'nowhere' }", "'nowhere' }\nhorizon = 6"))
        .expect("an experiment");
    for flag in ["--config", "--study"] {
        let document = dvol(folder.path(), &format!("predict {flag} deeper/six.toml --json")).json();
        assert_eq!(document["horizon"], 6, "{document}");
        assert_eq!(
            dvol(folder.path(), &format!("runs {flag} deeper/six.toml --json")).json(),
            Value::Array(vec![])
        );
    }
}

#[test]
fn outputs_lie_in_the_folders_of_the_experiment_whether_its_file_is_named_or_not() {
    let folder = workplace();
    let deeper = folder.path().join("deeper");
    fs::create_dir(&deeper).expect("a folder");
    let text = EXPERIMENT.replace("'nowhere'", "'data', results = 'tables'");
    fs::write(deeper.join("study.toml"), &text).expect("an experiment");
    fs::write(deeper.join("thesis.toml"), &text).expect("the usual experiment");
    for (place, flags) in [(folder.path(), "--config deeper/study.toml"), (&deeper, "")] {
        for line in [
            "data simulate --hours 3000",
            "score --models persistence",
            "backtest --models persistence --no-figures",
            "jumps --monte-carlo --replications 1",
            "compare --monte-carlo --replications 1 --most-origins 200",
            "compare --monte-carlo --promises --replications 1 --most-origins 1000",
        ] {
            dvol(place, &format!("{line} {flags}")).succeeded();
        }
        for file in [
            "data/panel.parquet",
            "tables/thesis_split.json",
            "tables/backtest/metrics.json",
            "tables/jumps_size_power.json",
            "tables/forecast_test_sizes.json",
            "tables/coverage_test_sizes.json",
        ] {
            assert!(deeper.join(file).exists(), "{file} {flags}");
        }
        fs::remove_dir_all(deeper.join("tables")).expect("results");
        fs::remove_dir_all(deeper.join("data")).expect("data");
        assert!(!folder.path().join("results").exists() && !folder.path().join("data").exists());
    }
}

#[test]
fn what_commands_compute_can_be_computed_in_a_cell() {
    use dvol::experiment::{HarRegression, OverlapErrors, RegimeStudy};
    use dvol::jumps::JumpSearch;
    use dvol::models::{RealizedHar, RealizedSeries};
    let folder = workplace();
    let table = dvol::data::Table::read(folder.path().join("table.csv")).expect("a table");
    let actual = table.numbers("actual").expect("a column");
    let document = dvol(folder.path(), "har --input table.csv --column actual --json").json();
    let own = RealizedHar::default();
    let found =
        HarRegression::fit(&own, &RealizedSeries::new(actual.clone()), OverlapErrors::default(), None)
            .expect("a regression");
    assert_eq!(document["r2"].as_f64(), Some(found.r2));
    let document = dvol(folder.path(), "jumps --input table.csv --column actual --json").json();
    let found = JumpSearch::default().run(None, &actual, 365.0 * 24.0, &[]).expect("a search");
    assert_eq!(document["critical_value"].as_f64(), Some(found.summary.critical_value));
    assert_eq!(document["jumps"], found.summary.jumps);
    let text = RegimeStudy { model: "a".to_owned(), schemes: Vec::new(), notes: vec!["none".to_owned()] };
    assert_eq!(text.verdicts().to_string(), "not labelled: none");
}

#[test]
fn both_programs_run_from_the_root_with_an_empty_environment() {
    for word in ["--version", "devices"] {
        let output = Command::new(env!("CARGO_BIN_EXE_dvol"))
            .arg(word)
            .current_dir("/")
            .env_clear()
            .output()
            .expect("dvol runs");
        assert!(output.status.success(), "{word}: {}", text(&output.stderr));
    }
}

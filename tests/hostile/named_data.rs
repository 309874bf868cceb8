//! The simulated market stands in only where nobody named data and there are none.

use super::support::command::{Run, dvol};
use super::support::samples::simulated;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SIMULATION: &str = "simulation = { hours = 3600 }\n";

/// Commands that read the experiment's data, and those that load libtorch for it.
const READERS: [&[&str]; 4] =
    [&["naive"], &["har"], &["jumps"], &["backtest", "--models", "persistence", "--no-figures"]];

fn workplace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("thesis.toml"),
        format!("{SIMULATION}[backtest]\nfrom = '2021-07-01T00:00:00Z'\nto = '2021-07-20T00:00:00Z'\nrefit = '10d'\n"),
    )
    .unwrap();
    folder
}

fn run(folder: &Path, reader: &[&str], more: &[&str]) -> Run {
    dvol(folder, &[reader, more].concat())
}

#[test]
fn a_named_folder_that_does_not_exist_is_refused_by_every_command() {
    let folder = workplace();
    for reader in READERS {
        let message = run(folder.path(), reader, &["--data", "no_such_folder"]).refusal();
        assert!(message.contains("no_such_folder/panel.parquet: no data set here"), "{reader:?}: {message}");
    }
    fs::write(folder.path().join("named.toml"), "folders = { data = 'elsewhere' }\n").unwrap();
    for reader in READERS {
        let message = run(folder.path(), reader, &["--config", "named.toml"]).refusal();
        assert!(message.contains("elsewhere/panel.parquet: no data set here"), "{reader:?}: {message}");
    }
}

#[test]
fn a_folder_with_half_a_data_set_is_refused() {
    let whole = tempfile::tempdir().unwrap();
    simulated(3600, 1).save(whole.path()).unwrap();
    let halves: [(&str, &str); 3] = [
        ("panel.parquet", "no manifest.json beside it"),
        ("manifest.json", "no data set here"),
        (".dvol.lock", "no data set here"),
    ];
    for (file, expected) in halves {
        let folder = workplace();
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::copy(whole.path().join(file), folder.path().join("data").join(file)).unwrap();
        for reader in READERS {
            let message = run(folder.path(), reader, &[]).refusal();
            assert!(message.contains(expected), "{file}: {reader:?}: {message}");
        }
    }
}

#[test]
fn where_nothing_was_named_and_nothing_is_the_market_is_simulated_and_the_first_line_says_so() {
    let folder = workplace();
    for reader in READERS {
        let run = run(folder.path(), reader, &[]).succeeded();
        let first = run.out.lines().next().unwrap_or_default();
        assert!(first.contains("the simulated market, 3600 hours"), "{reader:?}: {first}");
    }
    simulated(3600, 1).save(&folder.path().join("data")).unwrap();
    let first = run(folder.path(), &["naive"], &[]).succeeded().out;
    assert!(first.starts_with("the simulated market, 3600 hours"), "{first}");
}

//! A backtest whose folds several processes share.

use super::command::{command, signal, wait_until, worker_of};
use dvol::training::free_port;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Four folds on a short simulated market, and a network that takes a while.
const EXPERIMENT: &str = "
simulation = { hours = 5000 }
folders = { data = 'nowhere' }
[train.anchored]
hidden_size = 6
num_layers = 1
sequence_length = 6
epochs = EPOCHS
patience = 1000
device = 'cpu'
[backtest]
from = '2021-08-20'
to = '2021-10-10T23:00'
refit = '13d'
refit_networks = '13d'
seeds = 2
";
const MODELS: &str = "persistence,drift,anchored";

fn laboratory(epochs: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let text = EXPERIMENT.replace("EPOCHS", &epochs.to_string());
    fs::write(folder.path().join("thesis.toml"), text).expect("a configuration");
    folder
}

fn backtest(folder: &Path, out: &str, workers: &str) -> Command {
    command(folder, &["backtest", "--models", MODELS, "--out", out, "--workers", workers, "--no-figures"])
}

/// Finished folds, and members of folds not finished; a killed worker may leave a temporary file besides.
fn fold_files(folder: &Path) -> (usize, usize) {
    let files = fs::read_dir(folder.join("folds")).into_iter().flatten().filter_map(Result::ok);
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let parquet: Vec<String> = names.filter(|name| name.ends_with(".parquet")).collect();
    let members = parquet.iter().filter(|name| name.contains("member")).count();
    (parquet.len() - members, members)
}

fn assert_same_tables(one: &Path, other: &Path) {
    for file in ["forecasts.csv", "forecasts.parquet", "metrics.json", "comparison.json"] {
        let read = |folder: &Path| fs::read(folder.join(file)).expect("a table");
        assert_eq!(read(one), read(other), "{file}");
    }
}

#[test]
fn two_workers_and_torchruns_ranks_leave_the_tables_of_one_process_byte_for_byte() {
    let laboratory = laboratory(2);
    let folder = laboratory.path();
    for (out, workers) in [("alone", "1"), ("together", "2")] {
        let output = backtest(folder, out, workers).output().expect("the dvol binary");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("anchored"));
    }
    assert_same_tables(&folder.join("alone"), &folder.join("together"));

    let port = free_port().expect("a port").to_string();
    let start = |rank: &str| {
        let mut worker = backtest(folder, "ranks", "1");
        worker.envs([
            ("RANK", rank),
            ("LOCAL_RANK", rank),
            ("WORLD_SIZE", "3"),
            ("MASTER_ADDR", "127.0.0.1"),
        ]);
        worker.env("MASTER_PORT", &port).env("DVOL_RENDEZVOUS_SECONDS", "240");
        worker.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a worker")
    };
    let ranks: Vec<_> = ["0", "1", "2"].map(start).into_iter().collect();
    for (rank, worker) in ranks.into_iter().enumerate() {
        let output = worker.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout.is_empty(), rank > 0, "only rank 0 speaks");
    }
    assert_same_tables(&folder.join("alone"), &folder.join("ranks"));
}

#[test]
fn a_worker_that_dies_in_a_backtest_is_named_and_the_next_run_keeps_its_folds() {
    let laboratory = laboratory(20);
    let folder = laboratory.path();
    let child = backtest(folder, "out", "2").stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.expect("a run");
    wait_until("four folds", || fold_files(&folder.join("out")).0 >= 4);
    signal("KILL", worker_of(child.id(), 1));
    let clock = Instant::now();
    let output = child.wait_with_output().expect("an end");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(clock.elapsed() < Duration::from_secs(30) && !output.status.success(), "{errors}");
    assert!(errors.contains("worker 1 of 2: ended (signal: 9"), "{errors}");
    let (kept, _) = fold_files(&folder.join("out"));
    assert!((4..12).contains(&kept), "{kept} folds");

    let output = backtest(folder, "out", "2").output().expect("the dvol binary");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    assert!(errors.contains("kept"), "{errors}");
    let (finished, members) = fold_files(&folder.join("out"));
    assert_eq!((finished, members), (12, 0), "members are joined");
}

#[test]
fn a_wrong_model_is_refused_before_any_worker_starts() {
    let laboratory = laboratory(2);
    let arguments = ["backtest", "--models", "oracle", "--workers", "2"];
    let output = command(laboratory.path(), &arguments).output().expect("the dvol binary");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("dvol: model = oracle"));
}

//! Two processes at one place.

use super::support::command::{command, dvol};
use super::support::samples::simulated;
use dvol::artifacts::Hold;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn workplace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let experiment = "simulation = { hours = 3600 }\n[backtest]\nfrom = '2021-07-01T00:00:00Z'\n\
                      to = '2021-07-20T00:00:00Z'\nrefit = '10d'\n";
    fs::write(folder.path().join("thesis.toml"), experiment).unwrap();
    folder
}

fn started(folder: &TempDir, line: &str) -> Child {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = command(folder.path(), &words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("dvol runs")
}

fn ended(child: &mut Child) -> bool {
    child.try_wait().expect("a process").is_some()
}

#[test]
fn a_reader_and_a_writer_of_a_data_set_wait_for_the_one_that_writes() {
    let folder = workplace();
    let data = folder.path().join("data");
    simulated(3600, 1).save(&data).unwrap();
    let writing = Hold::to_write(&data, Duration::ZERO).unwrap();
    let mut waiting = [started(&folder, "naive"), started(&folder, "data simulate --hours 3600 --out data")];
    sleep(Duration::from_millis(1500));
    assert!(waiting.iter_mut().all(|child| !ended(child)), "they did not wait");
    drop(writing);
    for child in waiting {
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{message}");
        let holder = format!("data, which process {} (", std::process::id());
        assert!(message.contains("waiting for ") && message.contains(&holder), "{message}");
    }
}

#[test]
fn readers_of_a_data_set_do_not_wait_for_one_another() {
    let folder = workplace();
    let data = folder.path().join("data");
    simulated(3600, 1).save(&data).unwrap();
    let _reading = Hold::to_read(&data, Duration::ZERO).unwrap();
    dvol(folder.path(), &["naive"]).succeeded();
}

#[test]
fn a_second_training_of_a_name_is_refused_and_told_who_trains() {
    let folder = workplace();
    let models = folder.path().join("models");
    let training = Hold::to_write_name(&models, "rolling", Duration::ZERO).unwrap();
    let line = "train rolling --epochs 1 --hidden-size 4 --sequence-length 3 --threads 1";
    let words: Vec<&str> = line.split_whitespace().collect();
    let refused = dvol(folder.path(), &words);
    assert_eq!(refused.code, 2, "{}", refused.err);
    let holder = format!("models/rolling: process {} (", std::process::id());
    assert!(refused.err.contains(&holder), "{}", refused.err);
    // another name is another place
    dvol(folder.path(), &[&words[..], &["--save-prefix", "second"]].concat()).succeeded();
    drop(training);
    dvol(folder.path(), &words).succeeded();
}

#[test]
fn a_backtest_waits_for_another_into_the_same_folder() {
    let folder = workplace();
    let out = folder.path().join("results/backtest");
    let other = Hold::to_write(&out, Duration::ZERO).unwrap();
    let mut child = started(&folder, "backtest --models persistence,drift --no-figures");
    let clock = Instant::now();
    sleep(Duration::from_millis(2500));
    assert!(!ended(&mut child), "it did not wait: {:?}", clock.elapsed());
    drop(other);
    assert!(child.wait_with_output().unwrap().status.success());
}

#[test]
fn no_prefix_ends_like_another_run_s_further_files() {
    let folder = workplace();
    for prefix in ["a.resume", "a.next", "a_last_good", "../a", ".a", ""] {
        let line = ["train", "rolling", "--dry-run", "--save-prefix", prefix];
        let message = dvol(folder.path(), &line).refusal();
        assert!(message.contains("save-prefix = "), "{prefix}: {message}");
    }
}

#[test]
fn a_lock_is_given_back_though_a_child_is_being_started() {
    let folder = tempfile::tempdir().unwrap();
    let done = AtomicBool::new(false);
    scope(|threads| {
        let starting = || {
            while !done.load(Ordering::Relaxed) {
                Command::new("true").status().expect("a child");
            }
        };
        let starters = [threads.spawn(starting), threads.spawn(starting)];
        let refused = (0..20_000).find_map(|_| Hold::to_write(folder.path(), Duration::ZERO).err());
        done.store(true, Ordering::Relaxed);
        assert!(starters.into_iter().all(|starter| starter.join().is_ok()));
        assert!(refused.is_none(), "{refused:?}");
    });
}

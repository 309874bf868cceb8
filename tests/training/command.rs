//! `dvol train`, `predict`, `devices` and `runs` as processes.

use super::support;
use super::support::command::Run;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const EXPERIMENT: &str = "simulation = { hours = 3600 }\nfolders = { data = 'nowhere' }\n";
pub const SMALL: [&str; 12] = [
    "--hidden-size",
    "6",
    "--sequence-length",
    "4",
    "--batch-size",
    "128",
    "--epochs",
    "2",
    "--threads",
    "1",
    "--device",
    "cpu",
];

/// A folder with an experiment on a short simulated market.
pub fn laboratory() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("thesis.toml"), EXPERIMENT).expect("a configuration");
    folder
}

pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = support::command::command(folder, arguments);
    // A busy machine may start one worker long before the other.
    command.env("DVOL_RENDEZVOUS_SECONDS", "240");
    command
}

/// Waits until `ready` holds; a machine under load takes its time.
pub fn wait_until(what: &str, ready: impl Fn() -> bool) {
    let clock = Instant::now();
    while !ready() {
        assert!(clock.elapsed() < Duration::from_secs(300), "{what}: not within 300 s");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal by its name.
pub fn signal(name: &str, process: u32) {
    let status = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status();
    assert!(status.expect("a shell").success(), "kill -{name} {process}");
}

/// The process of a rank among the workers that `parent` started.
pub fn worker_of(parent: u32, rank: usize) -> u32 {
    let is_it = |process: u32| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        let (child, word) = (format!("PPid:\t{parent}"), format!("RANK={rank}"));
        status.lines().any(|line| line == child)
            && environment.split(|&byte| byte == 0).any(|entry| entry == word.as_bytes())
    };
    let processes = fs::read_dir("/proc").expect("processes").filter_map(Result::ok);
    let mut numbers = processes.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    numbers.find(|&process| is_it(process)).expect("a worker of that rank")
}

fn dvol(folder: &Path, arguments: &[&str]) -> Run {
    command(folder, arguments).output().expect("the dvol binary").into()
}

#[test]
fn flags_win_over_the_file_and_the_file_over_defaults() {
    let folder = laboratory();
    fs::write(folder.path().join("run.toml"), "epochs = 7\nlr = 0.02\n").expect("a configuration");
    fs::write(folder.path().join("run.json"), r#"{"epochs": 8}"#).expect("a configuration");
    let show = |file: &str, more: &[&str]| {
        let mut arguments = vec!["train", "rolling", "--config", file, "--dry-run", "--json"];
        arguments.extend(more);
        dvol(folder.path(), &arguments).json()["config"].clone()
    };
    let config = show("run.toml", &["--lr", "0.5"]);
    assert_eq!((&config["epochs"], &config["lr"], &config["patience"]), (&7.into(), &0.5.into(), &15.into()));
    assert_eq!(show("run.json", &[])["epochs"], 8);
}

#[test]
fn a_dry_run_of_the_headline_network_counts_its_parameters_and_halves_its_rate() {
    let folder = laboratory();
    let line = "train jump_aware --hidden-size 512 --num-layers 3 --dropout 0.4 --batch-size 32 --lr 0.0001 \
                --epochs 100 --use-multi-gpu --save-prefix ultra_large --dry-run --json";
    let output = dvol(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
    let shown = output.json();
    assert_eq!(shown["parameters"], 5_409_281);
    assert_eq!(shown["config"]["lr"], 5e-5);
    assert!(output.err.contains("1e-4 -> 5e-5"), "{}", output.err);
}

#[test]
fn unknown_keys_and_values_out_of_range_are_named() {
    let folder = laboratory();
    fs::write(folder.path().join("run.toml"), "epoch = 7\n").expect("a configuration");
    let message = dvol(folder.path(), &["train", "rolling", "--config", "run.toml"]).refusal();
    assert!(message.contains("unknown field `epoch`") && message.contains("run.toml"), "{message}");
    let message = dvol(folder.path(), &["train", "rolling", "--dropout", "1.5"]).refusal();
    assert!(message.contains("dropout = 1.5: must be at least 0 and below 1"), "{message}");
    let message = dvol(folder.path(), &["train", "rolling", "--device", "cuda:0"]).refusal();
    assert!(message.contains("device = cuda:0") && message.contains("libtorch sees 0 GPUs"), "{message}");
    for arguments in [&["train", "rolling", "--config", "absent"][..], &["predict", "--checkpoint", "absent"]]
    {
        let message = dvol(folder.path(), arguments).refusal();
        assert_eq!(message, "dvol: absent: no such file or folder; check the path\n");
    }
}

#[test]
fn a_run_leaves_checkpoint_result_log_and_a_forecast_follows_from_them() {
    let folder = laboratory();
    let mut arguments = vec!["train", "jump_aware", "--json", "--save-prefix", "tiny"];
    arguments.extend(SMALL);
    let report = dvol(folder.path(), &arguments).json();
    assert_eq!(report["history"]["epochs"].as_array().map(Vec::len), Some(2));
    assert_eq!(report["leaky"], false);
    assert!(report["metrics"]["test"]["rmse"].as_f64().is_some_and(|rmse| rmse > 0.0));
    assert!(report["metrics"]["persistence"]["rmse"].as_f64().is_some_and(|rmse| rmse > 0.0));
    let log = fs::read_to_string(folder.path().join("results/logs/current_training.log")).expect("the log");
    assert!(log.contains("epoch 2/2 train "), "{log}");
    let lines =
        fs::read_to_string(folder.path().join("results/logs/current_training.jsonl")).expect("the twin");
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert_eq!(lines.lines().filter(|line| line.contains("\"event\":\"epoch\"")).count(), 2);
    assert!(folder.path().join("results/logs/tensorboard/tiny").read_dir().expect("events").next().is_some());

    let arguments = ["predict", "--checkpoint", "models/tiny.safetensors", "--json"];
    let answer = dvol(folder.path(), &arguments).json();
    let predicted = answer["predicted"].as_f64().expect("a forecast");
    assert!((5.0..500.0).contains(&predicted));
    let widths: Vec<f64> = answer["intervals"]
        .as_array()
        .expect("intervals")
        .iter()
        .map(|interval| {
            interval["upper"].as_f64().expect("upper") - interval["lower"].as_f64().expect("lower")
        })
        .collect();
    assert!(widths.len() == 4 && widths.windows(2).all(|pair| pair[0] < pair[1]), "{widths:?}");

    let runs = dvol(folder.path(), &["runs", "--json", "--scaling", "results/scaling.json"]).json();
    assert_eq!(runs[0]["name"], "tiny");
    let text = fs::read_to_string(folder.path().join("results/scaling.json")).expect("sizes");
    let sizes: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(sizes["steps"][0]["parameters"], report["parameters"]);
    assert_eq!(sizes["persistence"]["rmse"], report["metrics"]["persistence"]["rmse"]);
}

#[test]
fn the_originals_protocol_is_stamped_leaky_and_refused_in_comparisons() {
    let folder = laboratory();
    let mut arguments =
        vec!["train", "rolling", "--json", "--save-prefix", "old", "--protocol", "original-2025"];
    arguments.extend(SMALL);
    let report = dvol(folder.path(), &arguments).json();
    assert_eq!(report["leaky"], true);
    assert_eq!(report["metrics"]["test"]["model"], "rolling (leaky)");
    let message = dvol(folder.path(), &["runs", "--compare", "old"]).refusal();
    assert!(message.contains("an honest run"), "{message}");
    let shown = dvol(folder.path(), &["runs", "--json"]).json();
    assert_eq!(shown.as_array().map(Vec::len), Some(0));
    let message = dvol(folder.path(), &["predict", "--checkpoint", "models/old.safetensors"]).refusal();
    assert!(message.contains("protocol = original-2025"), "{message}");
}

#[test]
fn a_run_killed_at_a_random_moment_and_resumed_ends_with_the_same_bytes() {
    let folder = laboratory();
    let mut arguments = vec!["train", "jump_aware", "--save-every", "0", "--epochs", "4"];
    arguments.extend(SMALL.iter().filter(|word| !["--epochs", "2"].contains(word)));
    let with = |prefix: &'static str, more: &[&'static str]| {
        let mut all = arguments.clone();
        all.extend(["--save-prefix", prefix]);
        all.extend(more);
        command(folder.path(), &all)
    };
    let whole = with("whole", &[]).output().expect("the dvol binary");
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let state = folder.path().join("models/killed.resume.safetensors");
    let mut child = with("killed", &[]).stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("a run");
    wait_until("a saved state", || state.exists());
    // Any moment will do: the state is replaced whole after every step.
    thread::sleep(Duration::from_millis(150));
    let finished = child.try_wait().expect("a state").is_some();
    child.kill().expect("SIGKILL");
    child.wait().expect("an end");
    println!("killed {} the end", if finished { "after" } else { "before" });
    let resumed = with("killed", &["--resume"]).output().expect("the dvol binary");
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    let bytes =
        |name: &str| fs::read(folder.path().join(format!("models/{name}.safetensors"))).expect("weights");
    assert_eq!(bytes("whole"), bytes("killed"));
}

#[test]
fn an_exploding_run_says_where_and_what_to_do_and_keeps_the_last_good_weights() {
    let folder = laboratory();
    let mut arguments = vec!["train", "rolling", "--lr", "10", "--clip-norm", "1e9", "--save-prefix", "wild"];
    arguments.extend(SMALL);
    let output = dvol(folder.path(), &arguments);
    let message = output.err;
    assert_eq!(output.code, 1, "{message}");
    let last = message.lines().last().expect("a message");
    assert!(last.starts_with("dvol: training `rolling` did not converge: epoch 1, step "), "{last}");
    for word in ["loss ", "gradient norm ", "learning rate 10", "try --lr 1,", "--on-divergence halve-lr"] {
        assert!(last.contains(word), "{word} in {last}");
    }
    assert!(last.contains("models/wild_last_good.safetensors"), "{last}");
    let checkpoint = "models/wild_last_good.safetensors";
    let answer = dvol(folder.path(), &["predict", "--checkpoint", checkpoint, "--json"]).json();
    assert!(answer["predicted"].as_f64().is_some_and(f64::is_finite), "{answer}");

    arguments.extend(["--on-divergence", "halve-lr", "--json"]);
    let output = dvol(folder.path(), &arguments);
    let report = output.json();
    let rate = report["history"]["epochs"][1]["lr"].as_f64().expect("a learning rate");
    assert!(rate < 10.0, "{rate}");
    let message = output.err;
    assert!(message.contains("back to the last good weights at half the learning rate"), "{message}");
}

#[test]
fn ctrl_c_saves_the_state_and_ends_cleanly() {
    let folder = laboratory();
    let mut arguments = vec!["train", "rolling", "--epochs", "100000", "--patience", "100000"];
    arguments.extend(SMALL.iter().filter(|word| !["--epochs", "2"].contains(word)));
    let child = command(folder.path(), &arguments).stderr(Stdio::piped()).spawn().expect("a run");
    let state = folder.path().join("models/rolling.resume.safetensors");
    wait_until("a saved state", || state.exists());
    signal("INT", child.id());
    let output = child.wait_with_output().expect("an end");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(errors.contains("--resume"), "{errors}");
}

#[test]
fn devices_say_why_no_gpu_is_used() {
    let folder = laboratory();
    let shown = dvol(folder.path(), &["devices", "--json"]).json();
    if shown["gpus"] == 0 {
        assert!(shown["why_no_gpu"].as_str().is_some_and(|reason| reason.contains("GPU")), "{shown}");
        assert_eq!(shown["auto"], "cpu");
    } else {
        assert_eq!(shown["auto"], "cuda:0");
    }
}

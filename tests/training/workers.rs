//! Several workers on c10d.

use super::command::{SMALL, command, laboratory, signal, wait_until, worker_of};
use super::support::command::Run;
use super::{HOURS, panel, sample_of, small};
use dvol::Result;
use dvol::evaluation::Metrics;
use dvol::models::lstm::{LstmSpec, Place, Settings, Trainer, Workers};
use dvol::study::Study;
use dvol::training::free_port;
use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tch::Device;

/// The weights every worker ends with; each is a thread with a process group of its own.
fn train_together(spec: &LstmSpec, world: usize) -> Vec<Vec<f32>> {
    let port = free_port().expect("a port");
    let workers: Vec<_> = (0..world)
        .map(|rank| {
            let spec = spec.clone();
            thread::spawn(move || -> Result<Vec<f32>> {
                let sample = sample_of(&panel(HOURS), &spec);
                let (train, validation) = LstmSpec::hold_out(&sample)?;
                let place = Place { rank, local_rank: rank, world, host: "127.0.0.1".to_owned(), port };
                let workers = Workers::meet(place, Device::Cpu)?;
                let mut trainer = Trainer::new(&spec, &train, &validation)?.with_workers(workers)?;
                trainer.run(&mut ())?;
                trainer.network().values()
            })
        })
        .collect();
    workers.into_iter().map(|worker| worker.join().expect("a worker").expect("training")).collect()
}

#[test]
fn two_and_three_workers_keep_identical_weights() {
    tch::set_num_threads(1);
    for world in [2, 3] {
        let weights = train_together(&LstmSpec { epochs: 2, batch_size: 20, ..small("jump_aware") }, world);
        assert!(weights.iter().all(|other| *other == weights[0]), "{world} workers");
    }
}

#[test]
fn two_workers_of_batch_16_equal_one_of_batch_32() -> Result<()> {
    tch::set_num_threads(1);
    let spec = LstmSpec { epochs: 2, dropout: 0.0, batch_size: 32, ..small("jump_aware") };
    let sample = sample_of(&panel(HOURS), &spec);
    let (train, validation) = LstmSpec::hold_out(&sample)?;
    let mut alone = Trainer::new(&spec, &train, &validation)?;
    alone.run(&mut ())?;
    let together = train_together(&LstmSpec { batch_size: 16, ..spec }, 2);
    for (one, other) in alone.network().values()?.iter().zip(&together[0]) {
        assert!((one - other).abs() < 1e-6, "{one} against {other}");
    }
    Ok(())
}

/// A worker's process with torchrun's environment.
fn worker(folder: &std::path::Path, rank: &str, world: &str, port: u16) -> Command {
    let mut arguments = vec!["train", "rolling"];
    arguments.extend(SMALL);
    let mut worker = command(folder, &arguments);
    worker
        .env("RANK", rank)
        .env("WORLD_SIZE", world)
        .env("MASTER_ADDR", "127.0.0.1")
        .env("MASTER_PORT", port.to_string())
        .env("DVOL_RENDEZVOUS_SECONDS", "2");
    worker
}

#[test]
fn processes_under_torchruns_environment_train_together_and_rank_0_writes() {
    let folder = laboratory();
    let port = free_port().expect("a port");
    let start = |rank: &str| {
        let mut worker = worker(folder.path(), rank, "2", port);
        worker.env("DVOL_RENDEZVOUS_SECONDS", "240").stderr(Stdio::piped()).stdout(Stdio::piped()).spawn()
    };
    let (first, second) = (start("0").expect("rank 0"), start("1").expect("rank 1"));
    let (first, second) =
        (first.wait_with_output().expect("an end"), second.wait_with_output().expect("an end"));
    let errors = String::from_utf8_lossy(&first.stderr).into_owned();
    assert!(first.status.success() && second.status.success(), "{errors}");
    assert!(errors.contains("x 2 workers"), "{errors}");
    assert!(second.stdout.is_empty() && second.stderr.is_empty());
    let results: Vec<_> =
        fs::read_dir(folder.path().join("results/cli_training")).expect("results").collect();
    assert_eq!(results.len(), 1);
}

#[test]
fn a_wrong_world_size_or_a_taken_port_is_a_clear_error() {
    let folder = laboratory();
    let message = |command: &mut Command| {
        let output = command.output().expect("the dvol binary");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let rank = message(&mut worker(folder.path(), "2", "2", 29_500));
    assert!(rank.contains("RANK = 2: must be below WORLD_SIZE, which is 2"), "{rank}");
    let alone = message(&mut worker(folder.path(), "0", "2", free_port().expect("a port")));
    assert!(alone.contains("worker 0 waited 2 s for 2 workers"), "{alone}");
    let listener = TcpListener::bind("0.0.0.0:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let taken = message(&mut worker(folder.path(), "0", "1", port));
    assert!(taken.contains("the port is taken"), "{taken}");
}

#[test]
fn a_worker_that_dies_ends_the_run_by_name_and_the_run_can_be_resumed() {
    let folder = laboratory();
    let mut arguments =
        vec!["train", "rolling", "--workers", "2", "--patience", "100000", "--save-every", "0"];
    arguments.extend(SMALL.iter().filter(|word| !["--epochs", "2"].contains(word)));
    let run = |more: &[&'static str]| {
        let mut all = arguments.clone();
        all.extend(more);
        command(folder.path(), &all)
    };
    let mut long = run(&["--epochs", "100000"]);
    let child = long.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("a run");
    let state = folder.path().join("models/rolling.resume.safetensors");
    wait_until("a saved state", || state.exists());
    let clock = Instant::now();
    signal("KILL", worker_of(child.id(), 1));
    let output = child.wait_with_output().expect("an end");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(clock.elapsed() < Duration::from_secs(30), "{errors}");
    assert!(!output.status.success());
    assert!(errors.contains("worker 1 of 2: ended (signal: 9"), "{errors}");
    let log = folder.path().join("results/logs/current_training.log");
    let done = fs::read_to_string(&log).expect("the log").lines().count();
    let resumed = run(&["--epochs", "2", "--resume"]).output().expect("the dvol binary");
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    assert!(fs::read_to_string(&log).expect("the log").lines().count() > done);
}

#[test]
fn a_study_hands_training_to_worker_processes_and_takes_the_result_back() -> Result<()> {
    let folder = laboratory();
    let study = Study::open(folder.path().join("thesis.toml"))?;
    let settings = Settings {
        epochs: Some(1),
        hidden_size: Some(6),
        sequence_length: Some(4),
        batch_size: Some(64),
        device: Some("cpu".to_owned()),
        ..Settings::default()
    };
    let run = study.train_on("anchored", &settings, 2)?;
    assert_eq!(run.report.workers, 2);
    assert_eq!(run.test.len(), run.report.test.origins);
    assert!((Metrics::of(&run.test)?.rmse() - run.report.metrics.test.rmse()).abs() < 1e-9);
    assert!(run.path.starts_with(folder.path().join("results/cli_training")));
    Ok(())
}

/// The addresses at which a process listens, as the kernel tells them: IPv4 and IPv6 alike, in hexadecimal.
fn listening(process: u32) -> Vec<String> {
    let links = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let sockets: Vec<String> = links
        .filter_map(|link| fs::read_link(link.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|name| Some(name.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let tables = ["tcp", "tcp6"].map(|name| fs::read_to_string(format!("/proc/{process}/net/{name}")));
    let rows = tables.iter().flatten().flat_map(|table| table.lines().skip(1));
    // sl local_address rem_address st ... inode; 0A is LISTEN
    let rows = rows.map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row[3] == "0A" && sockets.iter().any(|socket| socket == row[9]))
        .filter_map(|row| row[1].split(':').next().map(str::to_owned))
        .collect()
}

#[test]
fn workers_of_one_machine_listen_at_its_loopback_only() {
    // 127.0.0.1 and ::1 as /proc writes them
    const LOOPBACK: [&str; 2] = ["0100007F", "00000000000000000000000001000000"];
    let folder = laboratory();
    let train = ["train", "rolling", "--patience", "100000", "--save-every", "0", "--epochs", "100000"];
    let small = SMALL.iter().filter(|word| !["--epochs", "2"].contains(word)).copied();
    for how in ["--workers", "MASTER_ADDR=localhost"] {
        let (mut children, processes): (Vec<_>, Vec<u32>) = if how == "--workers" {
            let words: Vec<&str> =
                train.iter().copied().chain(small.clone()).chain(["--workers", "2"]).collect();
            let mut run = command(folder.path(), &words);
            let child = run.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("a run");
            let state = folder.path().join("models/rolling.resume.safetensors");
            wait_until("a saved state", || state.exists());
            let workers = [0, 1].map(|rank| worker_of(child.id(), rank));
            (vec![child], workers.to_vec())
        } else {
            // rank 0 alone, while it waits for the other: the store is open already
            let port = free_port().expect("a port");
            let mut rank_0 = worker(folder.path(), "0", "2", port);
            rank_0.env("MASTER_ADDR", "localhost").env("DVOL_RENDEZVOUS_SECONDS", "60");
            let child = rank_0.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("rank 0");
            let process = child.id();
            wait_until("the store", || !listening(process).is_empty());
            (vec![child], vec![process])
        };
        let found: Vec<String> = processes.iter().flat_map(|&process| listening(process)).collect();
        for child in &mut children {
            child.kill().expect("a running process");
            child.wait().expect("an end");
        }
        assert!(!found.is_empty(), "{how}: nobody listens");
        let open: Vec<&String> =
            found.iter().filter(|address| !LOOPBACK.contains(&address.as_str())).collect();
        assert!(open.is_empty(), "{how}: open to the network at {open:?}");
    }
}

#[test]
fn what_a_worker_says_of_its_input_is_said_once_and_is_the_inputs_fault() {
    let folder = laboratory();
    let mut holder =
        command(folder.path(), &["train", "rolling", "--epochs", "100000", "--patience", "100000"]);
    let mut holder = holder.args(&SMALL[..6]).stderr(Stdio::null()).spawn().expect("a run");
    wait_until("a saved state", || folder.path().join("models/rolling.resume.safetensors").exists());
    let mut words = vec!["train", "rolling", "--workers", "2"];
    words.extend(SMALL);
    let run: Run = command(folder.path(), &words).output().expect("the dvol binary").into();
    signal("KILL", holder.id());
    holder.wait().expect("an end");
    assert_eq!(run.code, 2, "{}", run.err);
    let sentences: Vec<&str> = run.err.lines().filter(|line| line.starts_with("dvol: ")).collect();
    assert!(sentences.len() == 1 && sentences[0].contains("of 2: "), "{}", run.err);
    assert!(sentences[0].contains("is using it"), "{}", run.err);
}

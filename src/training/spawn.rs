//! Workers of one machine, started and watched by one process that does not compute itself.

use super::interrupt;
use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

// A worker whose parent is gone must not train on alone: it watches its standard input for the end.
const WATCHES_PARENT: &str = "DVOL_WATCHES_PARENT";
const NCCL_INTERFACE: &str = "NCCL_SOCKET_IFNAME";
const LAST_LINES: usize = 5;
// How a command begins its error, and its exit code where the input is at fault.
const ERROR: &str = "dvol: ";
const INPUT_AT_FAULT: i32 = 2;

struct Worker {
    child: Child,
    last: Arc<Mutex<VecDeque<String>>>,
    status: Option<ExitStatus>,
}

/// The program that knows every command.
const COMMAND: &str = "dvol-networks";

/// Starts `count` processes of `binary` with `arguments` and torchrun's environment, and waits for all of them.
///
/// `say` gets every line rank 0 has for a person; its standard output is this process's when `output` says so.
/// One worker that ends badly ends all.
///
/// # Errors
/// When a process cannot be started, or one ended badly: names it and its last words.
pub fn spawn(binary: &Path, arguments: &[String], count: usize, output: bool, say: fn(&str)) -> Result<()> {
    let port = free_port()?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (mut workers, mut readers) = (Vec::new(), Vec::new());
    for rank in 0..count {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .envs(
                [("RANK", rank), ("LOCAL_RANK", rank), ("WORLD_SIZE", count)]
                    .map(|(k, v)| (k, v.to_string())),
            )
            .env("MASTER_ADDR", "127.0.0.1")
            .env("MASTER_PORT", port.to_string())
            .envs(["OMP_NUM_THREADS", "RAYON_NUM_THREADS"].map(|k| (k, (cores / count).max(1).to_string())))
            // NCCL would listen on every interface; whoever names one means it.
            .envs(std::env::var_os(NCCL_INTERFACE).is_none().then_some((NCCL_INTERFACE, "lo")))
            .env(WATCHES_PARENT, "1")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C reaches this process alone, which passes it on once.
            .process_group(0);
        if rank > 0 || !output {
            command.stdout(Stdio::null());
        }
        let mut child = command.spawn().map_err(Error::io(binary))?;
        let last = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(lines) = child.stderr.take() {
            let kept = Arc::clone(&last);
            let say = if rank == 0 { say } else { |_: &str| {} };
            readers.push((thread::spawn(move || follow(lines, say, &kept)), say));
        }
        workers.push(Worker { child, last, status: None });
    }
    let ending = watch(&mut workers);
    // The last lines of a worker may still be on their way when it has ended.
    for (reader, say) in readers {
        if let (Ok(Some(last)), Ok(())) = (reader.join(), &ending) {
            say(&last);
        }
    }
    ending
}

/// Starts this very command, words and all, as `count` workers; their lines and rank 0's output are this process's.
///
/// # Errors
/// What [`spawn`] returns.
pub fn spawn_this(count: usize) -> Result<()> {
    let binary = std::env::current_exe().map_err(Error::internal("finding the dvol binary"))?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    spawn(&binary, &arguments, count, true, |line| eprintln!("{line}"))
}

/// The program that trains: `DVOL_BINARY`, this very process, the one built beside this library, or the first on
/// `PATH`.
pub fn binary() -> PathBuf {
    let given = std::env::var_os("DVOL_BINARY").map(PathBuf::from);
    let own =
        std::env::current_exe().ok().filter(|path| path.file_name().is_some_and(|name| name == COMMAND));
    // OUT_DIR is <target>/<profile>/build/<crate>/out.
    let built = Path::new(env!("OUT_DIR")).ancestors().nth(3).map(|profile| profile.join(COMMAND));
    let built = built.filter(|path| path.exists());
    given.or(own).or(built).unwrap_or_else(|| PathBuf::from(COMMAND))
}

/// In a worker: ends the process when the one that started it is gone.
pub fn follow_parent() {
    if std::env::var_os(WATCHES_PARENT).is_some() {
        thread::spawn(|| {
            let mut byte = [0];
            while matches!(std::io::stdin().read(&mut byte), Ok(1..)) {}
            std::process::exit(1);
        });
    }
}

/// A port that nobody listens on, and that the system gives to no outgoing connection before a worker takes it.
///
/// # Errors
/// When every port that was tried is taken.
///
/// # Examples
/// ```
/// assert_ne!(dvol::training::free_port()?, dvol::training::free_port()?);
/// # Ok::<(), dvol::Error>(())
/// ```
pub fn free_port() -> Result<u16> {
    // Linux gives outgoing connections the ports from 32768 on.
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    static CALLS: AtomicU32 = AtomicU32::new(0);
    (0..100)
        .map(|_| FIRST + (std::process::id().wrapping_mul(101) % COUNT + CALLS.fetch_add(1, Ordering::Relaxed)) % COUNT)
        .filter_map(|port| u16::try_from(port).ok())
        .find(|&port| TcpListener::bind(("0.0.0.0", port)).is_ok())
        .ok_or_else(|| Error::Source {
            origin: "127.0.0.1".to_owned(),
            problem: "a hundred ports were tried and all are taken; start with torchrun, which takes a port of yours"
                .to_owned(),
        })
}

/// Passes lines on and keeps the last ones. A last line that is an error is returned instead: whoever watches the worker
/// tells it.
fn follow(lines: impl Read, say: fn(&str), kept: &Mutex<VecDeque<String>>) -> Option<String> {
    let mut error: Option<String> = None;
    for line in BufReader::new(lines).lines().map_while(std::result::Result::ok) {
        if let Some(before) = error.take() {
            say(&before);
        }
        if line.starts_with(ERROR) {
            error = Some(line.clone());
        } else {
            say(&line);
        }
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == LAST_LINES {
            kept.pop_front();
        }
        kept.push_back(line);
    }
    error
}

fn watch(workers: &mut [Worker]) -> Result<()> {
    let mut passed_on = false;
    loop {
        if interrupt::requested() && !passed_on {
            passed_on = true;
            for worker in workers.iter() {
                // The workers save their state. The standard library has no gentle signal; every shell has.
                let _ = Command::new("sh").args(["-c", &format!("kill -INT {}", worker.child.id())]).status();
            }
        }
        look(workers)?;
        if workers.iter().any(|worker| worker.status.is_some_and(|status| !status.success())) {
            return Err(end(workers));
        }
        if workers.iter().all(|worker| worker.status.is_some()) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn look(workers: &mut [Worker]) -> Result<()> {
    for worker in workers.iter_mut().filter(|worker| worker.status.is_none()) {
        worker.status = worker.child.try_wait().map_err(Error::internal("waiting for a worker"))?;
    }
    Ok(())
}

/// Ends all workers and says which one began.
fn end(workers: &mut [Worker]) -> Error {
    // Whoever only lost its peers says so within a moment; the culprit is another.
    thread::sleep(Duration::from_secs(1));
    let _ = look(workers);
    let count = workers.len();
    let words = |worker: &Worker| {
        let last = worker.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter().rev().find(|line| line.starts_with(ERROR)).or(last.back()).cloned().unwrap_or_default()
    };
    let failed = |worker: &Worker| worker.status.is_some_and(|status| !status.success());
    let bystander = |worker: &Worker| words(worker).contains("lost the others");
    let signalled = |worker: &Worker| worker.status.is_some_and(|status| status.signal().is_some());
    let rank = workers
        .iter()
        .position(signalled)
        .or_else(|| workers.iter().position(|worker| failed(worker) && !bystander(worker)))
        .or_else(|| workers.iter().position(failed))
        .unwrap_or(0);
    let status = workers[rank].status;
    let how = status.map_or_else(String::new, |status| status.to_string());
    let said = words(&workers[rank]);
    let said = said.strip_prefix(ERROR).unwrap_or(&said).to_owned();
    for worker in workers.iter_mut().filter(|worker| worker.status.is_none()) {
        let _ = worker.child.kill();
        let _ = worker.child.wait();
    }
    let origin = format!("worker {rank} of {count}");
    // What a worker says of its input is this process's to say.
    if status.and_then(|status| status.code()) == Some(INPUT_AT_FAULT) && !said.is_empty() {
        return Error::Said(format!("{origin}: {said}"));
    }
    let separator = if said.is_empty() { "" } else { ": " };
    Error::Source {
        origin,
        problem: format!(
            "ended ({how}){separator}{said}; all workers were stopped. What was finished is kept: \
             `dvol train --resume`, or the same `dvol backtest`, continues"
        ),
    }
}

//! One attempt to break a command: what it may take, and how it may end.

use super::support::command::{Run, command};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

/// The longest a command may take, and the most memory it may hold, whatever it is given.
const LONGEST: Duration = Duration::from_secs(20);
const MOST_MIB: u64 = 2048;

/// Runs a command line to its end and says what is wrong with it, if anything is.
pub fn attempt(folder: &Path, words: &[&str]) -> Result<Run, String> {
    let mut command = command(folder, words);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let (out, err) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let (out, err) = (thread::spawn(move || whole(out)), thread::spawn(move || whole(err)));
    let (clock, mut peak) = (Instant::now(), 0);
    let status = loop {
        peak = peak.max(high_water(child.id()));
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if clock.elapsed() > LONGEST || peak > MOST_MIB {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{:.1} s and {peak} MiB, and still at it", clock.elapsed().as_secs_f64()));
        }
        thread::sleep(Duration::from_millis(3));
    };
    let run = Run {
        code: status.code().unwrap_or(-1),
        out: out.join().expect("output"),
        err: err.join().expect("errors"),
    };
    match fault(&run) {
        Some(fault) => Err(format!("{fault} (exit code {})\n{}{}", run.code, run.out, run.err)),
        None => Ok(run),
    }
}

/// What is wrong with how a command ended.
fn fault(run: &Run) -> Option<&'static str> {
    if run.err.contains("panicked") || run.code == 101 {
        return Some("a panic");
    }
    let sentences = run.err.lines().filter(|line| line.starts_with("dvol: ")).count();
    match run.code {
        0 => unfounded(&run.out),
        2 if sentences == 1 => None,
        2 => Some("no one sentence"),
        // a computation that ended nowhere says so
        1 if run.err.contains("did not converge") => None,
        1 => Some("trouble of the machine, where the input is at fault"),
        _ => Some("an abort"),
    }
}

/// A number that is none, in what was printed.
fn unfounded(text: &str) -> Option<&'static str> {
    let word = |word: &str| {
        matches!(word.to_ascii_lowercase().trim_start_matches(['+', '-']), "nan" | "inf" | "infinity")
    };
    let split = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || c == '+');
    text.split(split).any(word).then_some("NaN or infinity among the results")
}

fn whole(mut from: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = from.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The most memory a process has held so far, MiB.
fn high_water(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

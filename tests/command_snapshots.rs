//! What commands print: their help, a report of each, their refusals. `INSTA_UPDATE=always cargo test --test
//! command_snapshots` writes the snapshots down anew.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::command::{self, Run};
use tempfile::TempDir;

/// A folder with a table of two models' forecasts and a series that jumps.
fn workplace() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = String::from("timestamp,actual,a,b,residual\n");
    for row in 0_u32..600 {
        let noise = |factor: u32| f64::from(row * row * factor % 97) / 97.0 - 0.5;
        let jump = if row % 150 == 75 { 6.0 } else { 0.0 };
        let level = 60.0 + 5.0 * (f64::from(row) / 60.0).sin() + noise(7) + jump;
        let (a, b) = (level + noise(11), level + 2.0 * noise(13));
        let (day, hour) = (1 + row / 24, row % 24);
        writeln!(table, "2022-03-{day:02}T{hour:02}:00:00Z,{level},{a},{b},{}", level - a).expect("a line");
    }
    fs::write(folder.path().join("table.csv"), table).expect("a table");
    folder
}

fn dvol(folder: &Path, line: &str) -> Run {
    command::dvol(folder, &line.split_whitespace().collect::<Vec<_>>())
}

/// Exit code, standard output and standard error, without what differs from machine to machine.
fn shown(folder: &Path, line: &str) -> String {
    let Run { code, out, err } = dvol(folder, line);
    let text = format!("$ dvol {line}\nexit code {code}\n--- output\n{out}--- errors\n{err}");
    let folder = folder.to_string_lossy();
    text.replace(folder.as_ref(), "FOLDER").replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn name(line: &str) -> String {
    let words = line.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

#[test]
fn every_command_explains_itself() {
    let folder = workplace();
    let help = Command::new(env!("CARGO_BIN_EXE_dvol")).arg("--help").output().expect("dvol runs");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = listed.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 10, "{help}");
    for command in commands.into_iter().filter(|&command| command != "help") {
        let line = format!("help {command}");
        insta::assert_snapshot!(name(&line), shown(folder.path(), &line));
    }
}

#[test]
fn reports_on_a_file() {
    let folder = workplace();
    for line in [
        "describe --input table.csv --columns actual,residual",
        "jumps --input table.csv --column actual",
        "naive --input table.csv --column actual",
        "har --input table.csv --column actual",
        "compare --input table.csv --models a,b --horizon 1 --reps 200",
        "validate --input table.csv",
        "regimes --input table.csv --predicted a --horizon 1",
    ] {
        insta::assert_snapshot!(name(line), shown(folder.path(), line));
    }
}

#[test]
fn refusals_are_one_sentence_with_a_remedy() {
    let folder = workplace();
    fs::write(folder.path().join("words.csv"), "timestamp,x\n2022-01-01,1\n2022-01-02,two\n")
        .expect("a file");
    fs::write(folder.path().join("broken.toml"), "horizonn = 24\n").expect("a file");
    for line in [
        "describe --input nowhere.csv",
        "jumps --input words.csv --column x",
        "jumps --input table.csv --column price",
        "compare --input table.csv --models a,c --horizon 1",
        "validate --input table.csv --lags -1",
        "har --config broken.toml",
        "fly",
        "jumps --colour",
    ] {
        let text = shown(folder.path(), line);
        assert!(text.contains("exit code 2"), "{text}");
        insta::assert_snapshot!(name(line), text);
    }
}

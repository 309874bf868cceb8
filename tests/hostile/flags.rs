//! Every flag that takes a number, of every command, with numbers that nobody means: generated from clap's own
//! description, so that a new flag is tried by being there.

use super::attempt::attempt;
use super::support::samples::simulated;
use clap::{Arg, Command};
use std::any::TypeId;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use tempfile::TempDir;

/// A command line of every command that has such flags; a flag is tried on each line of its command.
const LINES: [&str; 20] = [
    "data import --dvol data/panel.parquet --price data/panel.parquet --onchain data/panel.parquet --out made",
    "data simulate --hours 300 --out made",
    "data fetch --offline --out made",
    "describe --input table.csv --target a",
    "jumps --input table.csv --column actual",
    "jumps --monte-carlo --replications 1 --results-dir made",
    "jumps",
    "realized --input table.csv --column actual",
    "naive --input table.csv --column actual",
    "har --input table.csv --column actual",
    "har --input table.csv --column actual --garch",
    "har",
    "compare --input table.csv --models a,b --horizon 1 --reps 50",
    "validate --input table.csv --fitted a",
    "regimes --input table.csv --predicted a --horizon 1",
    "train rolling --epochs 1 --hidden-size 4 --sequence-length 3 --threads 1",
    "backtest --models persistence --no-figures --out made",
    "score --models persistence --out made/score.json",
    "figures coverage --out made/figures",
    "importance --model persistence --repeats 1 --out made/importance.json",
];
/// Heavier ones: their flags are tried here too, but fewer values of each.
const PREDICT: &str = "predict";

/// Numbers, times and lengths at and beyond every edge.
const EXTREMES: [&str; 39] = [
    "0",
    "1",
    "2",
    "-1",
    "3",
    "1000000000",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "99999999999999999999999999",
    "0.5",
    "1e-320",
    "1e-300",
    "1e-9",
    "0.999999999999",
    "1e18",
    "1e308",
    "-1e308",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "",
    " ",
    "1,1",
    "1,18446744073709551615",
    "0001-01-01",
    "1970-01-01",
    "2199-12-31T23:00Z",
    "9999-12-31",
    "-9999-01-01",
    "18446744073709551615h",
    "4294967295w",
    "rolling:4294967295h",
    "0h",
];

/// Flags by their command line's words: those whose value is a number, a time or a length of time.
fn numeric(command: &Command) -> Vec<String> {
    let names: [TypeId; 3] = [TypeId::of::<String>(), TypeId::of::<PathBuf>(), TypeId::of::<bool>()];
    let is_number = |flag: &&Arg| {
        let parser = flag.get_value_parser();
        let other = names.iter().any(|name| parser.type_id() == *name);
        let choice = parser.possible_values().is_some();
        flag.get_action().takes_values() && !other && !choice && flag.get_long().is_some()
    };
    let flags = command.get_arguments().filter(is_number);
    flags.filter_map(|flag| flag.get_long().map(|name| format!("--{name}"))).collect()
}

/// Every command with its words, subcommands instead of groups.
fn commands() -> BTreeMap<String, Command> {
    let mut found = BTreeMap::new();
    for entry in dvol_command::COMMANDS.iter().chain(dvol::cli::COMMANDS) {
        let command = entry.command();
        if command.has_subcommands() {
            for below in command.get_subcommands() {
                found.insert(format!("{} {}", entry.name, below.get_name()), below.clone());
            }
        } else {
            found.insert(entry.name.to_owned(), command);
        }
    }
    found
}

fn workplace() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = String::from("timestamp,actual,a,b,residual\n");
    for row in 0..700_i64 {
        let noise = |factor: i64| ((row * row * factor) % 97) as f64 / 97.0 - 0.5;
        let level = 60.0 + 5.0 * (row as f64 / 60.0).sin() + noise(7);
        let time = dvol::time::Timestamp::from_hours(450_000 + row);
        table += &format!("{time},{level},{},{},{}\n", level + noise(11), level + 2.0 * noise(13), noise(11));
    }
    fs::write(folder.path().join("table.csv"), table).expect("a table");
    let experiment = "[predict]\nmodel = 'har'\n[backtest]\nfrom = '2021-07-01T00:00:00Z'\n\
                      to = '2021-07-20T00:00:00Z'\nrefit = '10d'\n";
    fs::write(folder.path().join("thesis.toml"), experiment).expect("an experiment");
    simulated(3600, 1).save(&folder.path().join("data")).expect("a data set");
    folder
}

/// Clap's own answer: whether it would take the words at all.
fn taken(command: &Command, name: &str, words: &[&str]) -> bool {
    let own = words.iter().skip(name.split(' ').count());
    command.clone().no_binary_name(true).try_get_matches_from(own.copied()).is_ok()
}

#[test]
fn no_number_of_any_flag_of_any_command_breaks_it() {
    let (commands, folder) = (commands(), workplace());
    let mut tries: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    let (mut refused, mut flags) = (0, 0);
    for (name, command) in &commands {
        let lines: Vec<&str> =
            LINES.into_iter().chain([PREDICT]).filter(|line| line.starts_with(name.as_str())).collect();
        let numeric = numeric(command);
        flags += numeric.len();
        assert!(numeric.is_empty() || !lines.is_empty(), "no line tries the numbers of `dvol {name}`");
        for (line, flag) in lines.iter().flat_map(|line| numeric.iter().map(move |flag| (*line, flag))) {
            // a flag the line has already is tried in its place
            let mut words: Vec<&str> = line.split(' ').collect();
            if let Some(place) = words.iter().position(|word| word == flag) {
                words.drain(place..place + 2);
            }
            for (place, extreme) in EXTREMES.into_iter().enumerate() {
                let value = format!("{flag}={extreme}");
                let accepted = taken(command, name, &[&words[..], &[&*value]].concat());
                // what clap refuses it refuses everywhere alike: one in so many is run to its sentence
                let sampled = (place + flag.len()) % 24 == 0 || super::effort() > 1;
                if accepted || sampled {
                    tries.push((words.clone(), vec![value]));
                } else {
                    refused += 1;
                }
            }
        }
    }
    let (next, faults) = (Mutex::new(tries.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some((words, more)) = next.lock().unwrap().next() else { return };
                    let line: Vec<&str> =
                        words.iter().copied().chain(more.iter().map(String::as_str)).collect();
                    if let Err(fault) = attempt(folder.path(), &line) {
                        faults.lock().unwrap().push(format!("dvol {}\n  {fault}", line.join(" ")));
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    println!("numbers of flags: {flags} flags, {refused} refused by clap alone, {} runs", tries.len());
    assert!(faults.is_empty(), "{} of {} broke it:\n{}", faults.len(), tries.len(), faults.join("\n"));
    assert!(flags > 60 && tries.len() > 300, "{flags} flags, {} runs", tries.len());
}

//! Every number of the experiment's file, and values in a user's file, at and beyond their edges.

use super::attempt::attempt;
use dvol::config::Config;
use std::fs;
use std::panic::catch_unwind;
use tempfile::TempDir;

const EXTREMES: [&str; 16] = [
    "0",
    "-1",
    "1",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "1e-300",
    "1e-320",
    "1e308",
    "-1e308",
    "nan",
    "inf",
    "-inf",
    "0.5",
    "1000000000",
];

/// The paths of all numbers in a TOML value.
fn numbers(value: &toml::Value, path: &str, found: &mut Vec<String>) {
    match value {
        toml::Value::Integer(_) | toml::Value::Float(_) => found.push(path.to_owned()),
        toml::Value::Array(items) if !items.is_empty() && items.iter().all(|item| item.is_float()) => {
            found.push(path.to_owned());
        }
        toml::Value::Table(table) => {
            for (key, below) in table {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                numbers(below, &path, found);
            }
        }
        _ => {}
    }
}

#[test]
fn no_number_of_the_experiment_s_file_breaks_it() {
    let default = toml::Value::try_from(Config::default()).expect("a configuration as TOML");
    let mut keys = vec!["fetch.requests_per_second".to_owned()];
    numbers(&default, "", &mut keys);
    assert!(keys.len() > 20, "{keys:?}");
    let folder = tempfile::tempdir().unwrap();
    let (mut refused, mut run) = (0, 0);
    let mut faults = Vec::new();
    for key in &keys {
        for extreme in EXTREMES {
            let is_pair = key.ends_with("realized_ratio");
            let value = if is_pair { format!("[{extreme}, {extreme}]") } else { extreme.to_owned() };
            let text = format!("{key} = {value}\n");
            match catch_unwind(|| Config::parse(&text)) {
                Err(_) => faults.push(format!("{text}: a panic")),
                Ok(Err(error)) => {
                    assert_eq!(error.exit_code(), 2, "{text}: {error}");
                    assert!(!error.to_string().contains('\n'), "{text}: {error}");
                    refused += 1;
                }
                Ok(Ok(_)) => {
                    // a market of a century is no mistake, and takes its time
                    if key == "simulation.hours" && extreme.len() > 4 {
                        continue;
                    }
                    let hours = if key == "simulation.hours" { "" } else { "simulation.hours = 2400\n" };
                    fs::write(folder.path().join("thesis.toml"), format!("{text}{hours}")).unwrap();
                    for words in [&["naive"][..], &["har"]] {
                        run += 1;
                        if let Err(fault) = attempt(folder.path(), words) {
                            faults.push(format!("{text}dvol {}: {fault}", words.join(" ")));
                        }
                    }
                }
            }
        }
    }
    println!("numbers of the experiment's file: {} keys, {refused} refused, {run} runs", keys.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A table of one number that is out of all proportion, in a column that commands read.
fn table(extreme: &str, everywhere: bool) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("timestamp,actual,a,b,residual\n");
    for row in 0..400_i64 {
        let noise = |factor: i64| ((row * row * factor) % 97) as f64 / 97.0 - 0.5;
        let level = 60.0 + 5.0 * (row as f64 / 60.0).sin() + noise(7);
        let time = dvol::time::Timestamp::from_hours(450_000 + row);
        let hit = everywhere || row == 300;
        let or = |value: f64| if hit { extreme.to_owned() } else { value.to_string() };
        text += &format!(
            "{time},{},{},{},{}\n",
            or(level),
            level + noise(11),
            or(level + noise(13)),
            or(noise(11))
        );
    }
    fs::write(folder.path().join("table.csv"), text).unwrap();
    folder
}

#[test]
fn no_value_of_a_file_makes_a_table_of_numbers_that_are_none_or_a_verdict_of_them() {
    let lines = [
        "describe --input table.csv",
        "jumps --input table.csv --column actual",
        "realized --input table.csv --column actual",
        "naive --input table.csv --column actual",
        "har --input table.csv --column actual",
        "har --input table.csv --column actual --log",
        "compare --input table.csv --models a,b --horizon 1 --reps 50",
        "compare --input table.csv --models a,b --horizon 1 --reps 50 --loss qlike",
        "validate --input table.csv",
        "regimes --input table.csv --predicted a --horizon 1",
    ];
    let extremes = [
        "1e308", "-1e308", "1e300", "1e154", "1e61", "1e59", "1e30", "1e-30", "1e-160", "1e-300", "1e-320",
        "0", "-0",
    ];
    let (mut runs, mut faults) = (0, Vec::new());
    for (extreme, everywhere) in extremes.iter().flat_map(|extreme| [(extreme, false), (extreme, true)]) {
        let folder = table(extreme, everywhere);
        for line in lines {
            runs += 1;
            if let Err(fault) = attempt(folder.path(), &line.split(' ').collect::<Vec<_>>()) {
                faults.push(format!("{extreme} ({everywhere}): dvol {line}: {fault}"));
            }
        }
    }
    println!("values of files: {runs} runs");
    assert!(faults.is_empty(), "{} of {runs}:\n{}", faults.len(), faults.join("\n"));
}

//! `dvol jumps`.

use super::support::command::dvol;
use super::support::samples::normals;
use super::{brownian, levels};
use dvol::time::Timestamp;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn write(folder: &Path, name: &str, rows: impl Iterator<Item = String>) -> PathBuf {
    let path = folder.join(name);
    let text: Vec<String> = rows.collect();
    fs::write(&path, text.join("\n") + "\n").unwrap();
    path
}

/// The words of `dvol jumps` on a column of a file, its result as JSON.
pub fn jumps<'a>(input: &'a Path, column: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    let input = input.to_str().expect("a path in UTF-8");
    [&["jumps", "--input", input, "--column", column, "--json"], flags].concat()
}

fn hourly_file(folder: &Path, name: &str, series: &[f64]) -> PathBuf {
    let rows = series
        .iter()
        .enumerate()
        .map(|(hour, level)| format!("{},{level}", Timestamp::from_hours(450_000 + hour as i64)));
    write(folder, name, std::iter::once("timestamp,price".to_owned()).chain(rows))
}

#[test]
fn the_command_writes_one_line_a_row_and_the_document_of_its_critical_value() {
    let folder = tempfile::tempdir().unwrap();
    let mut returns: Vec<f64> = normals(78, 30).iter().map(|z| 0.01 * z).collect();
    returns[59] = 0.3;
    let input = hourly_file(folder.path(), "levels.csv", &levels(&returns));
    let out = folder.path().join("out.csv");
    let flags = ["--window", "16", "--alpha", "0.01", "--out", out.to_str().unwrap()];
    let document = dvol(folder.path(), &jumps(&input, "price", &flags)).json();
    assert_eq!((&document["n"], &document["window"]), (&Value::from(78), &Value::from(16)));
    assert!((document["critical_value"].as_f64().unwrap() - 4.067_058).abs() < 5e-7);
    let text = fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "timestamp,return,sigma,statistic,p_value,jump");
    assert_eq!(lines.len(), 80);
    let jumps = lines.iter().filter(|line| line.ends_with(",1")).count();
    assert_eq!(document["jumps"], Value::from(jumps));
    assert!(lines[61].ends_with(",1"), "{}", lines[61]);
}

#[test]
fn the_command_treats_missing_hours_as_gaps_not_as_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let series = brownian(400, 31);
    let rows = series
        .iter()
        .enumerate()
        .filter(|(hour, _)| !(200..210).contains(hour))
        .map(|(hour, level)| format!("{},{level}", Timestamp::from_hours(450_000 + hour as i64)));
    let input = write(folder.path(), "holes.csv", std::iter::once("timestamp,price".to_owned()).chain(rows));
    let document = dvol(folder.path(), &jumps(&input, "price", &[])).json();
    assert_eq!((&document["holes"], &document["n"]), (&Value::from(10), &Value::from(388)));
}

#[test]
fn the_command_refuses_bad_input_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let good = brownian(300, 32);
    let file = |name: &str, change: fn(&mut Vec<String>)| {
        let mut cells: Vec<String> = good.iter().map(f64::to_string).collect();
        change(&mut cells);
        let rows = cells
            .into_iter()
            .enumerate()
            .map(|(hour, cell)| format!("{},{cell}", Timestamp::from_hours(450_000 + hour as i64)));
        write(folder.path(), name, std::iter::once("timestamp,price".to_owned()).chain(rows))
    };
    let run = |path: &Path, column: &str| dvol(folder.path(), &jumps(path, column, &[])).refusal();
    let text = run(&file("text.csv", |cells| cells[6] = "abc".to_owned()), "price");
    assert!(text.contains("text.csv") && text.contains("`price`") && text.contains("row 7"), "{text}");
    let nan = run(&file("nan.csv", |cells| cells[9] = "NaN".to_owned()), "price");
    assert!(nan.contains("row 10") && nan.contains("--allow-gaps"), "{nan}");
    let constant = run(&file("constant.csv", |cells| cells.fill("60".to_owned())), "price");
    assert!(constant.contains("same value in every row"), "{constant}");
    let negative = run(&file("negative.csv", |cells| cells[4] = "-3".to_owned()), "price");
    assert!(negative.contains("negative.csv") && negative.contains("row 5"), "{negative}");
    let short = run(&file("short.csv", |cells| cells.truncate(20)), "price");
    assert!(short.contains("short.csv") && short.contains("95"), "{short}");
    let missing = run(&file("missing.csv", |_| ()), "cost");
    assert!(missing.contains("no column `cost`"), "{missing}");
    let absent = run(&folder.path().join("absent.csv"), "price");
    assert!(absent.contains("no such file"), "{absent}");
    let alpha = file("alpha.csv", |_| ());
    let size = dvol(folder.path(), &jumps(&alpha, "price", &["--alpha", "2"])).refusal();
    assert!(size.contains("alpha = 2"), "{size}");
}

//! `dvol data` on simulated and imported series.

use super::files::{Files, replace_line};
use super::support::command::dvol;
use dvol::data::load;
use std::fs;

#[test]
fn the_command_line_simulates_audits_and_compares() {
    let folder = tempfile::tempdir().unwrap();
    let json = |arguments: &[&str]| dvol(folder.path(), arguments).json();
    let manifest = json(&["data", "simulate", "--hours", "1000", "--seed", "7", "--json"]);
    assert_eq!(manifest["rows"], 1000);
    assert_eq!(manifest["provenance"]["simulation"]["seed"], 7);
    assert_eq!(load(folder.path().join("data")).unwrap().panel().len(), 1000);
    let audited = json(&["data", "audit", "--json"]);
    assert_eq!(audited["rows"], 1000);
    json(&["data", "simulate", "--hours", "1000", "--seed", "8", "--out", "other", "--json"]);
    let difference = json(&["data", "diff", "data", "other", "--json"]);
    assert_eq!(difference["common_hours"], 1000);
    assert!(!difference["columns"].as_array().unwrap().is_empty());
    let text = dvol(folder.path(), &["data", "audit"]).out;
    assert!(text.contains("| dvol ") && text.contains("1000 hours, 2021-03-24T00:00:00Z"), "{text}");
}

#[test]
fn the_command_line_imports_with_the_policy_of_the_experiments_file() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::of_days(40);
    let twice = replace_line(&files.dvol, 3, "2022-01-01T01:00:00Z,60");
    for (name, text) in
        [("d.csv", &twice), ("p.csv", &files.price), ("o.csv", &files.onchain), ("v.csv", &files.volume)]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let arguments =
        ["data", "import", "--dvol", "d.csv", "--price", "p.csv", "--onchain", "o.csv", "--volume", "v.csv"];
    let message = dvol(folder.path(), &arguments).refusal();
    assert!(
        message.starts_with("dvol: d.csv: column `timestamp`, row 3: `2022-01-01T01:00:00Z`"),
        "{message}"
    );
    assert!(!folder.path().join("data").exists(), "nothing is left behind");
    fs::write(folder.path().join("thesis.toml"), "[import]\nduplicates = \"keep_first\"\n").unwrap();
    let text = dvol(folder.path(), &arguments).succeeded().out;
    assert!(text.contains("d.csv: `timestamp`: duplicate times dropped: 1"), "{text}");
}

//! An index on a grid that is not hourly is refused in one sentence.

use super::support::command::dvol;
use dvol::time::{HOUR_MS, Timestamp};
use std::fmt::Write as _;
use std::fs;

/// What the import says about these rows.
fn refused(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.csv"), text).unwrap();
    let message = dvol(folder.path(), &["data", "import", "--dvol", "own.csv"]).refusal();
    assert!(!folder.path().join("data").exists(), "nothing is left behind");
    message
}

fn every(step_ms: i64) -> String {
    (0..200).fold("timestamp,close\n".to_owned(), |mut text, row| {
        writeln!(text, "{},{}", Timestamp::from_millis(row * step_ms), 20 + row % 9).unwrap();
        text
    })
}

#[test]
fn business_days_as_cboe_writes_them_are_refused_with_their_step() {
    let mut text = "DATE,OPEN,HIGH,LOW,CLOSE\n".to_owned();
    let weekday = |day: &i64| (day + 3).rem_euclid(7) < 5;
    for day in (7_000..18_000_i64).filter(weekday) {
        let date = Timestamp::from_hours(24 * day).civil().strftime("%m/%d/%Y").to_string();
        let level = 18 + day % 13;
        writeln!(text, "{date},{level}.1,{level}.9,{level}.0,{level}.4").unwrap();
    }
    let message = refused(&text);
    // what the sentence sends to does read the file
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.csv"), &text).unwrap();
    let described = dvol(folder.path(), &["describe", "--input", "own.csv", "--json"]).json();
    assert_eq!(described["summary"].as_array().unwrap().len(), 4);
    let har = ["har", "--input", "own.csv", "--column", "CLOSE", "--log"];
    dvol(folder.path(), &har).succeeded();
    let said = "own.csv: rows keep a step of 1 d, weekends left out (business days); horizons";
    assert!(message.contains(said) && message.contains("`dvol describe --input`"), "{message}");
}

#[test]
fn other_steps_are_refused_with_their_remedy() {
    let message = refused(&every(HOUR_MS / 2));
    assert!(message.contains("a step of 30 min;") && message.contains("rows of the full hours"), "{message}");
    let message = refused(&every(24 * HOUR_MS));
    assert!(message.contains("a step of 1 d;") && message.contains("one row an hour"), "{message}");
}

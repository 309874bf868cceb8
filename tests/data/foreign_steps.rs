//! An index on a grid of neither hours nor days is refused in one sentence.

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
fn months_are_no_hours_with_gaps() {
    let months =
        (0..400).map(|month| format!("{}-{:02},{}\n", 1990 + month / 12, 1 + month % 12, 20 + month % 9));
    let message = refused(&format!("timestamp,close\n{}", months.collect::<String>()));
    assert!(message.contains("a step of 31 d;"), "{message}");
}

#[test]
fn other_steps_are_refused_with_their_remedy() {
    let message = refused(&every(HOUR_MS / 2));
    assert!(message.contains("a step of 30 min;") && message.contains("rows of the full hours"), "{message}");
    let message = refused(&every(7 * 24 * HOUR_MS));
    assert!(message.contains("a step of 7 d;") && message.contains("one row an hour"), "{message}");
}

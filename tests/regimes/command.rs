//! `dvol regimes`.

use super::support::command::{Run, dvol_on};
use super::two_years;
use dvol::evaluation::Forecasts;
use dvol::models::{Coverage, Interval};
use dvol::serde_json::{self, Value};

/// Forecasts as a file, with a hand-made label that is `wild` in the second half.
fn file_of(forecasts: &Forecasts, rows: usize) -> String {
    let mut text = "origin,actual,predicted,lower,upper,mood\n".to_owned();
    for (row, record) in forecasts.records().take(rows).enumerate() {
        let mood = if 2 * row < rows { "calm" } else { "wild" };
        let Interval { lower, upper, .. } = forecasts.band(Coverage::P80).unwrap().get(row).unwrap();
        text += &format!("{},{},{},{lower},{upper},{mood}\n", record.origin, record.actual, record.predicted);
    }
    text
}

#[test]
fn regimes_prints_one_json_document_with_scores_verdicts_and_tests() {
    let csv = file_of(&two_years("ours", 0.5), 4_000);
    let Run { code, out, err } =
        dvol_on(&csv, &["regimes", "--input", "input.csv", "--labels", "mood", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&out).unwrap();
    let regimes = document["regimes"].as_array().unwrap();
    assert_eq!(
        regimes.iter().map(|row| row["regime"].as_str().unwrap()).collect::<Vec<_>>(),
        ["calm", "wild"]
    );
    for row in regimes {
        assert_eq!((row["n"].as_u64(), row["hindsight"].as_bool()), (Some(2_000), Some(true)));
        assert_eq!(row["coverage"], 1.0);
        assert!(row["skill"].is_f64() && row["bias"].is_f64() && row["residuals"]["skewness"].is_f64());
        assert_eq!(row["validation"]["verdicts"].as_array().unwrap().len(), 6);
    }
    let names: Vec<&str> =
        document["between"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    for name in ["Welch t", "Brown-Forsythe", "Kolmogorov-Smirnov, two samples", "Chow"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn regimes_without_labels_makes_the_standard_ones_and_tells_hindsight_from_knowledge() {
    let csv = file_of(&two_years("ours", 0.0), 6_000);
    let Run { code, out, err } =
        dvol_on(&csv, &["regimes", "--input", "input.csv", "--timestamp", "origin", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&out).unwrap();
    let knowledge = |scheme: &str| {
        let rows = document["regimes"].as_array().unwrap();
        rows.iter().find(|row| row["scheme"] == scheme).unwrap_or_else(|| panic!("{scheme}: {out}"))["hindsight"].clone()
    };
    for (scheme, hindsight) in [
        ("calendar year", false),
        ("crisis", true),
        ("tercile of level so far", false),
        ("tercile of level, full sample", true),
        ("jump hour", false),
        ("jump within the next 24 h", true),
        ("Markov switching of log changes of level", false),
        ("Markov switching of log changes of level, smoothed", true),
    ] {
        assert_eq!(knowledge(scheme), hindsight, "{scheme}");
    }
}

#[test]
fn regimes_refuses_bad_input_with_one_sentence_and_exit_code_2() {
    let csv = file_of(&two_years("ours", 0.0), 200);
    let undated: String = csv.lines().map(|line| format!("{}\n", line.split_once(',').unwrap().1)).collect();
    for (csv, extra, words) in [
        (csv.replace("wild", "calm"), vec!["--labels", "mood"], "one state in every row"),
        (csv.clone(), vec!["--labels", "weather"], "no column `weather`"),
        (csv.clone(), vec!["--predicted", "oracle"], "no column `oracle`"),
        (csv.replacen("2022-01-01T01:00:00Z", "2022-01-01T00:00:00Z", 1), vec![], "row 2"),
        (undated, vec![], "--timestamp"),
        (csv.lines().take(4).collect::<Vec<_>>().join("\n"), vec![], "at least 10"),
    ] {
        let mut arguments = vec!["regimes", "--input", "input.csv", "--json"];
        arguments.extend(extra);
        let Run { code, out, err } = dvol_on(&csv, &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{words}: {err}");
        assert!(
            err.starts_with("dvol: ") && err.lines().count() == 1 && err.contains(words),
            "{words}: {err}"
        );
    }
}

//! `dvol compare` and `dvol naive`.

use super::support::command::{dvol, dvol_on};
use super::{Oracle, close_to, two_models};
use dvol::evaluation::{Forecasts, LongRun, Loss, Metrics, diebold_mariano};
use dvol::seed::Seed;
use dvol::serde_json::{self, Value};
use rand::Rng;

/// The oracle's two models as a file: origin, actual, small, large.
fn two_models_csv() -> String {
    let (small, large) = two_models();
    let mut text = "origin,actual,anchor,small,large\n".to_owned();
    for (one, other) in small.records().zip(large.records()) {
        text +=
            &format!("{},{},{},{},{}\n", one.origin, one.actual, one.anchor, one.predicted, other.predicted);
    }
    text
}

#[test]
fn compare_prints_one_json_document_with_the_numbers_of_the_library() {
    let arguments = [
        "compare",
        "--input",
        "input.csv",
        "--models",
        "small,large",
        "--horizon",
        "6",
        "--kernel",
        "bartlett",
        "--json",
    ];
    let run = dvol_on(&two_models_csv(), &arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let oracle = Oracle::case("diebold_mariano");
    oracle.agrees("/bartlett/statistic", document["diebold_mariano"][0]["statistic"].as_f64().unwrap());
    oracle.agrees("/bartlett/p_value", document["diebold_mariano"][0]["p_value"].as_f64().unwrap());
    assert_eq!(document["diebold_mariano"][0]["lags"], 5);
    assert_eq!(document["mcs"]["included"], serde_json::json!(["large"]));
    assert_eq!(document["mcs"]["p_values"].as_array().unwrap().len(), 2);
    assert!(document["spa"]["p_consistent"].as_f64().unwrap() < 0.05);
    assert_eq!(document["metrics"][1]["model"], "large");
    let (_, large) = two_models();
    close_to(document["metrics"][1]["rmse"].as_f64().unwrap(), Metrics::of(&large).unwrap().rmse(), 1e-12);
    assert_eq!(dvol_on(&two_models_csv(), &arguments).out, run.out, "the same bytes again");
}

#[test]
fn compare_reads_the_long_table_of_a_backtest() {
    let (small, large) = two_models();
    let folder = tempfile::tempdir().unwrap();
    dvol::evaluation::write_forecasts(&folder.path().join("long.parquet"), &[small, large]).unwrap();
    let run = |more: &[&str]| {
        let words =
            ["compare", "--input", "long.parquet", "--kernel", "bartlett", "--json"].iter().chain(more);
        dvol(folder.path(), &words.copied().collect::<Vec<_>>())
    };
    let found = run(&[]);
    assert_eq!((found.code, found.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&found.out).unwrap();
    Oracle::case("diebold_mariano")
        .agrees("/bartlett/statistic", document["diebold_mariano"][0]["statistic"].as_f64().unwrap());
    assert_eq!(run(&["--models", "small,large"]).out, found.out);
    let missing = run(&["--models", "small,huge"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("`huge`") && missing.err.contains("small, large"), "{}", missing.err);
}

#[test]
fn compare_ranks_models_within_each_state_of_a_column() {
    let (small, large) = two_models();
    let csv: String = two_models_csv()
        .lines()
        .enumerate()
        .map(|(row, line)| format!("{line},{}\n", if row == 0 { "state" } else { ["odd", "even"][row % 2] }))
        .collect();
    let arguments = [
        "compare",
        "--input",
        "input.csv",
        "--models",
        "small,large",
        "--horizon",
        "6",
        "--labels",
        "state",
        "--json",
    ];
    let run = dvol_on(&csv, &arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let even = &document["by_regime"]["regimes"][0];
    assert_eq!((even["regime"].as_str(), even["n"].as_u64()), (Some("even"), Some(120)));
    let inside = |series: &Forecasts| series.filter(|record| record.origin.hours() % 2 == 0).unwrap();
    let expected = diebold_mariano(&inside(&small), &inside(&large), Loss::Mse, LongRun::Cosine).unwrap();
    close_to(even["diebold_mariano"][0]["statistic"].as_f64().unwrap(), expected.statistic, 1e-12);
}

#[test]
fn compare_finds_the_level_at_the_origin_from_what_came_true_before() {
    // without an anchor column the level at hour t is what came true for the origin 6 hours earlier
    let mut text = "time,actual,a,b\n".to_owned();
    for hour in 0..60 {
        let actual = 50.0 + f64::from((hour * hour) % 13);
        text += &format!(
            "{},{actual},{},{}\n",
            1_599_998_400 + 3_600 * hour,
            actual + 0.5,
            actual - f64::from(hour % 3)
        );
    }
    let arguments = ["compare", "--input", "input.csv", "--models", "a,b", "--horizon", "6", "--json"];
    let document: Value = serde_json::from_str(&dvol_on(&text, &arguments).out).unwrap();
    let level = |hour: i32| 50.0 + f64::from((hour * hour) % 13);
    let persistence: f64 = (6..60).map(|hour| (level(hour) - level(hour - 6)).powi(2)).sum();
    close_to(document["metrics"][0]["skill"].as_f64().unwrap(), 1.0 - 54.0 * 0.25 / persistence, 1e-12);
}

#[test]
fn compare_refuses_bad_input_with_one_sentence_and_exit_code_2() {
    let good = two_models_csv();
    let rows: Vec<&str> = good.lines().collect();
    let with_row = |row: usize, text: &str| {
        let mut rows: Vec<String> = rows.iter().map(|&row| row.to_owned()).collect();
        rows[row] = text.to_owned();
        rows.join("\n")
    };
    let models = "small,large";
    let constant = good.lines().enumerate().map(|(row, line)| {
        let cells: Vec<&str> = line.split(',').collect();
        if row == 0 { line.to_owned() } else { format!("{},5,5,{},{}", cells[0], cells[3], cells[4]) }
    });
    let constant = constant.collect::<Vec<_>>().join("\n");
    let short = rows[..8].join("\n");
    for (csv, models, words) in [
        (with_row(9, "1970-01-01T08:00:00Z,NaN,60,60,60"), models, "column `actual`, row 9"),
        (with_row(9, "1970-01-01T08:00:00Z,60,60,sixty,60"), models, "column `small`, row 9: `sixty`"),
        (with_row(9, "1970-01-01T08:00:00Z,60,60"), models, "row 9: 3 cells"),
        (with_row(9, "1970-01-01T07:00:00Z,60,60,60,61"), models, "row 9"),
        (good.clone(), "small,huge", "no column `huge`"),
        (good.clone(), "small,small", "equal in every row"),
        (constant, models, "same value in every row"),
        (short, models, "at least 16"),
        (String::new(), models, "empty"),
    ] {
        let run = dvol_on(
            &csv,
            &["compare", "--input", "input.csv", "--models", models, "--horizon", "6", "--json"],
        );
        assert_eq!(run.code, 2, "{words}: {}", run.err);
        assert!(
            run.out.is_empty() && run.err.starts_with("dvol: ") && run.err.lines().count() == 1,
            "{}",
            run.err
        );
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    for extra in
        [["--alpha", "1.5"], ["--reps", "0"], ["--block", "0.5"], ["--nested", "small"], ["--benchmark", "x"]]
    {
        let mut arguments = vec!["compare", "--input", "input.csv", "--models", models, "--horizon", "6"];
        arguments.extend(extra);
        let run = dvol_on(&good, &arguments);
        assert_eq!(run.code, 2, "{extra:?}: {}", run.err);
    }
    let missing = dvol_on(&good, &["compare", "--input", "nowhere.csv", "--models", "a"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("nowhere.csv: no such file"), "{}", missing.err);
}

#[test]
fn naive_rules_are_scored_at_the_true_horizon() {
    let mut text = "timestamp,level\n".to_owned();
    let mut rng = Seed::new(4).rng();
    let mut level = 60.0;
    for hour in 0..2_000 {
        level += rng.random_range(-1.0..1.0);
        text += &format!("{},{level}\n", 1_599_998_400 + 3_600 * hour);
    }
    let values: Vec<f64> =
        text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect();
    let run =
        dvol_on(&text, &["naive", "--input", "input.csv", "--column", "level", "--horizon", "12", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let names: Vec<&str> =
        document["metrics"].as_array().unwrap().iter().map(|row| row["model"].as_str().unwrap()).collect();
    let expected = ["persistence", "drift", "mean", "moving_average_5", "moving_average_22", "hour_of_week"];
    assert_eq!(names, expected);
    let squares: f64 = (1_612..2_000).map(|row| (values[row] - values[row - 12]).powi(2)).sum();
    close_to(document["metrics"][0]["rmse"].as_f64().unwrap(), (squares / 388.0).sqrt(), 1e-10);
    let average = |row: usize| values[row - 119..=row].iter().sum::<f64>() / 120.0;
    let squares: f64 = (1_612..2_000).map(|row| (values[row] - average(row - 12)).powi(2)).sum();
    close_to(document["metrics"][3]["rmse"].as_f64().unwrap(), (squares / 388.0).sqrt(), 1e-10);
    let daily = "time,level\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n";
    let refused = dvol_on(daily, &["naive", "--input", "input.csv", "--column", "level"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("not one hour apart"), "{}", refused.err);
}

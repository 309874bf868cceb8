//! Labels of market states, and residuals sorted by them.

use dvol::evaluation::{
    Forecast, Forecasts, Loss, Metrics, kolmogorov_smirnov, ranking_by_regime, residuals_by_regime, welch,
};
use dvol::events::Event;
use dvol::panel::{Column, Panel};
use dvol::regimes::{
    FittedMarkovSwitching, Labels, MarkovSwitching, StateParameters, calendar_years, event_windows,
    expanding_terciles, full_sample_terciles, jump_hours, jumps_on_the_way, rising_and_falling,
};
use dvol::seed::Seed;
use dvol::serde_json::{self, Value};
use dvol::time::{Horizon, Timestamp};
use rand::Rng;
use std::path::PathBuf;

fn oracle(case: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/regimes.json");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    document["cases"][case].clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

fn agree(found: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    let error = (found - expected).abs() / expected.abs().max(1e-6);
    assert!(error <= tolerance, "found {found}, expected {expected}, relative error {error:e}");
}

fn hour(hours: i64) -> Timestamp {
    Timestamp::from_hours(hours)
}

fn panel(values: Vec<f64>) -> Panel {
    Panel::new(hour(0), values.len()).unwrap().with(Column::known("x", values)).unwrap()
}

fn states<K: dvol::regimes::Knowledge>(labels: &Labels<K>, rows: i64) -> Vec<Option<&str>> {
    (0..rows).map(|row| labels.at(hour(row))).collect()
}

fn walk(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = Seed::new(seed).rng();
    let mut level = 60.0;
    let steps = (0..n).map(|_| {
        level += rng.random_range(-1.0..1.0);
        level
    });
    steps.collect()
}

#[test]
fn known_labels_do_not_change_when_the_future_does() {
    let (rows, cut) = (2_000, 1_200);
    let past = walk(rows, 1);
    let mut other = past.clone();
    other[cut..].iter_mut().for_each(|value| *value = 500.0 - *value);
    let same = |one: &dyn Fn(&Panel) -> Vec<Option<String>>| {
        let (before, after) = (one(&panel(past.clone())), one(&panel(other.clone())));
        assert_eq!(before[..cut], after[..cut]);
        assert_ne!(before[cut..], after[cut..], "the labels do read the column");
    };
    let owned = |labels: &Labels<dvol::regimes::Known>| {
        (0..rows as i64).map(|row| labels.at(hour(row)).map(str::to_owned)).collect::<Vec<_>>()
    };
    same(&|panel| owned(&expanding_terciles(panel, "x", 100).unwrap()));
    same(&|panel| owned(&rising_and_falling(panel, "x", 24).unwrap()));
    same(&|panel| owned(&MarkovSwitching::default().known_labels(panel, "x", hour(800)).unwrap().1));
}

#[test]
fn full_sample_terciles_split_into_thirds_and_are_hindsight() {
    let values = walk(900, 2);
    let labels = full_sample_terciles(&panel(values.clone()), "x").unwrap();
    assert_eq!(labels.hours(), [300, 300, 300]);
    assert!(labels.is_hindsight());
    assert!(!expanding_terciles(&panel(values), "x", 1).unwrap().is_hindsight());
}

#[test]
fn expanding_terciles_equal_a_naive_ranking_of_the_past() {
    let mut values = walk(400, 3);
    values[50] = f64::NAN;
    values[120] = values[119];
    let labels = expanding_terciles(&panel(values.clone()), "x", 30).unwrap();
    for row in 0..values.len() {
        let past: Vec<f64> = values[..=row].iter().copied().filter(|value| !value.is_nan()).collect();
        let share = past.iter().filter(|&&value| value <= values[row]).count() as f64 / past.len() as f64;
        let expected = match share {
            _ if values[row].is_nan() || past.len() < 30 => None,
            share if share <= 1.0 / 3.0 => Some("low"),
            share if share <= 2.0 / 3.0 => Some("middle"),
            _ => Some("high"),
        };
        assert_eq!(labels.at(hour(row as i64)), expected, "row {row}");
    }
}

#[test]
fn rising_is_above_the_level_so_many_hours_ago() {
    let labels = rising_and_falling(&panel(vec![1.0, 2.0, f64::NAN, 1.5, 2.0, 9.0]), "x", 2).unwrap();
    assert_eq!(states(&labels, 6), [None, None, None, Some("falling"), None, Some("rising")]);
}

#[test]
fn jumps_before_the_origin_are_known_and_jumps_after_it_are_hindsight() {
    let nan = f64::NAN;
    let indicator = panel(vec![nan, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let (normal, jump) = (Some("normal"), Some("jump"));
    let past = jump_hours(&indicator, "x", 2).unwrap();
    assert_eq!(states(&past, 8), [None, normal, jump, jump, normal, jump, jump, normal]);
    let next = jumps_on_the_way(&indicator, "x", Horizon::hours(2)).unwrap();
    let none = Some("no jump");
    // the last two rows look past the data
    assert_eq!(states(&next, 8), [None, jump, none, jump, jump, none, None, None]);
    assert!(next.is_hindsight() && !past.is_hindsight());
}

#[test]
fn crises_are_the_windows_of_the_six_events_and_hindsight() {
    let start: Timestamp = "2021-04-23T09:00".parse().unwrap();
    let crises = event_windows(start, 39_255, &Event::thesis()).unwrap();
    assert!(crises.is_hindsight());
    assert_eq!(crises.states().len(), 7);
    // three days on either side of the day: 7 x 24 hours each
    assert_eq!(crises.hours()[1..], [168; 6]);
    assert_eq!(crises.at("2021-05-16T00:00".parse().unwrap()), Some("China mining ban"));
    assert_eq!(crises.at("2021-05-15T23:00".parse().unwrap()), Some("calm"));
    assert_eq!(crises.at("2024-01-13T23:00".parse().unwrap()), Some("ETF approval"));
    let twice = [Event::thesis()[0].clone(), Event::thesis()[0].clone()];
    assert_eq!(event_windows(start, 10, &twice).unwrap_err().exit_code(), 2);
}

#[test]
fn known_labels_become_features_and_state_names_are_checked() {
    let years = calendar_years("2022-12-31T22:00".parse().unwrap(), 4).unwrap();
    let column = years.column("2023").unwrap();
    assert_eq!(column.values(), [0.0, 0.0, 1.0, 1.0]);
    assert_eq!(column.known_after_hours(), 0);
    assert!(years.column("2024").unwrap_err().to_string().contains("2022, 2023"));
}

#[test]
fn labels_refuse_columns_that_are_not_known_at_their_row() {
    let bars = Panel::new(hour(0), 3).unwrap().with(Column::bars("dvol", vec![1.0, 2.0, 3.0])).unwrap();
    for error in [
        expanding_terciles(&bars, "dvol", 1).unwrap_err(),
        rising_and_falling(&bars, "dvol", 1).unwrap_err(),
        jump_hours(&bars, "dvol", 1).unwrap_err(),
    ] {
        assert!(error.to_string().contains("features::known"), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
}

#[test]
fn markov_filter_smoother_and_likelihood_agree_with_statsmodels() {
    let case = oracle("markov_switching_given");
    let series = numbers(&case["inputs"]["series"]);
    let p = numbers(&case["inputs"]["parameters"]);
    let model = FittedMarkovSwitching {
        states: [
            StateParameters { mean: p[2], variance: p[4] },
            StateParameters { mean: p[3], variance: p[5] },
        ],
        transition: [[p[0], 1.0 - p[0]], [p[1], 1.0 - p[1]]],
        log_likelihood: 0.0,
        n: series.len(),
        iterations: 0,
    };
    agree(model.log_likelihood_of(&series), &case["expected"]["log_likelihood"], 1e-10);
    for (found, key) in [(model.filtered(&series), "filtered"), (model.smoothed(&series), "smoothed")] {
        let expected = numbers(&case["expected"][key]);
        assert_eq!(found.len(), expected.len());
        for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-8, "{key} {row}: {found} {expected}");
        }
    }
}

#[test]
fn markov_switching_reaches_the_likelihood_and_parameters_of_statsmodels() {
    let series = numbers(&oracle("markov_switching_given")["inputs"]["series"]);
    let case = oracle("markov_switching_fitted");
    let fitted = MarkovSwitching::default().fit(&series).unwrap();
    // the M step takes the first state as given, so the maximum is reached up to 1/n
    agree(fitted.log_likelihood, &case["expected"]["log_likelihood"], 1e-4);
    for state in 0..2 {
        agree(fitted.states[state].variance, &case["expected"]["variances"][state], 1e-2);
        agree(fitted.transition[state][state], &case["expected"]["stay"][state], 1e-2);
    }
    assert!(fitted.expected_durations()[0] > fitted.expected_durations()[1]);
}

#[test]
fn markov_switching_bridges_gaps_and_refuses_constants() {
    let mut series = numbers(&oracle("markov_switching_given")["inputs"]["series"]);
    series[100..130].fill(f64::NAN);
    let fitted = MarkovSwitching::default().fit(&series).unwrap();
    assert_eq!(fitted.n, 470);
    let filtered = fitted.filtered(&series);
    let stationary = fitted.transition[0][1] / (fitted.transition[0][1] + fitted.transition[1][0]);
    assert!((filtered[129] - stationary).abs() < 0.1, "thirty blind steps forget: {}", filtered[129]);
    assert_eq!(MarkovSwitching::default().fit(&[1.0; 100]).unwrap_err().exit_code(), 2);
    assert_eq!(MarkovSwitching::default().fit(&series[..20]).unwrap_err().exit_code(), 2);
}

#[test]
fn two_sample_tests_agree_with_scipy() {
    let case = oracle("two_samples");
    let sample = |key: &str| numbers(&case["inputs"][key]);
    let (first, second) = (sample("first"), sample("second"));
    for (key, test) in [
        ("welch", welch("first", &first, "second", &second).unwrap()),
        ("kolmogorov_smirnov", kolmogorov_smirnov("first", &first, "second", &second).unwrap()),
    ] {
        agree(test.statistic, &case["expected"][key]["statistic"], 1e-9);
        agree(test.p_value, &case["expected"][key]["p_value"], 1e-9);
    }
}

#[test]
fn equal_spread_between_regimes_agrees_with_scipy() {
    let case = oracle("two_samples");
    let samples = ["first", "second", "third"].map(|key| (key, numbers(&case["inputs"][key])));
    let rows: Vec<(f64, &str)> =
        samples.iter().flat_map(|(key, values)| values.iter().map(move |value| (*value, *key))).collect();
    let records = rows.iter().enumerate().map(|(row, (residual, _))| Forecast {
        model: "ours".into(),
        origin: hour(row as i64),
        horizon: Horizon::hours(1),
        actual: *residual,
        predicted: 0.0,
        anchor: (row % 7) as f64,
        lower: None,
        upper: None,
        lower_95: None,
        upper_95: None,
    });
    let labels =
        Labels::by_hand("sample", rows.iter().enumerate().map(|(row, (_, key))| (hour(row as i64), *key)));
    let forecasts = Forecasts::new(records.collect()).unwrap();
    let report = residuals_by_regime(&forecasts, &labels.unwrap()).unwrap();
    let test = &report.between.iter().find(|pair| pair.test.name == "Brown-Forsythe").unwrap().test;
    agree(test.statistic, &case["expected"]["brown_forsythe"]["statistic"], 1e-9);
    agree(test.p_value, &case["expected"]["brown_forsythe"]["p_value"], 1e-9);
}

/// Hourly 24 h forecasts over two years whose errors treble in 2023.
fn two_years(model: &str, bias_2023: f64) -> Forecasts {
    let start: Timestamp = "2022-01-01".parse().unwrap();
    let mut rng = Seed::new(7).rng();
    let records = (0..2 * 365 * 24).map(|row| {
        let origin = hour(start.hours() + row);
        let late = origin.year() == 2023;
        let noise: f64 = rng.random_range(-1.0..1.0);
        let anchor = 60.0 + (row as f64 / 500.0).sin();
        let change = (row as f64 / 90.0).cos();
        Forecast {
            model: model.into(),
            origin,
            horizon: Horizon::hours(24),
            actual: anchor + change + if late { 3.0 * noise } else { noise },
            predicted: anchor + change - if late { bias_2023 } else { 0.0 },
            anchor,
            lower: Some(anchor + change - 1.0),
            upper: Some(anchor + change + 1.0),
            lower_95: None,
            upper_95: None,
        }
    });
    Forecasts::new(records.collect()).unwrap()
}

#[test]
fn residuals_by_regime_score_each_regime_and_test_between_them() {
    let forecasts = two_years("ours", 0.5);
    let years = calendar_years("2022-01-01".parse().unwrap(), 400 * 24).unwrap();
    let report = residuals_by_regime(&forecasts, &years).unwrap();
    assert_eq!(report.unlabelled, (2 * 365 - 400) * 24);
    let [early, late] = &report.regimes[..] else { panic!("two years: {report}") };
    assert_eq!((early.metrics.n, late.metrics.n), (365 * 24, 35 * 24));
    assert_eq!(early.metrics.coverage, Some(1.0));
    assert!(late.metrics.coverage.unwrap() < 0.45);
    assert!((late.metrics.bias - 0.5).abs() < 0.2 && early.metrics.bias.abs() < 0.05);
    assert!(late.residuals.std_dev.unwrap() > 2.5 * early.residuals.std_dev.unwrap());
    let part = forecasts.filter(|record| record.origin.year() == 2022).unwrap();
    assert_eq!(early.metrics, Metrics::of(&part).unwrap());
    let names: Vec<&str> = report.between.iter().map(|pair| pair.test.name.as_str()).collect();
    for name in [
        "Brown-Forsythe",
        "Chow",
        "Welch t",
        "Mean difference (overlap-robust)",
        "Kolmogorov-Smirnov, two samples",
    ] {
        let position =
            names.iter().position(|other| *other == name).unwrap_or_else(|| panic!("{name}: {names:?}"));
        assert!(report.between[position].test.rejects(0.05), "{}", report.between[position].test);
    }
    assert!(report.notes.is_empty(), "{:?}", report.notes);
    let text = serde_json::to_value(&report).unwrap();
    assert!(text["regimes"][0]["rmse"].is_f64() && text["between"][0]["p_value"].is_f64(), "{text}");
}

#[test]
fn a_ranking_that_turns_with_the_regime_is_seen() {
    let (steady, turned) = (two_years("steady", 0.5), two_years("turned", 3.0));
    // `turned` is the better one in 2022 only
    let better = turned.records().iter().map(|record| {
        let early = record.origin.year() == 2022;
        Forecast {
            predicted: if early { 0.5 * (record.predicted + record.actual) } else { record.predicted },
            ..record.clone()
        }
    });
    let turned = Forecasts::new(better.collect()).unwrap();
    let years = calendar_years("2022-01-01".parse().unwrap(), 2 * 365 * 24).unwrap();
    let ranking = ranking_by_regime(&[steady, turned], &years, Loss::Mse).unwrap();
    assert_eq!(ranking.overall, ["steady", "turned"]);
    assert_eq!(ranking.leader_changes, ["2022"]);
    let test = &ranking.regimes[0].diebold_mariano[0].test;
    assert!(test.statistic > 0.0 && test.rejects(0.01) && test.lags == Some(23), "{test}");
}

#[test]
fn regimes_without_records_and_single_regimes_are_said_and_not_invented() {
    let forecasts = two_years("ours", 0.0);
    let elsewhere = calendar_years("2019-01-01".parse().unwrap(), 100).unwrap();
    assert_eq!(residuals_by_regime(&forecasts, &elsewhere).unwrap_err().exit_code(), 2);
    let one = calendar_years("2022-01-01".parse().unwrap(), 24 * 300).unwrap();
    let report = residuals_by_regime(&forecasts, &one).unwrap();
    assert_eq!((report.regimes.len(), report.between.len(), report.notes.len()), (1, 0, 1));
}

/// Runs `dvol` on a CSV.
fn dvol(csv: &str, arguments: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("forecasts.csv");
    std::fs::write(&file, csv).unwrap();
    let arguments = arguments.iter().map(|argument| argument.replace("FILE", "forecasts.csv"));
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dvol"))
        .args(arguments)
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Forecasts as a file, with a hand-made label that is `wild` in the second half.
fn file_of(forecasts: &Forecasts, rows: usize) -> String {
    let mut text = "origin,actual,predicted,lower,upper,mood\n".to_owned();
    for (row, record) in forecasts.records().iter().take(rows).enumerate() {
        let mood = if 2 * row < rows { "calm" } else { "wild" };
        let (lower, upper) = (record.lower.unwrap(), record.upper.unwrap());
        text += &format!("{},{},{},{lower},{upper},{mood}\n", record.origin, record.actual, record.predicted);
    }
    text
}

#[test]
fn regimes_prints_one_json_document_with_scores_verdicts_and_tests() {
    let csv = file_of(&two_years("ours", 0.5), 4_000);
    let (code, out, err) = dvol(&csv, &["regimes", "--input", "FILE", "--labels", "mood", "--json"]);
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
    let (code, out, err) = dvol(&csv, &["regimes", "--input", "FILE", "--timestamp", "origin", "--json"]);
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
        let mut arguments = vec!["regimes", "--input", "FILE", "--json"];
        arguments.extend(extra);
        let (code, out, err) = dvol(&csv, &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{words}: {err}");
        assert!(
            err.starts_with("dvol: ") && err.lines().count() == 1 && err.contains(words),
            "{words}: {err}"
        );
    }
}

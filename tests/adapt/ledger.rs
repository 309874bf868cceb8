//! Forecasts that are written down before their outcome.

use super::support::command::dvol;
use dvol::config::Config;
use dvol::data::{Dataset, ImportPolicy, Provenance};
use dvol::identity::Identity;
use dvol::market::Asset;
use dvol::models::{Coverage, Interval};
use dvol::panel::{Column, Grid, Panel, Step};
use dvol::prelude::*;
use dvol::study::{Entered, ForecastLedger, ProspectiveForecast};
use std::fs;
use std::path::Path;

fn forecast(hour: i64) -> ProspectiveForecast {
    let origin = Timestamp::from_hours(450_000 + hour);
    let level = 60.0 + (hour % 7) as f64;
    ProspectiveForecast {
        made: Timestamp::from_millis(origin.millis() + 600_000),
        model: "ours".to_owned(),
        identity: Identity::new("code", "data", &"protocol", &"spec").unwrap(),
        origin,
        horizon: Horizon::hours(24),
        level,
        predicted: level + 0.1 * (hour % 3) as f64,
        intervals: vec![Interval { coverage: Coverage::P80, lower: level - 3.0, upper: level + 3.1 }],
        step: Step::Hour,
    }
}

fn written(path: &Path, count: i64) -> Vec<String> {
    for hour in 0..count {
        assert_eq!(ForecastLedger::append(path, &forecast(24 * hour)).unwrap(), Entered::Now);
    }
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn what_is_written_is_read_and_each_line_carries_the_seal_of_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/forecasts.jsonl");
    let lines = written(&path, 4);
    let ledger = ForecastLedger::read(&path).unwrap();
    assert_eq!(ledger.forecasts(), (0..4).map(|hour| forecast(24 * hour)).collect::<Vec<_>>());
    let value = |line: &str| dvol::serde_json::from_str::<dvol::serde_json::Value>(line).unwrap();
    for pair in lines.windows(2) {
        assert_eq!(value(&pair[0])["sha256"], value(&pair[1])["previous"]);
    }
    assert_eq!(value(&lines[0])["previous"], "0".repeat(64));
    assert_eq!(value(&lines[3])["sha256"], ledger.seal());
    assert_eq!(ForecastLedger::append(&path, &forecast(24)).unwrap(), Entered::Before);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 4, "the first one counts");
}

#[test]
fn every_edit_is_found_and_its_line_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forecasts.jsonl");
    let lines = written(&path, 5);
    let found = |lines: &[String]| {
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        let error = ForecastLedger::read(&path).expect_err("an edit");
        assert_eq!(error.exit_code(), 2);
        let grown = ForecastLedger::append(&path, &forecast(9_999));
        assert!(grown.is_err(), "nothing is added to an edited file");
        error.to_string()
    };
    for place in 0..lines.len() {
        let named = format!("line {}", place + 1);
        let mut edited = lines.clone();
        edited[place] = edited[place].replacen("\"predicted\":6", "\"predicted\":7", 1);
        assert!(found(&edited).contains(&named), "a better forecast in {named}");
        let mut edited = lines.clone();
        edited[place] = edited[place].replacen("\"model\":\"ours\"", "\"model\":\"other\"", 1);
        assert!(found(&edited).contains(&named));
        if place + 1 < lines.len() {
            let mut fewer = lines.clone();
            fewer.remove(place);
            assert!(found(&fewer).contains(&named), "a line taken out at {named}");
            let mut swapped = lines.clone();
            swapped.swap(place, place + 1);
            assert!(found(&swapped).contains(&named), "two lines swapped at {named}");
        }
    }
    let mut half = lines.clone();
    half[4].truncate(100);
    assert!(found(&half).contains("line 5"));
    // the very bytes are accepted again
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    assert_eq!(ForecastLedger::append(&path, &forecast(9_999)).unwrap(), Entered::Now);
}

#[test]
fn a_forecast_made_after_its_outcome_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forecasts.jsonl");
    let late = ProspectiveForecast { made: forecast(0).target(), ..forecast(0) };
    let error = ForecastLedger::append(&path, &late).expect_err("too late");
    assert!(error.to_string().contains("before its outcome") && error.exit_code() == 2, "{error}");
    let early = ProspectiveForecast { made: forecast(0).origin - Horizon::hours(1), ..forecast(0) };
    assert!(ForecastLedger::append(&path, &early).is_err());
    let nothing = ProspectiveForecast { predicted: f64::NAN, ..forecast(0) };
    assert!(ForecastLedger::append(&path, &nothing).is_err());
    assert!(!path.exists(), "nothing was written");
}

#[test]
fn a_track_scores_what_is_known_and_leaves_the_rest_open() {
    let text = "simulation = { hours = 3000 }\nfolders = { data = 'nowhere' }";
    let study = Study::new(Config::parse(text).unwrap()).unwrap();
    let level = study.features().unwrap().values("dvol").unwrap().to_vec();
    let start = study.panel().start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forecasts.jsonl");
    // the last known hour is row 3000: targets of rows up to it are known, one is not
    let rows: Vec<i64> = (0..40).map(|day| 2_040 + 24 * day).chain([2_990]).collect();
    for &row in &rows {
        let origin = start + Horizon::hours(row as u32);
        let now = level[row as usize];
        // half of what came true, told beforehand
        let predicted = level.get(row as usize + 24).map_or(now, |after| now + 0.5 * (after - now));
        let made = Timestamp::from_millis(origin.millis() + 60_000);
        let intervals = vec![Interval { coverage: Coverage::P80, lower: 0.0, upper: 500.0 }];
        let line = ProspectiveForecast { made, origin, level: now, predicted, intervals, ..forecast(0) };
        ForecastLedger::append(&path, &line).unwrap();
    }
    let track = study.track(&ForecastLedger::read(&path).unwrap()).unwrap();
    let [row] = &track.rows[..] else { panic!("one model") };
    assert_eq!((track.lines, row.metrics.n, row.open), (41, 40, 1));
    assert!((row.metrics.skill().unwrap() - 0.75).abs() < 1e-9, "half the change is three quarters of skill");
    assert_eq!(row.metrics.coverage(), Some(1.0));
    assert!(row.against_persistence.as_ref().unwrap().p_value < 0.05);
    assert!(track.to_string().contains("41 forecasts, every seal holds"), "{track}");
}

/// A track of `count` daily forecasts of a level nobody can foresee, the first `missed` of every twenty outside their 80 %
/// interval.
fn tracked(count: u32, missed: u32) -> dvol::study::Track {
    let text = "simulation = { hours = 7000 }\nfolders = { data = 'nowhere' }";
    let study = Study::new(Config::parse(text).unwrap()).unwrap();
    let level = study.features().unwrap().values("dvol").unwrap().to_vec();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forecasts.jsonl");
    for day in 0..count {
        let row = 2_040 + 24 * day;
        let origin = study.panel().start() + Horizon::hours(row);
        let (now, after) = (level[row as usize], level[row as usize + 24]);
        // misses are spread evenly: every fifth day of those that miss
        let inside = (day * 7) % 20 >= missed;
        let lower = if inside { after - 1.0 } else { after + 1.0 };
        let intervals =
            vec![Interval { coverage: Coverage::P80, lower, upper: after + 2.0 + f64::from(day % 3) }];
        let made = Timestamp::from_millis(origin.millis() + 60_000);
        let line = ProspectiveForecast { made, origin, level: now, predicted: now, intervals, ..forecast(0) };
        ForecastLedger::append(&path, &line).unwrap();
    }
    study.track(&ForecastLedger::read(&path).unwrap()).unwrap()
}

#[test]
fn a_track_tests_what_intervals_promised() {
    let p = |track: &dvol::study::Track, name: &str| {
        track.promises.tests.iter().find(|promise| promise.test.name == name).unwrap().test.p_value
    };
    let (kept, broken) = (tracked(200, 4), tracked(200, 9));
    assert!(p(&kept, "Kupiec") > 0.9, "a fifth was missed as promised: {kept}");
    assert!(p(&broken, "Kupiec") < 1e-6, "nearly half was missed: {broken}");
    for name in ["Christoffersen", "Dynamic quantile"] {
        assert!(p(&broken, name) < 1e-4, "{name}: {broken}");
        assert!(kept.to_string().contains(name), "{kept}");
    }
}

#[test]
fn a_track_says_how_many_outcomes_a_test_waits_for() {
    let short = tracked(20, 4);
    assert!(short.promises.of_model("ours").all(|promise| promise.nominal.is_none()), "{short}");
    let text = short.to_string();
    assert!(
        text.contains("Kupiec of the 80 % interval of ours needs at least 25 observations, found 20"),
        "{text}"
    );
    let enough = tracked(25, 4);
    assert!(enough.promises.tests.iter().any(|promise| promise.test.name == "Kupiec"), "{enough}");
}

#[test]
fn the_command_writes_a_forecast_down_once_and_scores_it_later() {
    let folder = tempfile::tempdir().unwrap();
    let hours = 2_600;
    // the newest bar is of the last full hour, as after a fetch
    let first = Timestamp::from_hours(Timestamp::now().hours() - hours);
    let text =
        format!("predict = {{ model = 'har_log' }}\nsimulation = {{ hours = {hours}, start = '{first}' }}\n");
    fs::write(folder.path().join("thesis.toml"), text).unwrap();
    let first = dvol(folder.path(), &["predict", "--record"]).succeeded();
    assert!(first.err.contains("fitting har_log") && first.err.contains("written down"), "{}", first.err);
    let second = dvol(folder.path(), &["predict", "--record"]).succeeded();
    assert!(!second.err.contains("fitting") && second.err.contains("already"), "{}", second.err);
    assert_eq!(first.out, second.out);
    let waiting = dvol(folder.path(), &["track", "--no-figures"]).succeeded();
    assert!(waiting.out.contains("har_log: 1 open"), "{}", waiting.out);
    let past = dvol(folder.path(), &["predict", "--record", "--origin", "2020-01-01T00:00Z"]);
    assert_eq!(past.code, 2, "{}", past.err);
    let origin = Timestamp::from_hours(Timestamp::now().hours() - 30);
    let late = dvol(folder.path(), &["predict", "--record", "--origin", &origin.to_string()]);
    assert!(late.code == 2 && late.err.contains("before its outcome"), "{}", late.err);
    let path = folder.path().join("results/forecasts.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"level\":", "\"level\":1", 1)).unwrap();
    let edited = dvol(folder.path(), &["track", "--no-figures"]);
    assert!(edited.code == 2 && edited.err.contains("line 1: was edited"), "{}", edited.err);
}

#[test]
fn the_outcome_of_a_trading_day_is_known_at_its_end() {
    let day = |text: &str| -> Timestamp { text.parse().unwrap() };
    let of_days = |made: Timestamp, origin: Timestamp| ProspectiveForecast {
        made,
        origin,
        step: Step::TradingDay,
        ..forecast(0)
    };
    let friday = day("2024-11-22");
    assert_eq!(of_days(friday, friday).target(), day("2024-11-25"));
    assert!(!of_days(day("2024-11-25T20:00"), friday).is_late());
    assert!(of_days(day("2024-11-26"), friday).is_late());

    // Thanksgiving has no row: Wednesday's forecast is about Friday
    let days = ["2024-11-25", "2024-11-26", "2024-11-27", "2024-11-29", "2024-12-02"].map(day);
    let panel = Panel::on(Grid::days(days).unwrap())
        .with(Column::closes("dvol", vec![14.6, 14.1, 14.1, 13.5, 13.3]))
        .unwrap();
    let provenance = Provenance::Import { policy: ImportPolicy::default(), asset: Asset::default() };
    let study = Study::with_dataset(Config::default(), Dataset::new(panel, provenance, vec![], vec![]));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forecasts.jsonl");
    for (origin, predicted) in [(days[2], 13.5), (days[4], 13.0)] {
        let made = Timestamp::from_hours(origin.hours() + 22);
        let line = ProspectiveForecast { level: 14.0, predicted, ..of_days(made, origin) };
        ForecastLedger::append(&path, &line).unwrap();
    }
    let track = study.track(&ForecastLedger::read(&path).unwrap()).unwrap();
    let [row] = &track.rows[..] else { panic!("one model") };
    assert_eq!((row.metrics.n, row.open, row.metrics.rmse()), (1, 1, 0.0));
}

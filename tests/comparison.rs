//! Scores of forecasts and the tests that compare them.

use dvol::evaluation::{Forecast, Forecasts, Metrics, MetricsTable, Score};
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use rand::Rng;
use std::path::PathBuf;

/// Times (bar open) and closes of DVOL: the real series where it lies, else a seeded stand-in of the same shape.
fn dvol_closes() -> (Vec<Timestamp>, Vec<f64>, bool) {
    let folders = [
        std::env::var_os("DVOL_SHARED").map(PathBuf::from),
        Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data")),
    ];
    let file =
        folders.into_iter().flatten().map(|folder| folder.join("dvol_close_1h.csv")).find(|f| f.exists());
    if let Some(file) = file {
        println!("real series: {}", file.display());
        let mut reader = csv::Reader::from_path(file).unwrap();
        let rows = reader.records().map(Result::unwrap);
        let pairs = rows.map(|row| (row[0].parse::<Timestamp>().unwrap(), row[1].parse::<f64>().unwrap()));
        let (times, closes) = pairs.unzip();
        return (times, closes, true);
    }
    println!("no shared data: a seeded mean-reverting walk instead");
    let first: Timestamp = "2021-03-24T00:00:00Z".parse().unwrap();
    let mut rng = Seed::new(1).rng();
    let mut level = 60.0_f64;
    let closes = (0..39_984).map(|_| {
        level += 0.001 * (60.0 - level) + rng.random_range(-0.8..0.8);
        level
    });
    let closes = closes.collect::<Vec<_>>();
    ((0..39_984).map(|hour| Timestamp::from_hours(first.hours() + hour)).collect(), closes, false)
}

/// Persistence over the last fifth of the thesis window, by target bar.
fn persistence(hours: u32) -> (Forecasts, bool) {
    let (times, closes, real) = dvol_closes();
    let first: Timestamp = "2024-11-21T21:00:00Z".parse().unwrap();
    let last: Timestamp = "2025-10-14T23:00:00Z".parse().unwrap();
    let horizon = Horizon::hours(hours);
    let records = (0..times.len()).filter(|&row| (first..=last).contains(&times[row])).map(|row| {
        let anchor = closes[row - horizon.rows()];
        Forecast {
            model: "persistence".into(),
            origin: times[row - horizon.rows()],
            horizon,
            actual: closes[row],
            predicted: anchor,
            anchor,
            lower: None,
            upper: None,
        }
    });
    (Forecasts::new(records.collect()).unwrap(), real)
}

fn forecasts(model: &str, rows: &[(f64, f64, f64)]) -> Forecasts {
    let records = rows.iter().enumerate().map(|(row, &(anchor, predicted, actual))| Forecast {
        model: model.into(),
        origin: Timestamp::from_hours(row as i64),
        horizon: Horizon::hours(24),
        actual,
        predicted,
        anchor,
        lower: Some(predicted - 1.0),
        upper: Some(predicted + 1.0),
    });
    Forecasts::new(records.collect()).unwrap()
}

fn close_to(found: f64, expected: f64, tolerance: f64) {
    let error = (found - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= tolerance, "found {found}, expected {expected}, relative error {error:e}");
}

#[test]
fn persistence_on_the_last_fifth_of_the_thesis_window_scores_what_the_raw_series_says() {
    let (day, real) = persistence(24);
    let metrics = Metrics::of(&day).unwrap();
    assert_eq!(metrics.n, 7_851);
    let residuals = day.residuals();
    let n = residuals.len() as f64;
    let actual = day.actual();
    let mean = actual.iter().sum::<f64>() / n;
    let squared: f64 = residuals.iter().map(|e| e * e).sum();
    let spread: f64 = actual.iter().map(|a| (a - mean).powi(2)).sum();
    close_to(metrics.rmse, (squared / n).sqrt(), 1e-12);
    close_to(metrics.r2.unwrap(), 1.0 - squared / spread, 1e-10);
    assert_eq!(metrics.skill, Some(0.0));
    assert_eq!(metrics.mase, Some(1.0));
    assert_eq!(metrics.directional_accuracy, None);
    if real {
        for (found, expected, half_digit) in [
            (metrics.r2.unwrap(), 0.965_35, 5e-6),
            (metrics.rmse, 1.666, 5e-4),
            (metrics.mae, 1.209, 5e-4),
            (metrics.mape.unwrap(), 2.516, 5e-4),
        ] {
            assert!((found - expected).abs() <= half_digit, "{found} is not {expected}");
        }
        let hour = Metrics::of(&persistence(1).0).unwrap();
        assert!((hour.r2.unwrap() - 0.9971).abs() <= 5e-5, "{hour}");
        assert!((hour.rmse - 0.485).abs() <= 5e-4, "{hour}");
    }
}

#[test]
fn scores_agree_with_a_table_worked_by_hand() {
    // anchor, predicted, actual: errors 1, -3, 2; persistence's errors 3, -1, 2
    let metrics =
        Metrics::of(&forecasts("ours", &[(7.0, 9.0, 10.0), (9.0, 11.0, 8.0), (10.0, 10.0, 12.0)])).unwrap();
    close_to(metrics.rmse, (14.0_f64 / 3.0).sqrt(), 1e-15);
    assert_eq!(metrics.mae, 2.0);
    close_to(metrics.mape.unwrap(), 100.0 * (0.1 + 0.375 + 1.0 / 6.0) / 3.0, 1e-14);
    close_to(metrics.r2.unwrap(), 1.0 - 14.0 / 8.0, 1e-14);
    assert_eq!(metrics.skill, Some(0.0));
    assert_eq!(metrics.mase, Some(1.0));
    assert_eq!(metrics.bias, 0.0);
    let qlike = |a: f64, p: f64| a / p - (a / p).ln() - 1.0;
    close_to(metrics.qlike.unwrap(), (qlike(10.0, 9.0) + qlike(8.0, 11.0) + qlike(12.0, 10.0)) / 3.0, 1e-13);
    // up called up, down called up; the third names no direction
    assert_eq!(metrics.directional_accuracy, Some(0.5));
    // actual: down, up; predicted: up, down
    assert_eq!(metrics.directional_accuracy_consecutive, Some(0.0));
    close_to(metrics.coverage.unwrap(), 1.0 / 3.0, 1e-15);
    assert_eq!(metrics.interval_width, Some(2.0));
}

#[test]
fn direction_is_judged_from_the_origin_and_not_from_one_hour_to_the_next() {
    // the forecast copies the last known value plus a wrong call: consecutively perfect, from its origin always wrong
    let rows: Vec<_> = (0..50).map(|i| f64::from(i)).map(|level| (level, level - 0.5, level + 1.0)).collect();
    let metrics = Metrics::of(&forecasts("lagged", &rows)).unwrap();
    assert_eq!(metrics.directional_accuracy, Some(0.0));
    assert_eq!(metrics.directional_accuracy_consecutive, Some(1.0));
}

#[test]
fn undefined_scores_are_absent_and_unusable_values_are_errors() {
    let metrics = Metrics::of(&forecasts("ours", &[(f64::NAN, 1.0, 0.0), (f64::NAN, 1.0, 0.0)])).unwrap();
    for score in [Score::Mape, Score::Qlike, Score::R2, Score::Skill, Score::Mase, Score::DirectionalAccuracy]
    {
        assert_eq!(metrics.get(score), None, "{score:?}");
    }
    assert_eq!(metrics.mae, 1.0);
    let error = Metrics::of(&forecasts("ours", &[(1.0, 1.0, 1.0), (1.0, f64::NAN, 1.0)])).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("`predicted` at index 1"), "{error}");
}

#[test]
fn scores_survive_json_and_print_one_row_a_model() {
    let table = MetricsTable::of(&[
        forecasts("a", &[(1.0, 2.0, 3.0), (2.0, 2.0, 3.0)]),
        forecasts("b", &[(1.0, 3.0, 3.0), (2.0, 2.0, 3.0)]),
    ])
    .unwrap();
    let text = serde_json::to_string(&table).unwrap();
    assert_eq!(serde_json::from_str::<MetricsTable>(&text).unwrap(), table);
    let shown = table.to_string();
    assert_eq!(shown.lines().count(), 4, "{shown}");
    assert!(shown.contains("RMSE") && shown.contains("| a "), "{shown}");
}

//! Scores of forecasts and their intervals.

use super::support::real;
use super::support::samples::{forecast, time};
use super::{close_to, forecasts, forecasts_at, two_models};
use dvol::evaluation::{Forecasts, Metrics, MetricsTable, Score, ScoreIntervals, StationaryBootstrap};
use dvol::seed::Seed;
use dvol::serde_json;
use dvol::time::{Horizon, Timestamp};
use rand::Rng;
use std::path::Path;

type Closes = (Vec<Timestamp>, Vec<f64>);

/// Times (bar open) and closes of DVOL.
fn real_closes(folder: &Path) -> Closes {
    let mut reader = csv::Reader::from_path(folder.join("dvol_close_1h.csv")).unwrap();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| (row[0].parse::<Timestamp>().unwrap(), row[1].parse::<f64>().unwrap())).unzip()
}

/// A mean-reverting walk over the hours of the real series.
fn walked_closes() -> Closes {
    let first = time("2021-03-24T00:00:00Z");
    let mut rng = Seed::new(1).rng();
    let mut level = 60.0_f64;
    let closes = (0..39_984).map(|_| {
        level += 0.001 * (60.0 - level) + rng.random_range(-0.8..0.8);
        level
    });
    let closes = closes.collect::<Vec<_>>();
    ((0..39_984).map(|hour| Timestamp::from_hours(first.hours() + hour)).collect(), closes)
}

/// Persistence over the last fifth of the thesis window, by target bar.
fn persistence((times, closes): &Closes, hours: u32) -> Forecasts {
    let (first, last) = (time("2024-11-21T21:00:00Z"), time("2025-10-14T23:00:00Z"));
    let horizon = Horizon::hours(hours);
    let records = (0..times.len()).filter(|&row| (first..=last).contains(&times[row])).map(|row| {
        let (origin, anchor) = (times[row - horizon.get() as usize], closes[row - horizon.get() as usize]);
        forecast(origin, horizon, [anchor, anchor, closes[row]])
    });
    Forecasts::new("persistence", records).unwrap()
}

/// The scores of a day's persistence, which must be those of the raw series.
fn checked_persistence(closes: &Closes) -> Metrics {
    let day = persistence(closes, 24);
    let metrics = Metrics::of(&day).unwrap();
    assert_eq!(metrics.n, 7_851);
    let residuals = day.residuals();
    let n = residuals.len() as f64;
    let actual = day.actual();
    let mean = actual.iter().sum::<f64>() / n;
    let squared: f64 = residuals.iter().map(|e| e * e).sum();
    let spread: f64 = actual.iter().map(|a| (a - mean).powi(2)).sum();
    close_to(metrics.rmse(), (squared / n).sqrt(), 1e-12);
    close_to(metrics.r2().unwrap(), 1.0 - squared / spread, 1e-10);
    assert_eq!(metrics.skill(), Some(0.0));
    assert_eq!(metrics.get(Score::RELATIVE_MAE), Some(1.0));
    assert_eq!(metrics.directional_accuracy(), None);
    metrics
}

#[test]
fn persistence_on_the_last_fifth_of_the_thesis_window_scores_what_the_raw_series_says() {
    checked_persistence(&walked_closes());
}

#[test]
fn persistence_scores_what_the_raw_series_says_on_the_real_series() {
    let Some(folder) = real::series() else { return };
    let closes = real_closes(&folder);
    let metrics = checked_persistence(&closes);
    for (found, expected, half_digit) in [
        (metrics.r2().unwrap(), 0.965_35, 5e-6),
        (metrics.rmse(), 1.666, 5e-4),
        (metrics.mae(), 1.209, 5e-4),
        (metrics.mape().unwrap(), 2.516, 5e-4),
    ] {
        assert!((found - expected).abs() <= half_digit, "{found} is not {expected}");
    }
    let hour = Metrics::of(&persistence(&closes, 1)).unwrap();
    assert!((hour.r2().unwrap() - 0.9971).abs() <= 5e-5, "{hour}");
    assert!((hour.rmse() - 0.485).abs() <= 5e-4, "{hour}");
}

#[test]
fn scores_agree_with_a_table_worked_by_hand() {
    // anchor, predicted, actual: errors 1, -3, 2; persistence's errors 3, -1, 2
    let metrics =
        Metrics::of(&forecasts("ours", &[(7.0, 9.0, 10.0), (9.0, 11.0, 8.0), (10.0, 10.0, 12.0)])).unwrap();
    close_to(metrics.rmse(), (14.0_f64 / 3.0).sqrt(), 1e-15);
    assert_eq!(metrics.mae(), 2.0);
    close_to(metrics.mape().unwrap(), 100.0 * (0.1 + 0.375 + 1.0 / 6.0) / 3.0, 1e-14);
    close_to(metrics.r2().unwrap(), 1.0 - 14.0 / 8.0, 1e-14);
    assert_eq!(metrics.skill(), Some(0.0));
    assert_eq!(metrics.get(Score::RELATIVE_MAE), Some(1.0));
    assert_eq!(metrics.bias(), 0.0);
    let qlike = |a: f64, p: f64| a / p - (a / p).ln() - 1.0;
    close_to(
        metrics.get(Score::QLIKE).unwrap(),
        (qlike(10.0, 9.0) + qlike(8.0, 11.0) + qlike(12.0, 10.0)) / 3.0,
        1e-13,
    );
    // up called up, down called up; the third names no direction
    assert_eq!(metrics.directional_accuracy(), Some(0.5));
    // actual: down, up; predicted: up, down
    assert_eq!(metrics.get(Score::DIRECTIONAL_ACCURACY_CONSECUTIVE), Some(0.0));
    close_to(metrics.coverage().unwrap(), 1.0 / 3.0, 1e-15);
    assert_eq!(metrics.get(Score::INTERVAL_WIDTH), Some(2.0));
}

#[test]
fn direction_is_judged_from_the_origin_and_not_from_one_hour_to_the_next() {
    // the forecast copies the last known value plus a wrong call: consecutively perfect, from its origin always wrong
    let rows: Vec<_> = (0..50).map(f64::from).map(|level| (level, level - 0.5, level + 1.0)).collect();
    let metrics = Metrics::of(&forecasts("lagged", &rows)).unwrap();
    assert_eq!(metrics.directional_accuracy(), Some(0.0));
    assert_eq!(metrics.get(Score::DIRECTIONAL_ACCURACY_CONSECUTIVE), Some(1.0));
}

#[test]
fn undefined_scores_are_absent_and_unusable_values_are_errors() {
    let metrics = Metrics::of(&forecasts("ours", &[(f64::NAN, 1.0, 0.0), (f64::NAN, 1.0, 0.0)])).unwrap();
    for score in
        [Score::MAPE, Score::QLIKE, Score::R2, Score::SKILL, Score::RELATIVE_MAE, Score::DIRECTIONAL_ACCURACY]
    {
        assert_eq!(metrics.get(score), None, "{score:?}");
    }
    assert_eq!(metrics.mae(), 1.0);
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
    assert!(shown.starts_with("24 h ahead, 2 origins\n| model | "), "{shown}");
    let (points, intervals) = shown.split_once("\n\n").expect("two tables");
    assert_eq!((points.lines().count(), intervals.lines().count()), (5, 4), "{shown}");
    assert!(points.contains("RMSE") && points.contains("| a ") && !points.contains("coverage"), "{shown}");
    let mut rows = table.0;
    rows[0].n = 3;
    let intervals = Score::ALL.into_iter().filter(|score| score.of_intervals);
    rows[0] = intervals.fold(rows[0].clone(), |row, score| row.with(score, None));
    let shown = MetricsTable(rows).to_string();
    let (points, intervals) = shown.split_once("\n\n").expect("two tables");
    assert!(points.starts_with("24 h ahead\n| model | n | "), "what differs is a column: {shown}");
    assert_eq!(intervals.lines().count(), 3, "a model without intervals has no row: {shown}");
}

#[test]
fn score_intervals_equal_scores_of_the_drawn_records() {
    let (_, large) = two_models();
    let resamples = StationaryBootstrap::new(8.0, 60, Seed::new(3)).unwrap().resample(large.len()).unwrap();
    let intervals = ScoreIntervals::of(&large, &resamples, 0.9).unwrap();
    let rmse = |rows: &[usize]| {
        let squares = rows.iter().map(|&row| large.residuals()[row].powi(2));
        (squares.sum::<f64>() / rows.len() as f64).sqrt()
    };
    let mut drawn: Vec<f64> = (0..60).map(|replication| rmse(&resamples.indices(replication))).collect();
    drawn.sort_by(f64::total_cmp);
    // the 5 % quantile of 60 values lies at 2.95 between the third and the fourth
    let expected = drawn[2] + 0.95 * (drawn[3] - drawn[2]);
    let found = intervals.get(Score::RMSE).unwrap();
    close_to(found.lower, expected, 1e-10);
    assert!(found.lower < found.value && found.value < found.upper);
}

#[test]
fn intervals_cover_the_truth_about_as_often_as_they_say() {
    // overlapping errors with a known mean square of 1: 90 % intervals over 200 samples
    let mut rng = Seed::new(12).rng();
    let mut covered = 0;
    for sample in 0..200 {
        let shocks: Vec<f64> = (0..405).map(|_| rng.random_range(-1.0..1.0_f64) * 3.0_f64.sqrt()).collect();
        let rows: Vec<(f64, f64, f64)> =
            shocks.windows(6).map(|window| (0.0, 0.0, window.iter().sum::<f64>() / 6.0_f64.sqrt())).collect();
        let series = forecasts_at(Horizon::hours(6), "a", &rows);
        let draws = StationaryBootstrap::new(20.0, 200, Seed::new(sample)).unwrap().resample(400).unwrap();
        let bias = ScoreIntervals::of(&series, &draws, 0.9).unwrap().get(Score::BIAS).unwrap();
        covered += usize::from(bias.lower <= 0.0 && 0.0 <= bias.upper);
    }
    assert!((160..=195).contains(&covered), "{covered} of 200 intervals hold the true bias of 0");
}

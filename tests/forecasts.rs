//! Forecasts as columns: what a table of them keeps, and what a series refuses.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::evaluation::{forecast_frame, read_forecasts, write_forecasts, write_forecasts_csv};
use dvol::prelude::*;

const HORIZON: Horizon = Horizon::hours(24);

/// Three forecasts from an hour on.
fn series(model: &str, first: i64) -> Forecasts {
    let records = (first..first + 3).map(|hour| Forecast {
        origin: Timestamp::from_hours(hour),
        horizon: HORIZON,
        actual: 50.0 + hour as f64,
        predicted: 51.0,
        anchor: 50.25,
    });
    Forecasts::new(model, records).unwrap()
}

fn band(share: f64, reach: f64) -> Band {
    let coverage = Coverage::new(share).unwrap();
    Band::new(coverage, vec![51.0 - reach; 3], vec![51.0 + reach; 3]).unwrap()
}

fn with_bands(shares: &[f64]) -> Forecasts {
    shares.iter().fold(series("ours", 0), |one, &share| one.with_band(band(share, 10.0 * share)).unwrap())
}

#[test]
fn a_table_keeps_intervals_of_every_level_beside_the_columns_it_always_had() {
    let folder = tempfile::tempdir().unwrap();
    let all = [series("plain", 0), with_bands(&[0.975, 0.5, 0.8])];
    let frame = forecast_frame(&all).unwrap();
    let usual = "model origin horizon actual predicted anchor lower upper lower_95 upper_95";
    let others = "lower_50 upper_50 lower_97.5 upper_97.5";
    let names: Vec<&str> = frame.get_column_names().into_iter().map(|name| name.as_str()).collect();
    assert_eq!(names.join(" "), format!("{usual} {others}"));
    let path = folder.path().join("forecasts.parquet");
    write_forecasts(&path, &all).unwrap();
    assert_eq!(read_forecasts(&path).unwrap(), all);
    let without = forecast_frame(&all[..1]).unwrap();
    assert_eq!(without.width(), 10);
}

#[test]
fn the_text_of_a_table_with_the_usual_levels_is_the_one_it_always_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forecasts.csv");
    write_forecasts_csv(&path, &[with_bands(&[0.8]), series("plain", 0)]).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "model,origin,horizon,actual,predicted,anchor,lower,upper,lower_95,upper_95");
    assert_eq!(lines[2], "ours,1970-01-01T01:00:00Z,24,51.0,51.0,50.25,43.0,59.0,,");
    assert_eq!(lines[6], "plain,1970-01-01T02:00:00Z,24,52.0,51.0,50.25,,,,");
    assert_eq!(lines.len(), 7);
}

#[test]
fn a_stretch_without_intervals_leaves_gaps_in_the_series_it_joins() {
    let whole = Forecasts::concatenate([&with_bands(&[0.8]), &series("ours", 3)]).unwrap();
    let band = whole.band(Coverage::P80).unwrap();
    let given: Vec<bool> = band.iter().map(|interval| interval.is_some()).collect();
    assert_eq!(given, [true, true, true, false, false, false]);
    assert_eq!(whole.filter(|record| record.origin.hours() > 2).unwrap().bands(), []);
    let overlapping = Forecasts::concatenate([&series("ours", 0), &series("ours", 2)]);
    assert!(overlapping.unwrap_err().to_string().contains("keep each origin once"));
    let mixed = Forecasts::concatenate([&series("ours", 0), &series("theirs", 3)]);
    assert!(mixed.unwrap_err().to_string().contains("one model and one horizon"));
}

#[test]
fn a_series_refuses_a_level_twice_and_intervals_of_another_length() {
    let twice = with_bands(&[0.8]).with_band(band(0.8, 1.0)).unwrap_err().to_string();
    assert!(twice.contains("80 % intervals of ours") && twice.contains("coverage once"), "{twice}");
    let short = Band::new(Coverage::P95, vec![1.0], vec![2.0]).unwrap();
    let short = series("ours", 0).with_band(short).unwrap_err().to_string();
    assert!(short.contains("1 intervals") && short.contains("3 origins"), "{short}");
    for share in [0.0, 1.0, -0.2, 80.0, f64::NAN] {
        assert!(Coverage::new(share).is_err(), "{share}");
    }
}

#[test]
fn a_mean_of_series_has_the_levels_that_all_of_them_have() {
    let members = [with_bands(&[0.5, 0.8]), with_bands(&[0.8, 0.95])];
    let mean = Forecasts::average("mean", &members).unwrap();
    assert_eq!(mean.bands(), [band(0.8, 8.0)]);
    assert_eq!((mean.model(), mean.predicted()), ("mean", members[0].predicted()));
}

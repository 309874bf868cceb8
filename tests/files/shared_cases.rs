//! The small files beside the checkout that were once read wrongly: what is right for each. Passes without them.

use crate::dvol;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    let given = std::env::var_os("DVOL_CASES").map(PathBuf::from);
    given.into_iter().chain([folder]).find(|folder| folder.join("README.md").is_file())
}

/// The JSON report of a command on one of the files; none without the folder.
fn report(command: &str, file: &str, flags: &[&str]) -> Option<Value> {
    let path = folder()?.join(file);
    let mut arguments = vec![command, "--input", path.to_str().expect("a path"), "--json"];
    arguments.extend(flags);
    let value = dvol(&arguments).json();
    assert!(value["understood"]["rows"].as_u64() > Some(0), "{command} {file} says what it understood");
    Some(value)
}

fn window_and_jumps(file: &str, column: &str) -> Option<(u64, u64)> {
    let report = report("jumps", file, &["--column", column])?;
    Some((report["window"].as_u64().expect("a window"), report["jumps"].as_u64().expect("jumps")))
}

/// Diebold-Mariano's statistic of the pair, and the skills.
fn comparison(file: &str, flags: &[&str]) -> Option<Value> {
    let mut all = vec!["--models", "m1,m2", "--reps", "200"];
    all.extend(flags);
    let mut report = report("compare", file, &all)?;
    let document = report.as_object_mut().expect("an object");
    document.remove("input");
    document.remove("understood");
    Some(report)
}

#[test]
fn shared_jumps_are_those_of_the_plain_twin() {
    for (file, column, expected) in [
        ("unnamed_index.parquet", "close", (20, 6)),
        ("minute_bars_gmt_time.csv", "Close", (725, 6)),
        ("minute_bars_iso.csv", "Close", (725, 6)),
        ("compact_dates.csv", "close", (17, 19)),
        ("compact_dates_iso.csv", "close", (17, 19)),
    ] {
        if let Some(found) = window_and_jumps(file, column) {
            assert_eq!(found, expected, "{file}");
        }
    }
    for (file, column, jumps) in [
        ("hourly_hole.parquet", "price", 15),
        ("one_off_14s.csv", "dvol", 6),
        ("clean.csv", "dvol", 6),
        ("epoch_microseconds.csv", "close", 1),
        ("epoch_microseconds_no_header.csv", "close", 1),
        ("epoch_milliseconds.csv", "close", 1),
    ] {
        if let Some((_, found)) = window_and_jumps(file, column) {
            assert_eq!(found, jumps, "{file}");
        }
    }
    for file in ["one_off_14s.csv", "clean.csv"] {
        if let Some(report) = report("jumps", file, &[]) {
            assert_eq!(report["holes"], 72, "{file}");
        }
    }
}

#[test]
fn shared_columns_of_other_types_do_not_matter() {
    for file in ["decimal.parquet", "int16.parquet"] {
        report("jumps", file, &["--column", "close"]);
    }
    report("jumps", "excel_sep_line.csv", &["--column", "Close"]);
}

#[test]
fn shared_forecasts_compare_as_their_plain_twins() {
    let index = &["--no-time", "--step", "1h"][..];
    for (file, twin, flags) in [
        ("fc_unnamed_index.parquet", "forecasts_iso.csv", &[][..]),
        ("forecasts_compact_dates.csv", "forecasts_iso.csv", &[]),
        ("forecasts_range_index.csv", "forecasts_no_index.csv", index),
        ("forecasts_one_second_late.csv", "forecasts_clean.csv", &[]),
        ("forecasts_new_york_midnight.csv", "forecasts_new_york_as_utc_days.csv", &[]),
    ] {
        let (one, other) = (comparison(file, flags), comparison(twin, flags));
        if let (Some(one), Some(other)) = (one, other) {
            assert_eq!(one["metrics"], other["metrics"], "{file}");
            assert_eq!(one["diebold_mariano"], other["diebold_mariano"], "{file}");
        }
    }
}

#[test]
fn shared_files_without_times_are_asked_about() {
    let Some(folder) = folder() else { return };
    for file in ["forecasts_range_index.csv", "forecasts_no_index.csv"] {
        let path = folder.join(file);
        let message =
            dvol(&["compare", "--input", path.to_str().expect("a path"), "--models", "m1,m2"]).refusal();
        assert!(
            message.contains("no column of times is understood") && message.contains("--no-time"),
            "{message}"
        );
    }
}

#[test]
fn shared_prices_give_realized_days() {
    if let Some(report) = report("realized", "seconds.parquet", &["--seconds", "60"]) {
        let days = report["measures"]["days"].as_array().expect("days");
        assert_eq!((days.len(), days[0].as_str()), (4, Some("2024-01-01T00:00:00Z")));
        let variance = report["measures"]["realized_variance"][0].as_f64().expect("a number");
        assert!((variance - 9.26e-4).abs() < 1e-6, "{variance}");
    }
    if let Some(report) = report("realized", "nanoseconds_day.parquet", &[]) {
        assert_eq!(report["measures"]["days"].as_array().map(Vec::len), Some(1));
    }
    if let Some(report) = report("realized", "hourly_hole.parquet", &[]) {
        assert_eq!(report["jumps"].as_array().map(Vec::len), Some(15), "the hole is no return");
    }
    if let Some(report) = report("har", "stock_30min.csv", &["--column", "price", "--prices"]) {
        assert_eq!(report["n"], 498);
    }
}

#[test]
fn shared_tables_are_described_and_what_is_undefined_is_said() {
    for (file, columns, undefined) in
        [("describe_counter_column.csv", 3, true), ("describe_leading_nan.csv", 3, false)]
    {
        if let Some(report) = report("describe", file, &[]) {
            assert_eq!(report["summary"].as_array().map(Vec::len), Some(columns), "{file}");
            assert_eq!(report.get("undefined").is_some(), undefined, "{file}: {:?}", report.get("undefined"));
        }
    }
}

#[test]
fn a_shared_negative_forecast_is_refused_by_its_row() {
    let Some(folder) = folder() else { return };
    let path = folder.join("qlike_negative.csv");
    let message =
        dvol(&["compare", "--input", path.to_str().expect("a path"), "--models", "m1,m2", "--loss", "qlike"])
            .refusal();
    assert!(
        message.contains("qlike_negative.csv") && message.contains("row 18") && message.contains("-1e-05"),
        "{message}"
    );
}

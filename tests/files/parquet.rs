//! Parquet of other programs (made by `make_parquet.py`): 48 hours from 2024-01-01, level 60 + hour % 7.

use dvol::data::{DatedTable, Need, ReadOptions, Table};
use dvol::time::{HOUR_MS, Timestamp};
use std::path::{Path, PathBuf};

pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/files/parquet/{name}.parquet"))
}

fn read(name: &str) -> dvol::Result<DatedTable> {
    DatedTable::read(file(name), &ReadOptions::default(), Need::Clock)
}

fn levels() -> Vec<f64> {
    (0..48).map(|hour| f64::from(60 + hour % 7)).collect()
}

#[test]
fn every_type_that_people_save_numbers_in_is_read() {
    let table = read("numbers").unwrap();
    for column in
        ["float16", "float32", "int8", "int16", "uint8", "uint16", "uint64", "category", "number_category"]
    {
        assert_eq!(table.numbers(column).unwrap(), levels(), "{column}");
    }
    let hundredths: Vec<f64> = levels().iter().map(|level| level / 100.0).collect();
    assert_eq!(table.numbers("decimal").unwrap(), hundredths);
    let halves: Vec<f64> = levels().iter().map(|level| level + 0.5).collect();
    assert_eq!(table.numbers("text").unwrap(), halves, "decimal commas in text");
    assert!(table.numbers("nothing").unwrap().iter().all(|value| value.is_nan()));
    let truth = table.numbers("truth").unwrap_err().to_string();
    assert!(truth.contains("column `truth`, row 1: `false`"), "{truth}");
}

#[test]
fn columns_that_hold_no_series_matter_only_when_they_are_asked_for() {
    let table = read("nested").unwrap();
    assert_eq!(table.numbers("level").unwrap(), levels());
    for column in ["list", "struct", "map", "bytes", "duration"] {
        let refused = table.numbers(column).unwrap_err().to_string();
        assert!(refused.contains(&format!("`{column}`")) && !refused.contains('\n'), "{refused}");
    }
}

#[test]
fn times_of_every_unit_and_kind_are_the_same_instants() {
    let mut names: Vec<String> = ["int96", "date_and_time", "unnamed_index"].map(str::to_owned).to_vec();
    names.extend(
        ["s", "ms", "us", "ns"]
            .into_iter()
            .flat_map(|unit| [format!("stamps_{unit}"), format!("epoch_{unit}")]),
    );
    names.push("zoned".to_owned());
    let hours: Vec<Timestamp> =
        (0..48).map(|hour| Timestamp::from_millis(1_704_067_200_000 + hour * HOUR_MS)).collect();
    for name in names {
        let table = read(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(table.times().unwrap(), hours, "{name}");
        assert_eq!(table.numbers("level").unwrap(), levels(), "{name}");
    }
    assert_eq!(read("zoned").unwrap().understood().time.unwrap().zone, "America/New_York");
}

#[test]
fn a_range_index_is_no_time() {
    assert!(read("range_index").unwrap_err().to_string().contains("no column of times"));
}

#[test]
fn bytes_in_memory_read_as_the_file_does() {
    let bytes = std::fs::read(file("numbers")).unwrap();
    let table = Table::from_bytes("a", bytes).unwrap();
    assert_eq!(table.numbers("decimal").unwrap(), read("numbers").unwrap().numbers("decimal").unwrap());
}

/// A value made of its row.
type Made = fn(i64) -> f64;

#[test]
fn every_encoding_of_values_and_gaps_gives_the_same_numbers() {
    let gappy = |value: Made| -> Vec<f64> {
        (0..48).map(|row| if row % 5 == 3 { f64::NAN } else { value(row) }).collect()
    };
    let same = |one: &[f64], other: &[f64]| {
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a == b || a.is_nan() && b.is_nan())
    };
    let expected: [(&str, Made); 5] = [
        ("level", |row| (60 + row % 7) as f64),
        ("small", |row| (60 + row % 7) as f64),
        ("large", |row| (1_704_067_200 + 3_600 * row) as f64),
        ("text", |row| (60 + row % 7) as f64 + 0.25),
        ("decimal", |row| (60 + row % 7) as f64 / 100.0),
    ];
    for kind in ["dictionary", "plain", "delta", "leaning"] {
        for version in [1, 2] {
            let name = format!("{kind}_v{version}");
            let table = read(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(table.times().unwrap()[47].millis(), 1_704_067_200_000 + 47 * HOUR_MS, "{name}");
            for (column, value) in expected {
                let found = table.numbers(column).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(same(&found, &gappy(value)), "{name} {column}: {found:?}");
            }
            let truth = table.texts("truth").unwrap();
            assert_eq!(truth[..5], ["false", "false", "false", "", "true"], "{name}");
        }
    }
}

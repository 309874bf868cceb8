//! Files that ask for more than they hold: refused in one sentence, soon, and without the memory they ask for.

use crate::{dvol, read};
use dvol::data::{DatedTable, Need, ReadOptions, Table};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

#[test]
fn a_header_of_very_many_columns_takes_no_longer_than_its_bytes() {
    let columns = 150_000;
    let mut text = "time".to_owned();
    (0..columns).for_each(|column| write!(text, ",column {column}").unwrap());
    for row in 0..3 {
        write!(text, "\n2024-01-0{}", row + 1).unwrap();
        (0..columns).for_each(|column| write!(text, ",{}", column % 10 + row).unwrap());
    }
    let start = Instant::now();
    let table = read(&text).unwrap();
    assert_eq!(table.numbers("column 149999").unwrap(), [9.0, 10.0, 11.0]);
    let missing = table.numbers("nothing").unwrap_err().to_string();
    assert!(missing.contains("and 149961 more") && missing.len() < 2_000, "{} bytes", missing.len());
    // without a time, all of them are looked at
    let untimed = text.replace("time", "name").replace("2024-01-0", "row ");
    let refused = read(&untimed).unwrap_err().to_string();
    assert!(
        refused.contains("no column of times is understood") && refused.len() < 3_000,
        "{} bytes",
        refused.len()
    );
    let twice = text.replace("column 149999", "column 7");
    assert!(read(&twice).unwrap_err().to_string().contains("two columns are named `column 7`"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// A parquet file of one column of constant `level` and one of `time`, so many rows in one group, packed to nothing.
fn constant(rows: usize) -> Vec<u8> {
    use polars::prelude::{IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series};
    let times: Vec<i64> = (0..rows as i64).map(|row| 1_704_067_200_000 + row * 1_000).collect();
    let columns = vec![
        Series::new("time".into(), times).into_column(),
        Series::new("level".into(), vec![1.0; rows]).into_column(),
    ];
    let mut frame = dvol::polars::prelude::DataFrame::new(rows, columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_row_group_size(Some(rows))
        .finish(&mut frame)
        .unwrap();
    bytes
}

/// The same file, whose footer says `many` rows where it said `rows`.
fn boasting(rows: usize, many: usize) -> Vec<u8> {
    let varint = |mut value: u64| {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let (old, new) = (varint(rows as u64 * 2), varint(many as u64 * 2));
    let bytes = constant(rows);
    let length = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
    let (data, footer) = bytes[..bytes.len() - 8].split_at(bytes.len() - 8 - length);
    let mut changed = Vec::new();
    let mut place = 0;
    while place < footer.len() {
        if footer[place..].starts_with(&old) {
            changed.extend(&new);
            place += old.len();
        } else {
            changed.push(footer[place]);
            place += 1;
        }
    }
    let size = (changed.len() as u32).to_le_bytes();
    [data, &changed, &size, b"PAR1"].concat()
}

#[test]
fn a_small_file_that_says_it_has_a_thousand_million_rows_is_refused_at_once() {
    let start = Instant::now();
    let honest = Table::from_bytes("honest.parquet", boasting(60_000, 60_000)).unwrap();
    assert_eq!(honest.numbers("level").unwrap().len(), 60_000);
    let many = Table::from_bytes("many.parquet", boasting(60_000, 1_000_000_000)).unwrap_err().to_string();
    assert!(many.contains("1000000000 rows in") && many.contains("more rows than bytes"), "{many}");
    // few enough for the bound, and not there
    let some = Table::from_bytes("some.parquet", boasting(60_000, 9_000_000))
        .and_then(|table| DatedTable::new(table, &ReadOptions::default(), Need::Clock))
        .unwrap_err()
        .to_string();
    assert!(!some.contains('\n') && some.starts_with("some.parquet: "), "{some}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.parquet");
    std::fs::write(&path, boasting(60_000, 1_000_000_000)).unwrap();
    for command in ["realized", "jumps", "describe", "har", "validate"] {
        dvol(&[command, "--input", path.to_str().unwrap()]).refusal();
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

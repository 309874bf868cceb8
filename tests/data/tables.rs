//! Files read as tables.

use super::support::samples::time;
use dvol::data::{Dataset, Simulation, Table};

#[test]
fn every_usual_way_to_write_a_time_is_the_same_instant() {
    let ways = [
        "2022-11-08T05:00:00Z",
        "2022-11-08 05:00:00",
        "2022-11-08T05:00",
        "2022-11-08 06:00:00+01:00",
        "2022-11-08 05:00:00 UTC",
        "1667883600",
        "1667883600000",
    ];
    for way in ways {
        let table = Table::from_csv("t.csv", &format!("timestamp,x\n{way},1\n")).unwrap();
        assert_eq!(table.times("timestamp").unwrap()[0], time("2022-11-08T05:00:00Z"), "{way}");
    }
}

#[test]
fn a_table_names_file_column_row_and_value_of_what_it_cannot_read() {
    let table = Table::from_csv("t.csv", "when;x\n2022-01-01;1.5\n2022-13-01;1,5\n").unwrap();
    let number = table.numbers("x").unwrap_err().to_string();
    assert!(number.starts_with("t.csv: column `x`, row 2: `1,5`: not a finite number"), "{number}");
    let when = table.times("when").unwrap_err().to_string();
    assert!(when.starts_with("t.csv: column `when`, row 2: `2022-13-01`: not a time"), "{when}");
    let unread = table.time_column().unwrap_err().to_string();
    assert!(unread.contains("looked at `when` (row 2: `2022-13-01`: not a time)"), "{unread}");
    let ragged = Table::from_csv("t.csv", "a,b\n1,2\n3\n").unwrap_err().to_string();
    assert_eq!(ragged, "t.csv: row 2: 1 cells where the header has 2; mend or delete the row");
    for (text, reason) in [
        ("", "the file is empty"),
        ("a,b\n", "a header but no data row"),
        ("a,a\n1,2\n", "two columns are named `a`"),
    ] {
        let error = Table::from_csv("t.csv", text).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    let micro = Table::from_csv("t.csv", "time,x\n1667883600000000,1\n").unwrap();
    assert_eq!(micro.times("time").unwrap()[0], time("2022-11-08T05:00:00Z"), "not the year 54822");
}

#[test]
fn a_parquet_file_reads_as_its_csv_does() {
    let folder = tempfile::tempdir().unwrap();
    let saved = Dataset::simulated(&Simulation { hours: 100, ..Simulation::default() }).unwrap();
    let panel = saved.save(folder.path()).unwrap().panel().clone();
    let table = Table::read(folder.path().join("panel.parquet")).unwrap();
    assert_eq!(table.numbers("dvol").unwrap(), panel.values("dvol").unwrap());
    assert!(table.times(&table.time_column().unwrap()).unwrap().into_iter().eq(panel.times()));
    assert!(table.numbers("mvrv").unwrap()[1].is_nan(), "a null is NaN");
}

//! Which column is the time, how it is written, and what is done with stamps that miss their step.

use crate::support::samples::time;
use crate::{read, read_with, refusal, times};
use dvol::data::ReadOptions;
use dvol::time::{HOUR_MS, Timestamp};

/// Rows of one column of times and a level.
pub(crate) fn column(name: &str, cells: &[&str]) -> String {
    let rows = cells.iter().enumerate().map(|(row, cell)| format!("{cell};{}\n", 60 + row));
    format!("{name};level\n{}", rows.collect::<String>())
}

#[test]
fn each_usual_way_to_write_a_time_is_read_and_named() {
    for (name, cells, first, last, words) in [
        (
            "date",
            ["20240102", "20240103", "20240104"],
            "2024-01-02T00:00:00Z",
            "2024-01-04T00:00:00Z",
            "dates of the form",
        ),
        (
            "time",
            ["2023010100", "2023010101", "2023010102"],
            "2023-01-01T00:00:00Z",
            "2023-01-01T02:00:00Z",
            "hours of the form",
        ),
        (
            "time",
            ["202301010000", "202301010001", "202301010002"],
            "2023-01-01T00:00:00Z",
            "2023-01-01T00:02:00Z",
            "minutes of the form",
        ),
        (
            "time",
            ["20230101000000", "20230101000001", "20230101000002"],
            "2023-01-01T00:00:00Z",
            "2023-01-01T00:00:02Z",
            "seconds of the form",
        ),
        (
            "ts",
            ["1704067200", "1704070800", "1704074400"],
            "2024-01-01T00:00:00Z",
            "2024-01-01T02:00:00Z",
            "epoch seconds",
        ),
        (
            "ts",
            ["1704067200.5", "1704070800.5", "1704074400.5"],
            "2024-01-01T00:00:00.500Z",
            "2024-01-01T02:00:00.500Z",
            "epoch seconds",
        ),
        (
            "ts",
            ["1704067200000", "1704070800000", "1704074400000"],
            "2024-01-01T00:00:00Z",
            "2024-01-01T02:00:00Z",
            "epoch milliseconds",
        ),
        (
            "ts",
            ["1704067200000000", "1704070800000000", "1704074400000000"],
            "2024-01-01T00:00:00Z",
            "2024-01-01T02:00:00Z",
            "epoch microseconds",
        ),
        (
            "ts",
            ["1704067200000000000", "1704070800000000000", "1704074400000000000"],
            "2024-01-01T00:00:00Z",
            "2024-01-01T02:00:00Z",
            "epoch nanoseconds",
        ),
        (
            "Date",
            ["45292", "45293", "45294"],
            "2024-01-01T00:00:00Z",
            "2024-01-03T00:00:00Z",
            "a spreadsheet's serial days",
        ),
        (
            "Date",
            ["45292.0", "45292.041666667", "45292.083333333"],
            "2024-01-01T00:00:00Z",
            "2024-01-01T02:00:00Z",
            "a spreadsheet's serial days",
        ),
        (
            "Gmt time",
            ["01.02.2024 00:00:00.000", "01.02.2024 00:01:00.000", "01.02.2024 00:02:00.000"],
            "2024-02-01T00:00:00Z",
            "2024-02-01T00:02:00Z",
            "day.month.year",
        ),
        (
            "date",
            ["12/30/2023", "12/31/2023", "01/01/2024"],
            "2023-12-30T00:00:00Z",
            "2024-01-01T00:00:00Z",
            "month/day/year",
        ),
        (
            "date",
            ["30/12/2023", "31/12/2023", "01/01/2024"],
            "2023-12-30T00:00:00Z",
            "2024-01-01T00:00:00Z",
            "day/month/year",
        ),
        (
            "Date",
            ["Jan 30, 2024", "Jan 31, 2024", "Feb 01, 2024"],
            "2024-01-30T00:00:00Z",
            "2024-02-01T00:00:00Z",
            "year-month-day",
        ),
        (
            "Date",
            ["30-Jan-24", "31-Jan-24", "01-Feb-24"],
            "2024-01-30T00:00:00Z",
            "2024-02-01T00:00:00Z",
            "year-month-day",
        ),
        (
            "Datum",
            ["30. Januar 2024", "31. Januar 2024", "1. Februar 2024"],
            "2024-01-30T00:00:00Z",
            "2024-02-01T00:00:00Z",
            "year-month-day",
        ),
        (
            "date",
            ["2019-10-17 11-AM", "2019-10-17 12-PM", "2019-10-17 01-PM"],
            "2019-10-17T11:00:00Z",
            "2019-10-17T13:00:00Z",
            "time of day",
        ),
        (
            "time",
            ["2024/01/01 9:30 PM", "2024/01/01 10:30 PM", "2024/01/01 11:30 PM"],
            "2024-01-01T21:30:00Z",
            "2024-01-01T23:30:00Z",
            "time of day",
        ),
        (
            "Local time",
            [
                "01.01.2024 00:00:00.000 GMT+0100",
                "01.01.2024 01:00:00.000 GMT+0100",
                "01.01.2024 02:00:00.000 GMT+0100",
            ],
            "2023-12-31T23:00:00Z",
            "2024-01-01T01:00:00Z",
            "day.month.year",
        ),
        (
            "t",
            [
                "2023-03-01T00:00:00[Europe/Berlin]",
                "2023-03-01T01:00:00[Europe/Berlin]",
                "2023-03-01T02:00:00[Europe/Berlin]",
            ],
            "2023-02-28T23:00:00Z",
            "2023-03-01T01:00:00Z",
            "year-month-day",
        ),
        (
            "when",
            ["2024.01.01 00:00", "2024.01.01 01:00", "2024.01.01 02:00"],
            "2024-01-01T00:00:00Z",
            "2024-01-01T02:00:00Z",
            "year-month-day",
        ),
        (
            "",
            ["2024-01-01", "2024-01-02", "2024-01-03"],
            "2024-01-01T00:00:00Z",
            "2024-01-03T00:00:00Z",
            "year-month-day dates",
        ),
        (
            "month",
            ["202311", "202312", "202401"],
            "2023-11-01T00:00:00Z",
            "2024-01-01T00:00:00Z",
            "months of the form",
        ),
    ] {
        let table = read(&column(name, &cells)).unwrap_or_else(|error| panic!("{cells:?}: {error}"));
        let (own_first, own_last, own_words) = times(&table);
        assert_eq!((own_first.as_str(), own_last.as_str()), (first, last), "{cells:?}");
        assert!(own_words.contains(words), "{cells:?}: {own_words}");
    }
}

#[test]
fn an_epoch_that_changes_its_unit_part_way_is_read_in_both() {
    let table =
        read(&column("open_time", &["1735686000000", "1735689600000000", "1735693200000000"])).unwrap();
    assert_eq!(times(&table).2, "epoch milliseconds, then epoch microseconds");
    assert_eq!(table.step().unwrap().millis(), HOUR_MS);
}

#[test]
fn a_count_of_rows_is_no_time_and_the_columns_looked_at_are_named() {
    for name in ["", "index", "t", "time"] {
        let refused = refusal(&column(name, &["0", "1", "2"]));
        assert!(refused.contains("it counts rows") && refused.contains("--no-time --step 1h"), "{refused}");
    }
    let refused = refusal(&column("x", &["5", "9", "2"]));
    assert!(refused.contains("none of x, level is one"), "{refused}");
    let refused = refusal(&column("", &["40000", "40001", "40002"]));
    assert!(refused.contains("a spreadsheet's days or a count of rows"), "{refused}");
    let refused = refusal(&column("date", &["2024-01-01", "yesterday", "2024-01-03"]));
    assert!(refused.contains("`date` (row 2: `yesterday`: not a time)"), "{refused}");
}

#[test]
fn a_date_beside_a_count_of_rows_is_found() {
    let table = read(",date,level\n0,2024-01-01,60\n1,2024-01-02,61\n").unwrap();
    assert_eq!(table.understood().time.unwrap().columns, ["date"]);
}

#[test]
fn a_column_of_large_values_is_no_epoch() {
    let rows: String =
        (0..40).map(|i| format!("{},{i}.5\n", 1_700_000_000_000_i64 + i * i % 7 * 13_000)).collect();
    assert!(refusal(&format!("market_cap,level\n{rows}")).contains("no column of times"));
}

#[test]
fn day_and_month_that_nothing_tells_apart_are_asked_for_and_the_option_answers() {
    let text = column("date", &["01/02/2024", "02/02/2024", "03/02/2024"]);
    let refused = refusal(&text);
    assert!(refused.contains("day/month/year or month/day/year"), "{refused}");
    assert!(refused.contains("--time-format %d/%m/%Y or --time-format %m/%d/%Y"), "{refused}");
    for (format, last) in [("%d/%m/%Y", "2024-02-03T00:00:00Z"), ("%m/%d/%Y", "2024-03-02T00:00:00Z")] {
        let options = ReadOptions { time_format: Some(format.to_owned()), ..ReadOptions::default() };
        assert_eq!(times(&read_with(&text, &options).unwrap()).1, last);
    }
    // only one of the two readings goes one way
    let table = read(&column("date", &["10/01/2024", "11/01/2024", "01/02/2024"])).unwrap();
    assert_eq!(times(&table).1, "2024-02-01T00:00:00Z");
}

#[test]
fn a_format_by_name_decides_what_an_index_leaves_open() {
    let options = ReadOptions { time_format: Some("excel".to_owned()), ..ReadOptions::default() };
    let table = read_with(&column("", &["40000", "40001", "40002"]), &options).unwrap();
    assert_eq!(times(&table).0, "2009-07-06T00:00:00Z");
}

#[test]
fn a_month_by_a_pattern_is_its_first_day() {
    let cells = ["Nov 2023", "Dec 2023", "Jan 2024"];
    let options = ReadOptions { time_format: Some("%b %Y".to_owned()), ..ReadOptions::default() };
    assert_eq!(times(&read_with(&column("date", &cells), &options).unwrap()).0, "2023-11-01T00:00:00Z");
}

#[test]
fn date_and_time_of_day_in_two_columns_are_one_time() {
    for (header, rows) in [
        (
            "<DATE>\t<TIME>\t<CLOSE>",
            ["2024.01.01\t00:00:00\t1", "2024.01.01\t01:00:00\t2", "2024.01.01\t02:00:00\t3"],
        ),
        (
            "<TICKER>,<PER>,<DATE>,<TIME>,<CLOSE>",
            ["X,60,20240101,000000,1", "X,60,20240101,010000,2", "X,60,20240101,020000,3"],
        ),
        ("Date,Hour,<CLOSE>", ["2024-01-01,0,1", "2024-01-01,1,2", "2024-01-01,2,3"]),
        ("Date;Time;<CLOSE>", ["01.01.2024;0:00;1", "01.01.2024;1:00;2", "01.01.2024;2:00;3"]),
    ] {
        let table = read(&format!("{header}\n{}\n", rows.join("\n")))
            .unwrap_or_else(|error| panic!("{header}: {error}"));
        assert_eq!(times(&table).1, "2024-01-01T02:00:00Z", "{header}");
        assert_eq!(table.numbers("<CLOSE>").unwrap(), [1.0, 2.0, 3.0]);
        assert_eq!(table.understood().time.unwrap().columns.len(), 2);
    }
    let options = ReadOptions { timestamp: Some("d,h".to_owned()), ..ReadOptions::default() };
    let table = read_with("d,h,x\n2024-01-01,10:30,1\n2024-01-01,11:30,2\n", &options).unwrap();
    assert_eq!(times(&table).0, "2024-01-01T10:30:00Z");
}

#[test]
fn a_zone_that_is_given_holds_for_stamps_without_one_and_a_repeated_hour_is_told_by_its_row() {
    let options = ReadOptions { zone: Some("Europe/Berlin".to_owned()), ..ReadOptions::default() };
    let cells = ["2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 03:00"];
    let table = read_with(&column("time", &cells), &options).unwrap();
    let hours: Vec<String> = table.times().unwrap().iter().map(Timestamp::to_string).collect();
    assert_eq!(
        hours,
        ["2024-10-26T23:00:00Z", "2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00Z"]
    );
    let gap = read_with(&column("time", &["2024-03-31 01:00", "2024-03-31 02:30"]), &options)
        .unwrap_err()
        .to_string();
    assert!(gap.contains("row 2") && gap.contains("does not exist in Europe/Berlin"), "{gap}");
    let unknown = ReadOptions { zone: Some("Mars/Olympus".to_owned()), ..ReadOptions::default() };
    assert!(
        read_with(&column("time", &cells), &unknown).unwrap_err().to_string().contains("zone = Mars/Olympus")
    );
    let mixed =
        refusal(&column("time", &["2024-01-01T00:00:00Z", "2024-01-01T01:00:00", "2024-01-01T02:00:00Z"]));
    assert!(mixed.contains("row 2") && mixed.contains("without a zone"), "{mixed}");
}

#[test]
fn newest_first_is_turned_round_and_any_other_disorder_needs_sort() {
    let table = read(&column("date", &["2024-01-03", "2024-01-02", "2024-01-01"])).unwrap();
    assert_eq!(table.numbers("level").unwrap(), [62.0, 61.0, 60.0]);
    assert!(table.understood().notes.contains(&"newest row first: turned round".to_owned()));
    // errors still count as the file does
    assert!(table.cell("level", 0, "x").to_string().contains("row 3"));
    let text = column("date", &["2024-01-01", "2024-01-03", "2024-01-02"]);
    let refused = refusal(&text);
    assert!(refused.contains("row 3") && refused.contains("--sort"), "{refused}");
    let sorted = read_with(&text, &ReadOptions { sort: true, ..ReadOptions::default() }).unwrap();
    assert_eq!(sorted.numbers("level").unwrap(), [60.0, 62.0, 61.0]);
    let twice = refusal(&column("date", &["2024-01-01", "2024-01-02", "2024-01-02"]));
    assert!(twice.contains("row 3") && twice.contains("stands in the file twice"), "{twice}");
}

fn hourly(rows: usize, moved: impl Fn(usize) -> i64) -> String {
    let start = time("2024-01-01").millis();
    let row = |row: usize| format!("{},{}\n", start + row as i64 * HOUR_MS + moved(row), 60 + row % 7);
    format!("time,level\n{}", (0..rows).map(row).collect::<String>())
}

#[test]
fn stamps_near_their_step_are_snapped_and_counted() {
    for (moved, note) in [
        (
            &(|row: usize| if row == 50 { 14_000_i64 } else { 0 }) as &dyn Fn(usize) -> i64,
            "1 stamp snapped to the step, by 14 s at most",
        ),
        (&|row: usize| (row % 11) as i64, "181 stamps snapped to the step, by 10 ms at most"),
        (&|row: usize| if row == 9 { -1_000 } else { 0 }, "1 stamp snapped to the step, by 1 s at most"),
    ] {
        let table = read(&hourly(200, moved)).unwrap();
        let plain = read(&hourly(200, |_| 0)).unwrap();
        assert_eq!(table.times(), plain.times());
        assert!(table.understood().notes.iter().any(|other| other == note), "{:?}", table.understood().notes);
    }
}

#[test]
fn a_stamp_beyond_the_tolerance_is_refused_by_its_row() {
    let refused = refusal(&hourly(200, |row| if row == 50 { 20 * 60_000 } else { 0 }));
    assert!(
        refused.contains("row 51")
            && refused.contains("20 min off the step of 1 h that 199 of 200 rows keep"),
        "{refused}"
    );
    assert!(refused.contains("tolerance 3 min"), "{refused}");
}

#[test]
fn a_file_without_a_step_keeps_its_stamps_and_says_so() {
    let rows: String =
        (0..60_i64).map(|i| format!("{},{i}\n", 1_704_067_200 + i * 37 + i * i % 17)).collect();
    let table = read(&format!("time,x\n{rows}")).unwrap();
    assert_eq!(table.step(), None);
    assert!(table.understood().to_string().contains("no constant step"));
}

//! What a file does not tell is asked for, with the option that answers; nothing is guessed.

use crate::{dvol, read, read_with, refusal, times};
use dvol::data::{DatedTable, Need, ReadOptions, Table};

/// A file of one column of stamps and one of values.
fn column(name: &str, cells: &[&str]) -> String {
    let rows = cells.iter().enumerate().map(|(row, cell)| format!("\"{cell}\",{}\n", 60 + row));
    format!("{name},x\n{}", rows.collect::<String>())
}

#[test]
fn days_since_1970_and_a_spreadsheets_days_are_told_apart_or_asked_for() {
    let recent = column("Date", &["45292", "45293", "45294"]);
    assert_eq!(times(&read(&recent).unwrap()).0, "2024-01-01T00:00:00Z");
    for cells in [["19723", "19724", "19725"], ["19999", "20000", "20001"], ["20088", "20089", "20090"]] {
        let text = column("date", &cells);
        let asked = refusal(&text);
        assert!(asked.contains("--time-format epoch-d") && asked.contains("--time-format excel"), "{asked}");
    }
    let said = |format: &str| ReadOptions { time_format: Some(format.to_owned()), ..ReadOptions::default() };
    let text = column("date", &["19723", "19724", "19725"]);
    assert_eq!(times(&read_with(&text, &said("epoch-d")).unwrap()).0, "2024-01-01T00:00:00Z");
    assert_eq!(times(&read_with(&text, &said("excel")).unwrap()).0, "1953-12-30T00:00:00Z");
}

#[test]
fn epochs_that_a_spreadsheet_rounded_are_refused() {
    let rounded = column("timestamp", &["1.704067E+12", "1.704071E+12", "1.704074E+12"]);
    assert!(refusal(&rounded).contains("row 1: `1.704067E+12`") && refusal(&rounded).contains("rounded"));
    let whole = column("timestamp", &["1.7040672e9", "1.7040708e9", "1.7040744e9"]);
    assert!(refusal(&whole).contains("rounded"), "eight digits of ten");
    let exact = column("timestamp", &["1.704067200e9", "1.704070800e9", "1.704074400e9"]);
    assert_eq!(times(&read(&exact).unwrap()).0, "2024-01-01T00:00:00Z");
}

#[test]
fn a_column_named_for_a_zone_is_not_taken_for_utc() {
    let cells = ["2024.01.01 00:00:00", "2024.01.01 01:00:00", "2024.01.01 02:00:00"];
    for name in ["Time (EET)", "time_est", "Local time", "Date (ET)", "Zeit Berlin"] {
        let text = column(name, &cells);
        let asked = refusal(&text);
        assert!(asked.contains(name) && asked.contains("--zone"), "{asked}");
        let zone = Some("Europe/Helsinki".to_owned());
        let table = read_with(&text, &ReadOptions { zone, ..ReadOptions::default() }).unwrap();
        assert_eq!(times(&table).0, "2023-12-31T22:00:00Z", "{name}");
    }
    for name in ["Time (UTC)", "Gmt time", "date et heure", "Ist-Datum"] {
        assert_eq!(times(&read(&column(name, &cells)).unwrap()).0, "2024-01-01T00:00:00Z", "{name}");
    }
    let zoned =
        column("Local time", &["2024-01-01T00:00+02:00", "2024-01-01T01:00+02:00", "2024-01-01T02:00+02:00"]);
    assert_eq!(times(&read(&zoned).unwrap()).0, "2023-12-31T22:00:00Z", "the cells say their zone");
}

#[test]
fn numbers_of_trades_are_no_epochs() {
    let ids: Vec<String> = (0..20).map(|row| (1_704_067_200 + row).to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert!(refusal(&column("agg_trade_id", &ids)).contains("no column of times is understood"));
    // in a column that is called a time they are
    assert_eq!(times(&read(&column("time", &ids)).unwrap()).0, "2024-01-01T00:00:00Z");
}

#[test]
fn times_of_day_stand_beside_dates_under_any_name() {
    let rows: String =
        (0..30).map(|row| format!("2024010{},{}:{:02},{row}\n", row / 24 + 1, row % 24, 30)).collect();
    let table = read(&format!("DATE,TIME_M,x\n{rows}")).unwrap();
    assert_eq!(times(&table).1, "2024-01-02T05:30:00Z");
    let table = read(&format!("DATE,when,x\n{rows}")).unwrap();
    assert_eq!(times(&table).1, "2024-01-02T05:30:00Z");
    // two such columns: which one is not to be guessed
    let two: String = rows.lines().map(|row| format!("{row},{}\n", row.split(',').nth(1).unwrap())).collect();
    assert!(refusal(&format!("DATE,begins,x,ends\n{two}")).contains("twice"));
}

#[test]
fn lines_above_a_narrow_table_are_passed_over() {
    let rows: String = (1..29).map(|day| format!("{day:02}.01.2024;61,5;60,{day}\n")).collect();
    let table =
        read(&format!("Security;XBTUSD Curncy\nStart Date;01.01.2024\n\nDate;PX_LAST;PX_OPEN\n{rows}"))
            .unwrap();
    assert_eq!(table.numbers("PX_LAST").unwrap()[0], 61.5);
    assert_eq!(table.table().names(), ["Date", "PX_LAST", "PX_OPEN"]);
    // a header that lacks a name stays a fault
    let short: String = (1..29).map(|day| format!("2024-01-{day:02},61.5,60\n")).collect();
    assert!(refusal(&format!("Date,Close\n{short}")).contains("3 cells where the header has 2"));
}

#[test]
fn the_order_of_rows_is_not_taken_for_that_of_time_where_a_column_may_tell_another() {
    let order = |text: &str| {
        DatedTable::new(Table::from_csv("a.csv", text).unwrap(), &ReadOptions::default(), Need::Order)
    };
    let weeks: String = (1..30).rev().map(|week| format!("2023-W{week:02},{week}\n")).collect();
    assert!(order(&format!("week,x\n{weeks}")).unwrap_err().to_string().contains("no column of times"));
    let falling: String = (1..30).rev().map(|row| format!("{},{}\n", row + 700_000, row * row % 7)).collect();
    assert!(order(&format!("datenum,x\n{falling}")).is_err());
    for plain in ["x\n1\n3\n2\n5\n", ",x\n0,1\n1,3\n2,2\n", "x,label\n1,up\n3,down\n2,up\n"] {
        assert!(order(plain).is_ok(), "{plain}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weeks.csv");
    std::fs::write(&path, format!("week,x\n{weeks}")).unwrap();
    for command in ["har", "validate"] {
        let message = dvol(&[command, "--input", path.to_str().unwrap(), "--column", "x"]).refusal();
        assert!(message.contains("--no-time"), "{message}");
    }
}

#[test]
fn what_is_packed_or_written_otherwise_is_refused_by_name() {
    for (bytes, name) in [
        (&b"BZh91AY&SY"[..], "bzip2"),
        (b"\xfd7zXZ\0\0\x04", "xz"),
        (b"\x28\xb5\x2f\xfd\x04", "zstd"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x80\x04\x95\x10\0", "a Python pickle"),
        (b"<table border=\"1\">", "a web page"),
    ] {
        let refused = Table::from_bytes("a.csv", bytes.to_vec()).unwrap_err().to_string();
        assert!(refused.contains(name), "{refused}");
    }
}

fn many(of: impl Fn(i64) -> String) -> Vec<String> {
    (0..40).map(of).collect()
}

fn asked_about(name: &str, cells: &[String]) -> String {
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    refusal(&column(name, &cells))
}

#[test]
fn seconds_of_a_day_two_digit_years_and_the_future_are_no_dates_that_are_guessed() {
    let seconds = asked_about("time", &many(|row| (34_200 + row).to_string()));
    assert!(seconds.contains("seconds of a day") && seconds.contains("--time-format excel"), "{seconds}");
    let five = asked_about("time", &(0..6_000).map(|row| (34_200 + 5 * row).to_string()).collect::<Vec<_>>());
    assert!(five.contains("--time-format"), "{five}");
    let minutes = asked_about("timestamp", &many(|row| format!("24030400{:02}", row)));
    assert!(minutes.contains("--time-format"), "{minutes}");
    let whole = asked_about("timestamp", &many(|row| format!("2401030000{row:02}")));
    assert!(whole.contains("%y%m%d%H%M%S"), "{whole}");
    let ids = asked_about("trade_id", &many(|row| (3_365_000_000 + 7 * row).to_string()));
    assert!(ids.contains("no column of times is understood"), "{ids}");
    let capital = asked_about("mcap", &many(|row| (812_000_000_000 + 4_000_000 * row).to_string()));
    assert!(capital.contains("no column of times is understood"), "{capital}");
    let ticks =
        asked_about("timestamp", &many(|row| (638_398_368_000_000_000 + 36_000_000_000 * row).to_string()));
    assert!(ticks.contains("1990-03-25") && ticks.contains("--time-format"), "{ticks}");
    let hundredths = asked_about("timestamp", &many(|row| (170_424_000_000 + 360_000 * row).to_string()));
    assert!(hundredths.contains("in another unit"), "{hundredths}");
    // what stays a time: days before 2000 in seconds, a spreadsheet's days with weekends left out, epochs of every unit
    let seconds = many(|row| (725_932_800 + 86_400 * row).to_string());
    let cells: Vec<&str> = seconds.iter().map(String::as_str).collect();
    assert_eq!(times(&read(&column("date", &cells)).unwrap()).0, "1993-01-02T00:00:00Z");
    let days = many(|row| (34_001 + row + 2 * (row / 5)).to_string());
    let cells: Vec<&str> = days.iter().map(String::as_str).collect();
    assert_eq!(times(&read(&column("date", &cells)).unwrap()).0, "1993-02-01T00:00:00Z");
}

#[test]
fn two_digit_years_with_points_go_the_way_of_the_column() {
    let iso = many(|row| format!("24.{:02}.{:02}", 1 + row / 28, 1 + row % 28));
    let cells: Vec<&str> = iso.iter().map(String::as_str).collect();
    assert_eq!(times(&read(&column("date", &cells)).unwrap()).0, "2024-01-01T00:00:00Z");
    let german = many(|row| format!("{:02}.{:02}.24", 1 + row % 28, 1 + row / 28));
    let cells: Vec<&str> = german.iter().map(String::as_str).collect();
    assert_eq!(times(&read(&column("date", &cells)).unwrap()).0, "2024-01-01T00:00:00Z");
}

#[test]
fn offsets_and_places_in_a_name_are_zones() {
    let cells = ["2024-03-04 08:00:00", "2024-03-04 08:01:00", "2024-03-04 08:02:00"];
    for name in [
        "Time(UTC+8)",
        "Open time UTC-03:00",
        "Time (GMT+1)",
        "Date (America/New_York)",
        "Time (New York)",
        "Zeit (MEZ)",
        "Eastern Time",
        "date_et",
    ] {
        assert!(refusal(&column(name, &cells)).contains("--zone"), "{name}");
    }
    for name in ["Time (UTC)", "Time (UTC+0)", "GMT time", "date et heure", "Date/Time"] {
        assert_eq!(times(&read(&column(name, &cells)).unwrap()).0, "2024-03-04T08:00:00Z", "{name}");
    }
}

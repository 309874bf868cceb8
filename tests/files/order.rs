//! Calendar days, months, and rows without times.

use crate::support::samples::time;
use crate::times::column;
use crate::{read, read_with};
use dvol::data::{DatedTable, Need, ReadOptions, Table};
use dvol::time::{HOUR_MS, Timestamp};

#[test]
fn days_at_local_midnight_are_days_across_a_change_of_clocks() {
    let zone = |day: i64| if day < 30 { ("-05:00", 5) } else { ("-04:00", 4) };
    let start = time("2024-02-10").millis();
    let stamp = |day: i64| Timestamp::from_millis(start + day * 24 * HOUR_MS);
    let offset: String = (0..60)
        .map(|day| {
            let date = stamp(day).to_string();
            format!("{}T00:00:00{},{day}\n", &date[..10], zone(day).0)
        })
        .collect();
    let epoch: String =
        (0..60).map(|day| format!("{},{day}\n", stamp(day).millis() + zone(day).1 * HOUR_MS)).collect();
    for rows in [offset, epoch] {
        let table = read(&format!("time,x\n{rows}")).unwrap();
        let times = table.times().unwrap();
        assert!(times.windows(2).all(|pair| pair[1].millis() - pair[0].millis() == 24 * HOUR_MS));
        assert_eq!(table.understood().time.unwrap().step.as_deref(), Some("1 d"));
    }
}

#[test]
fn rows_are_taken_in_file_order_only_on_request_or_where_only_their_order_counts() {
    let text = column("x", &["5", "9", "2"]);
    let asked = ReadOptions { no_time: true, step: Some("1h".parse().unwrap()), ..ReadOptions::default() };
    let table = read_with(&text, &asked).unwrap();
    assert_eq!((table.times(), table.step().unwrap().millis()), (None, HOUR_MS));
    let without_step = read_with(&text, &ReadOptions { step: None, ..asked }).unwrap_err().to_string();
    assert!(without_step.contains("step = none"), "{without_step}");
    let need = |text: &str, need: Need| {
        DatedTable::new(Table::from_csv("a.csv", text).unwrap(), &ReadOptions::default(), need)
    };
    assert!(need(&text, Need::Order).unwrap().understood().to_string().contains("in the file's order"));
    let strange = column("date", &["first", "second", "third"]);
    assert!(need(&strange, Need::Order).is_err(), "a column of times that is not understood is asked about");
    assert!(
        need(&strange, Need::Rows).unwrap().understood().to_string().contains("`date` is not understood")
    );
}

#[test]
fn months_stay_on_their_firsts_and_ends_whatever_their_lengths() {
    for day in ["01", "28"] {
        let cells: Vec<String> =
            (0..40).map(|month| format!("{}-{:02}-{day}", 2020 + month / 12, 1 + month % 12)).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let table = read(&column("date", &cells)).unwrap();
        let days: Vec<String> =
            table.times().unwrap().iter().map(|time| time.to_string()[..10].to_owned()).collect();
        assert_eq!(days, cells);
    }
}

#[test]
fn an_hour_that_came_twice_and_stands_once_is_asked_for_and_not_guessed() {
    let file = |cells: &[&str]| {
        read_with(
            &column("time", cells),
            &ReadOptions { zone: Some("Europe/Berlin".to_owned()), ..ReadOptions::default() },
        )
    };
    let both = ["2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 03:00"];
    let hours: Vec<i64> = file(&both).unwrap().times().unwrap().iter().map(|time| time.hours()).collect();
    assert!(hours.windows(2).all(|pair| pair[1] - pair[0] == 1), "{hours:?}");
    let once = ["2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 03:00"];
    let message = file(&once).unwrap_err().to_string();
    assert!(message.contains("row 2: `2024-10-27 02:00`") && message.contains("+01:00"), "{message}");
}

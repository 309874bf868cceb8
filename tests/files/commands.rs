//! Commands on generated files: another dress of the same series is the same report.

use crate::dvol;
use dvol::seed::Seed;
use dvol::time::{HOUR_MS, Timestamp};
use rand::Rng;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

const START: i64 = 1_704_067_200_000;

/// A walk with a jump every 170 rows.
fn levels(rows: usize) -> Vec<f64> {
    let mut rng = Seed::new(11).rng();
    let mut level = 60.0_f64;
    (0..rows)
        .map(|row| {
            level *= (0.01 * (rng.random::<f64>() - 0.5)).exp() * if row % 170 == 150 { 1.08 } else { 1.0 };
            level
        })
        .collect()
}

fn stamp(millis: i64, pattern: &str) -> String {
    Timestamp::from_millis(millis).civil().strftime(pattern).to_string()
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A file of a header and rows made of row number and value.
    fn file(&self, name: &str, header: &str, values: &[f64], row: impl Fn(usize, f64) -> String) -> String {
        let rows = values.iter().enumerate().map(|(number, value)| row(number, *value) + "\n");
        let path = self.0.path().join(name);
        std::fs::write(&path, format!("{header}\n{}", rows.collect::<String>())).expect("a file");
        path.display().to_string()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

fn json(arguments: &[&str]) -> Value {
    dvol(arguments).json()
}

fn refusal(arguments: &[&str]) -> String {
    dvol(arguments).refusal()
}

/// A report without what names the file.
fn bare(mut report: Value) -> Value {
    let document = report.as_object_mut().expect("an object");
    document.remove("input");
    document.remove("understood");
    report
}

#[test]
fn every_command_reads_the_same_file_the_same_way_and_says_how() {
    let folder = Folder::new();
    let values = levels(900);
    let plain = folder.file("plain.csv", "time,actual,m1,m2,residual", &values, |row, value| {
        let time = stamp(START + row as i64 * HOUR_MS, "%Y-%m-%dT%H:%M:%SZ");
        format!(
            "{time},{value},{},{},{}",
            value + 0.1 * (row % 5) as f64,
            value - 0.2 * (row % 3) as f64,
            (row * row % 97) as f64 - 48.0
        )
    });
    // newest first, decimal commas, local dates, a line above
    let mut rows: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(row, value)| {
            let time = stamp(START + row as i64 * HOUR_MS, "%d.%m.%Y %H:%M:%S");
            let (one, two) = (value + 0.1 * (row % 5) as f64, value - 0.2 * (row % 3) as f64);
            format!("{time};{value};{one};{two};{}", (row * row % 97) as f64 - 48.0)
                .replace('.', ",")
                .replacen(',', ".", 2)
        })
        .collect();
    rows.reverse();
    let dressed = folder.path().join("dressed.csv");
    std::fs::write(
        &dressed,
        format!("Export of a terminal\nDatum;actual;m1;m2;residual\n{}\n", rows.join("\n")),
    )
    .unwrap();
    let dressed = dressed.display().to_string();
    for arguments in [
        &["jumps", "--column", "actual"][..],
        &["har", "--column", "actual"],
        &["naive", "--column", "actual"],
        &["realized", "--column", "actual"],
        &["compare", "--models", "m1,m2", "--reps", "100"],
        &["validate"],
        &["describe"],
        &["regimes", "--predicted", "m1"],
    ] {
        let on = |file: &str| json(&[arguments, &["--input", file, "--json"]].concat());
        let (one, other) = (on(&plain), on(&dressed));
        assert_eq!(one["understood"]["time"]["step"], "1 h", "{arguments:?}");
        assert_eq!(other["understood"]["time"]["columns"][0], "Datum", "{arguments:?}");
        let notes = other["understood"]["notes"].to_string();
        assert!(notes.contains("newest row first") && notes.contains("1 line above the header"), "{notes}");
        assert_eq!(bare(one), bare(other), "{arguments:?}");
        let text = dvol(&[arguments, &["--input", &dressed]].concat()).succeeded().out;
        assert!(
            text.contains("times from `Datum`: day.month.year and time of day, UTC, every 1 h"),
            "{text}"
        );
    }
}

#[test]
fn a_stamp_seconds_late_and_holes_do_not_change_a_report() {
    let folder = Folder::new();
    let values = levels(2_000);
    let file = |name: &str, late: i64| {
        let kept: Vec<f64> =
            values.iter().enumerate().filter(|(row, _)| !(700..772).contains(row)).map(|(_, v)| *v).collect();
        folder.file(name, "time,dvol", &kept, |row, value| {
            let hour = if row < 700 { row } else { row + 72 };
            format!("{},{value}", START + hour as i64 * HOUR_MS + if hour == 400 { late } else { 0 })
        })
    };
    let (clean, late) = (file("clean.csv", 0), file("late.csv", 14_000));
    let clean = json(&["jumps", "--input", &clean, "--json"]);
    assert_eq!(clean["holes"], 72);
    assert!(clean["jumps"].as_u64() >= Some(5), "{}", clean["jumps"]);
    assert_eq!(bare(json(&["jumps", "--input", &late, "--json"])), bare(clean));
}

#[test]
fn forecasts_with_late_origins_compare_as_punctual_ones() {
    let folder = Folder::new();
    let values = levels(900);
    let file = |name: &str, late: fn(usize) -> i64| {
        folder.file(name, "time,actual,m1,m2", &values, |row, value| {
            let (one, two) = (value + (row * 31 % 11) as f64 * 0.1, value + (row * 17 % 13) as f64 * 0.1);
            format!("{},{value},{one},{two}", START + row as i64 * 8 * HOUR_MS + late(row))
        })
    };
    let compare = |file: &str| {
        bare(json(&["compare", "--input", file, "--models", "m1,m2", "--reps", "100", "--json"]))
    };
    let punctual = compare(&file("punctual.csv", |_| 0));
    assert_eq!(compare(&file("second.csv", |row| if row == 300 { 1_000 } else { 0 })), punctual);
    assert_eq!(compare(&file("jitter.csv", |row| (row % 7) as i64)), punctual);
}

#[test]
fn realized_takes_the_step_of_the_file_and_refuses_another() {
    let folder = Folder::new();
    let values = levels(4_000);
    for (unit, scale) in [("s", 1), ("ms", 1_000), ("us", 1_000_000), ("ns", 1_000_000_000)] {
        let file = folder.file(&format!("{unit}.csv"), "timestamp,price", &values, |row, value| {
            format!("{},{value}", (START / 1_000 + 60 * row as i64) * scale)
        });
        let report = json(&["realized", "--input", &file, "--json"]);
        let days = report["measures"]["days"].as_array().unwrap();
        assert_eq!((days.len(), days[0].as_str()), (3, Some("2024-01-01T00:00:00Z")), "{unit}");
        assert_eq!(bare(json(&["realized", "--input", &file, "--seconds", "60", "--json"])), bare(report));
        let message = refusal(&["realized", "--input", &file, "--seconds", "1"]);
        assert!(message.contains("the step of the file's rows, 1 min"), "{message}");
    }
    let daily = folder.file("daily.csv", "date,price", &values[..100], |row, value| {
        format!("{},{value}", stamp(START + row as i64 * 24 * HOUR_MS, "%Y-%m-%d"))
    });
    assert!(refusal(&["realized", "--input", &daily]).contains("1.0 rows a day"));
}

#[test]
fn realized_lets_no_move_across_a_hole_count_as_a_return() {
    let folder = Folder::new();
    let values: Vec<f64> =
        levels(2_000).iter().enumerate().map(|(row, v)| v * if row < 900 { 1.0 } else { 1.4 }).collect();
    let with = |name: &str, hole: usize| {
        folder.file(name, "time,price", &values, |row, value| {
            format!("{},{value}", START + (if row < 900 { row } else { row + hole }) as i64 * HOUR_MS)
        })
    };
    let count = |file: &str, command: &str| {
        let report = json(&[command, "--input", file, "--column", "price", "--json"]);
        report["jumps"].as_array().map_or(report["jumps"].as_u64().unwrap_or(0), |jumps| jumps.len() as u64)
    };
    let (whole, hole) = (with("whole.csv", 0), with("hole.csv", 72));
    assert_eq!(count(&hole, "realized"), count(&hole, "jumps"));
    assert!(count(&whole, "realized") > count(&hole, "realized"), "the move within an hour is a jump");
}

#[test]
fn har_runs_over_the_trading_days_of_a_market_that_closes() {
    let folder = Folder::new();
    let values = levels(100 * 14);
    let file = folder.file("stock.csv", "timestamp,price", &values, |row, value| {
        let (day, bar) = (row / 14, row % 14);
        let calendar = day + day / 5 * 2;
        let time = START + (calendar as i64 * 48 + 29 + bar as i64) * HOUR_MS / 2;
        format!("{},{value}", stamp(time, "%Y-%m-%d %H:%M:%S"))
    });
    let report = json(&["har", "--input", &file, "--column", "price", "--prices", "--json"]);
    assert_eq!(report["n"], 100 - 22);
}

#[test]
fn describe_tells_what_is_there_and_why_the_rest_is_not() {
    let folder = Folder::new();
    let values = levels(300);
    let file =
        folder.file("mixed.csv", ",date,level,thousands,share,leading,flat,word", &values, |row, value| {
            let leading = if row == 0 { String::new() } else { (value * 2.0 - row as f64).to_string() };
            let date = stamp(START + row as i64 * 24 * HOUR_MS, "%Y-%m-%d");
            format!(
                "{row},{date},{value},\"{},{:03}.5\",-0.{}%,{leading},3,up",
                40 + row % 7,
                row * 7 % 1000,
                row * row % 89 + 10
            )
        });
    let report = json(&["describe", "--input", &file, "--json"]);
    let names: Vec<&str> =
        report["summary"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["unnamed: 0", "level", "thousands", "share", "leading"]);
    assert_eq!(report["summary"][4]["n"], 299);
    let undefined = report["undefined"].as_array().unwrap();
    let reason = |column: &str| {
        undefined.iter().find(|one| one["column"] == column).map(|one| one["reason"].to_string())
    };
    assert!(reason("word").unwrap().contains("`up`: not a finite number"));
    assert!(reason("flat").unwrap().contains("every value is the same"));
    let text = dvol(&["describe", "--input", &file]).succeeded().out;
    assert!(text.contains("not described: `word`: the column: "), "{text}");
}

#[test]
fn qlike_of_a_forecast_that_is_not_positive_names_file_row_and_value() {
    let folder = Folder::new();
    let file = folder.file("variance.csv", "time,actual,m1,m2", &levels(60), |row, value| {
        let two = if row == 17 { -1e-5 } else { value * 1.1 };
        format!("{},{value},{},{two}", stamp(START + row as i64 * 24 * HOUR_MS, "%Y-%m-%d"), value * 0.9)
    });
    let message = refusal(&["compare", "--input", &file, "--models", "m1,m2", "--loss", "qlike"]);
    assert!(message.contains("variance.csv: column `m2`, row 18: `-0.00001`: not above 0"), "{message}");
}

#[test]
fn an_import_reads_zeros_before_the_index_began_and_refuses_them_after() {
    let folder = Folder::new();
    let values = levels(40 * 24);
    let dvol_file = folder.file("dvol.csv", "time,dvol", &values, |row, value| {
        format!("{},{value}", START + row as i64 * HOUR_MS)
    });
    let price = folder.file("price.csv", "time,close", &values, |row, value| {
        format!("{},{value}", START + row as i64 * HOUR_MS)
    });
    let chain = folder.file("chain.csv", "time,AdrActCnt,CapMVRVCur", &values[..40], |row, value| {
        format!("{},900000,{value}", stamp(START + row as i64 * 24 * HOUR_MS, "%Y-%m-%d"))
    });
    let volume = |name: &str, zeros: std::ops::Range<i64>| {
        folder.file(name, "date,estimated_transaction_volume_usd", &values[..60], |row, value| {
            let day = row as i64 - 20;
            let value = if zeros.contains(&day) { 0.0 } else { value };
            format!("{},{value}", stamp(START + day * 24 * HOUR_MS, "%d/%m/%Y"))
        })
    };
    let import = |volume: &str| {
        let out = folder.path().join("data").display().to_string();
        dvol(&[
            "data",
            "import",
            "--dvol",
            &dvol_file,
            "--price",
            &price,
            "--onchain",
            &chain,
            "--volume",
            volume,
            "--out",
            &out,
            "--json",
        ])
    };
    let before = import(&volume("before.csv", -20..-5));
    let manifest = before.json();
    let told: Vec<&str> = manifest["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["understood"].as_str().unwrap())
        .collect();
    assert!(told[3].contains("day/month/year dates, UTC, every 1 d"), "{told:?}");
    let within = import(&volume("within.csv", 5..6));
    let message = within.refusal();
    assert!(message.contains("row 26: `0`: not above 0 for `transaction_volume_usd`"), "{message}");
}

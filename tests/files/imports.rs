//! One set of flags for several files: what is said of all of them is forced on none.

use crate::support::command::{Run, dvol};
use dvol::data::load;
use dvol::time::{HOUR_MS, Timestamp};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// 2024-01-01T00:00:00Z.
const START: i64 = 1_704_067_200_000;
const HOURS: i64 = 40 * 24;

fn stamp(millis: i64, pattern: &str) -> String {
    Timestamp::from_millis(millis).civil().strftime(pattern).to_string()
}

/// Thousandths, so that a comma before them may as well be a thousands mark.
fn level(row: i64) -> f64 {
    (60_000 + row * 37 % 911) as f64 / 1_000.0
}

/// Hourly rows, each made of its time and level.
fn hourly(header: &str, row: impl Fn(i64, f64) -> String) -> String {
    let rows = (0..HOURS).map(|hour| row(START + hour * HOUR_MS, level(hour)) + "\n");
    format!("{header}\n{}", rows.collect::<String>())
}

/// A folder with plain files; a test replaces the ones it is about.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        files.put("dvol.csv", &hourly("time,dvol", |time, level| format!("{time},{level:.3}")));
        files.put("price.csv", &hourly("time,close", |time, level| format!("{time},{level:.3}")));
        let days = |header: &str, row: fn(String, i64) -> String| {
            let rows =
                (-85..40).map(|day| row(stamp(START + day * 24 * HOUR_MS, "%Y-%m-%d"), day + 100) + "\n");
            format!("{header}\n{}", rows.collect::<String>())
        };
        let chain = days("time,AdrActCnt,CapMVRVCur", |day, count| {
            format!("{day},{},{}.345", count * 1_000, count % 3 + 1)
        });
        files.put("chain.csv", &chain);
        files.put(
            "volume.csv",
            &days("date,estimated_transaction_volume_usd", |day, count| format!("{day},{count}")),
        );
        files
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn import(&self, flags: &[&str]) -> Run {
        let files = "data import --dvol dvol.csv --price price.csv --onchain chain.csv --volume volume.csv --out data";
        dvol(self.0.path(), &[files.split(' ').collect::<Vec<_>>().as_slice(), flags].concat())
    }

    fn values(&self, column: &str) -> Vec<f64> {
        load(self.0.path().join("data")).unwrap().panel().values(column).unwrap().to_vec()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

fn levels() -> Vec<f64> {
    (0..HOURS).map(level).collect()
}

#[test]
fn a_mark_said_of_all_files_is_forced_on_none() {
    let files = Files::new();
    let german = hourly("Zeit;close", |time, level| {
        format!("{};{}", stamp(time, "%d.%m.%Y %H:%M"), format!("{level:.3}").replace('.', ","))
    });
    files.put("price.csv", &german);
    let asked = files.import(&["--timestamp", "price=Zeit"]).refusal();
    assert!(
        asked.contains("price.csv: column `close`, row 1: `60,000`") && asked.contains("--decimal"),
        "{asked}"
    );
    for mark in ["comma", "price=comma"] {
        files.import(&["--timestamp", "price=Zeit", "--decimal", mark]).succeeded();
        assert_eq!(files.values("price"), levels(), "{mark}");
        assert_eq!(files.values("dvol"), levels(), "{mark}: points stay points");
        assert!((1.3..3.4).contains(&files.values("mvrv")[48]), "{mark}");
    }
    // thousands, where the user says so of that file
    files.import(&["--timestamp", "price=Zeit", "--decimal", "price=point"]).succeeded();
    assert_eq!(
        files.values("price"),
        levels().iter().map(|level| (level * 1e3).round()).collect::<Vec<f64>>()
    );
}

#[test]
fn lines_to_pass_over_are_never_rows_of_another_file() {
    let files = Files::new();
    let plain = hourly("time,close", |time, level| format!("{time},{level:.3}"));
    files.put("price.csv", &format!("source,somebody\nunit,dollars\n{plain}"));
    let lost = files.import(&["--skip-rows", "2"]).refusal();
    assert!(lost.contains("line 1 would be passed over") && lost.contains("--skip-rows price=2"), "{lost}");
    files.import(&["--skip-rows", "price=2"]).succeeded();
    assert_eq!(files.values("price"), levels());
}

#[test]
fn formats_zones_order_and_columns_of_times_are_said_of_all_or_of_one() {
    let files = Files::new();
    let odd = hourly("taken,close,time", |time, level| {
        format!("{},{level:.3},17", stamp(time + HOUR_MS, "%H o'clock on %d/%m/%Y"))
    });
    files.put("price.csv", &odd);
    let said = ["--timestamp", "taken", "--time-format", "%H o'clock on %d/%m/%Y", "--zone", "price=+01:00"];
    files.import(&said).succeeded();
    assert_eq!(files.values("price"), levels());
    let (one, two) = ("price=taken", "price=%H o'clock on %d/%m/%Y");
    files.import(&["--timestamp", one, "--time-format", two, "--zone", "price=+01:00"]).succeeded();
    assert_eq!(files.values("price"), levels());
    let nowhere = files.import(&["--timestamp", "when", "--time-format", two]).refusal();
    assert!(nowhere.contains("when") || nowhere.contains("price.csv"), "{nowhere}");
    let mut lines: Vec<String> =
        hourly("time,close", |time, level| format!("{time},{level:.3}")).lines().map(str::to_owned).collect();
    lines.swap(5, 500);
    files.put("price.csv", &lines.join("\n"));
    assert!(files.import(&[]).refusal().contains("--sort"));
    files.import(&["--sort"]).succeeded();
    assert_eq!(files.values("price"), levels());
    let wrong = dvol(files.path(), &["data", "import", "--decimal", "prices=comma"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn an_index_in_fractions_is_refused_with_the_factor() {
    for mark in ["", "%"] {
        let files = Files::new();
        let scale = if mark.is_empty() { 100.0 } else { 1.0 };
        let row = |time, level: f64| format!("{time},{:.6}{mark}", level / scale);
        files.put("dvol.csv", &hourly("time,dvol", row));
        let refused = files.import(&[]).refusal();
        assert!(
            refused.contains("dvol.csv: no value of `dvol` reaches 3") && refused.contains("by 100"),
            "{refused}"
        );
    }
}

#[test]
fn a_file_without_its_flag_is_named_as_a_file() {
    let files = Files::new();
    let refused = dvol(files.path(), &["describe", "dvol.csv"]).refusal();
    assert!(refused.contains("`dvol.csv` is a file") && refused.contains("--input"), "{refused}");
}

#[test]
fn files_say_whose_volatility_they_are_when_they_are_imported() {
    let files = Files::new();
    files.import(&[]).succeeded();
    let manifest = |files: &Files| -> Value {
        serde_json::from_str(&fs::read_to_string(files.path().join("data/manifest.json")).unwrap()).unwrap()
    };
    assert_eq!(
        load(files.path().join("data")).unwrap().manifest().provenance.market().asset,
        dvol::data::Asset::Btc
    );
    files.import(&["--asset", "eth"]).succeeded();
    assert_eq!(manifest(&files)["provenance"]["asset"], "eth");
    assert_eq!(
        load(files.path().join("data")).unwrap().manifest().provenance.market().asset,
        dvol::data::Asset::Eth
    );
}

/// Flags by which every command is told how a file is written.
#[test]
fn every_command_that_reads_a_file_has_the_same_flags() {
    let flags = ["--timestamp", "--time-format", "--zone", "--decimal", "--skip-rows", "--sort"];
    let folder = tempfile::tempdir().unwrap();
    for command in
        ["data import", "realized", "jumps", "har", "validate", "compare", "regimes", "describe", "naive"]
    {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = dvol(folder.path(), &words).succeeded().out;
        for flag in flags {
            assert!(help.contains(flag), "{command} lacks {flag}");
        }
    }
}

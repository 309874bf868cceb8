//! `dvol har`.

use super::close;
use super::support::command::dvol;
use super::support::oracles::{numbers, oracle};
use dvol::seed::Seed;
use dvol::time::Timestamp;
use rand_distr::{Distribution, StandardNormal};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The words of `dvol har` on a column of a file, its result as JSON.
pub fn har<'a>(input: &'a Path, column: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    let input = input.to_str().expect("a path in UTF-8");
    [&["har", "--input", input, "--column", column, "--json"], flags].concat()
}

/// A file with the oracle's columns, a day a row.
fn oracle_file(folder: &Path, document: &Value) -> PathBuf {
    let columns = document["series"].as_object().unwrap();
    let rows = columns["realized"].as_array().unwrap().len();
    let mut text = String::from("date");
    columns.keys().for_each(|name| text += &format!(",{name}"));
    for row in 0..rows {
        text += &format!("\n{}", Timestamp::from_hours(24 * (18_000 + row as i64)));
        columns.values().for_each(|values| text += &format!(",{}", values[row]));
    }
    let path = folder.join("realized.csv");
    fs::write(&path, text + "\n").unwrap();
    path
}

#[test]
fn the_command_prints_the_oracle_s_regression() {
    let document = oracle("har");
    let folder = tempfile::tempdir().unwrap();
    let path = oracle_file(folder.path(), &document);
    let runs: [(&str, &[&str]); 5] = [
        ("har", &["--hac", "5"]),
        ("five ahead", &["--horizon", "5", "--hac", "4"]),
        ("log", &["--log", "--hac", "5"]),
        ("differenced", &["--differenced", "--hac", "5"]),
        (
            "continuous and jump",
            &["--variant", "har_cj", "--continuous", "continuous", "--jump", "jump", "--hac", "5"],
        ),
    ];
    for (name, flags) in runs {
        let case = document["cases"].as_array().unwrap().iter().find(|case| case["name"] == name).unwrap();
        let ours = dvol(folder.path(), &har(&path, "realized", flags)).json();
        let of = |key: &str| -> Vec<f64> {
            ours["coefficients"].as_array().unwrap().iter().map(|line| line[key].as_f64().unwrap()).collect()
        };
        close(name, &of("estimate"), &numbers(&case["params"]), 1e-6);
        close(name, &of("std_error"), &numbers(&case["std_errors"]), 1e-6);
        close(name, &of("hac_std_error"), &numbers(&case["hac_std_errors"]), 1e-6);
        for key in ["r2", "adj_r2", "aic", "bic"] {
            close(key, &[ours[key].as_f64().unwrap()], &[case[key].as_f64().unwrap()], 1e-6);
        }
        assert_eq!(ours["n"], case["n"], "{name}");
    }
}

#[test]
fn the_command_refuses_bad_input_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, change: fn(&mut Vec<String>)| {
        let mut cells: Vec<String> = (0..120).map(|i| format!("{}", 2.0 + f64::from(i * i).sin())).collect();
        change(&mut cells);
        let rows: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(day, cell)| format!("{},{cell}", Timestamp::from_hours(24 * (18_000 + day as i64))))
            .collect();
        let path = folder.path().join(name);
        fs::write(&path, format!("date,rv\n{}\n", rows.join("\n"))).unwrap();
        path
    };
    let run = |path: &Path, flags: &[&str]| dvol(folder.path(), &har(path, "rv", flags)).refusal();
    let good = file("good.csv", |_| ());
    assert!(run(&file("text.csv", |cells| cells[3] = "high".to_owned()), &[]).contains("row 4"));
    assert!(run(&file("gap.csv", |cells| cells[8].clear()), &[]).contains("row 9"));
    assert!(run(&file("constant.csv", |cells| cells.fill("3".to_owned())), &[]).contains("constant.csv"));
    assert!(run(&file("short.csv", |cells| cells.truncate(15)), &[]).contains("short.csv"));
    let zero = run(&file("zero.csv", |cells| cells[5] = "0".to_owned()), &["--log"]);
    assert!(zero.contains("zero.csv") && zero.contains("row 6"), "{zero}");
    assert!(run(&good, &["--lags", "5,5"]).contains("lags = 5,5"));
    assert!(run(&good, &["--variant", "har-q"]).contains("quarticity"));
    let hac = run(&good, &["--hac", "many"]);
    assert!(hac.contains("hac = many"), "{hac}");
    let collinear = run(&good, &["--variant", "har-x", "--exogenous", "rv"]);
    assert!(collinear.contains("good.csv") && collinear.contains("singular"), "{collinear}");
}

#[test]
fn the_command_makes_daily_measures_of_intraday_prices() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = Seed::new(12).rng();
    let mut log = 10.0;
    let rows: Vec<String> = (0..24 * 240)
        .map(|hour| {
            let z: f64 = StandardNormal.sample(&mut rng);
            log += 0.005 * z;
            format!("{},{}", Timestamp::from_hours(450_000 + hour), f64::exp(log))
        })
        .collect();
    let path = folder.path().join("price.csv");
    fs::write(&path, format!("timestamp,close\n{}\n", rows.join("\n"))).unwrap();
    let document = dvol(folder.path(), &har(&path, "close", &["--prices", "--garch"])).json();
    let models: Vec<&str> = document["benchmarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["model"].as_str().unwrap())
        .collect();
    assert_eq!(models, ["har", "garch", "gjr_garch", "egarch"]);
    assert!(document["benchmarks"].as_array().unwrap().iter().all(|line| line["n"] == 72 - 1));
    // with constant volatility nobody can beat the level, 24 x 0.005^2, by much
    assert!(
        document["benchmarks"].as_array().unwrap().iter().all(|line| line["rmse"].as_f64().unwrap() < 4e-4)
    );
    for variant in [
        "har",
        "har-j",
        "har-cj",
        "har-q",
        "har-qf",
        "char",
        "semivariance",
        "leverage",
        "leverage-cj",
        "calendar",
    ] {
        let run = dvol(folder.path(), &har(&path, "close", &["--prices", "--variant", variant]));
        // Days without a significant jump leave the jump columns empty: those variants must say so.
        if run.code == 0 {
            assert!(run.json()["n"].as_u64().unwrap() > 80, "{variant}");
        } else {
            assert!(variant.ends_with('j') && run.err.contains("singular"), "{variant}: {}", run.err);
        }
    }
    // a day in twenty has a jump at this level, whichever test splits the days
    for split in [["--jump-alpha", "0.05"].as_slice(), &["--jump-test", "threshold", "--jump-alpha", "0.05"]]
    {
        let flags = [&["--prices", "--variant", "lhar-tcj"], split].concat();
        let found = dvol(folder.path(), &har(&path, "close", &flags)).json();
        assert_eq!(found["coefficients"].as_array().unwrap().len(), 10);
    }
    let refused = |flags: &[&str]| dvol(folder.path(), &har(&path, "close", flags)).refusal();
    assert!(refused(&["--prices", "--jump-alpha", "2"]).contains("jump alpha = 2"));
    assert!(refused(&["--jump-test", "threshold"]).contains("--prices"));
}

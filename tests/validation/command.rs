//! `dvol validate` and `dvol describe`.

use super::overlapping;
use super::support::command::{Run, dvol};
use super::support::samples::normals;
use dvol::serde_json::{self, Value};
use dvol::validation::*;

fn file(folder: &tempfile::TempDir, name: &str, columns: &[(&str, Vec<String>)]) -> String {
    let mut text = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",") + "\n";
    for row in 0..columns[0].1.len() {
        text += &(columns.iter().map(|(_, cells)| cells[row].clone()).collect::<Vec<_>>().join(",") + "\n");
    }
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn cells(values: &[f64]) -> Vec<String> {
    values.iter().map(f64::to_string).collect()
}

#[test]
fn validate_prints_one_json_document_with_groups_nulls_and_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let (residuals, fitted) = (overlapping(30, 1500), normals(1500, 31));
    let path = file(&folder, "r.csv", &[("residual", cells(&residuals)), ("forecast", cells(&fitted))]);
    let Run { code, out, err } = dvol(
        folder.path(),
        &["validate", "--input", &path, "--column", "residual", "--fitted", "forecast", "--json"],
    );
    assert_eq!((code, err.as_str()), (0, ""), "{err}");
    let mut report: Value = serde_json::from_str(&out).unwrap();
    let understood = report.as_object_mut().unwrap().remove("understood").unwrap();
    assert_eq!((&understood["rows"], &understood["time"]), (&1500.into(), &Value::Null));
    let tests = report["tests"].as_array().unwrap();
    for test in tests {
        for key in ["group", "name", "null", "statistic", "p_value", "p_bound", "lags", "n", "rejects_at_5"] {
            assert!(test.get(key).is_some(), "{key} is missing in {test}");
        }
    }
    assert_eq!(report["verdicts"].as_array().unwrap().len(), 6);
    assert_eq!(report["overlap"], 24);
    // the same numbers as the library
    let library = Validation::default().with_fitted(fitted).run(&residuals).unwrap();
    assert_eq!(serde_json::to_value(&library).unwrap(), report);
    let Run { code, out, .. } = dvol(folder.path(), &["validate", "--input", &path]);
    assert_eq!(code, 0);
    assert!(out.contains("MA(23)") && out.contains("forecast bias"), "{out}");
}

#[test]
fn describe_prints_summary_normality_stationarity_correlation_and_vif() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (normals(300, 40), normals(300, 41));
    let y: Vec<f64> =
        a.iter().zip(&b).map(|(a, b)| 2.0 * a - b).zip(normals(300, 42)).map(|(m, e)| m + e).collect();
    let times: Vec<String> = (0..300).map(|day| format!("{}", 1_600_000_000 + 86_400 * day)).collect();
    let columns = [("time", times), ("a", cells(&a)), ("b", cells(&b)), ("y", cells(&y))];
    let path = file(&folder, "d.csv", &columns);
    let Run { code, out, err } =
        dvol(folder.path(), &["describe", "--input", &path, "--target", "y", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"].as_array().unwrap().len(), 3);
    assert_eq!(report["vif"].as_array().unwrap().len(), 3);
    assert_eq!(report["correlation"][1]["kind"], "spearman");
    assert!(report["normality"].as_array().unwrap().iter().all(|test| test["n"] == 300));
    assert!(!report["stationarity"].as_array().unwrap().is_empty());
    let slope = report["regression"]["coefficients"][1]["estimate"].as_f64().unwrap();
    assert!((slope - 2.0).abs() < 0.3, "{slope}");
    assert_eq!(report["linearity"]["name"], "RESET");
    let Run { code, out, .. } = dvol(folder.path(), &["describe", "--input", &path, "--columns", "a,b"]);
    assert_eq!(code, 0);
    assert!(out.contains("VIF a"), "{out}");
}

#[test]
fn bad_input_ends_in_exit_code_2_and_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let good = cells(&normals(100, 50));
    let with = |row: usize, cell: &str| {
        let mut column = good.clone();
        column[row] = cell.to_owned();
        column
    };
    let flat = vec!["3".to_owned(); 100];
    let twice: Vec<String> = normals(100, 50).iter().map(|x| (2.0 * x).to_string()).collect();
    let path = |name: &str, columns: &[(&str, Vec<String>)]| file(&folder, name, columns);
    let nan = path("nan.csv", &[("residual", with(11, "")), ("x", good.clone())]);
    let text = path("text.csv", &[("residual", with(6, "oops"))]);
    let constant = path("flat.csv", &[("residual", flat)]);
    let short = path("short.csv", &[("residual", good[..10].to_vec())]);
    let collinear = path("collinear.csv", &[("a", good.clone()), ("b", twice)]);
    for (arguments, words) in [
        (vec!["validate", "--input", &nan], vec!["nan.csv", "`residual`", "row 12", "drop the row"]),
        (vec!["validate", "--input", &text], vec!["text.csv", "`residual`", "row 7", "oops"]),
        (vec!["validate", "--input", &constant], vec!["flat.csv", "`residual`", "every value is the same"]),
        (vec!["validate", "--input", &short], vec!["short.csv", "at least 30 rows", "found 10"]),
        (
            vec!["validate", "--input", &nan, "--column", "missing"],
            vec!["no column `missing`", "residual, x"],
        ),
        (vec!["validate", "--input", "nowhere.csv"], vec!["nowhere.csv", "no such file"]),
        (vec!["validate", "--input", &collinear, "--column", "a", "--overlap", "0"], vec!["overlap = 0"]),
        (vec!["describe", "--input", &text], vec!["text.csv", "row 7", "oops"]),
        (vec!["describe", "--input", &collinear, "--columns", "a,a"], vec!["columns = a"]),
    ] {
        let Run { code, out, err } = dvol(folder.path(), &arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(out.is_empty(), "{out}");
        assert_eq!(err.trim_end().lines().count(), 1, "{err}");
        for word in words {
            assert!(err.contains(word), "{arguments:?}: `{word}` is not in: {err}");
        }
    }
}

#[test]
fn describe_lists_what_is_not_defined_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let good = normals(100, 50);
    let twice: Vec<f64> = good.iter().map(|x| 2.0 * x).collect();
    let columns = [("a", cells(&good)), ("b", cells(&twice)), ("c", vec!["3".to_owned(); 100])];
    let path = file(&folder, "beside.csv", &columns);
    let Run { code, out, err } = dvol(folder.path(), &["describe", "--input", &path]);
    assert_eq!((code, err.as_str()), (0, ""));
    for words in [
        "`c`: the column: ",
        "every value is the same",
        "variance inflation: ",
        "`b` is a combination of `a`",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
}

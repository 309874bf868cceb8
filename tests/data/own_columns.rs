//! Columns and features that a configuration describes, from the page's own example to forecasts.

use super::index_only::{BACKTEST, index_file};
use super::support::command::dvol;
use super::support::samples::simulated;
use dvol::config::Config;
use dvol::features::known;
use dvol::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

const HOURS: usize = 9_000;

/// The example of the page on one's own data.
fn example() -> &'static str {
    let page = include_str!("../../docs/own_data.md");
    page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example")
}

/// Daily rates over the hours of the index, the value of each day by its number since 1970.
fn rates(of: impl Fn(i64) -> f64) -> String {
    let first = simulated(48, 5).panel().start().hours() / 24;
    let mut text = "date,funding_rate\n".to_owned();
    for day in first..first + HOURS as i64 / 24 {
        let stamp = Timestamp::from_hours(24 * day).to_string();
        writeln!(text, "{},{}", &stamp[..10], of(day)).unwrap();
    }
    text
}

fn wave(day: i64) -> f64 {
    0.001 * (day as f64 / 9.0).sin()
}

fn written(folder: &Path, own: &str) {
    fs::write(folder.join("index.csv"), index_file(HOURS)).unwrap();
    fs::write(folder.join("funding_basis_1d.csv"), rates(wave)).unwrap();
    fs::write(folder.join("thesis.toml"), format!("{BACKTEST}{own}")).unwrap();
}

fn open(folder: &Path) -> Study {
    Study::open(folder.join("thesis.toml")).unwrap()
}

fn walked(study: &Study) -> (Forecasts, Vec<bool>) {
    let (resumed, out) = (Mutex::new(Vec::new()), study.config().results().join("backtest"));
    let har = Har::with_exogenous(["funding_z"]);
    let protocol = study.config().backtest.protocol();
    let report = |fold: &dvol::study::FoldReport| resumed.lock().unwrap().push(fold.resumed);
    let mut series = study.backtest_with(&[&har], &protocol, &out, &report).unwrap();
    (series.remove(0), resumed.into_inner().unwrap())
}

#[test]
fn a_line_of_one_s_own_is_a_row_beside_ours() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), example());
    let study = open(folder.path());
    let model = study.model("har_funding").unwrap();
    assert!(model.features().contains(&"funding_z".to_owned()));
    assert!(study.prove(&model).unwrap().holds());
    let walked = dvol(folder.path(), &["backtest", "--no-figures", "--json"]).json();
    let rows = walked.as_array().unwrap();
    assert!(rows.iter().any(|row| row["model"] == "har_funding"));

    let unknown = example().replace("features = [\"funding_z\"]", "features = [\"funding_y\"]");
    fs::write(folder.path().join("thesis.toml"), format!("{BACKTEST}{unknown}")).unwrap();
    let message = dvol(folder.path(), &["backtest"]).refusal();
    let said = "models.har_funding.features = funding_y: must be a feature of the table";
    assert!(message.contains(said) && message.contains("line "), "{message}");
}

#[test]
fn the_page_s_example_is_imported_kept_and_walked_forward() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), example());
    let manifest = dvol(folder.path(), &["data", "import", "--dvol", "index.csv", "--json"]).json();
    let column = &manifest["columns"][1];
    assert_eq!((&column["name"], &column["known_after_hours"]), (&json!("funding"), &json!(25)));
    let source = &manifest["sources"][1];
    let hash = dvol::artifacts::sha256(rates(wave).as_bytes());
    assert_eq!((&source["subject"], &source["sha256"]), (&json!("own"), &json!(hash)));
    assert_eq!((&source["own"]["unit"], &source["own"]["known_after"]), (&json!("rate"), &json!("1h")));

    let kept = dvol::data::load(folder.path().join("data")).unwrap();
    let study = open(folder.path());
    assert_eq!(
        study.dataset().fingerprint(),
        kept.fingerprint(),
        "what the import kept is what a study reads"
    );
    let (first, resumed) = walked(&study);
    assert!(first.len() > 500 && resumed.len() == 2 && resumed.iter().all(|fold| !fold), "{resumed:?}");
    assert_eq!(walked(&open(folder.path())), (first.clone(), vec![true; 2]), "the feature says who it is");

    fs::write(folder.path().join("funding_basis_1d.csv"), rates(|day| wave(day + 3))).unwrap();
    let (revised, resumed) = walked(&open(folder.path()));
    assert!(resumed.iter().all(|fold| !fold) && revised != first, "another file, other forecasts");
}

#[test]
fn another_window_is_another_feature_and_models_that_do_not_read_it_stay() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), example());
    let identity = |study: &Study, model: &Har| study.identity(model, &"walk").unwrap();
    let month = open(folder.path());
    fs::write(
        folder.path().join("thesis.toml"),
        format!("{BACKTEST}{}", example().replace("window = \"30d\"", "window = \"60d\"")),
    )
    .unwrap();
    let two = open(folder.path());
    let reading = Har::with_exogenous(["funding_z"]);
    assert!(identity(&month, &reading).is_some());
    assert_ne!(identity(&month, &reading), identity(&two, &reading));
    assert_eq!(identity(&month, &Har::corsi()), identity(&two, &Har::corsi()));
    let recorded = |study: &Study| study.result_identity(dvol::study::Reads::Models).unwrap();
    assert_ne!(recorded(&month).spec, recorded(&two).spec);
}

#[test]
fn every_value_is_known_after_its_period_and_its_lag_and_not_an_hour_before() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), example());
    let study = open(folder.path());
    let (raw, known) = (study.panel(), known(&study.panel()).unwrap());
    let day = raw.row_of("2021-06-01".parse().unwrap()).unwrap();
    let (value, seen) = (raw.values("funding").unwrap(), known.values("funding").unwrap());
    assert_eq!(value[day], wave(raw.at(day).hours() / 24));
    assert_eq!((seen[day + 24], seen[day + 25]), (value[day - 24], value[day]));
    let z = study.features().unwrap().values("funding_z").unwrap()[day + 25];
    let month = &seen[day + 25 - 719..=day + 25];
    let mean = month.iter().sum::<f64>() / 720.0;
    let deviation = (month.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 719.0).sqrt();
    assert!((z - (value[day] - mean) / deviation).abs() < 1e-9, "{z}");
}

#[test]
fn a_configuration_without_own_columns_reads_the_data_as_they_are() {
    let dataset = simulated(240, 3);
    let read = Config::default().with_own_columns(dataset.clone()).unwrap();
    assert_eq!(read.manifest(), dataset.manifest());
}

#[test]
fn in_a_cell_a_column_joins_a_series_without_any_configuration() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "");
    let column = OwnColumn::new(folder.path().join("funding_basis_1d.csv"), "funding_rate", Frequency::Daily)
        .published_after("1h".parse().unwrap())
        .within(-1.0, 1.0);
    let bare = Study::open_series(folder.path().join("index.csv")).unwrap();
    let study = bare.with_column("funding", &column).unwrap();
    assert_ne!(study.dataset().fingerprint(), bare.dataset().fingerprint());
    let z = Described::new("funding", Transform::ZScore, "30d".parse().unwrap()).named("funding_z");
    let study = study.with_feature(z).unwrap();
    assert!(study.forecast(&Har::with_exogenous(["funding_z"])).unwrap().len() > 1_000);
    let again = study.with_column("funding", &column).unwrap();
    assert_eq!(again.dataset().fingerprint(), study.dataset().fingerprint(), "it replaces itself");
    let refused = bare.with_column("dvol", &column).unwrap_err().to_string();
    assert!(refused.contains("a name the panel does not have yet"), "{refused}");
}

/// What a study says of the page's example with one text in place of another.
fn refusal(old: &str, new: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    assert!(example().contains(old), "{old}");
    written(folder.path(), "");
    fs::write(folder.path().join("thesis.toml"), example().replace(old, new)).unwrap();
    let error = Study::open(folder.path().join("thesis.toml")).expect_err(new);
    assert_eq!(error.exit_code(), 2, "{error}");
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn what_cannot_be_is_refused_with_its_line_its_key_and_what_it_may_be() {
    let cases = [
        ("unit =", "units =", "thesis.toml: line 6: unknown field `units`, expected one of `file`"),
        ("known_after = \"1h\"", "", "thesis.toml: line 1: missing field `known_after`"),
        ("frequency = \"1d\"", "frequency = \"2d\"", "thesis.toml: line 4: unknown variant `2d`"),
        (
            "known_after = \"1h\"",
            "known_after = \"20000d\"",
            "line 5: columns.funding.known_after = 20000d: must be at most",
        ),
        (
            "[-1.0, 1.0]",
            "[1.0, -1.0]",
            "line 7: columns.funding.bounds = [1, -1]: must be two finite numbers",
        ),
        (
            "funding_basis_1d.csv",
            "none.csv",
            "line 2: columns.funding.file = none.csv: must be a file: there is none at",
        ),
        ("[columns.funding]", "[columns.mvrv]", "line 1: columns.mvrv = mvrv: must be letters"),
        (
            "transform = \"z_score\"",
            "transform = \"z\"",
            "thesis.toml: line 11: unknown variant `z`, expected one of `value`",
        ),
        (
            "column = \"funding\"",
            "column = \"fundin\"",
            "line 10: features.funding_z.column = fundin: must be a column of the data",
        ),
        (
            "window = \"30d\"",
            "window = \"24h\"",
            "line 12: features.funding_z.window = 24h: must be at least 2d over daily values",
        ),
        ("window = \"30d\"", "", "line 9: features.funding_z.window = none: must be at least 2d"),
        ("\"z_score\"", "\"log\"", "line 12: features.funding_z.window = 30d: must be left out"),
        ("[features.funding_z]", "[features.nvrv]", "line 9: features.nvrv = nvrv: must be letters"),
    ];
    for (old, new, expected) in cases {
        let message = refusal(old, new);
        assert!(message.contains(expected), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn what_a_file_does_not_hold_is_refused_by_file_column_row_and_value() {
    let cases = [
        (
            "\"funding_rate\"",
            "\"rate\"",
            "funding_basis_1d.csv: no column `rate`; it has: date, funding_rate",
        ),
        ("[-1.0, 1.0]", "[0.0, 1.0]", "funding_basis_1d.csv: column `funding_rate`, row "),
        ("frequency = \"1d\"", "frequency = \"1h\"", "funding_basis_1d.csv: rows keep a step of 1 d"),
    ];
    for (old, new, expected) in cases {
        let message = refusal(old, new);
        assert!(message.starts_with(expected), "{message}");
    }
    assert!(refusal("[-1.0, 1.0]", "[0.0, 1.0]").contains("outside [0, 1] for `funding`; correct it or set"));
    let logarithm = refusal_of_features("transform = \"z_score\"\nwindow = \"30d\"", "transform = \"log\"");
    assert!(logarithm.contains("feature `funding_z`, a logarithm: `funding` at index"), "{logarithm}");
}

fn refusal_of_features(old: &str, new: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    assert!(example().contains(old), "{old}");
    written(folder.path(), &example().replace(old, new));
    open(folder.path()).features().expect_err(new).to_string()
}

#[test]
fn a_trainer_may_name_a_described_feature_and_no_unknown_one() {
    let folder = tempfile::tempdir().unwrap();
    let with = |feature: &str| {
        written(folder.path(), &format!("{}[train.rolling]\nfeatures = ['dvol', '{feature}']\n", example()));
        Study::open(folder.path().join("thesis.toml"))
    };
    let spec = with("funding_z").unwrap().trainer("rolling", &Settings::default()).unwrap();
    assert_eq!(spec.features, ["dvol", "funding_z"]);
    let refused = with("funding_y").unwrap_err().to_string();
    assert!(refused.contains("features = funding_y: must be") && refused.contains("funding_z"), "{refused}");
}

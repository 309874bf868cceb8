//! An index alone: what is made of it, what is left out, and that both are said.

use super::files::Files;
use super::support::command::dvol;
use super::support::samples::simulated;
use dvol::data::{Dataset, ImportPolicy, SourceBytes, Subject, import_bytes};
use dvol::experiment::AbsentColumn;
use dvol::feature_table::{FeatureSettings, all_features, features_that_read};
use dvol::features::known;
use dvol::panel::Panel;
use dvol::study::Study;
use std::fmt::Write as _;
use std::fs;

pub(super) const BACKTEST: &str = "[backtest]\nfrom = \"2022-01-10\"\nto = \"2022-02-15\"\nrefit = \"20d\"\n\
    [window]\nfirst = \"2021-04-01\"\nlast = \"2022-04-01\"\n";

/// The index of a simulated market as a file.
pub(super) fn index_file(hours: usize) -> String {
    let dataset = simulated(hours, 5);
    let panel = dataset.panel();
    let mut text = "timestamp,close\n".to_owned();
    for (time, value) in panel.times().zip(panel.values("dvol").unwrap()) {
        writeln!(text, "{time},{value}").unwrap();
    }
    text
}

fn without(panel: &Panel, column: &str) -> Panel {
    let names: Vec<&str> = panel.names().into_iter().filter(|name| *name != column).collect();
    panel.select(&names).unwrap()
}

#[test]
fn exactly_the_features_that_read_a_column_are_left_out_without_it() {
    let dataset = simulated(1_500, 3);
    let full = dataset.panel();
    let settings = FeatureSettings::default();
    let all = all_features(&known(full).unwrap(), &settings).unwrap();
    assert!(AbsentColumn::of(full).unwrap().is_empty());
    for name in full.names().into_iter().filter(|name| *name != "dvol") {
        let bare = without(full, name);
        let made = all_features(&known(&bare).unwrap(), &settings).unwrap();
        let lost: Vec<&str> = all
            .names()
            .into_iter()
            .filter(|feature| !made.has(feature) && *feature != "realized_volatility")
            .collect();
        let absent = AbsentColumn::of(&bare).unwrap();
        let told: Vec<&str> = absent.iter().flat_map(|absent| absent.features.iter().copied()).collect();
        assert_eq!(lost, told, "without {name}");
        assert_eq!(lost, features_that_read(name).unwrap(), "without {name}");
        for feature in made.columns() {
            let (own, other) = (feature.values(), all.values(feature.name()).unwrap());
            let same = own.iter().zip(other).all(|(own, other)| own.to_bits() == other.to_bits());
            assert!(same, "{} moves without {name}", feature.name());
        }
    }
}

#[test]
fn an_index_alone_is_imported_audited_and_walked_forward() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.csv"), index_file(9_000)).unwrap();
    fs::write(folder.path().join("thesis.toml"), BACKTEST).unwrap();
    let imported = dvol(folder.path(), &["data", "import", "--dvol", "index.csv", "--json"]);
    assert!(imported.err.contains("no column `mvrv`: left out `nvrv`"), "{}", imported.err);
    assert_eq!(imported.json()["columns"].as_array().unwrap().len(), 1);
    let audited = dvol(folder.path(), &["data", "audit", "--json"]).json();
    let findings = audited["findings"].as_array().unwrap();
    let absent: Vec<&str> = findings
        .iter()
        .filter(|finding| finding["check"] == "absent")
        .map(|finding| finding["column"].as_str().unwrap())
        .collect();
    assert_eq!(absent, ["price", "transaction_volume_usd", "active_addresses", "mvrv"]);

    let walked = dvol(folder.path(), &["backtest", "--no-figures", "--json"]);
    let needed = "left out: `har_x_log` reads `dvol_rv_spread`, which needs column `price`";
    assert!(walked.err.contains(needed), "{}", walked.err);
    let document = walked.json();
    let models: Vec<&str> =
        document.as_array().unwrap().iter().map(|row| row["model"].as_str().unwrap()).collect();
    let expected = [
        "persistence",
        "drift",
        "mean",
        "moving_average_5",
        "moving_average_22",
        "hour_of_week",
        "har",
        "har_differenced",
        "har_log",
        "har_calendar",
        "har_two_stage",
        "har_windows",
        "har_events",
        "har_half_life",
        "har_half_lives",
        "har_windows_shrunk",
    ];
    assert_eq!(models, expected);

    let message = dvol(folder.path(), &["backtest", "--models", "persistence,har_x_log"]).refusal();
    assert!(message.contains("model = har_x_log") && message.contains("column `price`"), "{message}");
}

#[test]
fn an_on_chain_file_without_active_addresses_lacks_that_column_alone() {
    let files = Files::of_days(40);
    let file = |subject, text: &str| SourceBytes {
        subject,
        path: "file.csv".into(),
        bytes: text.as_bytes().to_vec(),
    };
    let onchain = files.onchain.replace("AdrActCnt", "something_else");
    let sources = vec![
        file(Subject::Dvol, &files.dvol),
        file(Subject::Price, &files.price),
        file(Subject::Onchain, &onchain),
    ];
    let dataset = import_bytes(sources, &ImportPolicy::default()).unwrap();
    let absent = AbsentColumn::of(dataset.panel()).unwrap();
    assert_eq!(absent.len(), 1);
    assert_eq!(absent[0].features, ["active_addresses"]);
    assert!(dataset.panel().has("mvrv") && dataset.panel().has("transaction_volume_usd"));
}

#[test]
fn a_series_opened_in_a_cell_is_the_one_that_an_import_makes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index.csv");
    fs::write(&path, index_file(6_000)).unwrap();
    let study = Study::open_series(&path).unwrap();
    dvol(folder.path(), &["data", "import", "--dvol", "index.csv"]).succeeded();
    let imported: Dataset = dvol::data::load(folder.path().join("data")).unwrap();
    assert_eq!(study.dataset().fingerprint(), imported.fingerprint());
    assert!(!study.is_simulated());

    assert!(study.jumps().unwrap().times.len() > 6_000);
    let described = study.describe().unwrap();
    assert_eq!(described.summary.len(), 1 + 3 + 4, "the index, its lags and the jump features");
    assert!(study.predictors().is_ok());
    let har = study.har().unwrap();
    assert!(har.left_out.iter().any(|model| model.model == "har_x_log"));
    assert!(har.to_string().contains("left out: `har_x_log` reads `dvol_rv_spread`"));
    assert!(study.residuals_by_regime(&har.forecasts[1]).is_ok());
    let har_log = study.model_of_seeds("har_log", 1).unwrap();
    assert!(study.forecast(har_log.as_ref()).unwrap().bands().len() > 1);
    let error = study.walk_forward(&["har_x_log"]).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("`dvol_rv_spread` needs column `price`"), "{error}");
}

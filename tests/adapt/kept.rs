//! Tomorrow's forecast, kept for the next time it is asked for.

use dvol::config::Config;
use dvol::data::{Dataset, Simulation};
use dvol::panel::{Column, Panel};
use dvol::prelude::*;
use dvol::study::Outlook;
use std::fs;
use std::path::{Path, PathBuf};

fn study(folder: &Path, model: &str, level_at_row_2000: Option<f64>) -> Study {
    let text = format!("folders = {{ data = 'nowhere' }}\npredict = {{ model = '{model}' }}");
    fs::write(folder.join("thesis.toml"), text).unwrap();
    let config = Config::read(folder.join("thesis.toml")).unwrap();
    let dataset = Dataset::simulated(&Simulation { hours: 2_600, ..Simulation::default() }).unwrap();
    let Some(level) = level_at_row_2000 else { return Study::with_dataset(config, dataset) };
    let empty = Panel::new(dataset.panel().start(), dataset.panel().len()).unwrap();
    let panel = dataset.panel().columns().iter().fold(empty, |panel, column| {
        let mut values = column.values().to_vec();
        if column.name() == "dvol" {
            values[2_000] = level;
            return panel.with(Column::bars("dvol", values)).unwrap();
        }
        panel.with(column.clone()).unwrap()
    });
    Study::with_dataset(config, dataset.with_panel(panel))
}

/// The forecast, and whether a model was fitted for it.
fn asked(study: &Study) -> (Outlook, bool) {
    let mut fitted = false;
    let outlook = study.predict_kept(None, |_| fitted = true).unwrap();
    (outlook, fitted)
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder.join("models/predictions")).unwrap().collect();
    assert_eq!(files.len(), 1);
    files.into_iter().next().unwrap().unwrap().path()
}

#[test]
fn the_second_answer_is_the_first_and_fits_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (first, fitted) = asked(&study(folder.path(), "har_log", None));
    assert!(fitted);
    let (second, fitted) = asked(&study(folder.path(), "har_log", None));
    assert!(!fitted, "code, data, origin and model are the same");
    assert_eq!(first, second);
    assert_eq!(first, study(folder.path(), "har_log", None).predict(None).unwrap());
}

#[test]
fn another_datum_another_model_or_another_origin_fit_again() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = asked(&study(folder.path(), "har_log", None));
    let (changed, fitted) = asked(&study(folder.path(), "har_log", Some(first.level + 9.0)));
    assert!(fitted, "one value of the past is another");
    assert_ne!(first.predicted, changed.predicted);
    assert!(asked(&study(folder.path(), "har", None)).1, "the specification is another");
    let study = study(folder.path(), "har_log", None);
    let mut fitted = false;
    study.predict_kept(Some(first.origin - Horizon::hours(1)), |_| fitted = true).unwrap();
    assert!(fitted, "an hour earlier less was known");
}

#[test]
fn a_damaged_file_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = asked(&study(folder.path(), "har_log", None));
    let path = only_file(folder.path());
    let text = fs::read_to_string(&path).unwrap();
    let number = format!("\"predicted\": {}", first.predicted);
    assert!(text.contains(&number), "{text}");
    for damaged in
        [text.replace(&number, "\"predicted\": 99.5"), text[..text.len() / 2].to_owned(), String::new()]
    {
        fs::write(&path, damaged).unwrap();
        let (again, fitted) = asked(&study(folder.path(), "har_log", None));
        assert!(fitted && again == first);
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "and kept as it was");
    }
}

#[test]
fn a_market_that_is_called_otherwise_is_not_called_by_its_old_name() {
    let folder = tempfile::tempdir().unwrap();
    let first = asked(&study(folder.path(), "har_log", None)).0;
    let mut config = study(folder.path(), "har_log", None).config().clone();
    config.market =
        Some(dvol::market::Market { index: "ours".to_owned(), ..dvol::market::Market::default() });
    let dataset = Dataset::simulated(&Simulation { hours: 2_600, ..Simulation::default() }).unwrap();
    let (renamed, fitted) = asked(&Study::with_dataset(config, dataset));
    assert_eq!((renamed.index.as_str(), fitted), ("ours", false));
    assert_eq!(renamed.predicted, first.predicted);
}

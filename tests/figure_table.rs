//! The table of figures: each entry makes what it says, of whatever market the study is about.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::config::Config;
use dvol::figures::Figure;
use dvol::figures::forecasts::predictions;
use dvol::prelude::*;
use dvol::study::FIGURES;
use std::collections::BTreeSet;

fn study(market: &str) -> Study {
    let text = format!(
        "{market}\nsimulation = {{ hours = 14000 }}\nfolders = {{ data = 'nowhere' }}\npredict = {{ model = 'har_calendar' }}"
    );
    Study::new(Config::parse(&text).expect("a configuration")).expect("a study")
}

/// Everything a reader sees of a figure.
fn words(figure: &Figure) -> String {
    format!("{} {}", figure.caption(), figure.plot())
}

fn says_ether(text: &str) -> bool {
    let rest = text.replace("ETH DVOL", "");
    !["DVOL", "BTC", "Bitcoin"].iter().any(|word| rest.contains(word))
}

#[test]
fn every_entry_makes_the_figure_of_its_name_and_names_are_unique_without_a_chapter_s_number() {
    let study = study("");
    let names: BTreeSet<&str> = FIGURES.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), FIGURES.len());
    for entry in FIGURES {
        let figure = (entry.make)(&study).expect(entry.name);
        assert_eq!(figure.name(), entry.name);
        assert!(!entry.about.is_empty() && !entry.name.starts_with(|c: char| c.is_ascii_digit()));
    }
}

#[test]
fn an_unknown_figure_is_answered_with_all_that_are_known() {
    let error = study("").figure("01_coverage").expect_err("a name of old");
    assert_eq!(error.exit_code(), 2);
    for entry in FIGURES {
        assert!(error.to_string().contains(entry.name), "{error}");
    }
}

#[test]
fn figures_of_ether_s_market_say_so_and_name_no_other() {
    let study = study("market = { asset = 'eth' }");
    for entry in FIGURES {
        let text = words(&(entry.make)(&study).expect(entry.name));
        assert!(says_ether(&text), "{}: {text}", entry.name);
    }
    let over_time = words(&study_figure(&study, "dvol_over_time"));
    for part in ["ETH DVOL (index points)", "ETH price", "implied volatility index of Ether", "Merge"] {
        assert!(over_time.contains(part), "{part}");
    }
    let outlook = study.predict(None).expect("an outlook");
    let forecasts = &study.naive().expect("forecasts")[0];
    for figure in [study.outlook_figure(&outlook), predictions(forecasts, &study.market())] {
        let text = words(&figure.expect("a figure"));
        assert!(text.contains("ETH DVOL") && says_ether(&text), "{text}");
    }
}

fn study_figure(study: &Study, name: &str) -> Figure {
    let entry = FIGURES.iter().find(|entry| entry.name == name).expect("an entry");
    (entry.make)(study).expect("a figure")
}

#[test]
fn figures_of_bitcoin_s_market_say_what_they_always_said() {
    let study = study("");
    let over_time = study_figure(&study, "dvol_over_time");
    assert!(
        over_time.caption().starts_with("DVOL, Deribit's 30-day implied volatility index of Bitcoin, as")
    );
    assert_eq!(over_time.plot()["data"][2]["name"], "BTC price");
    assert_eq!(over_time.plot()["layout"]["yaxis"]["title"]["text"], "DVOL (index points)");
}

#[test]
fn tables_of_ether_s_market_say_so_too() {
    let study = study("market = { asset = 'eth' }");
    let outlook = study.predict(None).expect("an outlook").to_string();
    let predictors = study.predictors().expect("a regression").to_string();
    let protocol = study.replicate_protocol().expect("steps").to_string();
    for text in [outlook, predictors, protocol] {
        assert!(text.contains("ETH DVOL") && says_ether(&text), "{text}");
    }
}

//! The table of figures: each entry makes what it says, of whatever market the study is about.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::config::Config;
use dvol::figures::forecasts::predictions;
use dvol::figures::{Figure, Width};
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
    for part in ["ETH DVOL (index points)", "ETH price", "implied volatility index of Ether", "2022-09-15"] {
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
fn a_figure_says_in_its_margin_what_was_drawn_whatever_the_study_reads() {
    let study = study("");
    let margin = |name: &str| {
        let figure = study.stamped(study_figure(&study, name)).expect("a stamp");
        figure.plot()["layout"]["title"]["text"].as_str().expect("a note").to_owned()
    };
    for entry in FIGURES {
        let note = margin(entry.name);
        let recorded = entry.name.starts_with("recorded_");
        assert_eq!(note.starts_with("recorded"), recorded, "{}: {note}", entry.name);
        assert_eq!(note.contains("simulated data"), !recorded, "{}: {note}", entry.name);
    }
    let ledger = std::fs::read_to_string("results/manifest.json").expect("the ledger");
    let data = margin("recorded_scaling").rsplit(' ').next().expect("a hash").to_owned();
    assert!(ledger.contains(&format!("\"data\": \"{data}")), "{data}");
}

#[test]
fn a_paper_s_column_has_fewer_pixels_and_its_own_typeface() {
    let study = study("");
    let figure = study_figure(&study, "har_coefficients").printed(Width::COLUMN, Some("Source Serif 4"));
    assert_eq!(figure.width(), 417);
    let family = figure.plot()["layout"]["template"]["layout"]["font"]["family"].as_str().unwrap();
    assert!(family.starts_with("Source Serif 4, STIX Two Text"), "{family}");
    assert_eq!(
        study_figure(&study, "har_coefficients").printed(Width::PAGE, None),
        study_figure(&study, "har_coefficients")
    );
}

#[test]
fn no_event_of_the_real_market_stands_over_a_simulated_one() {
    let study = study("");
    let named: Vec<String> = Event::thesis().into_iter().map(|event| event.name).collect();
    let dates: Vec<String> =
        Event::thesis().iter().map(|event| event.date.civil().date().to_string()).collect();
    let own: Vec<String> = study.market().events.into_iter().map(|event| event.name).collect();
    assert_eq!(own, dates);
    for entry in FIGURES {
        let text = words(&(entry.make)(&study).expect(entry.name));
        assert!(named.iter().all(|name| !text.contains(name.as_str())), "{}", entry.name);
    }
    let invented = "market = { events = [{ name = 'flood', date = '2021-09-01T00:00:00Z' }] }";
    let kept = self::study(invented).market().events;
    assert_eq!(kept[0].name, "flood");
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

#[test]
fn numbers_without_room_are_left_out_of_a_narrow_figure_and_said() {
    let mut levels = vec![60.0; 6_000];
    levels[700] = f64::NAN;
    let start = "2022-01-01T00:00:00Z".parse().unwrap();
    let panel = Panel::new(start, levels.len()).unwrap().with(Column::bars("dvol", levels)).unwrap();
    let study = study("");
    let with_gap = dvol::figures::data::coverage(&panel, &study.market()).unwrap();
    for (figure, texts) in [(study_figure(&study, "correlation"), "/layout/annotations"), (with_gap, "/data")]
    {
        let count = |figure: &Figure| {
            figure.plot().pointer(texts).and_then(|held| held.as_array()).map_or(0, Vec::len)
        };
        let page = figure.clone().printed(Width::PAGE, None);
        let narrow = figure.clone().printed("40mm".parse().unwrap(), None);
        assert!(count(&narrow) < count(&page), "{}", figure.name());
        assert!(narrow.caption().ends_with("are left out.") && !page.caption().ends_with("are left out."));
    }
}

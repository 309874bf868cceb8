//! Whose market a study is about, and what that decides.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "support/mod.rs"]
mod support;

use dvol::config::Config;
use dvol::data::{Dataset, FetchPlan, ImportPolicy, PriceSource, Provenance, Simulation, load};
use dvol::prelude::*;
use dvol::study::Reads;
use std::fs;
use std::path::Path;
use support::command::dvol;

fn fetched(asset: Asset) -> Dataset {
    let dataset = Dataset::simulated(&Simulation { hours: 800, ..Simulation::default() }).expect("data");
    let (from, until) = (dataset.panel().start(), dataset.panel().last());
    let plan = FetchPlan { asset, price: PriceSource::Binance, funding: None, from, until };
    dataset.with_provenance(Provenance::Fetch { plan, policy: ImportPolicy::default() })
}

/// A data set of another seed than the simulator's own, fetched for an asset.
fn saved(folder: &Path, asset: Asset, seed: u64) {
    let simulation = Simulation { hours: 7_000, seed: Seed::new(seed), ..Simulation::default() };
    let dataset = Dataset::simulated(&simulation).expect("data");
    let provenance = fetched(asset).manifest().provenance.clone();
    dataset.with_provenance(provenance).save(folder).expect("a data set");
}

fn config(text: &str) -> Config {
    Config::parse(text).expect("a configuration")
}

#[test]
fn a_data_set_fetched_for_ether_makes_a_study_of_ether_also_when_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = fetched(Asset::Eth).save(folder.path()).expect("a data set");
    for dataset in [saved, load(folder.path()).expect("the same")] {
        let study = Study::with_dataset(Config::default(), dataset);
        assert_eq!(study.market(), Market::new(Asset::Eth));
    }
    assert_eq!(Study::with_dataset(Config::default(), fetched(Asset::Btc)).market(), Market::default());
}

#[test]
fn a_market_in_the_configuration_comes_before_the_data_set_s() {
    let given = config("[market]\nasset = 'btc'\nindex = 'BVIV'");
    let market = Study::with_dataset(given, fetched(Asset::Eth)).market();
    assert_eq!((market.asset, market.index.as_str()), (Asset::Btc, "BVIV"));
    assert_eq!(market.events, Event::thesis(), "what is not given is the asset's own");
}

#[test]
fn an_unknown_key_or_asset_of_a_market_is_refused_by_name() {
    for (text, named) in [("[market]\nindx = 'X'", "indx"), ("[market]\nasset = 'sol'", "sol")] {
        let error = Config::parse(text).expect_err(named);
        assert!(error.to_string().contains(named), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
}

#[test]
fn a_market_read_from_what_was_written_is_the_same_and_what_is_not_given_is_the_asset_s_own() {
    for asset in Asset::ALL {
        let mut written = Config::default();
        written.market = Some(Market { index: "X".to_owned(), ..Market::new(asset) });
        let text = toml::to_string(&written).expect("TOML");
        assert_eq!(config(&text).market, written.market, "{text}");
    }
    let ether = config("[market]\nasset = 'eth'\nevents = []").market.expect("a market");
    assert_eq!((ether.index.as_str(), ether.events.len()), ("ETH DVOL", 0));
}

#[test]
fn a_moved_event_is_another_result_about_events_and_the_same_result_about_models() {
    let identity = |text: &str, reads| {
        Study::with_dataset(config(text), fetched(Asset::Btc)).result_identity(reads).expect("an identity")
    };
    let moved = "[market]\nevents = [{ name = 'FTX', date = '2022-11-09T00:00:00Z' }]";
    assert_eq!(identity("", Reads::Models), identity(moved, Reads::Models));
    assert_ne!(identity("", Reads::ModelsAndEvents), identity(moved, Reads::ModelsAndEvents));
    assert_ne!(identity("", Reads::Figure), identity("[market]\nindex = 'X'", Reads::Figure));
}

#[test]
fn a_walk_forward_of_ether_says_so_and_leaves_bitcoin_s_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    saved(&folder.path().join("ether"), Asset::Eth, 7);
    saved(&folder.path().join("bitcoin"), Asset::Btc, 42);
    let of_data = |data: &'static str| {
        let models = "persistence,hour_of_week,har_two_stage,har_events";
        let from = load(folder.path().join(data)).expect("data").panel().at(5_000).to_string();
        let to = load(folder.path().join(data)).expect("data").panel().at(6_900).to_string();
        let asset = if data == "ether" { "eth" } else { "btc" };
        let asked =
            ["backtest", "--data", data, "--asset", asset, "--models", models, "--from", &from, "--to", &to];
        dvol(folder.path(), &asked).succeeded()
    };
    let ether = of_data("ether");
    assert!(ether.out.starts_with("ETH DVOL, data: imported data, 7000 hours"), "{}", ether.out);
    assert!(
        !folder.path().join("results").join("backtest").exists(),
        "its results have a folder of their own"
    );
    let results = folder.path().join("results/eth");
    let ledger = fs::read_to_string(results.join("manifest.json")).expect("a ledger");
    assert!(ledger.contains("dvol backtest --asset eth"), "{ledger}");
    let captions = |folder: &Path| -> Vec<String> {
        let files = fs::read_dir(folder).expect("figures").map(|file| file.expect("a file").path());
        let figures = files.filter(|path| {
            path.to_string_lossy().contains("walk_forward_")
                && path.extension().is_some_and(|end| end == "json")
        });
        let caption = |path: std::path::PathBuf| {
            let text = fs::read_to_string(path).expect("JSON");
            let figure: dvol::serde_json::Value = dvol::serde_json::from_str(&text).expect("JSON");
            figure["layout"]["meta"]["caption"].as_str().expect("a caption").to_owned()
        };
        figures.map(caption).collect()
    };
    let of_ether = captions(&folder.path().join("figures/eth"));
    assert!(
        of_ether.len() > 2 && of_ether.iter().all(|caption| caption.starts_with("ETH DVOL: ")),
        "{of_ether:?}"
    );
    let metrics = fs::read_to_string(results.join("backtest/metrics.json")).expect("metrics");
    let bitcoin = of_data("bitcoin");
    assert!(bitcoin.out.starts_with("DVOL, data: "), "{}", bitcoin.out);
    assert!(folder.path().join("figures/walk_forward_scores.json").exists());
    assert_eq!(fs::read_to_string(results.join("backtest/metrics.json")).expect("metrics"), metrics);
    let wrong = dvol(folder.path(), &["backtest", "--data", "bitcoin", "--asset", "eth"]).refusal();
    assert!(wrong.contains("is about Bitcoin") && wrong.contains("dvol data fetch --asset"), "{wrong}");
}

#[test]
fn a_simulated_market_is_of_the_asset_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("thesis.toml"), "simulation = { hours = 3000 }").expect("a configuration");
    let asked = [
        "backtest",
        "--asset",
        "ETH",
        "--no-figures",
        "--models",
        "persistence",
        "--from",
        "2021-07-01",
        "--to",
        "2021-07-20",
    ];
    let run = dvol(folder.path(), &asked).succeeded();
    assert!(run.out.starts_with("ETH DVOL, data: the simulated market"), "{}", run.out);
}

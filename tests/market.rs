//! Whose market a study is about, and what that decides.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::config::Config;
use dvol::data::{Dataset, FetchPlan, ImportPolicy, PriceSource, Provenance, Simulation, load};
use dvol::prelude::*;
use dvol::study::Reads;

fn fetched(asset: Asset) -> Dataset {
    let dataset = Dataset::simulated(&Simulation { hours: 800, ..Simulation::default() }).expect("data");
    let (from, until) = (dataset.panel().start(), dataset.panel().last());
    let plan = FetchPlan { asset, price: PriceSource::Binance, funding: None, from, until };
    dataset.with_provenance(Provenance::Fetch { plan, policy: ImportPolicy::default() })
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

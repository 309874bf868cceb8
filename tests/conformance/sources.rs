//! What every source of data owes.

use dvol::data::{Asset, FetchPlan, FetchSettings, FundingSource, Host, PriceSource, SOURCES, Subject};
use std::collections::BTreeSet;

fn plans() -> Vec<FetchPlan> {
    let (from, until) = ("2021-04-01".parse().unwrap(), "2021-06-01".parse().unwrap());
    [Asset::Btc, Asset::Eth]
        .into_iter()
        .flat_map(|asset| {
            let fundings = [None, Some(FundingSource::Deribit), Some(FundingSource::Binance)];
            let prices = [PriceSource::Binance, PriceSource::Deribit].into_iter();
            prices.flat_map(move |price| {
                fundings.map(|funding| FetchPlan { asset, price, funding, from, until })
            })
        })
        .collect()
}

/// Settings under which every optional source is asked.
fn everything() -> FetchSettings {
    let research_bitcoin = [("mvrv".to_owned(), "market/mvrv".to_owned())].into();
    FetchSettings { research_bitcoin, ..FetchSettings::default() }
}

#[test]
fn names_of_sources_servers_and_subjects_are_unique() {
    super::unique(SOURCES.iter().map(|source| source.name));
    let hosts: Vec<String> = Host::ALL.iter().map(Host::to_string).collect();
    super::unique(hosts.iter().map(String::as_str));
    let subjects: Vec<String> = Subject::ALL.iter().map(Subject::to_string).collect();
    super::unique(subjects.iter().map(String::as_str));
}

#[test]
fn no_plan_has_two_series_of_one_name() {
    for plan in plans() {
        let series: Vec<(String, Subject)> =
            SOURCES.iter().flat_map(|source| source.series(&plan, &everything()).unwrap()).collect();
        super::unique(series.iter().map(|(name, _)| name.as_str()));
    }
}

#[test]
fn every_subject_has_a_reader_and_every_server_a_source() {
    let mut read = BTreeSet::new();
    for plan in plans() {
        for source in SOURCES {
            for (name, subject) in source.series(&plan, &everything()).unwrap() {
                assert!(source.subjects.contains(&subject), "{}: {name} is about {subject}", source.name);
                read.insert(subject);
            }
        }
    }
    assert_eq!(read, BTreeSet::from(Subject::ALL));
    for host in Host::ALL {
        assert!(SOURCES.iter().any(|source| source.host == host), "{host} is never asked");
    }
}

#[test]
fn every_plan_has_dvol_and_one_price() {
    for plan in plans() {
        let subjects: Vec<Subject> = SOURCES
            .iter()
            .flat_map(|source| source.series(&plan, &FetchSettings::default()).unwrap())
            .map(|(_, subject)| subject)
            .collect();
        for subject in [Subject::Dvol, Subject::Price, Subject::Onchain] {
            assert_eq!(subjects.iter().filter(|one| **one == subject).count(), 1, "{plan:?}: {subjects:?}");
        }
    }
}

#[test]
fn a_metric_asked_by_name_comes_before_the_general_source_of_its_subject() {
    let plan = &plans()[0];
    let onchain: Vec<String> = SOURCES
        .iter()
        .flat_map(|source| source.series(plan, &everything()).unwrap())
        .filter(|(_, subject)| *subject == Subject::Onchain)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(onchain, ["mvrv", "coin_metrics"]);
    let unknown = FetchSettings {
        research_bitcoin: [("colour".to_owned(), "market/colour".to_owned())].into(),
        ..FetchSettings::default()
    };
    assert!(SOURCES.iter().any(|source| source.series(plan, &unknown).is_err()));
}

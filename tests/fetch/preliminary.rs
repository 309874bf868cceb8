//! Values that their source will revise: kept, counted, and named by the audit with the features that lean on them.

use super::loopback::{Paging, Server};
use super::support::command::dvol;
use super::support::samples::time;
use super::{fetched, small_world, values};
use dvol::data::{AuditLimits, Check, audit, load};
use dvol::feature_table::{FEATURES, features_that_read};
use serde_json::json;
use std::fs;

/// A server whose last two days of addresses, and last day of MVRV, are preliminary.
fn flashing() -> Server {
    let server = Server::start(small_world(), Paging { metrics: 40, ..Paging::default() });
    server.misbehave(|ask, _, reply| {
        if ask.host == "coin_metrics" && !reply.body.contains("next_page_token") {
            reply.edit(|answer| {
                for (place, day) in
                    answer["data"].as_array_mut().unwrap().iter_mut().rev().take(4).enumerate()
                {
                    let word = |late: usize| if place < late { "flash" } else { "reviewed" };
                    day["AdrActCnt-status"] = json!(word(2));
                    day["AdrActCnt-status-time"] = json!("2021-04-05T04:00:00.000000000Z");
                    day["CapMVRVCur-status"] = json!(word(1));
                }
            });
        }
    });
    server
}

#[test]
fn preliminary_values_are_kept_counted_and_named() {
    let (folder, dataset) = fetched(&flashing());
    let settled = fetched(&Server::start(small_world(), Paging::default())).1;
    assert_eq!(values(&dataset, "active_addresses").len(), values(&settled, "active_addresses").len());
    let same = values(&dataset, "mvrv")
        .iter()
        .zip(values(&settled, "mvrv"))
        .all(|(one, other)| one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan());
    assert!(same, "a preliminary value is a value");
    let chain =
        dataset.manifest().sources.iter().find(|source| source.path.contains("coin_metrics")).unwrap();
    let early = chain.preliminary["active_addresses"];
    assert_eq!((early.count, early.first, early.last), (2, time("2021-04-03"), time("2021-04-04")));
    assert_eq!(chain.preliminary["mvrv"].count, 1);
    assert_eq!(chain.preliminary.len(), 2);
    assert!(settled.manifest().sources.iter().all(|source| source.preliminary.is_empty()));
    // the file of the source says so too, and an import of it counts the same
    let text = fs::read_to_string(folder.path().join("sources/daily/coin_metrics.csv")).unwrap();
    assert!(
        text.starts_with("timestamp,AdrActCnt,") && text.contains(",AdrActCnt-status,CapMVRVCur-status\n")
    );
    assert_eq!(text.matches("flash").count(), 3);
    let audit = audit(&load(folder.path()).unwrap(), None, &AuditLimits::default());
    let found: Vec<_> = audit.findings.iter().filter(|finding| finding.check == Check::Preliminary).collect();
    assert_eq!(found.len(), 2);
}

#[test]
fn the_audit_names_the_features_that_lean_on_preliminary_values() {
    let (folder, _) = fetched(&flashing());
    let path = folder.path().to_str().unwrap();
    let text = dvol(folder.path(), &["data", "audit", "--data", path]).succeeded().out;
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("preliminary"), "{text}");
    let report = dvol(folder.path(), &["data", "audit", "--data", path, "--json"]).json();
    let detail = |column: &str| {
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|one| one["check"] == "preliminary" && one["column"] == column);
        finding.unwrap()["detail"].as_str().unwrap().to_owned()
    };
    assert!(detail("active_addresses").ends_with("features that lean on it: active_addresses"));
    assert!(detail("mvrv").ends_with("features that lean on it: nvrv"));
}

#[test]
fn every_feature_but_those_of_the_calendar_leans_on_a_column() {
    let columns = ["dvol", "price", "transaction_volume_usd", "active_addresses", "mvrv"];
    let read: Vec<&str> = columns.iter().flat_map(|column| features_that_read(column).unwrap()).collect();
    for group in FEATURES {
        for feature in group.columns() {
            assert_eq!(read.contains(&feature), !["calendar", "schedule"].contains(&group.name), "{feature}");
        }
    }
}

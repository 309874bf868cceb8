//! Fetching: paging, faults, resuming, offline, secrets; against a loopback server.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod admission;
mod answers;
mod command;
mod faults;
mod funding;
mod hostile;
mod loopback;
mod mutated;
mod pace;
mod preliminary;
mod refusals;
mod replay;
#[path = "../support/mod.rs"]
mod support;
mod world;

use dvol::data::{Asset, Dataset, Fetch, FetchSettings, Host, ImportPolicy, PriceSource, fetch};
use loopback::{Server, World};
use std::fs;
use std::path::Path;
use support::samples::time;
use tempfile::TempDir;

/// Twelve days of DVOL: a few questions a source.
const UNTIL: &str = "2021-04-04T23:00:00Z";

fn small_world() -> World {
    World::simulated(110)
}

fn settings(server: &Server) -> FetchSettings {
    FetchSettings {
        base: Host::ALL.into_iter().map(|host| (host, format!("{}/{host}", server.address))).collect(),
        requests_per_second: Some(5000.0),
        timeout_seconds: 20.0,
        attempts: 4,
        first_pause_seconds: 0.01,
        longest_pause_seconds: 3.0,
        ..FetchSettings::default()
    }
}

fn request(folder: &Path) -> Fetch {
    Fetch {
        asset: Asset::Btc,
        price: PriceSource::Binance,
        funding: None,
        from: None,
        until: Some(time(UNTIL)),
        folder: folder.to_path_buf(),
        offline: false,
        refresh: false,
    }
}

fn run(fetching: &Fetch, settings: &FetchSettings) -> dvol::Result<Dataset> {
    fetch(fetching, settings, &ImportPolicy::default(), &|_, _, _| {})
}

/// The bytes of the two files of a data set.
fn bytes(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| fs::read(folder.join(name)).expect("a data set");
    (read("panel.parquet"), read("manifest.json"))
}

fn fetched(server: &Server) -> (TempDir, Dataset) {
    let folder = tempfile::tempdir().unwrap();
    let dataset = run(&request(folder.path()), &settings(server)).expect("a fetch without faults");
    (folder, dataset)
}

fn values(dataset: &Dataset, name: &str) -> Vec<f64> {
    dataset.panel().values(name).unwrap().to_vec()
}

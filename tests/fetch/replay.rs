//! A fetch and an import of the same sources give the same panel; pages.

use super::loopback::{Ask, METRICS, Paging, Reply, Server, World};
use super::support::real;
use super::support::samples::time;
use super::{UNTIL, bytes, fetched, request, run, settings, small_world, values};
use dvol::data::{Fetch, ImportPolicy, import};
use dvol::time::{HOUR_MS, Horizon, Timestamp};
use serde_json::json;
use std::fs;
use std::path::Path;

#[test]
fn a_replay_of_all_sources_builds_the_panel_that_an_import_builds() {
    let (world, until) = (World::simulated(700), time("2022-12-01 23:00") - Horizon::hours(24));
    let files = tempfile::tempdir().unwrap();
    csv_files(&world, files.path(), until);
    assert_replayed_as_imported(world, files.path(), until);
}

#[test]
fn a_replay_builds_the_panel_that_an_import_builds_on_the_real_series() {
    let Some(folder) = real::series() else { return };
    assert_replayed_as_imported(World::real(&folder), &folder, time("2025-10-14 23:00"));
}

/// What is fetched of a world is what is imported of its files.
fn assert_replayed_as_imported(world: World, files: &Path, until: Timestamp) {
    let out = tempfile::tempdir().unwrap();
    let server = Server::start(world, Paging::default());
    let fetching = Fetch { until: Some(until), ..request(out.path()) };
    let fetched = run(&fetching, &settings(&server)).unwrap();
    let imported = import(&real::sources(files), &ImportPolicy::default()).unwrap();
    assert_eq!(fetched.panel().start(), imported.panel().start());
    assert_eq!(fetched.panel().len(), imported.panel().len());
    for column in imported.panel().columns() {
        let other = fetched.panel().column(column.name()).unwrap();
        assert_eq!(other.frequency(), column.frequency());
        assert_eq!(other.known_after_hours(), column.known_after_hours());
        let gappy = ["dvol_open", "dvol_high", "dvol_low"].contains(&column.name());
        for (row, (fetched, imported)) in other.values().iter().zip(column.values()).enumerate() {
            let same = fetched.to_bits() == imported.to_bits() || (fetched.is_nan() && imported.is_nan());
            // the file of OHLC bars has holes that the source has not
            assert!(
                same || (gappy && imported.is_nan()),
                "{} at {}",
                column.name(),
                imported_at(&fetching, row)
            );
        }
    }
}

fn imported_at(fetching: &Fetch, row: usize) -> Timestamp {
    let start = fetching.from.unwrap_or(time("2021-03-24"));
    Timestamp::from_millis(start.millis() + row as i64 * HOUR_MS)
}

/// The simulated world in the shapes of the real files.
fn csv_files(world: &World, folder: &Path, until: Timestamp) {
    let stamp = |millis: &i64| Timestamp::from_millis(*millis).to_string();
    let write = |name: &str, header: &str, rows: Vec<String>| {
        fs::write(folder.join(name), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    };
    let dvol = || world.dvol.range(..=until.millis());
    write(
        "dvol_close_1h.csv",
        "timestamp,dvol",
        dvol().map(|(t, r)| format!("{},{}", stamp(t), r[3])).collect(),
    );
    let bars = dvol().filter(|(t, _)| **t % (40 * HOUR_MS) != 0);
    let bars = bars.map(|(t, r)| format!("{t},{},{},{},{}", r[0], r[1], r[2], r[3])).collect();
    write("dvol_ohlc_1h_gappy.csv", "timestamp,dvol_open,dvol_high,dvol_low,dvol_close", bars);
    let price = world.price.range(..=until.millis());
    let price =
        price.map(|(t, r)| format!("{},{},{},{},{},{}", stamp(t), r[0], r[1], r[2], r[3], r[4])).collect();
    write("btcusdt_1h.csv", "timestamp,open,high,low,close,volume", price);
    let days = world.days.range(..=until.millis());
    let days = days.map(|(t, r)| format!("{},{}", stamp(t), r.map(|v| v.to_string()).join(","))).collect();
    write("coinmetrics_btc_1d.csv", &format!("time,{}", METRICS.join(",")), days);
    let volume = world.volume.range(..=until.millis());
    let volume = volume.map(|(t, v)| format!("{},{v}", stamp(t))).collect();
    write("blockchaincom_tx_volume_usd_1d.csv", "date,estimated_transaction_volume_usd", volume);
}

#[test]
fn paging_by_continuation_loses_no_hour_whichever_way_it_counts() {
    let world = small_world();
    for repeats in [false, true] {
        let server = Server::start(world.clone(), Paging { rows: 100, repeats, metrics: 17 });
        let (_folder, dataset) = fetched(&server);
        assert_eq!(dataset.manifest().column("dvol").unwrap().gaps, 0);
        let truth: Vec<f64> = world.dvol.range(..=time(UNTIL).millis()).map(|(_, row)| row[3]).collect();
        assert_eq!(values(&dataset, "dvol"), truth);
        let asked = server.asked.lock().unwrap();
        let pages = |part: &str| asked.iter().filter(|ask| ask.path.contains(part)).count();
        assert_eq!(pages("volatility_index"), 3, "288 rows by 100");
        assert_eq!(pages("asset-metrics"), 6, "94 days by 17");
    }
}

#[test]
fn no_meaning_of_a_continuation_loses_an_hour() {
    let world = small_world();
    let clean = fetched(&Server::start(world.clone(), Paging::default())).0;
    // the server's own number, and others that a server might mean something by
    let meanings: [fn(i64) -> i64; 7] = [
        |end| end + 24 * HOUR_MS,
        |end| end + HOUR_MS / 2,
        |end| end - 50 * HOUR_MS,
        |_| 0,
        |_| 1,
        |_| i64::MIN,
        |_| i64::MAX,
    ];
    for (place, meaning) in meanings.into_iter().enumerate() {
        let server = Server::start(world.clone(), Paging { rows: 70, ..Paging::default() });
        server.misbehave(move |ask, _, reply| {
            if ask.is("deribit", "volatility_index") {
                reply.edit(|answer| {
                    if let Some(end) = answer["result"]["continuation"].as_i64() {
                        answer["result"]["continuation"] = json!(meaning(end));
                    }
                });
            }
        });
        let (folder, _) = fetched(&server);
        assert!(bytes(folder.path()) == bytes(clean.path()), "meaning {place}");
    }
}

#[test]
fn a_source_that_cuts_its_pages_silently_is_an_error_not_a_hole() {
    let server = Server::start(small_world(), Paging { rows: 100, ..Paging::default() });
    server.misbehave(|ask: &Ask, _, reply: &mut Reply| {
        if ask.is("deribit", "volatility_index") {
            reply.edit(|answer| answer["result"]["continuation"] = json!(null));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let error = run(&request(folder.path()), &settings(&server)).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("dvol: begins at 2021-03-31T20:00:00Z, 188 h after"), "{error}");
    // the same between two stretches of hours
    let server = Server::start(World::simulated(260), Paging { rows: 900, ..Paging::default() });
    server.misbehave(|ask: &Ask, _, reply: &mut Reply| {
        if ask.is("deribit", "volatility_index")
            && ask.number("start_timestamp") > time("2021-05-01").millis()
        {
            reply.edit(|answer| answer["result"]["continuation"] = json!(null));
        }
    });
    let fetching = Fetch { until: Some(time("2021-09-10 23:00")), ..request(folder.path()) };
    let error = run(&fetching, &settings(&server)).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("60 rows are missing between"), "{error}");
}

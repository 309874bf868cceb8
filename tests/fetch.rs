//! Fetching: paging, faults, resuming, offline, secrets; against a loopback server.

mod loopback;

use dvol::data::{
    Asset, Dataset, Fetch, FetchSettings, Host, ImportPolicy, PriceSource, Sources, fetch, import, load,
};
use dvol::time::{HOUR_MS, Timestamp};
use loopback::{Ask, Paging, Reply, Server, World};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

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

#[test]
fn a_replay_of_all_sources_builds_the_panel_that_an_import_builds() {
    let folder = std::env::var_os("DVOL_SHARED")
        .map(PathBuf::from)
        .into_iter()
        .chain([Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data")])
        .find(|folder| folder.join("dvol_close_1h.csv").is_file());
    println!("real series: {folder:?}");
    let out = tempfile::tempdir().unwrap();
    let (world, until) = match &folder {
        Some(folder) => (World::real(folder), time("2025-10-14 23:00")),
        None => (World::simulated(700), time("2022-12-01 23:00") - dvol::time::Horizon::hours(24)),
    };
    let server = Server::start(world.clone(), Paging::default());
    let fetching = Fetch { until: Some(until), ..request(out.path()) };
    let fetched = run(&fetching, &settings(&server)).unwrap();
    let files = match &folder {
        Some(folder) => folder.clone(),
        None => csv_files(&world, out.path(), until),
    };
    let imported = import(
        &Sources {
            dvol: vec![files.join("dvol_close_1h.csv"), files.join("dvol_ohlc_1h_gappy.csv")],
            price: vec![files.join("btcusdt_1h.csv")],
            perpetual: Vec::new(),
            onchain: vec![files.join("coinmetrics_btc_1d.csv")],
            volume: vec![files.join("blockchaincom_tx_volume_usd_1d.csv")],
        },
        &ImportPolicy::default(),
    )
    .unwrap();
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
fn csv_files(world: &World, folder: &Path, until: Timestamp) -> PathBuf {
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
    write("coinmetrics_btc_1d.csv", &format!("time,{}", loopback::METRICS.join(",")), days);
    let volume = world.volume.range(..=until.millis());
    let volume = volume.map(|(t, v)| format!("{},{v}", stamp(t))).collect();
    write("blockchaincom_tx_volume_usd_1d.csv", "date,estimated_transaction_volume_usd", volume);
    folder.to_path_buf()
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

type Spoil = fn(&mut Reply);

/// Each fault by name, and words of the error when it does not go away.
fn faults() -> Vec<(&'static str, Spoil, &'static str)> {
    fn cut(reply: &mut Reply) {
        reply.announced = Some(reply.body.len());
        let middle = reply.body.len() / 2;
        reply.body.truncate(middle);
    }
    fn truncated(reply: &mut Reply) {
        let middle = reply.body.len() / 2;
        reply.body.truncate(middle);
        reply.unannounced = true;
    }
    fn status(reply: &mut Reply, status: u16) {
        (reply.status, reply.body) = (status, "{\"msg\": \"too much\"}".into());
    }
    vec![
        ("429", |reply| status(reply, 429), "HTTP 429: {\"msg\": \"too much\"} (4 attempts"),
        ("500", |reply| status(reply, 500), "HTTP 500"),
        ("503", |reply| status(reply, 503), "HTTP 503"),
        ("a slow body", |reply| reply.pause = Duration::from_millis(1500), "no complete answer in time"),
        ("a connection cut in the middle", cut, "the connection failed"),
        ("truncated JSON", truncated, "invalid JSON"),
        ("invalid JSON", |reply| reply.body = "nonsense".into(), "invalid JSON"),
        (
            "HTML",
            |reply| reply.body = "<html><body>Checking your browser</body></html>".into(),
            "HTML instead of JSON",
        ),
        ("an empty body", |reply| reply.body.clear(), "an empty answer"),
    ]
}

/// The settings, with a time limit that a slow body exceeds.
fn impatient(server: &Server, fault: &str) -> FetchSettings {
    let timeout_seconds = if fault == "a slow body" { 1.0 } else { 20.0 };
    FetchSettings { timeout_seconds, ..settings(server) }
}

#[test]
fn every_passing_fault_is_tried_again_and_leaves_no_trace() {
    let server = Server::start(small_world(), Paging { metrics: 40, ..Paging::default() });
    let (clean, _) = fetched(&server);
    for (name, spoil, _) in faults() {
        // the first attempt of every question fails, the second too for one source
        server.forget();
        server.misbehave(move |ask, before, reply| {
            if before == 0 || (before == 1 && ask.host == "binance" && reply.pause.is_zero()) {
                spoil(reply);
            }
        });
        let folder = tempfile::tempdir().unwrap();
        run(&request(folder.path()), &impatient(&server, name)).expect(name);
        assert!(bytes(folder.path()) == bytes(clean.path()), "after {name}");
    }
}

#[test]
fn every_lasting_fault_is_one_clear_error_and_the_good_data_set_stays() {
    let server = Server::start(small_world(), Paging::default());
    let (folder, _) = fetched(&server);
    let good = bytes(folder.path());
    for host in ["deribit", "binance", "coin_metrics", "blockchain_com"] {
        for (name, spoil, words) in faults() {
            if name == "a slow body" && host != "binance" {
                continue;
            }
            server.misbehave(move |ask, _, reply| {
                if ask.host == host {
                    spoil(reply);
                }
            });
            let again = Fetch { refresh: true, ..request(folder.path()) };
            let error = run(&again, &impatient(&server, name)).map(|_| ()).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(words) && text.starts_with(host), "{name} of {host}: {text}");
            assert!(!text.contains('\n'), "one sentence: {text}");
            assert_eq!(error.exit_code(), 1);
            assert!(bytes(folder.path()) == good, "after {name} of {host}");
        }
    }
}

#[test]
fn duplicated_overlapping_and_out_of_order_pages_change_nothing() {
    let server = Server::start(small_world(), Paging { rows: 100, repeats: true, metrics: 30 });
    let (clean, _) = fetched(&server);
    server.misbehave(|ask, _, reply| {
        reply.edit(|answer| {
            let rows = match ask.host.as_str() {
                "deribit" if ask.path.contains("volatility") => answer["result"]["data"].as_array_mut(),
                "binance" => answer.as_array_mut(),
                "coin_metrics" => answer["data"].as_array_mut(),
                "blockchain_com" => answer["values"].as_array_mut(),
                _ => None,
            };
            if let Some(rows) = rows {
                rows.reverse();
                let twice = rows.iter().take(5).cloned().collect::<Vec<_>>();
                rows.extend(twice);
            }
        });
    });
    let (folder, _) = fetched(&server);
    assert!(bytes(folder.path()) == bytes(clean.path()));
}

/// The error of a fetch from a server with this fault, into a folder that must stay without a data set.
fn error_with(fault: impl Fn(&Ask, usize, &mut Reply) + Send + Sync + 'static) -> String {
    let server = Server::start(small_world(), Paging { rows: 150, ..Paging::default() });
    server.misbehave(fault);
    let folder = tempfile::tempdir().unwrap();
    let error = run(&request(folder.path()), &settings(&server)).map(|_| ()).unwrap_err().to_string();
    assert!(!folder.path().join("panel.parquet").exists() && !folder.path().join("manifest.json").exists());
    assert!(!error.contains('\n'), "one sentence: {error}");
    error
}

#[test]
fn a_page_in_another_unit_is_refused() {
    let index = error_with(|ask, _, reply| {
        // the page of the later hours stays as it is
        if ask.is("deribit", "volatility_index") && ask.number("end_timestamp") < time(UNTIL).millis() {
            reply.edit(|answer| {
                for row in answer["result"]["data"].as_array_mut().unwrap() {
                    for value in row.as_array_mut().unwrap().iter_mut().skip(1) {
                        *value = json!(value.as_f64().unwrap() / 100.0);
                    }
                }
            });
        }
    });
    assert!(index.contains("`dvol_open` goes from 0.") && index.contains("another unit?"), "{index}");
    let seconds = error_with(|ask, _, reply| {
        if ask.is("binance", "klines") {
            reply.edit(|answer| {
                for row in answer.as_array_mut().unwrap() {
                    for place in [0, 6] {
                        row[place] = json!(row[place].as_i64().unwrap() / 1000);
                    }
                }
            });
        }
    });
    assert!(seconds.contains("is not one hour"), "{seconds}");
    let micro = error_with(|ask, _, reply| {
        if ask.is("deribit", "volatility_index") {
            reply.edit(|answer| {
                for row in answer["result"]["data"].as_array_mut().unwrap() {
                    row[0] = json!(row[0].as_i64().unwrap() * 1000);
                }
            });
        }
    });
    assert!(micro.contains("another unit of time"), "{micro}");
    let coins = error_with(|ask, _, reply| {
        if ask.is("blockchain_com", "") {
            reply.edit(|answer| answer["unit"] = json!("BTC"));
        }
    });
    assert!(coins.contains("in `BTC` per `day`, where USD per day was asked"), "{coins}");
    let thousands = error_with(|ask, _, reply| {
        if ask.is("coin_metrics", "") {
            reply.edit(|answer| {
                for day in answer["data"].as_array_mut().unwrap().iter_mut().skip(50) {
                    let count: f64 = day["AdrActCnt"].as_str().unwrap().parse().unwrap();
                    day["AdrActCnt"] = json!((count / 1000.0).to_string());
                }
            });
        }
    });
    assert!(thousands.contains("`AdrActCnt` goes from"), "{thousands}");
}

#[test]
fn rows_from_the_future_and_a_clock_that_runs_ahead_are_refused() {
    let rows = error_with(|ask, _, reply| {
        if ask.is("deribit", "volatility_index") {
            reply.edit(|answer| {
                let rows = answer["result"]["data"].as_array_mut().unwrap();
                let mut row = rows.last().unwrap().clone();
                row[0] = json!(row[0].as_i64().unwrap() + 400 * 24 * HOUR_MS);
                rows.push(row);
            });
        }
    });
    assert!(rows.contains("a clock in the future"), "{rows}");
    let clock = error_with(|_, _, reply| {
        let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
        reply.headers[0].1 = httpdate::fmt_http_date(hour_ago);
    });
    assert!(clock.contains("this machine's clock is 36") && clock.contains("set the clock"), "{clock}");
    let server = Server::start(small_world(), Paging::default());
    let folder = tempfile::tempdir().unwrap();
    let ahead = Fetch { until: Some(time("2150-01-01")), ..request(folder.path()) };
    let error = run(&ahead, &settings(&server)).map(|_| ()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("to the last full hour"), "{error}");
}

#[test]
fn a_renamed_field_is_named() {
    let rename = |host: &'static str, part: &'static str, from: &'static str, to: &'static str| {
        error_with(move |ask, _, reply| {
            if ask.is(host, part) {
                reply.body = reply.body.replace(&format!("\"{from}\""), &format!("\"{to}\""));
            }
        })
    };
    for (host, part, field) in [
        ("deribit", "volatility_index", "data"),
        ("deribit", "volatility_index", "result"),
        ("deribit", "tradingview", "ticks"),
        ("coin_metrics", "", "data"),
        ("coin_metrics", "", "CapMVRVCur"),
        ("coin_metrics", "", "time"),
        ("blockchain_com", "", "values"),
        ("blockchain_com", "", "y"),
    ] {
        let error = rename(host, part, field, "renamed");
        assert!(error.contains(&format!("`{field}`")), "{host} {field}: {error}");
        assert!(error.contains("another schema than we know"), "{host} {field}: {error}");
    }
    let shorter = error_with(|ask, _, reply| {
        if ask.is("binance", "klines") {
            reply.edit(|answer| {
                for row in answer.as_array_mut().unwrap() {
                    row.as_array_mut().unwrap().remove(5);
                }
            });
        }
    });
    assert!(shorter.contains("binance") && shorter.contains("another schema"), "{shorter}");
}

#[test]
fn pages_that_disagree_or_lead_in_a_circle_are_refused() {
    let disagree = {
        let server = Server::start(small_world(), Paging { rows: 100, repeats: true, ..Paging::default() });
        server.misbehave(|ask, _, reply| {
            if ask.is("deribit", "volatility_index") && ask.number("end_timestamp") < time(UNTIL).millis() {
                reply.edit(|answer| {
                    let rows = answer["result"]["data"].as_array_mut().unwrap();
                    let row = rows.last_mut().unwrap();
                    row[4] = json!(row[4].as_f64().unwrap() + 0.5);
                });
            }
        });
        let folder = tempfile::tempdir().unwrap();
        run(&request(folder.path()), &settings(&server)).map(|_| ()).unwrap_err().to_string()
    };
    assert!(disagree.contains("two pages disagree at"), "{disagree}");
    let circle = error_with(|ask, _, reply| {
        if ask.is("coin_metrics", "") {
            reply.edit(|answer| answer["next_page_token"] = json!("0"));
        }
    });
    assert!(circle.contains("lead in a circle"), "{circle}");
    let forward = error_with(|ask, _, reply| {
        if ask.is("deribit", "volatility_index") {
            reply.edit(|answer| answer["result"]["continuation"] = json!(time("2021-08-01").millis()));
        }
    });
    assert!(forward.contains("does not go back in time"), "{forward}");
}

#[test]
fn a_series_that_ends_early_does_not_replace_a_data_set() {
    let error = error_with(|ask, _, reply| {
        if ask.is("deribit", "volatility_index") {
            reply.edit(|answer| {
                let rows = answer["result"]["data"].as_array_mut().unwrap();
                rows.retain(|row| row[0].as_i64().unwrap() < time("2021-04-01").millis());
            });
        }
    });
    assert!(error.contains("dvol: ends at 2021-03-31T23:00:00Z, 96 h before"), "{error}");
}

#[test]
fn a_refusal_is_final_and_retry_after_is_waited_for() {
    let server = Server::start(small_world(), Paging::default());
    let folder = tempfile::tempdir().unwrap();
    let failing = |status: u16, retry_after: Option<&'static str>| {
        server.forget();
        server.misbehave(move |ask, before, reply| {
            if ask.host == "blockchain_com" && before == 0 {
                reply.status = status;
                reply.headers.extend(retry_after.map(|value| ("Retry-After".to_owned(), value.to_owned())));
            }
        });
        let started = Instant::now();
        let again = Fetch { refresh: true, ..request(folder.path()) };
        let result = run(&again, &settings(&server)).map(|_| ()).map_err(|error| error.to_string());
        let asked = server.asked.lock().unwrap().iter().filter(|ask| ask.host == "blockchain_com").count();
        (result, asked, started.elapsed())
    };
    let (refused, asked, _) = failing(404, None);
    assert!(refused.unwrap_err().contains("HTTP 404"));
    assert_eq!(asked, 1, "a refusal is not asked again");
    let (waited, asked, took) = failing(429, Some("1"));
    assert!(waited.is_ok() && asked == 2 && took >= Duration::from_secs(1), "{asked} {took:?}");
    let (hopeless, asked, took) = failing(503, Some("3600"));
    assert!(hopeless.unwrap_err().contains("asks to wait 3600 s"));
    assert!(asked == 1 && took < Duration::from_secs(60));
}

#[test]
fn pauses_grow_and_no_server_is_asked_faster_than_allowed() {
    let server = Server::start(small_world(), Paging { rows: 50, ..Paging::default() });
    let timed = |settings: FetchSettings| {
        let folder = tempfile::tempdir().unwrap();
        let started = Instant::now();
        run(&request(folder.path()), &settings).unwrap();
        started.elapsed()
    };
    // six pages of the index and one of the perpetual: six intervals of a fifth of a second
    let slow = timed(FetchSettings { requests_per_second: Some(5.0), ..settings(&server) });
    assert!(slow >= Duration::from_millis(1150), "{slow:?}");
    server.misbehave(|ask, before, reply| {
        if ask.host == "blockchain_com" && before < 10 {
            reply.status = 500;
        }
    });
    server.forget();
    let growing = FetchSettings { first_pause_seconds: 0.02, attempts: 11, ..settings(&server) };
    // 0.02 (1 + 2 + 4 + ... + 64) s, then no more than the longest pause
    let patient = timed(FetchSettings { longest_pause_seconds: 0.3, ..growing });
    assert!(patient >= Duration::from_secs(1), "{patient:?}");
}

#[test]
fn a_later_fetch_asks_only_for_what_is_new() {
    let server = Server::start(World::simulated(200), Paging::default());
    let folder = tempfile::tempdir().unwrap();
    let first = Fetch { until: Some(time("2021-06-30 23:00")), ..request(folder.path()) };
    run(&first, &settings(&server)).unwrap();
    let whole = server.count();
    server.forget();
    let second = Fetch { until: Some(time("2021-07-02 11:00")), ..request(folder.path()) };
    let dataset = run(&second, &settings(&server)).unwrap();
    assert_eq!(dataset.panel().last(), time("2021-07-02 11:00"));
    assert!(server.count() <= 5 && whole > 10, "{} after {whole}", server.count());
    // a day that has not ended has no on-chain value yet
    assert_eq!(dataset.manifest().column("mvrv").unwrap().last, Some(time("2021-07-01")));
}

#[test]
fn other_assets_and_the_perpetual_as_price_are_asked_for_by_name() {
    let server = Server::start(small_world(), Paging::default());
    let folder = tempfile::tempdir().unwrap();
    let ether = Fetch { asset: Asset::Eth, ..request(folder.path()) };
    let dataset = run(&ether, &settings(&server)).unwrap();
    assert!(dataset.panel().values("transaction_volume_source").unwrap().iter().all(|source| *source != 0.0));
    let asked = |key: &str, value: &str| {
        server.asked.lock().unwrap().iter().any(|ask| ask.query.get(key).is_some_and(|found| found == value))
    };
    assert!(asked("currency", "ETH") && asked("symbol", "ETHUSDT") && asked("assets", "eth"));
    server.forget();
    let perpetual = Fetch { price: PriceSource::Deribit, ..request(folder.path()) };
    let dataset = run(&perpetual, &settings(&server)).unwrap();
    assert!(dataset.panel().has("price_high") && !dataset.panel().has("price_perpetual"));
    assert!(asked("instrument_name", "BTC-PERPETUAL") && !asked("symbol", "BTCUSDT"));
}

#[test]
fn two_fetches_into_one_folder_do_not_mix() {
    let server = Server::start(small_world(), Paging::default());
    server.misbehave(|_, _, reply| reply.pause = Duration::from_millis(200));
    let folder = tempfile::tempdir().unwrap();
    let fetching = request(folder.path());
    std::thread::scope(|scope| {
        let first = scope.spawn(|| run(&fetching, &settings(&server)).map(|_| ()));
        while server.count() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let error = run(&fetching, &settings(&server)).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("another fetch into this folder is running"), "{error}");
        assert!(first.join().unwrap().is_ok());
    });
}

#[test]
fn a_chart_that_begins_earlier_than_asked_is_cut_to_the_question() {
    let server = Server::start(small_world(), Paging::default());
    let (clean, _) = fetched(&server);
    server.misbehave(|ask, _, reply| {
        if ask.host == "blockchain_com" {
            reply.edit(|answer| {
                let values = answer["values"].as_array_mut().unwrap();
                values.insert(0, json!({"x": time("2015-06-01").millis() / 1000, "y": 1e8}));
            });
        }
    });
    let (folder, _) = fetched(&server);
    assert!(bytes(folder.path()) == bytes(clean.path()));
}

fn dvol(folder: &Path, server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvol"));
    command
        .current_dir(folder)
        .env_remove("RESEARCH_BITCOIN_API_TOKEN")
        .args(["data", "fetch", "--until", UNTIL]);
    for host in Host::ALL {
        command.arg("--base").arg(format!("{host}={}/{host}", server.address));
    }
    let config = "[fetch]\nrequests_per_second = 5000.0\nfirst_pause_seconds = 0.01\nattempts = 3\n";
    if !folder.join("thesis.toml").exists() {
        fs::write(folder.join("thesis.toml"), config).unwrap();
    }
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ended_well(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn killed_at_any_moment_the_same_command_ends_with_the_same_bytes() {
    let world = World::simulated(260);
    let until = ["--until", "2021-09-10T23:00:00Z"];
    let paging = Paging { rows: 200, metrics: 20, ..Paging::default() };
    let server = Server::start(world, paging);
    let whole = tempfile::tempdir().unwrap();
    let fetch_into = |folder: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dvol"));
        command.current_dir(folder).args(["data", "fetch"]).args(until);
        for host in Host::ALL {
            command.arg("--base").arg(format!("{host}={}/{host}", server.address));
        }
        fs::write(folder.join("thesis.toml"), "[fetch]\nrequests_per_second = 5000.0\n").unwrap();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(fetch_into(whole.path()).status().unwrap().success());
    let uninterrupted = server.count();
    let expected = bytes(&whole.path().join("data"));
    // slower, so that there are moments to be killed in
    server.misbehave(|_, _, reply| reply.pause = Duration::from_millis(5));
    let folder = tempfile::tempdir().unwrap();
    server.forget();
    let mut kills = 0;
    for after in [1, 4, 9, 15, 20, 26, 30, 36, 40, 46, 50] {
        let mut child = fetch_into(folder.path()).spawn().unwrap();
        let begun = Instant::now();
        while server.count() < after && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no question came");
            std::thread::sleep(Duration::from_millis(1));
        }
        if child.try_wait().unwrap().is_none() {
            // SIGKILL
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        if folder.path().join("data/panel.parquet").exists() {
            assert!(load(folder.path().join("data")).is_ok(), "what is there is whole");
        }
    }
    assert!(fetch_into(folder.path()).status().unwrap().success());
    assert!(kills >= 5, "only {kills} kills");
    assert!(bytes(&folder.path().join("data")) == expected, "the same bytes as without a kill");
    let repeated = server.count() - uninterrupted;
    // each kill loses at most the questions that were on their way: one a series
    assert!(repeated <= 6 * kills, "{repeated} questions asked again after {kills} kills");
}

#[test]
fn offline_rebuilds_the_same_bytes_and_asks_nobody() {
    let server = Server::start(small_world(), Paging { rows: 100, repeats: false, metrics: 20 });
    let folder = tempfile::tempdir().unwrap();
    let empty = dvol(folder.path(), &server, &["--offline"]).output().unwrap();
    assert_eq!(empty.status.code(), Some(2));
    let message = String::from_utf8(empty.stderr).unwrap();
    assert!(message.contains("nothing was fetched here with these arguments"), "{message}");
    ended_well(&dvol(folder.path(), &server, &[]).output().unwrap());
    let data = folder.path().join("data");
    let before = bytes(&data);
    for name in ["panel.parquet", "manifest.json"] {
        fs::remove_file(data.join(name)).unwrap();
    }
    server.forget();
    // a fetch that breaks off in between does not touch what offline needs
    server.misbehave(|_, _, reply| reply.status = 404);
    let broken = dvol(folder.path(), &server, &["--refresh"]).output().unwrap();
    assert_eq!(broken.status.code(), Some(1));
    server.forget();
    ended_well(&dvol(folder.path(), &server, &["--offline"]).output().unwrap());
    assert_eq!(server.count(), 0);
    assert!(bytes(&data) == before);
}

#[test]
fn the_token_goes_to_its_server_and_nowhere_else() {
    const TOKEN: &str = "s3cr3t-t0ken-9f8e7d";
    let server = Server::start(small_world(), Paging::default());
    let folder = tempfile::tempdir().unwrap();
    let config = "[fetch]\nrequests_per_second = 5000.0\nfirst_pause_seconds = 0.01\nattempts = 2\n\
                  [fetch.research_bitcoin]\nmvrv = \"valuation/mvrv\"\n";
    fs::write(folder.path().join("thesis.toml"), config).unwrap();
    let without = dvol(folder.path(), &server, &[]).output().unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&without.stderr).contains("RESEARCH_BITCOIN_API_TOKEN = unset"));
    let with_token = |arguments: &[&str]| {
        dvol(folder.path(), &server, arguments).env("RESEARCH_BITCOIN_API_TOKEN", TOKEN).output().unwrap()
    };
    let good = with_token(&["--json"]);
    ended_well(&good);
    for ask in server.asked.lock().unwrap().iter() {
        let expected = (ask.host == "research_bitcoin").then_some(TOKEN);
        assert_eq!(ask.token.as_deref(), expected, "{}", ask.host);
    }
    // a server that shouts the token back
    server.misbehave(|ask, _, reply| {
        if ask.host == "research_bitcoin" {
            (reply.status, reply.body) = (401, format!("bad token {TOKEN}"));
        }
    });
    let refused = with_token(&["--refresh"]);
    assert_eq!(refused.status.code(), Some(1));
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(message.contains("was refused: bad token ***"), "{message}");
    // a redirect to a stranger is not followed
    server.misbehave(|ask, _, reply| {
        if ask.host == "research_bitcoin" {
            reply.status = 302;
            reply.headers.push(("Location".into(), "http://127.0.0.1:9/".into()));
        }
    });
    let moved = with_token(&["--refresh"]);
    assert!(String::from_utf8_lossy(&moved.stderr).contains("moved; set the base URL of research_bitcoin"));
    for output in [&good, &refused, &moved] {
        for stream in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(stream).contains(TOKEN));
        }
    }
    let mut folders = vec![folder.path().to_path_buf()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                seen += 1;
                let bytes = fs::read(&path).unwrap();
                assert!(
                    !bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()),
                    "{}",
                    path.display()
                );
            }
        }
    }
    assert!(seen > 10);
}

//! How often and what a server is asked.

use super::loopback::{Paging, Server, World};
use super::support::samples::time;
use super::{request, run, settings, small_world};
use dvol::data::{Asset, Fetch, FetchSettings, PriceSource};
use std::time::{Duration, Instant};

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
        assert!(error.contains("raw: process ") && error.contains("is using it; wait"), "{error}");
        assert!(first.join().unwrap().is_ok());
    });
}

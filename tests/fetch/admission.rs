//! Which answers are kept: none that no series can hold, and none that do not fit together.

use super::loopback::{Paging, Server};
use super::{bytes, fetched, request, run, settings, small_world};
use dvol::data::Fetch;
use std::fs;
use std::path::Path;

/// Files below a folder that hold some text.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(text) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_value_that_no_series_can_take_is_told_by_its_answer_and_not_kept() {
    let server = Server::start(small_world(), Paging::default());
    let (clean, _) = fetched(&server);
    type Spoil = fn(&mut serde_json::Value);
    let spoils: [(&str, Spoil, &str); 5] = [
        ("deribit", |answer| answer["result"]["data"][3][4] = (-5).into(), "`dvol` is -5 at "),
        ("deribit", |answer| answer["result"]["data"][3][1] = 5000.into(), "`dvol_open` is 5000 at "),
        ("binance", |answer| answer[3][4] = "-5".into(), "`close` is -5 at "),
        ("coin_metrics", |answer| answer["data"][3]["TxCnt"] = "-5".into(), "`TxCnt` is -5 at "),
        ("blockchain_com", |answer| answer["values"][3]["y"] = (-5).into(), " is -5 at "),
    ];
    for (host, spoil, words) in spoils {
        let folder = tempfile::tempdir().unwrap();
        server.misbehave(move |ask, _, reply| {
            if ask.host == host && !ask.path.contains("tradingview") {
                reply.edit(spoil);
            }
        });
        let error = run(&request(folder.path()), &settings(&server)).map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with(host) && error.contains(words), "{host}: {error}");
        assert!(!error.contains(".csv"), "it names a file that is not there: {error}");
        // the server is mended: nobody has to say --refresh
        server.misbehave(|_, _, _| {});
        run(&request(folder.path()), &settings(&server)).unwrap_or_else(|error| panic!("{host}: {error}"));
        assert!(bytes(folder.path()) == bytes(clean.path()), "{host}");
    }
}

#[test]
fn answers_that_do_not_fit_together_are_asked_for_again() {
    let server = Server::start(small_world(), Paging { metrics: 20, ..Paging::default() });
    let (clean, _) = fetched(&server);
    server.misbehave(|ask, _, reply| {
        if ask.host == "coin_metrics" && ask.query.contains_key("next_page_token") {
            reply.edit(|answer| {
                for day in answer["data"].as_array_mut().unwrap() {
                    day["CapMrktCurUSD"] = "5".into();
                }
            });
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let error = run(&request(folder.path()), &settings(&server)).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("another unit?"), "{error}");
    server.misbehave(|_, _, _| {});
    run(&Fetch { refresh: false, ..request(folder.path()) }, &settings(&server)).unwrap();
    assert!(bytes(folder.path()) == bytes(clean.path()));
    assert!(holding(folder.path(), "\"CapMrktCurUSD\":\"5\"").len() <= 5, "an object may stay, unnamed");
}

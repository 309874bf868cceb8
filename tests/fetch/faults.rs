//! Faults of servers and of the way to them.

use super::loopback::{Paging, Reply, Server};
use super::{bytes, fetched, request, run, settings, small_world};
use dvol::data::{Fetch, FetchSettings};
use std::time::Duration;

type Spoil = fn(&mut Reply);

/// Each fault by name, and words of the error when it does not go away.
pub fn faults() -> Vec<(&'static str, Spoil, &'static str)> {
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
        ("429", |reply| status(reply, 429), "HTTP 429: too much (4 attempts"),
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

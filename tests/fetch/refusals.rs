//! Servers that say no, and why: the reason is told, and only what passes is asked again.

use super::loopback::{Ask, Paging, Reply, Server};
use super::{bytes, fetched, request, run, settings, small_world};
use serde_json::{Value, json};

/// Deribit's answer with an error, as it comes: timings first, the reason at the end.
fn deribit(code: i64, message: &str, data: Value) -> String {
    format!(
        "{{\"jsonrpc\":\"2.0\",\"usOut\":1767225600123456,\"usIn\":1767225600120000,\"usDiff\":3456,\
         \"testnet\":false,\"id\":null,\"padding\":\"{}\",\"error\":{}}}",
        "-".repeat(160),
        json!({"message": message, "data": data, "code": code})
    )
}

/// The error of a fetch whose questions to `host` are all answered so, and how many were asked.
fn refused(host: &'static str, part: &'static str, status: u16, body: String) -> (String, usize) {
    let server = Server::start(small_world(), Paging::default());
    server.misbehave(move |ask: &Ask, _, reply: &mut Reply| {
        if ask.is(host, part) {
            (reply.status, reply.body) = (status, body.clone());
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let error = run(&request(folder.path()), &settings(&server)).map(|_| ()).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    let text = error.to_string();
    assert!(!text.contains('\n') && text.starts_with(host), "{text}");
    let asked = server.asked.lock().unwrap().iter().filter(|ask| ask.is(host, part)).count();
    (text, asked)
}

#[test]
fn the_reason_of_deribit_is_told_and_not_its_timings() {
    let data = json!({"reason": "must be one of 60, 3600, 43200", "param": "resolution"});
    for status in [400, 200] {
        let (text, asked) =
            refused("deribit", "volatility_index", status, deribit(-32_602, "Invalid params", data.clone()));
        let words = "Invalid params: must be one of 60, 3600, 43200: `resolution` (-32602)";
        assert!(text.contains(words) && !text.contains("usOut"), "{text}");
        assert_eq!(asked, 1, "what will not pass is not asked again: {text}");
    }
}

#[test]
fn what_passes_at_deribit_is_asked_again_under_any_status() {
    let clean = fetched(&Server::start(small_world(), Paging::default())).0;
    for code in [10_028, 10_040, 10_041, 10_047, 10_066, 11_051, 11_094, 13_028, 13_888] {
        for status in [400, 200] {
            let server = Server::start(small_world(), Paging::default());
            server.misbehave(move |ask, before, reply| {
                if ask.host == "deribit" && before == 0 {
                    (reply.status, reply.body) = (status, deribit(code, "later", json!({})));
                }
            });
            let (folder, _) = fetched(&server);
            assert!(bytes(folder.path()) == bytes(clean.path()), "after {code} under {status}");
        }
    }
    let (text, asked) =
        refused("deribit", "volatility_index", 400, deribit(10_028, "too_many_requests", json!({})));
    assert!(text.contains("too_many_requests (10028) (4 attempts"), "{text}");
    assert_eq!(asked, 4);
}

#[test]
fn an_error_of_coin_metrics_is_told_in_its_words_even_under_200() {
    let body = |kind: &str, message: &str| json!({"error": {"type": kind, "message": message}}).to_string();
    let message = "Bad parameter 'metrics'. Metric 'FlowInExUSD' is not available with supplied credentials.";
    for status in [200, 400, 403] {
        let (text, asked) = refused("coin_metrics", "", status, body("forbidden", message));
        assert!(text.contains(message) && text.contains("(forbidden)"), "{text}");
        assert_eq!(asked, 1, "{text}");
    }
    let (text, asked) = refused("coin_metrics", "", 200, body("internal_error", "try again"));
    assert!(
        text.contains("refused: try again (internal_error) (4 attempts") && asked == 4,
        "{asked}: {text}"
    );
    // rows, and behind them an error: not all rows
    let half = json!({"data": [], "error": {"type": "internal_error", "message": "gave up half way"}});
    let (text, _) = refused("coin_metrics", "", 200, half.to_string());
    assert!(text.contains("gave up half way"), "{text}");
}

#[test]
fn a_metric_that_is_not_there_is_final_and_null_is_no_data() {
    let server = Server::start(small_world(), Paging::default());
    server.misbehave(|ask, _, reply| {
        if ask.host == "coin_metrics" {
            reply.body = reply.body.replace("\"FlowInExUSD\"", "\"FlowInExNtv\"");
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let text = run(&request(folder.path()), &settings(&server)).map(|_| ()).unwrap_err().to_string();
    assert!(text.contains("no day holds `FlowInExUSD`, which is not supported"), "{text}");
    let count = server.asked.lock().unwrap().iter().filter(|ask| ask.host == "coin_metrics").count();
    assert_eq!(count, 1, "{text}");
    let server = Server::start(small_world(), Paging::default());
    server.misbehave(|ask, _, reply| {
        if ask.host == "coin_metrics" {
            reply.edit(|answer| {
                for day in answer["data"].as_array_mut().unwrap().iter_mut().rev().take(3) {
                    day["TxCnt"] = Value::Null;
                }
            });
        }
    });
    let (_folder, dataset) = fetched(&server);
    let whole = fetched(&Server::start(small_world(), Paging::default())).1;
    let present =
        |dataset: &dvol::data::Dataset| dataset.manifest().column("transaction_count").unwrap().present;
    assert_eq!(present(&dataset) + 3, present(&whole));
}

#[test]
fn where_binance_may_not_serve_another_price_is_named() {
    let body = json!({"code": 0, "msg": "Service unavailable from a restricted location according to 'b. Eligibility'"});
    let (text, asked) = refused("binance", "klines", 451, body.to_string());
    assert!(text.contains("restricted location") && text.contains("--price deribit"), "{text}");
    assert_eq!(asked, 1);
}

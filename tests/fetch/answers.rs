//! Answers that say something else than was asked.

use super::loopback::{Ask, Paging, Reply, Server};
use super::support::samples::time;
use super::{UNTIL, bytes, fetched, request, run, settings, small_world};
use dvol::data::Fetch;
use dvol::time::HOUR_MS;
use serde_json::json;
use std::time::Duration;

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
        let server = Server::start(small_world(), Paging { metrics: 40, ..Paging::default() });
        server.misbehave(|ask, _, reply| {
            if ask.host == "coin_metrics" && ask.query.contains_key("next_page_token") {
                reply.edit(|answer| {
                    let rows = answer["data"].as_array_mut().unwrap();
                    let mut row = rows.first().unwrap().clone();
                    let before = time(row["time"].as_str().unwrap()).millis() - 24 * HOUR_MS;
                    row["time"] = json!(dvol::time::Timestamp::from_millis(before).to_string());
                    rows.push(row);
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

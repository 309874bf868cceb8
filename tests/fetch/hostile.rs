//! A server that means harm: it sends elsewhere, never ends, fills memory, or answers what nobody can use.

use super::loopback::{Ask, Paging, Reply, Server};
use super::{bytes, fetched, request, run, settings, small_world};
use dvol::Error;
use dvol::data::{FetchSettings, Host};
use flate2::{Compression, write::GzEncoder};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const HOSTS: [&str; 4] = ["deribit", "binance", "coin_metrics", "blockchain_com"];

/// A server that gives everybody the same bytes, and counts who came.
fn stranger(answer: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let visitors = Arc::clone(&count);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            visitors.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            thread::spawn(move || {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head);
                let _ = stream.write_all(&answer);
            });
        }
    });
    (address, count)
}

/// The error of a fetch into a new folder, which must come soon and say what it is in one sentence.
fn error_of(settings: &FetchSettings) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let error = run(&request(folder.path()), settings).map(|_| ()).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(20), "{error} after {:?}", begun.elapsed());
    assert!(!error.to_string().contains('\n') && error.to_string().len() < 2_000, "{error}");
    error
}

#[test]
fn a_redirect_is_followed_to_the_same_server_only() {
    let server = Server::start(small_world(), Paging::default());
    let (clean, _) = fetched(&server);
    let (elsewhere, visitors) = stranger(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]".to_vec());
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    let strangers = [
        format!("{elsewhere}/"),
        elsewhere.replace("http:", "") + "/x",
        format!("https://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/deribit"),
        format!("http://127.0.0.1:{port}@{}/", elsewhere.trim_start_matches("http://")),
        "file:///etc/passwd".to_owned(),
        "http://[::1".to_owned(),
    ];
    let mut runs = 0;
    for host in HOSTS {
        for location in strangers.clone() {
            let to = location.clone();
            server.misbehave(move |ask, _, reply| {
                if ask.host == host {
                    (reply.status, reply.body) = (302, String::new());
                    reply.headers.push(("Location".into(), to.clone()));
                }
            });
            let error = error_of(&settings(&server)).to_string();
            assert!(error.contains("HTTP 302: moved to"), "{host} {location}: {error}");
            runs += 1;
        }
    }
    assert_eq!(visitors.load(Ordering::Relaxed), 0, "a stranger was asked");
    // at home everything may move
    for code in [301, 302, 307, 308] {
        server.misbehave(move |ask, _, reply| {
            if ask.host == "binance" && !ask.query.contains_key("moved") {
                let query: Vec<String> =
                    ask.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
                (reply.status, reply.body) = (code, String::new());
                let path = format!("/binance{}?{}&moved=1", ask.path, query.join("&"));
                reply.headers.push(("Location".into(), path));
            }
        });
        let folder = tempfile::tempdir().unwrap();
        run(&request(folder.path()), &settings(&server)).unwrap();
        assert!(bytes(folder.path()) == bytes(clean.path()), "{code}");
        runs += 1;
    }
    server.misbehave(|ask, _, reply| {
        if ask.host == "binance" {
            (reply.status, reply.body) = (302, String::new());
            reply.headers.push(("Location".into(), {
                let query: Vec<String> =
                    ask.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
                format!("/binance{}?{}", ask.path, query.join("&"))
            }));
        }
    });
    let error = error_of(&settings(&server)).to_string();
    assert!(error.contains("more than 5 redirects in a row"), "{error}");
    println!("redirects: {runs} runs");
}

/// A way to spoil the answers of one host.
type Mode = (&'static str, &'static str, fn(&Ask, &mut Reply), &'static str);

/// By host: answers that never end, run over, or hold times and values beyond every edge.
const MODES: &[Mode] = &[
    (
        "coin_metrics",
        "the same page for ever",
        |_, reply| {
            reply.edit(|answer| answer["next_page_token"] = "0".into());
        },
        "its pages",
    ),
    (
        "coin_metrics",
        "another token for the same page",
        |ask, reply| {
            let length = ask.query.get("next_page_token").map_or(1, |token| token.len() + 1);
            reply.edit(|answer| answer["next_page_token"] = "0".repeat(length).into());
        },
        "its pages go on and bring no new row",
    ),
    (
        "coin_metrics",
        "empty pages for ever",
        |ask, reply| {
            let length = ask.query.get("next_page_token").map_or(1, |token| token.len() + 1);
            reply.edit(|answer| {
                answer["data"] = serde_json::json!([]);
                answer["next_page_token"] = "0".repeat(length).into();
            });
        },
        "its pages go on and bring no new row",
    ),
    (
        "coin_metrics",
        "a page token of 5 MB",
        |_, reply| {
            reply.edit(|answer| answer["next_page_token"] = "x".repeat(5_000_000).into());
        },
        "by a question of 5000",
    ),
    (
        "deribit",
        "a continuation of i64::MIN",
        |ask, reply| {
            if ask.path.contains("volatility") {
                reply.edit(|answer| answer["result"]["continuation"] = i64::MIN.into());
            }
        },
        "",
    ),
    (
        "deribit",
        "a continuation of i64::MIN without rows",
        |ask, reply| {
            if ask.path.contains("volatility") {
                reply.edit(|answer| {
                    answer["result"]["continuation"] = i64::MIN.into();
                    answer["result"]["data"] = serde_json::json!([]);
                });
            }
        },
        "no row at all",
    ),
    (
        "deribit",
        "a continuation of i64::MAX without rows",
        |ask, reply| {
            if ask.path.contains("volatility") {
                reply.edit(|answer| {
                    answer["result"]["continuation"] = i64::MAX.into();
                    answer["result"]["data"] = serde_json::json!([]);
                });
            }
        },
        "does not go back in time",
    ),
    (
        "deribit",
        "times at the ends of i64",
        |ask, reply| {
            if ask.path.contains("volatility") {
                reply.edit(|answer| {
                    answer["result"]["data"][0][0] = i64::MAX.into();
                    answer["result"]["data"][1][0] = i64::MIN.into();
                });
            }
        },
        "lies outside",
    ),
    (
        "deribit",
        "a time of 1e300",
        |ask, reply| {
            if ask.path.contains("volatility") {
                reply.edit(|answer| answer["result"]["data"][0][0] = 1e300.into());
            }
        },
        "lies outside",
    ),
    (
        "deribit",
        "ticks at the ends of i64",
        |ask, reply| {
            if ask.path.contains("tradingview") {
                reply.edit(|answer| answer["result"]["ticks"][0] = i64::MIN.into());
            }
        },
        "lies outside",
    ),
    (
        "binance",
        "kline times that run over",
        |_, reply| {
            reply.edit(|answer| {
                answer[0][0] = i64::MIN.into();
                answer[0][6] = i64::MAX.into();
            });
        },
        "is not one hour",
    ),
    (
        "binance",
        "kline times that run over backwards",
        |_, reply| {
            reply.edit(|answer| {
                answer[0][0] = i64::MAX.into();
                answer[0][6] = i64::MIN.into();
            });
        },
        "is not one hour",
    ),
    (
        "blockchain_com",
        "seconds that run over",
        |_, reply| {
            reply.edit(|answer| answer["values"][0]["x"] = i64::MAX.into());
        },
        "is no time in seconds",
    ),
    (
        "blockchain_com",
        "a value of 1e400",
        |_, reply| {
            reply.body = reply.body.replacen("\"y\":", "\"y\":1e400,\"z\":", 1);
        },
        "",
    ),
    (
        "coin_metrics",
        "a day in the year 9999",
        |_, reply| {
            reply.edit(|answer| answer["data"][0]["time"] = "9999-12-31T00:00:00Z".into());
        },
        "is not a time",
    ),
    ("binance", "a deep nest", |_, reply| reply.body = "[".repeat(200_000), ""),
    (
        "binance",
        "a name of control characters",
        |_, reply| {
            reply.body = "{\"\\u001b[31m\": 1}\u{1b}[2J".to_owned();
        },
        "",
    ),
];

#[test]
fn no_answer_holds_the_fetch_or_ends_in_a_panic() {
    let server = Server::start(small_world(), Paging { metrics: 40, ..Paging::default() });
    for (host, name, spoil, words) in MODES {
        server.misbehave(move |ask, _, reply| {
            if ask.host == *host {
                spoil(ask, reply);
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let ended = run(&request(folder.path()), &settings(&server));
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
        match ended {
            // some answers are good but for a number that nobody needs
            Ok(_) => assert!(words.is_empty(), "{name} was taken"),
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains(words) && text.starts_with(host), "{name}: {text}");
                assert!(!text.contains(['\n', '\u{1b}']) && text.len() < 2_000, "{name}: {text:?}");
            }
        }
    }
    println!("hostile answers: {} runs", MODES.len());
}

#[test]
fn pages_bytes_and_time_of_a_fetch_have_limits_that_are_settings() {
    let server = Server::start(small_world(), Paging { metrics: 5, ..Paging::default() });
    let usual = || settings(&server);
    let pages = error_of(&FetchSettings { most_pages: 3, ..usual() }).to_string();
    assert!(pages.contains("more than 3 pages; `most_pages` under [fetch] allows more"), "{pages}");
    let minutes = error_of(&FetchSettings { most_minutes: 1e-7, ..usual() }).to_string();
    assert!(minutes.contains("`most_minutes` under [fetch] allows more"), "{minutes}");
    server.misbehave(|ask, _, reply| {
        if ask.host == "binance" {
            reply.body = format!("[{}]", " ".repeat(3 << 20));
        }
    });
    let one = error_of(&FetchSettings { largest_answer_mib: 2, ..usual() }).to_string();
    assert!(one.contains("more than 2 MiB; `largest_answer_mib` under [fetch] allows more"), "{one}");
    server.misbehave(|_, _, reply| reply.body += &" ".repeat(1 << 20));
    let all = error_of(&FetchSettings { most_mib: 4, ..usual() }).to_string();
    assert!(all.contains("`most_mib` under [fetch] allows more"), "{all}");
}

#[test]
fn a_bomb_of_gzip_is_no_more_than_its_first_bytes() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..300 {
        bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
    let (address, _) = stranger([head.into_bytes(), bomb].concat());
    let server = Server::start(small_world(), Paging::default());
    let mut settings = settings(&server);
    settings.base.insert(Host::Binance, address);
    let error = error_of(&settings).to_string();
    assert!(error.contains("an answer of more than 32 MiB"), "{error}");
}

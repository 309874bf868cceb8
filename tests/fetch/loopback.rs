//! A loopback server that answers like the public sources, and misbehaves on purpose.

use super::world::DAY_MS;
pub use super::world::{METRICS, World};
use dvol::time::{HOUR_MS, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One question as it arrived.
#[derive(Debug, Clone)]
pub struct Ask {
    /// `deribit`, `binance`, `coin_metrics`, `blockchain_com`, `research_bitcoin`.
    pub host: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub token: Option<String>,
}

impl Ask {
    pub fn number(&self, key: &str) -> i64 {
        self.query[key].parse().unwrap()
    }

    pub fn is(&self, host: &str, part: &str) -> bool {
        self.host == host && self.path.contains(part)
    }
}

/// What goes back, before it is spoilt.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The length that is announced, when not the body's own.
    pub announced: Option<usize>,
    /// Wait in the middle of the body.
    pub pause: Duration,
    /// Announce no length at all: the end of the connection ends the body.
    pub unannounced: bool,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut value = self.json();
        change(&mut value);
        self.body = value.to_string();
    }
}

/// Spoils a reply. The number says how often the same question was asked before.
pub type Fault = Arc<dyn Fn(&Ask, usize, &mut Reply) + Send + Sync>;

pub struct Server {
    pub address: String,
    pub asked: Arc<Mutex<Vec<Ask>>>,
    fault: Arc<Mutex<Fault>>,
}

/// Rows a page of the index holds, and whether its continuation repeats the earliest row.
#[derive(Clone, Copy)]
pub struct Paging {
    pub rows: usize,
    pub repeats: bool,
    pub metrics: usize,
}

impl Default for Paging {
    fn default() -> Self {
        Self { rows: 1000, repeats: false, metrics: 1000 }
    }
}

impl Server {
    pub fn start(world: World, paging: Paging) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let fault: Arc<Mutex<Fault>> = Arc::new(Mutex::new(Arc::new(|_, _, _| {})));
        let (log, spoil, world) = (Arc::clone(&asked), Arc::clone(&fault), Arc::new(world));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, spoil, world) = (Arc::clone(&log), Arc::clone(&spoil), Arc::clone(&world));
                std::thread::spawn(move || serve(stream, &world, paging, &log, &spoil));
            }
        });
        Self { address, asked, fault }
    }

    pub fn misbehave(&self, fault: impl Fn(&Ask, usize, &mut Reply) + Send + Sync + 'static) {
        *self.fault.lock().unwrap() = Arc::new(fault);
    }

    pub fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    pub fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}

fn serve(
    mut stream: TcpStream,
    world: &World,
    paging: Paging,
    log: &Mutex<Vec<Ask>>,
    fault: &Mutex<Fault>,
) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let ask = parse(&String::from_utf8_lossy(&head))?;
    let before = {
        let mut log = log.lock().unwrap();
        let before =
            log.iter().filter(|old| old.path == ask.path && old.host == ask.host && old.query == ask.query);
        let before = before.count();
        log.push(ask.clone());
        before
    };
    let body = answer(world, paging, &ask);
    let date = httpdate::fmt_http_date(std::time::SystemTime::now());
    let mut reply = Reply {
        status: 200,
        headers: vec![("Date".into(), date), ("Content-Type".into(), "application/json".into())],
        body,
        announced: None,
        pause: Duration::ZERO,
        unannounced: false,
    };
    let fault = Arc::clone(&fault.lock().unwrap());
    fault(&ask, before, &mut reply);
    let mut head = format!("HTTP/1.1 {} Whatever\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !reply.unannounced {
        head += &format!("Content-Length: {}\r\n", reply.announced.unwrap_or(reply.body.len()));
    }
    stream.write_all((head + "\r\n").as_bytes()).ok()?;
    let middle = reply.body.len() / 2;
    stream.write_all(&reply.body.as_bytes()[..middle]).ok()?;
    stream.flush().ok()?;
    std::thread::sleep(reply.pause);
    stream.write_all(&reply.body.as_bytes()[middle..]).ok()?;
    stream.flush().ok()?;
    stream.shutdown(Shutdown::Both).ok()
}

fn parse(head: &str) -> Option<Ask> {
    let target = head.lines().next()?.split(' ').nth(1)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (host, path) = path.trim_start_matches('/').split_once('/')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let token = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("x-api-token").then(|| value.trim().to_owned())
    });
    Some(Ask {
        host: host.to_owned(),
        path: format!("/{path}"),
        query: pairs.map(|(key, value)| (key.to_owned(), decoded(value))).collect(),
        token,
    })
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut place) = (Vec::new(), 0);
    while place < bytes.len() {
        if bytes[place] == b'%' {
            out.push(u8::from_str_radix(&text[place + 1..place + 3], 16).unwrap());
            place += 3;
        } else {
            out.push(bytes[place]);
            place += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

fn answer(world: &World, paging: Paging, ask: &Ask) -> String {
    let number = |value: f64| if value.is_nan() { Value::Null } else { json!(value) };
    match (ask.host.as_str(), ask.path.as_str()) {
        ("deribit", "/public/get_volatility_index_data") => {
            let (start, end) = (ask.number("start_timestamp"), ask.number("end_timestamp"));
            let rows: Vec<Value> = world
                .dvol
                .range(start..=end)
                .map(|(time, [open, high, low, close])| json!([time, open, high, low, close]))
                .collect();
            let skipped = rows.len().saturating_sub(paging.rows);
            let page = &rows[skipped..];
            let earliest = page.first().map_or(0, |row| row[0].as_i64().unwrap());
            let end_of_rest = if paging.repeats { earliest } else { earliest - HOUR_MS };
            let continuation = if skipped > 0 { json!(end_of_rest) } else { Value::Null };
            json!({"jsonrpc": "2.0", "result": {"data": page, "continuation": continuation}, "usDiff": 7})
                .to_string()
        }
        ("deribit", "/public/get_tradingview_chart_data") => {
            let rows = world.price.range(ask.number("start_timestamp")..=ask.number("end_timestamp"));
            let rows: Vec<(i64, [f64; 5])> = rows.map(|(time, row)| (*time, *row)).collect();
            let column = |place: usize| -> Vec<f64> { rows.iter().map(|(_, row)| row[place]).collect() };
            let ticks: Vec<i64> = rows.iter().map(|(time, _)| *time).collect();
            json!({"jsonrpc": "2.0", "result": {
                "status": "ok", "ticks": ticks, "open": column(0), "high": column(1), "low": column(2),
                "close": column(3), "volume": column(4), "cost": column(4),
            }})
            .to_string()
        }
        ("deribit", "/public/get_funding_rate_history") => {
            let rows = world.funding.range(ask.number("start_timestamp")..=ask.number("end_timestamp"));
            let rows: Vec<Value> = rows
                .map(|(time, rate)| {
                    json!({"timestamp": time, "index_price": 1.0, "prev_index_price": 1.0,
                        "interest_8h": rate, "interest_1h": rate / 8.0})
                })
                .collect();
            json!({"jsonrpc": "2.0", "result": rows, "usIn": 1, "usOut": 2, "usDiff": 1, "testnet": false})
                .to_string()
        }
        ("binance_futures", "/fapi/v1/fundingRate") => {
            let rows = world.funding.range(ask.number("startTime")..=ask.number("endTime"));
            let rows: Vec<Value> = rows
                .filter(|(time, _)| *time % (8 * HOUR_MS) == 0)
                // paid some milliseconds late
                .map(|(time, rate)| {
                    json!({"symbol": ask.query["symbol"], "fundingTime": time + time / HOUR_MS % 13,
                        "fundingRate": rate.to_string(), "markPrice": "1.0"})
                })
                .collect();
            json!(rows).to_string()
        }
        ("binance", "/api/v3/klines") => {
            let rows = world.price.range(ask.number("startTime")..=ask.number("endTime")).take(1000);
            let rows: Vec<Value> = rows
                .map(|(time, row)| {
                    let text = row.map(|value| value.to_string());
                    json!([
                        time,
                        text[0],
                        text[1],
                        text[2],
                        text[3],
                        text[4],
                        time + HOUR_MS - 1,
                        "0",
                        1,
                        "0",
                        "0",
                        "0"
                    ])
                })
                .collect();
            json!(rows).to_string()
        }
        ("coin_metrics", "/timeseries/asset-metrics") => {
            let day = |key: &str| ask.query[key].parse::<Timestamp>().unwrap().millis();
            let skip: usize = ask.query.get("next_page_token").map_or(0, |token| token.parse().unwrap());
            let all: Vec<Value> = world
                .days
                .range(day("start_time")..=day("end_time"))
                .map(|(time, row)| {
                    let mut object = json!({"asset": ask.query["assets"],
                        "time": Timestamp::from_millis(*time).to_string().replace('Z', ".000000000Z")});
                    for (name, value) in METRICS.iter().zip(row) {
                        if !value.is_nan() {
                            object[name] = json!(value.to_string());
                        }
                    }
                    object
                })
                .collect();
            let page: Vec<Value> = all.iter().skip(skip).take(paging.metrics).cloned().collect();
            let mut answer = json!({"data": page});
            if skip + paging.metrics < all.len() {
                answer["next_page_token"] = json!((skip + paging.metrics).to_string());
                answer["next_page_url"] = json!("https://elsewhere.example/");
            }
            answer.to_string()
        }
        ("blockchain_com", _) => {
            let start = ask.query["start"].parse::<Timestamp>().unwrap().millis();
            let values: Vec<Value> = world
                .volume
                .range(start..)
                .map(|(time, value)| json!({"x": time / 1000, "y": number(*value)}))
                .collect();
            // the chart runs on to the present; the asker cuts
            let days: i64 = ask.query["timespan"].trim_end_matches("days").parse().unwrap();
            let values: Vec<Value> = values
                .into_iter()
                .filter(|point| point["x"].as_i64().unwrap() * 1000 < start + days * DAY_MS)
                .collect();
            json!({"status": "ok", "name": "Estimated Transaction Value (USD)", "unit": "USD", "period": "day", "values": values})
                .to_string()
        }
        ("research_bitcoin", _) => {
            let time = |key: &str| ask.query[key].parse::<Timestamp>().unwrap().millis();
            let rows = world.days.range(time("from_time")..time("to_time"));
            rows.fold("time,mvrv\n".to_owned(), |text, (time, row)| {
                text + &format!("{},{}\n", Timestamp::from_millis(*time), row[1])
            })
        }
        other => format!("<html>nothing here: {other:?}</html>"),
    }
}

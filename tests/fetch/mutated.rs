//! Answers with something changed in them, by value and by byte: a data set within its bounds, or one sentence.
//!
//! A few dozen fetches in the suite, the same everywhere; DVOL_FUZZ_SECONDS=600 looks longer, elsewhere each time.

use super::loopback::{Paging, Server};
use super::{request, run, settings, small_world};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Values that no source means.
fn odd(rng: &mut StdRng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1e308),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("NaN"),
        json!("1e999"),
        json!("\u{1b}[31m\n\0"),
        json!([]),
        json!({}),
        json!([[[[1]]]]),
        json!("9".repeat(400)),
    ];
    values[rng.random_range(0..values.len())].clone()
}

/// Walks down to some value and puts another in its place, takes it away or doubles it.
fn change(value: &mut Value, rng: &mut StdRng) {
    let deeper = rng.random_bool(0.85);
    match value {
        Value::Array(items) if !items.is_empty() && deeper => {
            let place = rng.random_range(0..items.len());
            match rng.random_range(0..12) {
                0 => drop(items.remove(place)),
                1 => items.insert(place, items[place].clone()),
                2 => {
                    let other = rng.random_range(0..items.len());
                    items.swap(place, other);
                }
                3 => items.truncate(place),
                _ => change(&mut items[place], rng),
            }
        }
        Value::Object(fields) if !fields.is_empty() && deeper => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let key = &keys[rng.random_range(0..keys.len())];
            if rng.random_range(0..6) == 0 {
                fields.remove(key);
            } else if let Some(field) = fields.get_mut(key) {
                change(field, rng);
            }
        }
        other => *other = odd(rng),
    }
}

fn spoil(body: &str, rng: &mut StdRng) -> String {
    if rng.random_bool(0.7) {
        let Ok(mut value) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
        (0..rng.random_range(1..4)).for_each(|_| change(&mut value, rng));
        return value.to_string();
    }
    let mut bytes = body.as_bytes().to_vec();
    for _ in 0..rng.random_range(1..6) {
        let place = rng.random_range(0..bytes.len().max(1));
        match rng.random_range(0..3) {
            0 => bytes.truncate(place),
            1 => bytes.insert(place.min(bytes.len()), b"\0\"[]{},:-9e"[rng.random_range(0..11)]),
            _ => bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1 << rng.random_range(0..7)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn no_change_of_an_answer_ends_in_a_panic_or_in_values_out_of_bounds() {
    let seconds: Option<u64> = std::env::var("DVOL_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let first = if seconds.is_some() { now * 1_000_000 } else { 2021 };
    let server = Server::start(small_world(), Paging::default());
    let begun = Instant::now();
    let (mut runs, mut refused) = (0_u64, 0);
    while runs < 40 || begun.elapsed() < Duration::from_secs(seconds.unwrap_or(0)) {
        let seed = first + runs;
        server.misbehave(move |ask, _, reply| {
            // one question in three, always the same way
            let text = format!("{}{}{:?}", ask.host, ask.path, ask.query);
            let own = text.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            let mut rng = StdRng::seed_from_u64(own);
            if rng.random_range(0..3) == 0 {
                reply.body = spoil(&reply.body, &mut rng);
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let started = Instant::now();
        match run(&request(folder.path()), &settings(&server)) {
            Err(error) => {
                let text = error.to_string();
                assert!(
                    !text.contains('\n') && !text.contains('\u{1b}') && text.len() < 2_000,
                    "{seed}: {text:?}"
                );
                refused += 1;
            }
            Ok(dataset) => {
                for column in dataset.panel().columns() {
                    let wrong = column.values().iter().find(|value| value.is_infinite() || **value < 0.0);
                    assert_eq!(wrong, None, "{seed}: {}", column.name());
                }
            }
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{seed}: {:?}", started.elapsed());
        runs += 1;
    }
    println!("answers: {runs} fetches, {refused} refused, in {:?}, from seed {first}", begun.elapsed());
    assert!(refused > 0 && refused < runs, "{refused} of {runs}");
}

#[test]
fn what_a_server_says_reaches_no_terminal_as_it_is() {
    let problem = "not the expected answer: status `\u{1b}[31m\n\0`".to_owned();
    let said = dvol::Error::Source { origin: "deribit".to_owned(), problem }.to_string();
    assert_eq!(said, "deribit: not the expected answer: status `\\u{1b}[31m\\n\\u{0}`");
}

//! Damaged files: a table or a refusal in one sentence, never a panic.
//!
//! A few seconds in the suite, the same everywhere; DVOL_FUZZ_SECONDS=600 looks longer, elsewhere each time, and leaves
//! the file at hand in DVOL_FUZZ_FOLDER should the process end. What was found so is kept in the folder `damaged`.

use crate::parquet;
use dvol::data::{DatedTable, Need, ReadOptions, Table};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn text() -> Vec<Vec<u8>> {
    let iso: String = (0..30)
        .map(|i| format!("2024-01-{:02} 0{}:00,{}.5,\"1,{i:03}\",-0.{i}%\n", i % 28 + 1, i % 10, 60 + i))
        .collect();
    let german: String = (0..30).map(|i| format!("{:02}.01.2024;1.2{i:02},5;{i}\n", i % 28 + 1)).collect();
    let dump: String = (0..30)
        .map(|i| {
            format!(
                "{},1,2,0.5,1.5,7,{},1,5,1,1,0\n",
                1_735_689_600_000_000_i64 + i * 60_000_000,
                1_735_689_659_999_999_i64 + i * 60_000_000
            )
        })
        .collect();
    let local: String =
        (0..30).map(|i| format!("2024-10-27T0{}:{:02}[Europe/Berlin]|{i}\n", i % 4, i * 2)).collect();
    let mut files = vec![
        format!("time,level,volume,change\n{iso}").into_bytes(),
        format!("sep=;\n# note\nDatum;Schluss;n\n{german}").into_bytes(),
        dump.into_bytes(),
        format!("t|x\n{local}").into_bytes(),
        b"Price,Close\nTicker,A\nDate,\n2024-01-01,1\n2024-01-02,2\n".to_vec(),
    ];
    let plain = files[0].clone();
    files.push(String::from_utf8_lossy(&plain).encode_utf16().flat_map(u16::to_le_bytes).collect());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&plain).unwrap();
    files.push(gzip.finish().unwrap());
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("a.csv", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(&plain).unwrap();
    files.push(archive.finish().unwrap().into_inner());
    files
}

fn binary() -> Vec<Vec<u8>> {
    let names = [
        "numbers",
        "nested",
        "stamps_ns",
        "epoch_us",
        "zoned",
        "int96",
        "date_and_time",
        "unnamed_index",
        "dictionary_v1",
        "dictionary_v2",
        "plain_v1",
        "plain_v2",
        "delta_v1",
        "delta_v2",
        "leaning_v1",
        "leaning_v2",
    ];
    names.map(|name| std::fs::read(parquet::file(name)).expect("a file")).to_vec()
}

/// One change of a file.
#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Flip(usize, u8),
    Cut(usize, usize),
    Copy(usize, usize, usize),
    End(usize),
    /// The same byte again and again: the largest lengths and counts.
    Fill(usize, usize, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<u16>().prop_map(usize::from);
    let letter = prop_oneof![any::<u8>(), prop::sample::select(&b",;\t\"\n\r.-:0129%[]#\0"[..])];
    prop_oneof![
        2 => (place.clone(), 1_usize..12, prop::sample::select(&[0_u8, 0x7f, 0x80, 0xff][..]))
            .prop_map(|(place, length, byte)| Change::Fill(place, length, byte)),
        4 => (place.clone(), letter).prop_map(|(place, byte)| Change::Set(place, byte)),
        4 => (place.clone(), 0_u8..8).prop_map(|(place, bit)| Change::Flip(place, bit)),
        1 => (place.clone(), 1_usize..40).prop_map(|(place, length)| Change::Cut(place, length)),
        1 => (place.clone(), place.clone(), 1_usize..60).prop_map(|(from, to, length)| Change::Copy(from, to, length)),
        1 => place.prop_map(Change::End),
    ]
}

fn changed(file: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for change in changes {
        let length = bytes.len().max(1);
        match *change {
            Change::Set(place, byte) => {
                bytes.iter_mut().skip(place % length).take(1).for_each(|old| *old = byte)
            }
            Change::Flip(place, bit) => {
                bytes.iter_mut().skip(place % length).take(1).for_each(|old| *old ^= 1 << bit)
            }
            Change::Cut(place, count) => {
                let start = (place % length).min(bytes.len());
                bytes.drain(start..(start + count).min(bytes.len()));
            }
            Change::Copy(from, to, count) => {
                let start = (from % length).min(bytes.len());
                let piece = bytes[start..(start + count).min(bytes.len())].to_vec();
                let to = (to % length).min(bytes.len());
                bytes.splice(to..to, piece);
            }
            Change::Fill(place, count, byte) => {
                bytes.iter_mut().skip(place % length).take(count).for_each(|old| *old = byte);
            }
            Change::End(place) => bytes.truncate(place % length),
        }
    }
    bytes
}

/// Reads all there is to read; every refusal is one sentence.
fn exercise(bytes: Vec<u8>) {
    let one_sentence = |error: dvol::Error| assert!(!error.to_string().contains('\n'), "{error}");
    let table = match Table::from_bytes("damaged", bytes) {
        Ok(table) => table,
        Err(error) => return one_sentence(error),
    };
    for need in [Need::Clock, Need::Rows] {
        match DatedTable::new(table.clone(), &ReadOptions::default(), need) {
            Ok(dated) => {
                let _ = dated.understood().to_string();
                for name in dated.table().names() {
                    dated.numbers(name).map_or_else(one_sentence, drop);
                    dated.texts(name).map_or_else(one_sentence, drop);
                }
            }
            Err(error) => one_sentence(error),
        }
    }
}

#[test]
fn a_list_of_two_thousand_million_parts_is_refused_wherever_the_footer_has_it() {
    for mut file in binary() {
        let end = file.len() - 8;
        let said = u32::from_le_bytes(file[end..end + 4].try_into().unwrap()) as usize;
        for place in end - said..end - 6 {
            let kept = file[place..place + 6].to_vec();
            file[place..place + 6].copy_from_slice(&[0xfc, 0xff, 0xff, 0xff, 0xff, 0x07]);
            exercise(file.clone());
            file[place..place + 6].copy_from_slice(&kept);
        }
    }
}

fn fuzz(name: &str, files: Vec<Vec<u8>>) {
    files.iter().for_each(|file| exercise(file.clone()));
    let seconds: Option<u64> = std::env::var("DVOL_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let at_hand = std::env::var_os("DVOL_FUZZ_FOLDER").map(|folder| Path::new(&folder).join(name));
    let start = Instant::now();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let first = 20_210_424 + if seconds.is_some() { now * 1_000 } else { 0 };
    let mut cases = 0;
    let strategy = (prop::sample::select(files), prop::collection::vec(change(), 1..8));
    for round in 0.. {
        // A round by its number: the suite's is the same everywhere, a longer run goes on from there.
        let rng_seed = RngSeed::Fixed(first + round);
        let config = Config { cases: 400, failure_persistence: None, rng_seed, ..Config::default() };
        TestRunner::new(config)
            .run(&strategy, |(file, changes)| {
                let bytes = changed(&file, &changes);
                if let Some(path) = &at_hand {
                    std::fs::write(path, &bytes).expect("a folder to write to");
                }
                exercise(bytes);
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{failure}"));
        cases += 400;
        if start.elapsed() >= Duration::from_secs(seconds.unwrap_or(0)) {
            break;
        }
    }
    println!("{name}: {cases} changed files in {:?}, from seed {first}", start.elapsed());
}

/// Files that once ended in a panic, an abort or an allocation without end.
#[test]
fn damaged_files_that_were_found_stay_refused_or_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/damaged");
    for entry in std::fs::read_dir(folder).expect("the folder of damaged files") {
        exercise(std::fs::read(entry.expect("an entry").path()).expect("a file"));
    }
}

#[test]
fn no_change_of_a_text_file_ends_in_a_panic() {
    fuzz("text", text());
}

#[test]
fn no_change_of_a_parquet_file_ends_in_a_panic() {
    fuzz("parquet", binary());
}

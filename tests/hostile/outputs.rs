//! What `--out` leads to.

use super::support::command::{Run, command, dvol};
use super::support::samples::simulated;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Every command that writes a file of the user's name, without the name.
const WRITERS: [&str; 7] = [
    "naive --input table.csv --column actual --out",
    "jumps --input table.csv --column actual --out",
    "realized --input table.csv --column actual --out",
    "naive --out",
    "jumps --out",
    "importance --model persistence --repeats 1 --out",
    "score --models persistence --out",
];

fn workplace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::from("timestamp,actual\n");
    for row in 0..2000 {
        let time = dvol::time::Timestamp::from_hours(450_000 + row);
        let level = 60.0 + (row as f64 / 50.0).sin() * 5.0 + ((row * row * 7) % 97) as f64 / 97.0;
        table += &format!("{time},{level}\n");
    }
    fs::write(folder.path().join("table.csv"), table).unwrap();
    fs::write(folder.path().join("thesis.toml"), "name = 'place'\n").unwrap();
    simulated(6000, 1).save(&folder.path().join("data")).unwrap();
    folder
}

fn run(folder: &Path, writer: &str, out: &str) -> Run {
    let words: Vec<&str> = writer.split_whitespace().chain([out]).collect();
    dvol(folder, &words)
}

#[test]
fn an_output_never_takes_the_place_of_an_input() {
    let folder = workplace();
    symlink("table.csv", folder.path().join("link.csv")).unwrap();
    fs::hard_link(folder.path().join("data/panel.parquet"), folder.path().join("twin")).unwrap();
    let inputs = [
        "table.csv",
        "link.csv",
        "./table.csv",
        "data/panel.parquet",
        "data/manifest.json",
        "twin",
        "thesis.toml",
    ];
    let content = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let before: Vec<Vec<u8>> = inputs.iter().map(|name| content(name)).collect();
    let mut refused = 0;
    for writer in WRITERS {
        let of_file = writer.contains("--input");
        for name in inputs.iter().filter(|name| name.contains(".csv") == of_file) {
            let message = run(folder.path(), writer, name).refusal();
            assert!(message.contains("is the input"), "{writer} {name}: {message}");
            refused += 1;
        }
    }
    let import =
        "data import --dvol data/panel.parquet --price data/panel.parquet --onchain data/panel.parquet --out";
    assert!(run(folder.path(), import, "data").refusal().contains("is the input"));
    for (name, before) in inputs.iter().zip(before) {
        assert!(content(name) == before, "{name} was changed");
    }
    println!("outputs onto inputs: {refused} runs");
}

#[test]
fn a_link_is_written_through_and_stays_a_link() {
    let folder = workplace();
    fs::create_dir(folder.path().join("far")).unwrap();
    fs::write(folder.path().join("far/there"), "old").unwrap();
    for (link, target) in [("there", "far/there"), ("nothing_yet", "far/nothing_yet")] {
        symlink(target, folder.path().join(link)).unwrap();
        for writer in WRITERS {
            run(folder.path(), writer, link).succeeded();
            let place = folder.path().join(link);
            assert!(place.symlink_metadata().unwrap().is_symlink(), "{writer}");
            assert!(fs::read(folder.path().join(target)).unwrap().len() > 100, "{writer}");
            fs::write(folder.path().join(target), "old").unwrap();
        }
    }
}

#[test]
fn folders_pipes_and_sockets_are_refused_and_stay_what_they_are() {
    let folder = workplace();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    symlink("loop", folder.path().join("loop")).unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    for writer in WRITERS {
        let places = [
            ("pipe", "a named pipe"),
            ("socket", "a socket"),
            ("folder", "a folder"),
            ("loop", "in a circle"),
        ];
        for (place, what) in places {
            let message = run(folder.path(), writer, place).refusal();
            assert!(message.contains(what), "{writer} {place}: {message}");
        }
    }
    let kind = |name: &str| fs::symlink_metadata(folder.path().join(name)).unwrap().file_type();
    assert!(kind("pipe").is_fifo() && kind("socket").is_socket() && kind("folder").is_dir());
}

#[test]
fn standard_output_gets_the_result_alone() {
    let folder = workplace();
    for name in ["-", "/dev/stdout"] {
        for writer in &WRITERS[..5] {
            let out = run(folder.path(), writer, name).succeeded().out;
            if name == "-" {
                let commas = out.lines().next().unwrap_or_default().matches(',').count();
                assert!(commas >= 5, "{writer}: {out:.200}");
                assert!(out.lines().all(|line| line.matches(',').count() == commas), "{writer}");
            }
        }
    }
    assert!(!folder.path().join("-").exists());
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command(folder.path(), &["naive", "--out", "-"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_device_is_written_to_and_stays_a_device() {
    let folder = workplace();
    symlink("/dev/full", folder.path().join("full")).unwrap();
    for writer in WRITERS {
        let run = run(folder.path(), writer, "full");
        assert_eq!(run.code, 1, "{writer}: {}", run.err);
        assert!(run.err.contains("No space left on device"), "{writer}: {}", run.err);
    }
    assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
}

//! Paths that lead to no readable file: exit code 2 and one sentence, whoever asked for them.

use super::attempt::attempt;
use std::fs;
use std::os::unix::fs::symlink;

#[test]
fn folders_circles_and_bytes_that_are_no_text_are_refused_wherever_a_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("folder")).unwrap();
    symlink("loop", place("loop")).unwrap();
    fs::write(place("binary"), [0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]).unwrap();
    fs::write(place("file"), "x").unwrap();
    fs::write(place("empty"), "").unwrap();
    let long = "x".repeat(300);
    let lines = [
        "describe --input @",
        "jumps --column a --input @",
        "realized --column a --input @",
        "naive --column a --input @",
        "har --column a --input @",
        "compare --models a,b --input @",
        "validate --input @",
        "regimes --input @",
        "naive --config @",
        "data audit --data @",
        "data diff @ @",
        "data import --dvol @ --price @ --onchain @ --out made",
        "train rolling --dry-run --config @",
        "predict --checkpoint @",
        "predict --data @",
    ];
    let paths = ["folder", "loop", "loop/below", "binary", "file/below", "nothing", &long, "folder/", "."];
    let (mut runs, mut faults) = (0, Vec::new());
    for (line, path) in lines.iter().flat_map(|line| paths.iter().map(move |path| (line, path))) {
        runs += 1;
        let words: Vec<&str> = line.split(' ').map(|word| if word == "@" { *path } else { word }).collect();
        match attempt(folder.path(), &words) {
            Ok(run) if run.code == 2 => {}
            Ok(run) => faults.push(format!("{line} ({path}): exit code {}", run.code)),
            Err(fault) => faults.push(format!("{line} ({path}): {fault}")),
        }
    }
    println!("paths: {runs} runs");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

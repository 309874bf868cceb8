//! The chapters: clean as committed, executed in the real kernel, and their tables held against snapshots.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::serde_json::{Value, from_str};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MOST_CELLS: usize = 15;
const MOST_LINES: usize = 12;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the Python of set-up; a missing one is a failure, not a skip.
fn python(arguments: &[&str]) -> (bool, String) {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "{} is missing: run `make setup`", python.display());
    let output = Command::new(&python)
        .args(arguments)
        .current_dir(root())
        .env("PYTHONPATH", root().join("tools"))
        .output()
        .expect("a python that starts");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

fn chapters() -> Vec<(String, Value)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join("notebooks"))
        .expect("notebooks")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ipynb"))
        .collect();
    paths.sort();
    let read = |path: &Path| {
        let text = fs::read_to_string(path).expect("a notebook");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, from_str(&text).expect("JSON"))
    };
    paths.iter().map(|path| read(path)).collect()
}

fn source(cell: &Value) -> String {
    let lines = cell["source"].as_array().expect("lines");
    lines.iter().map(|line| line.as_str().expect("text")).collect()
}

#[test]
fn chapters_are_numbered_from_01_without_a_gap() {
    let numbers: Vec<String> = chapters().iter().map(|(name, _)| name[..2].to_owned()).collect();
    let expected: Vec<String> = (1..=numbers.len()).map(|number| format!("{number:02}")).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn committed_chapters_hold_no_output_and_nothing_that_changes_by_itself() {
    for (name, notebook) in chapters() {
        let mut ids = BTreeSet::new();
        assert_eq!(notebook["metadata"]["kernelspec"]["name"], "dvol", "{name}");
        assert!(notebook["metadata"]["language_info"].get("version").is_none(), "{name}");
        for cell in notebook["cells"].as_array().expect("cells") {
            let id = cell["id"].as_str().expect("an id").to_owned();
            if cell["cell_type"] == "code" {
                assert_eq!(cell["outputs"], Value::Array(Vec::new()), "{name}: {id} has output");
                assert_eq!(cell["execution_count"], Value::Null, "{name}: {id} was counted");
            }
            let keys = cell["metadata"].as_object().expect("metadata").keys();
            assert!(keys.clone().all(|key| key == "tags"), "{name}: {id} has metadata {keys:?}");
            assert!(ids.insert(id.clone()), "{name}: two cells are called {id}");
        }
    }
}

/// Whether a cell is tagged as one that defines a reader's own function or type.
fn defines(cell: &Value) -> bool {
    cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == "own"))
}

#[test]
fn chapters_are_prose_and_short_cells_without_functions_or_loops() {
    for (name, notebook) in chapters() {
        let cells = notebook["cells"].as_array().expect("cells");
        let is_code = |cell: &&Value| cell["cell_type"] == "code";
        let code: Vec<(bool, String)> =
            cells.iter().filter(is_code).map(|cell| (defines(cell), source(cell))).collect();
        assert!(code.len() <= MOST_CELLS, "{name}: {} code cells", code.len());
        assert!(cells.len() > code.len(), "{name}: no prose");
        for (defines, text) in code {
            assert!(text.lines().count() <= MOST_LINES, "{name}: a long cell\n{text}");
            let definitions = ["fn ", "for "].into_iter().filter(|_| !defines);
            for word in definitions.chain(["while ", "loop ", "unwrap()", "/work", "/home"]) {
                assert!(!text.contains(word), "{name}: `{word}` in\n{text}");
            }
        }
        assert!(
            source(&cells[0]).starts_with(&format!("# {} ", name[..2].trim_start_matches('0'))),
            "{name}"
        );
    }
}

#[test]
fn a_table_that_differs_from_its_snapshot_is_told_and_a_network_s_numbers_may_differ_a_little() {
    let script = "
import pathlib, sys, tempfile, nbformat, snapshots
from nbformat.v4 import new_notebook, new_code_cell, new_output

def book(exact, trained, seconds='1.2'):
    def cell(name, text, tags):
        output = new_output('execute_result', {'text/plain': text}, execution_count=1)
        return new_code_cell('x', id=name, metadata={'tags': tags}, outputs=[output])
    return new_notebook(cells=[cell('exact', f'| a | {exact} |', []),
                               cell('net', f'16 units, {seconds} s, RMSE {trained}', ['trained'])])

path = pathlib.Path(tempfile.mkdtemp()) / '00.txt'
snapshots.write(book('1.2345', '2.00'), path)
def told(notebook):
    try:
        snapshots.compare('00', notebook, path)
    except snapshots.Failure as failure:
        return str(failure)
assert told(book('1.2345', '2.00')) is None
assert told(book('1.2345', '2.05', '9.9')) is None, 'a network within the tolerance, on a slower machine'
assert 'exact' in told(book('1.2346', '2.00')), 'the last digit of an exact table'
assert 'net' in told(book('1.2345', '2.50')), 'a network out of the tolerance'
path.unlink()
assert 'make snapshots' in told(book('1.2345', '2.00')), 'a missing snapshot'
";
    let (passed, text) = python(&["-c", script]);
    assert!(passed, "{text}");
}

/// What a chapter writes is found by completion after one line: it needs no path of ours beside the prelude.
#[test]
fn chapters_need_nothing_but_the_prelude() {
    for (name, notebook) in chapters() {
        let cells = notebook["cells"].as_array().expect("cells");
        for text in cells.iter().filter(|cell| cell["cell_type"] == "code").map(source) {
            let others = text.replace("use dvol::prelude::*;", "");
            assert!(!others.contains("dvol::") && !others.contains("use "), "{name}: a path in\n{text}");
        }
    }
}

#[test]
fn every_chapter_runs_top_to_bottom_and_shows_its_snapshot() {
    let (passed, text) = python(&["tools/execute.py", "--check"]);
    assert!(passed, "{text}");
}

#[test]
fn the_kernel_keeps_its_promises() {
    let (passed, text) = python(&["tools/kernel_test.py"]);
    assert!(passed, "{text}");
}

//! Cells without annotations, in the real kernel.

use super::{python, root};
use std::path::Path;

fn work(files: &[&str]) {
    let here = root().join("tests/kernel");
    let paths: Vec<_> = files.iter().map(|name| here.join(name)).collect();
    let mut arguments = vec![Path::new("cells_test.py")];
    arguments.extend(paths.iter().map(std::path::PathBuf::as_path));
    let (passed, text) = python(&arguments);
    assert!(passed, "{text}");
}

#[test]
fn ordinary_rust_needs_no_annotation() {
    work(&["natural.json", "further.json"]);
}

#[test]
fn crates_that_dvol_shows_need_no_annotation() {
    work(&["shown.json"]);
}

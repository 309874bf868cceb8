//! The cells of `docs/extend.md`, typed one after the other.

use super::{python, root};
use dvol::serde_json::json;
use std::path::Path;

#[test]
fn a_reader_of_the_page_compares_a_model_of_their_own() {
    let page = std::fs::read_to_string(root().join("docs/extend.md")).unwrap();
    let blocks = page.split("```rust cell\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    let cells: Vec<&str> = blocks.collect();
    assert!(
        cells.len() >= 9,
        "a model, its proof, a comparison, a feature, a loss, a test, labels, a figure"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cells.json");
    let want = "figure own_errors: Errors of the momentum model, hour by hour.";
    let items = json!([{ "name": "docs/extend.md", "cells": cells, "want": want }]);
    std::fs::write(&file, items.to_string()).unwrap();
    let study = root().join("smoke.toml");
    let (passed, text) = python(&[Path::new("cells_test.py"), Path::new("--beside"), &study, &file]);
    assert!(passed, "{text}");
}

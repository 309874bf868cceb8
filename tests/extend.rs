//! `docs/extend.md`: each recipe is tried on a copy of the sources, which then compile, and touches two files.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join("docs/extend.md")).unwrap()
}

/// A recipe: its heading, the new file with its text, and the lines that go into the file of the table.
struct Recipe {
    heading: String,
    new: (String, String),
    table: (String, String),
    lines: Vec<String>,
}

fn recipes() -> Vec<Recipe> {
    let page = page();
    let sections = page.split("\n## ").skip(1).filter(|section| section.contains("```rust new "));
    sections
        .map(|section| {
            let block = |kind: &str| {
                let rest = section.split(&format!("```rust {kind} ")).nth(1).unwrap();
                let (head, body) = rest.split_once('\n').unwrap();
                (head.to_owned(), body.split("\n```").next().unwrap().to_owned())
            };
            let (into, lines) = block("into");
            let (file, table) = into.split_once(' ').unwrap();
            Recipe {
                heading: section.lines().next().unwrap().to_owned(),
                new: block("new"),
                table: (file.to_owned(), table.to_owned()),
                lines: lines.lines().map(str::to_owned).collect(),
            }
        })
        .collect()
}

impl Recipe {
    fn apply(&self, tree: &Path) {
        let (file, text) = &self.new;
        assert!(!tree.join(file).exists(), "{file} is not new");
        fs::write(tree.join(file), format!("{text}\n")).unwrap();
        let (file, table) = &self.table;
        let path = tree.join(file);
        let mut text = fs::read_to_string(&path).unwrap();
        for line in &self.lines {
            let (before, after) = if line.starts_with("mod ") {
                let place = ["\nmod ", "\nuse "].iter().filter_map(|start| text.find(start)).min();
                place.map(|place| (text[..=place].to_owned(), text[place + 1..].to_owned()))
            } else {
                let start = text.find(&format!("const {table}: ")).expect("the table");
                let open = start + text[start..].find("&[\n").expect("a slice") + "&[\n".len();
                Some((text[..open].to_owned(), text[open..].to_owned()))
            }
            .expect("a place for the line");
            text = format!("{before}{line}\n{after}");
        }
        fs::write(path, text).unwrap();
    }
}

const COPIED: [&str; 9] =
    ["Cargo.toml", "Cargo.lock", "build.rs", "torch-version", "build", "shim", "crates", "src", ".cargo"];

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

fn files(folder: &Path, below: &Path, out: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, below, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.insert(path.strip_prefix(below).unwrap().to_path_buf(), fs::read_to_string(&path).unwrap());
        }
    }
}

fn changed(tree: &Path) -> Vec<PathBuf> {
    let mut there = BTreeMap::new();
    for part in ["src", "crates"] {
        files(&tree.join(part), tree, &mut there);
    }
    there.retain(|name, text| fs::read_to_string(root().join(name)).ok().as_ref() != Some(text));
    there.into_keys().collect()
}

/// A copy of the sources in a folder of this build, under the same name in every run: cargo compiles what changed.
fn copied(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::remove_dir_all(&folder).ok();
    for part in COPIED {
        copy(&root().join(part), &folder.join(part));
    }
    // The other targets stay where they are: cargo wants to see their files.
    for part in ["tests", "benches"] {
        std::os::unix::fs::symlink(root().join(part), folder.join(part)).unwrap();
    }
    folder
}

#[test]
fn each_recipe_touches_its_file_and_the_one_with_the_table() {
    let recipes = recipes();
    assert!(recipes.len() >= 5, "a model, a feature, a test, a figure, a command");
    for recipe in recipes {
        let tree = copied("extend_each");
        recipe.apply(&tree);
        let mut expected = vec![PathBuf::from(&recipe.new.0), PathBuf::from(&recipe.table.0)];
        expected.sort();
        assert_eq!(changed(&tree), expected, "{}", recipe.heading);
        let own_lines = recipe.lines.iter().filter(|line| !line.starts_with("mod ")).count();
        assert_eq!(own_lines, 1, "{}: one line of the table", recipe.heading);
    }
}

#[test]
fn the_sources_compile_with_every_recipe_in_them() {
    let tree = copied("extend_all");
    for recipe in recipes() {
        recipe.apply(&tree);
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let libtorch = std::env::var_os("LIBTORCH").map_or_else(|| root().join(".libtorch"), PathBuf::from);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--locked", "--offline", "--quiet", "--lib", "--bins"])
        .current_dir(&tree)
        .env("CARGO_TARGET_DIR", target)
        .env("LIBTORCH", libtorch)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_table_the_page_names_exists() {
    for line in page().lines().filter(|line| line.starts_with("| ") && line.contains("` in `")) {
        for part in line.split('|').nth(3).unwrap().split(", ") {
            let quoted: Vec<&str> = part.split('`').skip(1).step_by(2).collect();
            if let [table, files @ ..] = &quoted[..] {
                let table = table.rsplit("::").next().unwrap();
                for file in files {
                    let text = fs::read_to_string(root().join(file)).unwrap_or_else(|_| panic!("{file}"));
                    assert!(text.contains(&format!("const {table}: ")), "{file} has no table {table}");
                }
            }
        }
    }
}

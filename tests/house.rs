//! The rules of the house, read from the source itself.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates, lower ones first; each has its table of ranks in `lib.rs`, and sees the modules of those before it.
const RANKED: [&str; 2] = ["crates/core/src", "src"];
const SOURCES: [&str; 3] = ["crates/core/src", "crates/command/src", "src"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

/// The Rust files below folders of the tree, by their paths in it.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in folders {
        rust_files(&root().join(folder), &mut files);
    }
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).expect("below the root").display().to_string();
        (name, fs::read_to_string(&path).expect("readable source"))
    };
    files.into_iter().map(read).collect()
}

/// module -> rank, from the table in a crate's lib.rs.
fn ranks(folder: &str) -> BTreeMap<String, u32> {
    let text = fs::read_to_string(root().join(folder).join("lib.rs")).expect("lib.rs");
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("//! |")?.split('|').map(str::trim).collect();
            Some((cells.get(1)?.trim_matches('`').to_owned(), cells.first()?.parse().ok()?))
        })
        .collect()
}

/// The first path segment after each `crate::` of a source, comments and nested braces included.
fn imported(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (position, _) in line.match_indices("crate::") {
            let rest = &line[position + "crate::".len()..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.chars().next().is_some_and(char::is_lowercase) {
                found.push(name);
            }
        }
    }
    found
}

#[test]
fn modules_import_lower_ranks_only() {
    let mut known = BTreeMap::new();
    let mut wrong = Vec::new();
    for folder in RANKED {
        let own_ranks = ranks(folder);
        known.extend(own_ranks.clone());
        for (name, text) in sources(&[folder]) {
            let inside = name.strip_prefix(folder).expect("a path in the crate").trim_start_matches('/');
            let module = inside.split(['/', '.']).next().expect("a first segment").to_owned();
            if ["lib", "main", "networks"].contains(&module.as_str()) {
                continue;
            }
            let own = *own_ranks
                .get(&module)
                .unwrap_or_else(|| panic!("{name}: `{module}` is not in the table of {folder}/lib.rs"));
            for other in imported(&text) {
                if other == module || other == "prelude" {
                    continue;
                }
                match known.get(&other) {
                    Some(rank) if *rank < own => {}
                    Some(rank) => wrong.push(format!("{name} (rank {own}) imports {other} (rank {rank})")),
                    None => wrong.push(format!("{name} imports {other}, which no table ranks")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_ranked_module_exists() {
    for folder in RANKED {
        for module in ranks(folder).keys() {
            let file = root().join(folder).join(format!("{module}.rs"));
            let room = root().join(folder).join(module).join("mod.rs");
            assert!(file.exists() || room.exists(), "{folder}/lib.rs ranks `{module}`, which does not exist");
        }
    }
}

#[test]
fn files_stay_under_400_lines() {
    let long: Vec<String> = sources(&["crates", "src", "tests", "benches"])
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 400)
        .map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "find the second concept in each:\n{}", long.join("\n"));
}

/// Clippy, which `make lint` runs with warnings as errors, reads code better than a search for words; here it is held
/// to it.
#[test]
fn every_crate_denies_unwrap_expect_panic_and_unfinished_code_and_nothing_allows_them() {
    let lints = ["unwrap_used", "expect_used", "panic", "todo", "unimplemented"];
    let manifest = |path: &str| -> toml::Table {
        fs::read_to_string(root().join(path)).expect("a manifest").parse().expect("TOML")
    };
    let workspace = manifest("Cargo.toml");
    for lint in lints {
        let level = &workspace["workspace"]["lints"]["clippy"][lint];
        assert_eq!(level.as_str(), Some("deny"), "{lint}");
    }
    for path in ["Cargo.toml", "crates/core/Cargo.toml", "crates/command/Cargo.toml"] {
        let package = manifest(path);
        let follows = package.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(follows.and_then(toml::Value::as_bool), Some(true), "{path}");
    }
    for (name, text) in sources(&SOURCES) {
        let allowed = text.lines().find(|line| {
            let loosens = ["allow(", "expect(", "warn("].iter().any(|word| line.contains(word));
            let named = lints.iter().any(|lint| line.contains(&format!("clippy::{lint}")));
            line.trim_start().starts_with('#') && loosens && named
        });
        assert!(allowed.is_none(), "{name}: {}", allowed.unwrap_or_default());
    }
}

#[test]
fn unsafe_stands_only_beside_the_shim_and_says_why() {
    for (name, text) in sources(&SOURCES) {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            if line.trim_start().starts_with("//") || !line.contains("unsafe ") {
                continue;
            }
            let above = lines[number.saturating_sub(4)..number].join("\n");
            assert!(
                above.contains("SAFETY") || line.contains("unsafe extern"),
                "{name}:{}: unsafe without its reason",
                number + 1
            );
            assert!(name.starts_with("src/models/lstm/"), "{name}:{}: unsafe far from the shim", number + 1);
        }
    }
}

/// The first column of CONTRIBUTING's map, without backticks.
fn map() -> Vec<String> {
    let page = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let section = page.split("## What is in the house").nth(1).expect("the map").split("\n## ").next();
    let rows = section.expect("a section").lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| row.split('|').nth(1).unwrap_or("").split(',').map(str::trim))
        .map(|name| name.trim_matches('`').trim_end_matches('/').to_owned())
        .collect()
}

#[test]
fn the_map_in_contributing_is_that_of_the_tree() {
    let (map, ignored) = (map(), fs::read_to_string(root().join(".gitignore")).expect(".gitignore"));
    for name in &map {
        let made = ignored.lines().any(|line| line.trim_matches(['/', '*']) == name);
        assert!(made || root().join(name).exists(), "CONTRIBUTING names `{name}`, which is not there");
    }
    for entry in fs::read_dir(root()).expect("the tree").flatten().filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let outside = name.starts_with('.') || ignored.lines().any(|line| line.trim_matches('/') == name);
        assert!(outside || map.contains(&name), "CONTRIBUTING's map lacks `{name}`");
    }
}

#[test]
fn the_version_of_libtorch_stands_in_one_file_and_every_python_package_has_a_hash() {
    let read = |name: &str| fs::read_to_string(root().join(name)).expect("a file of the tree");
    let version = read("torch-version").trim().to_owned();
    for list in ["tools/torch.in", "tools/torch.txt", "tools/cuda.in", "tools/cuda.txt"] {
        assert!(read(list).contains(&format!("torch=={version}")), "{list}: run `make pins`");
    }
    for name in ["requirements", "peers", "torch", "cuda"] {
        let (asked, pinned) = (read(&format!("tools/{name}.in")), read(&format!("tools/{name}.txt")));
        let packages = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
            let name = |line: &str| {
                line.split(['=', '<', '>', ' ', ';'])
                    .next()
                    .unwrap_or_default()
                    .to_lowercase()
                    .replace('_', "-")
            };
            lines.map(name).collect()
        };
        let known = packages(&pinned);
        for package in packages(&asked) {
            assert!(known.contains(&package), "tools/{name}.txt lacks {package}: run `make pins`");
        }
        let hashes = pinned.lines().filter(|line| line.trim_start().starts_with("--hash=sha256:")).count();
        assert!(hashes >= known.len(), "tools/{name}.txt: {hashes} hashes for {} packages", known.len());
        assert!(!pinned.contains("://"), "tools/{name}.txt takes a package by its address");
    }
    let setup = read("tools/setup.py");
    assert!(setup.matches("--require-hashes").count() >= 3 && !setup.contains(&version));
}

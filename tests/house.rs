//! The rules of the house, read from the source itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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

fn sources() -> Vec<(String, String)> {
    let source = root().join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&source).expect("below src").display().to_string();
            (name, fs::read_to_string(&path).expect("readable source"))
        })
        .collect()
}

/// module -> rank, from the table in lib.rs.
fn ranks() -> BTreeMap<String, u32> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
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
    let ranks = ranks();
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let module = name.split(['/', '.']).next().expect("a first segment").to_owned();
        if module == "lib" || module == "main" {
            continue;
        }
        let own = *ranks
            .get(&module)
            .unwrap_or_else(|| panic!("src/{name}: `{module}` is not in the table of lib.rs"));
        for other in imported(&text) {
            if other == module || other == "prelude" {
                continue;
            }
            match ranks.get(&other) {
                Some(rank) if *rank < own => {}
                Some(rank) => wrong.push(format!("src/{name} (rank {own}) imports {other} (rank {rank})")),
                None => wrong.push(format!("src/{name} imports {other}, which the table does not rank")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_ranked_module_exists() {
    for module in ranks().keys() {
        let file = root().join(format!("src/{module}.rs"));
        let folder = root().join(format!("src/{module}/mod.rs"));
        assert!(file.exists() || folder.exists(), "lib.rs ranks `{module}`, which does not exist");
    }
}

#[test]
fn files_stay_under_400_lines() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 400)
        .map(|(name, text)| format!("src/{name}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "find the second concept in each:\n{}", long.join("\n"));
}

/// Clippy, which `make lint` runs with warnings as errors, reads code better than a search for words; here it is held
/// to it.
#[test]
fn every_crate_denies_unwrap_expect_panic_and_unfinished_code_and_nothing_allows_them() {
    let lints = ["unwrap_used", "expect_used", "panic", "todo", "unimplemented"]
        .map(|lint| format!("clippy::{lint}"));
    let sources = sources();
    for crate_root in ["lib.rs", "main.rs", "kernel/launcher/main.rs"] {
        let (_, text) = sources.iter().find(|(name, _)| name == crate_root).expect("a crate's root");
        let denied: String = text.lines().filter(|line| line.starts_with("#![deny(")).collect();
        for lint in &lints {
            assert!(
                denied.contains(&format!("{lint},")) || denied.contains(&format!("{lint})")),
                "src/{crate_root}: {lint}"
            );
        }
    }
    for (name, text) in &sources {
        let allowed = text.lines().find(|line| {
            let loosens = ["allow(", "expect(", "warn("].iter().any(|word| line.contains(word));
            line.trim_start().starts_with('#')
                && loosens
                && lints.iter().any(|lint| line.contains(lint.as_str()))
        });
        assert!(allowed.is_none(), "src/{name}: {}", allowed.unwrap_or_default());
    }
}

#[test]
fn unsafe_stands_only_beside_the_shim_and_says_why() {
    for (name, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            if line.trim_start().starts_with("//") || !line.contains("unsafe ") {
                continue;
            }
            let above = lines[number.saturating_sub(4)..number].join("\n");
            assert!(
                above.contains("SAFETY") || line.contains("unsafe extern"),
                "src/{name}:{}: unsafe without its reason",
                number + 1
            );
        }
    }
}

/// The first column of README's map, without backticks.
fn map() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let section = readme.split("## What is in the house").nth(1).expect("the map").split("\n## ").next();
    let rows = section.expect("a section").lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| row.split('|').nth(1).unwrap_or("").split(',').map(str::trim))
        .map(|name| name.trim_matches('`').trim_end_matches('/').to_owned())
        .collect()
}

#[test]
fn the_map_in_readme_is_that_of_the_tree() {
    let (map, ignored) = (map(), fs::read_to_string(root().join(".gitignore")).expect(".gitignore"));
    for name in &map {
        let made = ignored.lines().any(|line| line.trim_matches(['/', '*']) == name);
        assert!(made || root().join(name).exists(), "README names `{name}`, which is not there");
    }
    for entry in fs::read_dir(root()).expect("the tree").flatten().filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let outside = name.starts_with('.') || ignored.lines().any(|line| line.trim_matches('/') == name);
        assert!(outside || map.contains(&name), "README's map lacks `{name}`");
    }
}

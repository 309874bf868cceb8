//! `cargo metadata` of the cells: their crate, `dvol`, its core and the crates it shows, as sources only.

use super::place;
use serde_json::{Value, json};
use std::path::Path;

const CELLS: &str = "ctx";

/// The answer when cells depend on nothing but `dvol`.
pub fn cells_alone(folder: &Path) -> Value {
    let sources = sources();
    let cells = Source {
        package: package(CELLS, folder, "cdylib", "2024", &[dependency("dvol", place::root())]),
        needs: vec![("dvol".to_owned(), "dvol".to_owned())],
    };
    let member = cells.package["id"].clone();
    let nodes: Vec<Value> =
        std::iter::once(&cells).chain(&sources).map(|source| node(source, &sources)).collect();
    let packages: Vec<Value> = std::iter::once(cells).chain(sources).map(|source| source.package).collect();
    json!({
        "packages": packages,
        "workspace_members": [member],
        "workspace_default_members": [member],
        "resolve": { "nodes": nodes, "root": member },
        "target_directory": folder.join("target"),
        "build_directory": folder.join("target"),
        "version": 1,
        "workspace_root": folder,
        "metadata": null,
    })
}

/// Cargo's own answer (a user added crates by `:dep`) with `dvol` and what it shows beside them.
pub fn with_dvol(mut found: Value) -> Value {
    let sources = sources();
    let member = found["workspace_members"][0].clone();
    if let Some(packages) = found["packages"].as_array_mut() {
        if let Some(cells) = packages.iter_mut().find(|package| package["id"] == member) {
            push(&mut cells["dependencies"], dependency("dvol", place::root()));
        }
        packages.extend(sources.iter().map(|source| source.package.clone()));
    }
    if let Some(nodes) = found["resolve"]["nodes"].as_array_mut() {
        if let Some(cells) = nodes.iter_mut().find(|node| node["id"] == member) {
            let dvol = &sources[0].package;
            push(&mut cells["dependencies"], dvol["id"].clone());
            push(&mut cells["deps"], edge("dvol", dvol));
        }
        nodes.extend(sources.iter().map(|source| node(source, &sources)));
    }
    found
}

/// A package of which rust-analyzer sees sources, and under which names it sees which others.
struct Source {
    package: Value,
    needs: Vec<(String, String)>,
}

/// `dvol` first, the core whose items it shows as its own, and the signatures of the crates that both show.
fn sources() -> Vec<Source> {
    let core = place::root().join("crates/core");
    let shown = shown();
    let library = |source: &Source| {
        let name = source.package["name"].as_str().unwrap_or_default().to_owned();
        (name.replace('-', "_"), name)
    };
    let of_core: Vec<(String, String)> = shown.iter().map(library).collect();
    let mut of_dvol = of_core.clone();
    of_dvol.push(("dvol_core".to_owned(), "dvol-core".to_owned()));
    let mut all = vec![
        Source {
            package: package("dvol", place::root(), "lib", "2024", &[dependency("dvol-core", &core)]),
            needs: of_dvol,
        },
        Source { package: package("dvol-core", &core, "lib", "2024", &[]), needs: of_core },
    ];
    all.extend(shown);
    all
}

/// The crates of which set-up made signatures; none when it could not.
fn shown() -> Vec<Source> {
    let folder = place::shown_crates();
    let text = std::fs::read_to_string(folder.join("made.json")).unwrap_or_default();
    let found: Value = serde_json::from_str(&text).unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    list(&found["crates"])
        .iter()
        .map(|entry| {
            let name = word(&entry["name"]);
            Source {
                package: package(&name, &folder.join(&name), "lib", &word(&entry["edition"]), &[]),
                needs: list(&entry["needs"])
                    .iter()
                    .map(|need| (word(&need["as"]), word(&need["name"])))
                    .collect(),
            }
        })
        .collect()
}

fn node(source: &Source, all: &[Source]) -> Value {
    let needed: Vec<(&str, &Value)> = source
        .needs
        .iter()
        .filter_map(|(known_as, name)| {
            let other = all.iter().find(|other| other.package["name"] == name.as_str())?;
            Some((known_as.as_str(), &other.package))
        })
        .collect();
    let ids: Vec<&Value> = needed.iter().map(|(_, package)| &package["id"]).collect();
    let edges: Vec<Value> = needed.iter().map(|(known_as, package)| edge(known_as, package)).collect();
    json!({ "id": source.package["id"], "dependencies": ids, "deps": edges, "features": [] })
}

fn push(list: &mut Value, entry: Value) {
    if let Some(list) = list.as_array_mut() {
        list.push(entry);
    }
}

fn edge(known_as: &str, package: &Value) -> Value {
    json!({ "name": known_as, "pkg": package["id"], "dep_kinds": [{ "kind": null, "target": null }] })
}

fn dependency(name: &str, folder: &Path) -> Value {
    json!({
        "name": name, "source": null, "req": "*", "kind": null, "rename": null, "optional": false,
        "uses_default_features": true, "features": [], "target": null, "registry": null, "path": folder,
    })
}

fn package(name: &str, folder: &Path, kind: &str, edition: &str, dependencies: &[Value]) -> Value {
    json!({
        "name": name,
        "version": "1.0.0",
        "id": format!("path+file://{}#{name}@1.0.0", folder.display()),
        "license": null, "license_file": null, "description": null, "source": null,
        "dependencies": dependencies,
        "targets": [{
            "kind": [kind], "crate_types": [kind], "name": name.replace('-', "_"), "src_path": folder.join("src/lib.rs"),
            "edition": edition, "doc": true, "doctest": false, "test": false,
        }],
        "features": {},
        "manifest_path": folder.join("Cargo.toml"),
        "metadata": null, "publish": null, "authors": [], "categories": [], "keywords": [], "readme": null,
        "repository": null, "homepage": null, "documentation": null, "edition": edition, "links": null,
        "default_run": null, "rust_version": null,
    })
}

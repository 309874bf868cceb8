//! `cargo metadata` of the cells: their crate and `dvol`, as sources only.

use super::place;
use serde_json::{Value, json};
use std::path::Path;

const CELLS: &str = "ctx";

/// The answer when cells depend on nothing but `dvol`.
pub fn cells_alone(folder: &Path) -> Value {
    let cells = package(CELLS, folder, "cdylib", &[dependency()]);
    let dvol = package("dvol", place::root(), "lib", &[]);
    let member = cells["id"].clone();
    json!({
        "packages": [cells, dvol],
        "workspace_members": [member],
        "workspace_default_members": [member],
        "resolve": {
            "nodes": [
                { "id": member, "dependencies": [dvol["id"]], "deps": [edge(&dvol)], "features": [] },
                { "id": dvol["id"], "dependencies": [], "deps": [], "features": [] },
            ],
            "root": member,
        },
        "target_directory": folder.join("target"),
        "build_directory": folder.join("target"),
        "version": 1,
        "workspace_root": folder,
        "metadata": null,
    })
}

/// Cargo's own answer (a user added crates by `:dep`) with `dvol` beside them.
pub fn with_dvol(mut found: Value) -> Value {
    let dvol = package("dvol", place::root(), "lib", &[]);
    let member = found["workspace_members"][0].clone();
    if let Some(packages) = found["packages"].as_array_mut() {
        if packages.iter().any(|package| package["name"] == "dvol") {
            return found;
        }
        if let Some(cells) = packages.iter_mut().find(|package| package["id"] == member) {
            push(&mut cells["dependencies"], dependency());
        }
        packages.push(dvol.clone());
    }
    if let Some(nodes) = found["resolve"]["nodes"].as_array_mut() {
        if let Some(cells) = nodes.iter_mut().find(|node| node["id"] == member) {
            push(&mut cells["dependencies"], dvol["id"].clone());
            push(&mut cells["deps"], edge(&dvol));
        }
        nodes.push(json!({ "id": dvol["id"], "dependencies": [], "deps": [], "features": [] }));
    }
    found
}

fn push(list: &mut Value, entry: Value) {
    if let Some(list) = list.as_array_mut() {
        list.push(entry);
    }
}

fn edge(package: &Value) -> Value {
    json!({ "name": package["name"], "pkg": package["id"], "dep_kinds": [{ "kind": null, "target": null }] })
}

fn dependency() -> Value {
    json!({
        "name": "dvol", "source": null, "req": "*", "kind": null, "rename": null, "optional": false,
        "uses_default_features": true, "features": [], "target": null, "registry": null, "path": place::root(),
    })
}

fn package(name: &str, folder: &Path, kind: &str, dependencies: &[Value]) -> Value {
    json!({
        "name": name,
        "version": "1.0.0",
        "id": format!("path+file://{}#{name}@1.0.0", folder.display()),
        "license": null, "license_file": null, "description": null, "source": null,
        "dependencies": dependencies,
        "targets": [{
            "kind": [kind], "crate_types": [kind], "name": name, "src_path": folder.join("src/lib.rs"),
            "edition": "2024", "doc": true, "doctest": false, "test": false,
        }],
        "features": {},
        "manifest_path": folder.join("Cargo.toml"),
        "metadata": null, "publish": null, "authors": [], "categories": [], "keywords": [], "readme": null,
        "repository": null, "homepage": null, "documentation": null, "edition": "2024", "links": null,
        "default_run": null, "rust_version": null,
    })
}

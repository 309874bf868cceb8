//! `cargo metadata` of the cells: their crate, `dvol` and `dvol-core`, as sources only.

use super::place;
use serde_json::{Value, json};
use std::path::Path;

const CELLS: &str = "ctx";

/// The answer when cells depend on nothing but `dvol`.
pub fn cells_alone(folder: &Path) -> Value {
    let cells = package(CELLS, folder, "cdylib", &[dependency("dvol", place::root())]);
    let member = cells["id"].clone();
    let sources = sources();
    let cells_node = node(&cells, &[&sources[0]]);
    json!({
        "packages": [cells, sources[0], sources[1]],
        "workspace_members": [member],
        "workspace_default_members": [member],
        "resolve": { "nodes": [cells_node, node(&sources[0], &[&sources[1]]), node(&sources[1], &[])], "root": member },
        "target_directory": folder.join("target"),
        "build_directory": folder.join("target"),
        "version": 1,
        "workspace_root": folder,
        "metadata": null,
    })
}

/// Cargo's own answer (a user added crates by `:dep`) with `dvol` beside them.
pub fn with_dvol(mut found: Value) -> Value {
    let [dvol, core] = sources();
    let member = found["workspace_members"][0].clone();
    if let Some(packages) = found["packages"].as_array_mut() {
        if packages.iter().any(|package| package["name"] == "dvol") {
            return found;
        }
        if let Some(cells) = packages.iter_mut().find(|package| package["id"] == member) {
            push(&mut cells["dependencies"], dependency("dvol", place::root()));
        }
        packages.extend([dvol.clone(), core.clone()]);
    }
    if let Some(nodes) = found["resolve"]["nodes"].as_array_mut() {
        if let Some(cells) = nodes.iter_mut().find(|node| node["id"] == member) {
            push(&mut cells["dependencies"], dvol["id"].clone());
            push(&mut cells["deps"], edge(&dvol));
        }
        nodes.extend([node(&dvol, &[&core]), node(&core, &[])]);
    }
    found
}

/// Our own packages that a cell sees: `dvol`, and the core whose items it shows as its own.
fn sources() -> [Value; 2] {
    let core = place::root().join("crates/core");
    let dvol = package("dvol", place::root(), "lib", &[dependency("dvol-core", &core)]);
    [dvol, package("dvol-core", &core, "lib", &[])]
}

fn node(package: &Value, needs: &[&Value]) -> Value {
    let ids: Vec<&Value> = needs.iter().map(|needed| &needed["id"]).collect();
    let edges: Vec<Value> = needs.iter().map(|needed| edge(needed)).collect();
    json!({ "id": package["id"], "dependencies": ids, "deps": edges, "features": [] })
}

fn push(list: &mut Value, entry: Value) {
    if let Some(list) = list.as_array_mut() {
        list.push(entry);
    }
}

fn edge(package: &Value) -> Value {
    let name = package["targets"][0]["name"].clone();
    json!({ "name": name, "pkg": package["id"], "dep_kinds": [{ "kind": null, "target": null }] })
}

fn dependency(name: &str, folder: &Path) -> Value {
    json!({
        "name": name, "source": null, "req": "*", "kind": null, "rename": null, "optional": false,
        "uses_default_features": true, "features": [], "target": null, "registry": null, "path": folder,
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
            "kind": [kind], "crate_types": [kind], "name": name.replace('-', "_"), "src_path": folder.join("src/lib.rs"),
            "edition": "2024", "doc": true, "doctest": false, "test": false,
        }],
        "features": {},
        "manifest_path": folder.join("Cargo.toml"),
        "metadata": null, "publish": null, "authors": [], "categories": [], "keywords": [], "readme": null,
        "repository": null, "homepage": null, "documentation": null, "edition": "2024", "links": null,
        "default_run": null, "rust_version": null,
    })
}

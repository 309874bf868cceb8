"""Signatures of the crates that `dvol` shows (`dvol::polars`, `dvol::tch`), from the sources cargo built them from.

Cargo says of each package which features it has, what it was linked to and where its sources lie; rustc expands it
and `trim` leaves what the types of variables depend on. What these crates themselves import stays unknown to
rust-analyzer, unless it is one of them.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess

import signatures
import trim

ROOT = signatures.HERE.parent
# What people name in cells, with the packages that these consist of.
SHOWN = re.compile(r"polars(-(arrow|buffer|core|dtype|error|io|ops|schema|time|utils))?|ndarray|tch|plotly|serde_json|rand|rand_core")


def make(folder):
    """Makes `folder`/NAME/src/lib.rs of each crate and says how many there are."""
    lock = (ROOT / "Cargo.lock").read_text()
    wanted = signatures.key(signatures.toolchain()[0], lock, pathlib.Path(__file__).read_text())
    found = signatures.made(folder, wanted)
    if found:
        return len(found["crates"])
    built = Build()
    crates, listed = {}, []
    for package in built.shown():
        try:
            text, _ = signatures.expand(*built.arguments(package), env=built.environment(package))
            crates[package["name"]] = trim.trim(text, signatures.KEPT_BODIES)
        except (signatures.NoSource, trim.Unreadable) as problem:
            # Its types are then those that want an annotation.
            print(f"setup: no signatures of {package['name']}: {problem}", flush=True)
            continue
        listed.append(package)
    names = {package["id"]: package["name"] for package in listed}
    entries = [{"name": package["name"], "version": package["version"], "edition": package["edition"],
                "needs": [{"as": edge["name"], "name": names[edge["pkg"]]} for edge in built.edges(package) if edge["pkg"] in names]}
               for package in listed]
    signatures.write(folder, crates, {"key": wanted, "crates": entries})
    return len(entries)


class Build:
    """What cargo says of the finished build."""

    def __init__(self):
        metadata = json.loads(signatures.output("cargo", "metadata", "--locked", "--format-version=1", cwd=ROOT))
        self.packages = {package["id"]: package for package in metadata["packages"]}
        self.nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
        self.artifacts, self.scripts = {}, {}
        for line in signatures.output("cargo", "build", "--locked", "--message-format=json", cwd=ROOT).splitlines():
            message = json.loads(line)
            if message["reason"] == "compiler-artifact" and not {"bin", "custom-build"} & set(message["target"]["kind"]):
                known = self.artifacts.get(message["package_id"])
                # A package built for build scripts as well has fewer features there.
                if not known or len(message["features"]) >= len(known["features"]):
                    self.artifacts[message["package_id"]] = message
            elif message["reason"] == "build-script-executed":
                self.scripts[message["package_id"]] = message

    def shown(self):
        """What `dvol` and its core depend on of what is shown, and what those depend on of it; one version of each."""
        waiting = [identity for identity, package in self.packages.items() if package["name"] in ("dvol", "dvol-core")]
        found = {}
        while waiting:
            needed = [self.packages[edge["pkg"]] for identity in waiting for edge in self.nodes[identity]["deps"]]
            waiting = []
            for package in needed:
                name = package["name"]
                if SHOWN.fullmatch(name) and package["id"] in self.artifacts and name not in found:
                    found[name] = package
                    waiting.append(package["id"])
        return [found[name] for name in sorted(found)]

    def edges(self, package):
        return self.nodes[package["id"]]["deps"]

    def arguments(self, package):
        target = self.artifacts[package["id"]]["target"]
        externs = []
        for edge in self.edges(package):
            files = self.artifacts.get(edge["pkg"], {}).get("filenames", [])
            best = sorted(files, key=lambda name: (".rmeta", ".so", ".rlib").index(pathlib.Path(name).suffix))
            if best:
                externs.append(f"--extern={edge['name']}={best[0]}")
        folder = pathlib.Path(self.artifacts[package["id"]]["filenames"][0]).parent
        folder = folder if folder.name == "deps" else folder / "deps"
        script = self.scripts.get(package["id"], {})
        cfgs = [f'feature="{name}"' for name in self.artifacts[package["id"]]["features"]] + script.get("cfgs", [])
        return (target["src_path"], target["name"].replace("-", "_"), package["edition"],
                f"-Ldependency={folder}", *externs, *[f"--cfg={cfg}" for cfg in cfgs])

    def environment(self, package):
        version = package["version"].split("+")[0].split("-")[0].split(".")
        script = self.scripts.get(package["id"], {})
        return {"CARGO_MANIFEST_DIR": str(pathlib.Path(package["manifest_path"]).parent), "CARGO_PKG_NAME": package["name"],
                "CARGO_PKG_VERSION": package["version"], "CARGO_PKG_VERSION_MAJOR": version[0],
                "CARGO_PKG_VERSION_MINOR": version[1], "CARGO_PKG_VERSION_PATCH": version[2],
                "CARGO_CRATE_NAME": package["name"].replace("-", "_"),
                **({"OUT_DIR": script["out_dir"]} if script else {}), **dict(script.get("env", []))}

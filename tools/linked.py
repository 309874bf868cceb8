"""What libtorch a build was linked to: another version or flavour at the same path makes what links it anew.

Cargo watches no file of libtorch, and pip gives files the times of their making, so that a change goes unseen. As a command:
`linked.py TARGET LIBTORCH` says why the build in TARGET does not fit LIBTORCH (nothing where it does, or where none is known);
`--record` notes LIBTORCH as the one that was linked.
"""

import argparse
import json
import pathlib
import re

# What tells a flavour, and what changes with a version.
FLAVOURS = {"cuda": "libtorch_cuda.so", "rocm": "libtorch_hip.so"}
WATCHED = ("libtorch_cpu.so", "libc10.so", *FLAVOURS.values(), "libc10_cuda.so")
VERSIONS = (
    ("build-version", r"^\s*([0-9][^\s]*)"),
    ("version.py", r"__version__ = '([^']+)'"),
    ("include/torch/version.h", r'define TORCH_VERSION "([^"]+)"'),
    ("include/torch/csrc/api/include/torch/version.h", r'define TORCH_VERSION "([^"]+)"'),
)


def version(folder):
    """The version of the libtorch in a folder, by whichever file that build of it has."""
    for name, pattern in VERSIONS:
        path = folder / name
        found = re.search(pattern, path.read_text()) if path.is_file() else None
        if found:
            return found.group(1)
    return None


def describe(folder):
    """Version, flavour, and size and time of the libraries that differ between builds of libtorch."""
    there = {name: folder / "lib" / name for name in WATCHED if (folder / "lib" / name).exists()}
    flavour = next((name for name, library in FLAVOURS.items() if library in there), "cpu")
    stats = {name: path.stat() for name, path in there.items()}
    return {"version": version(folder), "flavour": flavour,
            "libraries": {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}}


def note(target):
    return target / "libtorch.json"


def changed(target, folder):
    """Why the build in `target` does not fit this libtorch, or None."""
    try:
        before = json.loads(note(target).read_text())
    except (OSError, ValueError):
        return None
    now = describe(folder)
    if before == now:
        return None
    words = [f"{one.get('version')} for {one.get('flavour')}" for one in (before, now)]
    return f"built against libtorch {words[0]}, " + (f"found {words[1]}" if words[0] != words[1] else "found other files of it")


def record(target, folder):
    target.mkdir(parents=True, exist_ok=True)
    note(target).write_text(json.dumps(describe(folder)) + "\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("target", type=pathlib.Path)
    arguments.add_argument("libtorch", type=pathlib.Path)
    arguments.add_argument("--record", action="store_true")
    given = arguments.parse_args()
    if given.record:
        record(given.target, given.libtorch)
        return
    reason = changed(given.target, given.libtorch)
    if reason:
        print(reason)


if __name__ == "__main__":
    main()

"""Puts the programs `dvol` and `dvol-networks` into PREFIX/bin and the libraries they need into PREFIX/lib/dvol."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

PROGRAMS = ("dvol", "dvol-networks")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def place(source, target):
    """Copies under a temporary name and renames, so that a running `dvol` keeps its old libraries."""
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        os.link(source, temporary)  # libtorch is 400 MB: on one file system it costs nothing
    except OSError:
        shutil.copy2(source, temporary)
    temporary.rename(target)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--prefix", required=True, type=pathlib.Path)
    arguments.add_argument("--profile", default="dev", help="dev (already built, opt-level 2) or release")
    chosen = arguments.parse_args()
    prefix = chosen.prefix.expanduser().resolve()
    if subprocess.run(["cargo", "build", "--locked", "--profile", chosen.profile], cwd=ROOT).returncode:
        sys.exit("install: cargo build failed: see the lines above.")
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    built = ROOT / target / ("debug" if chosen.profile == "dev" else chosen.profile)
    libraries = prefix / "lib" / "dvol"
    try:
        (prefix / "bin").mkdir(parents=True, exist_ok=True)
        libraries.mkdir(parents=True, exist_ok=True)
        place(built / "libdvol.so", libraries / "libdvol.so")
        for name, path in {library for program in PROGRAMS for library in needed(built / program)}:
            place(path.resolve(), libraries / name)
        for program in PROGRAMS:
            place(built / program, prefix / "bin" / program)
    except OSError as error:
        sys.exit(f"install: {error}: choose a folder you may write with PREFIX=..., or free some disk.")
    # Where the loader finds them here does not matter: the build's own folders come first while they exist.
    missing = [name for program in PROGRAMS for name, _ in needed(prefix / "bin" / program) if not (libraries / name).exists()]
    if missing:
        sys.exit(f"install: {missing[0]} is not among the libraries put in place: report this line.")
    # One command of each program, from elsewhere and without a variable.
    for words in (["--version"], ["devices"]):
        run = subprocess.run([prefix / "bin" / "dvol", *words], cwd="/", env={}, text=True, capture_output=True)
        if run.returncode:
            problem = (run.stderr or run.stdout).strip() or f"exit code {run.returncode}"
            sys.exit(f"install: `dvol {words[0]}` from / without variables: {problem}: report this line.")
    print(f"install: {' and '.join(PROGRAMS)} are in {prefix / 'bin'}.")


def loader(binary):
    return subprocess.run(["ldd", binary], text=True, capture_output=True, check=True).stdout.splitlines()


def needed(binary):
    """Shared libraries that do not belong to the system, by name: Rust's std and the CPU half of libtorch."""
    for line in loader(binary):
        name, _, rest = line.strip().partition(" => ")
        path = pathlib.Path(rest.split(" (")[0]) if rest else None
        if path and path.is_absolute() and name != "libdvol.so" and not str(path).startswith(("/lib", "/usr/lib")):
            # A GPU build stays where PyTorch put it: its libraries find each other by their places.
            if not (path.parent / "libtorch_cuda.so").exists() and not (path.parent / "libtorch_hip.so").exists():
                yield name, path


if __name__ == "__main__":
    main()

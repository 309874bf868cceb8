"""Puts the `dvol` command into PREFIX/bin and the libraries it needs into PREFIX/lib/dvol."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

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
        for path in needed(built / "dvol"):
            place(path, libraries / path.name)
        place(built / "dvol", prefix / "bin" / "dvol")
    except OSError as error:
        sys.exit(f"install: {error}: choose a folder you may write with PREFIX=..., or free some disk.")
    missing = [line for line in loader(prefix / "bin" / "dvol") if "not found" in line]
    if missing:
        sys.exit(f"install: {missing[0].strip()}: report this line.")
    print(f"install: {prefix / 'bin' / 'dvol'} is in place.")


def loader(binary):
    return subprocess.run(["ldd", binary], text=True, capture_output=True, check=True).stdout.splitlines()


def needed(binary):
    """Shared libraries that do not belong to the system: Rust's std and the CPU half of libtorch."""
    for line in loader(binary):
        name, _, rest = line.strip().partition(" => ")
        path = pathlib.Path(rest.split(" (")[0]) if rest else None
        if path and path.is_absolute() and name != "libdvol.so" and not str(path).startswith(("/lib", "/usr/lib")):
            # A GPU build stays where PyTorch put it: its libraries find each other by their places.
            if not (path.parent / "libtorch_cuda.so").exists() and not (path.parent / "libtorch_hip.so").exists():
                yield path.resolve() if path.exists() else path


if __name__ == "__main__":
    main()

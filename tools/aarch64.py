"""Whether all Rust parts compile for aarch64 Linux, and the C++ of tch and of shim/ with them: `cargo check`, which links nothing.

Wants Debian's g++-aarch64-linux-gnu and rustup's target; says so and passes over the check where either is missing and cannot
be had.
"""

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = "aarch64-unknown-linux-gnu"
COMPILER = "aarch64-linux-gnu"


def passed_over(reason):
    print(f"aarch64: not looked at: {reason}")
    sys.exit(0)


def main():
    if not shutil.which(f"{COMPILER}-g++"):
        passed_over("no cross compiler (apt install g++-aarch64-linux-gnu)")
    added = subprocess.run(["rustup", "target", "add", TARGET], capture_output=True, text=True) if shutil.which("rustup") else None
    if added is None or added.returncode:
        passed_over(f"no standard library of Rust for it (rustup target add {TARGET})")
    name = TARGET.replace("-", "_")
    folder = os.environ.get("CARGO_TARGET_DIR") or str(ROOT / "target")
    tools = {f"CC_{name}": f"{COMPILER}-gcc", f"CXX_{name}": f"{COMPILER}-g++", f"AR_{name}": f"{COMPILER}-ar"}
    checked = subprocess.run(["cargo", "check", "--quiet", "--locked", "--target", TARGET, "--lib", "--bins"], cwd=ROOT,
                             env={**os.environ, **tools, "CARGO_TARGET_DIR": f"{folder}/aarch64"})
    if checked.returncode == 0:
        print("aarch64: all Rust parts and the C++ beside them compile")
    sys.exit(checked.returncode)


if __name__ == "__main__":
    main()

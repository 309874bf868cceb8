"""Licences, sources and advisories of the crates we build on, by cargo-deny where it is installed (deny.toml).

Without cargo-deny, or without a network for the advisories, it says what it could not look at and ends well: `cargo
install cargo-deny` builds it in some minutes, https://github.com/EmbarkStudios/cargo-deny/releases has it built.
"""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    if not shutil.which("cargo-deny"):
        print("deny: cargo-deny is not installed: licences, sources and advisories of crates were not looked at")
        return 0
    status = subprocess.run(["cargo", "deny", "check", "licenses", "bans", "sources"], cwd=ROOT).returncode
    advisories = subprocess.run(["cargo", "deny", "check", "advisories"], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
    unreachable = ("failed to fetch advisory", "failed to open advisory", "failed to load advisory")
    if advisories.returncode and any(words in advisories.stdout for words in unreachable):
        print("deny: the list of advisories could not be fetched: crates were not held against it")
        return status
    sys.stdout.write(advisories.stdout)
    return status or advisories.returncode


if __name__ == "__main__":
    sys.exit(main())

"""Licences, duplicates, sources and advisories of the crates we build on, by the cargo-deny that set-up installs (deny.toml).

Advisories come over the network from https://github.com/RustSec/advisory-db: where that is not reached, the last line says
that crates were not held against them, nor looked up as yanked; all else is looked at.
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DENY = ROOT / ".venv" / "bin" / "cargo-deny"
UNREACHED = ("failed to fetch advisory", "failed to open advisory", "failed to load advisory")


def check(*what):
    """(exit code, what was said) of a check."""
    ran = subprocess.run([DENY, "--locked", "check", *what], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return ran.returncode, ran.stdout


def main():
    if not DENY.exists():
        sys.exit("deny: cargo-deny is missing: run `make setup`")
    status, said = check("licenses", "bans", "sources")
    print(f"deny: {said.strip()}")
    refused, said = check("advisories")
    if refused and any(words in said for words in UNREACHED):
        print("deny: advisories NOT LOOKED AT: the list of them could not be fetched")
        return status
    print(f"deny: {said.strip()}")
    return status or refused


if __name__ == "__main__":
    sys.exit(main())

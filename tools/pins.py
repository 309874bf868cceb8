"""Writes the hashes of Python's packages: each `tools/NAME.in` becomes `tools/NAME.txt`, which pip installs from.

A line of an `.in` file is a package by its version; the `.txt` has what every file of that version must hash to, on
every system and every Python from 3.10 on. uv resolves, from a folder that is thrown away.
"""

import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).resolve().parent
UV = "uv==0.13.9"
# Lists that are complete as they stand, and leave out what nothing here uses.
COMPLETE = {"requirements", "torch"}


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        binaries = pathlib.Path(folder) / "bin"
        subprocess.run([binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV], check=True)
        for source in sorted(TOOLS.glob("*.in")):
            command = [binaries / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.10",
                       "--generate-hashes", "--no-annotate", "--no-header", source, "-o", source.with_suffix(".txt")]
            command += ["--no-deps"] if source.stem in COMPLETE else []
            subprocess.run(command, check=True, cwd=TOOLS.parent)
            print(f"pins: {source.with_suffix('.txt').name}", flush=True)


if __name__ == "__main__":
    main()

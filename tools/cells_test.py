"""Cells as people type them, without annotations, in the real kernel: exits with 0, or with those that failed.

Each file holds a list of {name, cells, want}: cells typed one after the other, and the text that the last one shows
(null: no error is enough). Cells run in tools/, or with `--beside FILE` in a folder of their own where FILE is the
`thesis.toml`; there every cell that ends with an expression has to show something.
"""

import argparse
import concurrent.futures
import json
import pathlib
import shutil
import sys
import tempfile

from kernel_test import Session

# A cell mostly waits for one rustc: two kernels keep two cores busy.
AT_ONCE = 2


def shown(said):
    return said["data"].get("text/plain", said["stdout"].strip())


def failure(session, item, strict):
    """Why an item does not work, or None."""
    session.run(":clear")
    said, heard = {}, ""
    for cell in item["cells"]:
        said = session.run(cell)
        heard += said["stderr"]
        trouble = said["errors"] or ([said["stderr"]] if "panicked" in said["stderr"] else [])
        if trouble:
            return f"{item['name']}: {trouble[0]}\n{cell}\n{heard}"
        if strict and not cell.rstrip().endswith((";", "}")) and not said["data"]:
            return f"{item['name']}: shows nothing\n{cell}\n{heard}"
    if item["want"] is not None and shown(said) != item["want"]:
        return f"{item['name']}: shows {shown(said)!r} instead of {item['want']!r} {said['stderr']}"
    return None


def tried(items, folder):
    session = Session(folder)
    try:
        return [failure(session, item, folder is not None) for item in items]
    finally:
        session.close()


def outcomes_of(items, folder=None):
    parts = [part for start in range(AT_ONCE) if (part := items[start::AT_ONCE])]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda part: tried(part, folder), parts))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="+", type=pathlib.Path)
    arguments.add_argument("--beside", type=pathlib.Path, help="a configuration")
    given = arguments.parse_args()
    items = [item for path in given.files for item in json.loads(path.read_text(encoding="utf-8"))]
    if given.beside is None:
        outcomes = outcomes_of(items)
    else:
        with tempfile.TemporaryDirectory(prefix="dvol-cells-") as folder:
            shutil.copy(given.beside, pathlib.Path(folder) / "thesis.toml")
            outcomes = outcomes_of(items, folder)
    failures = [told for outcome in outcomes for told in outcome if told]
    print("\n".join(failures))
    print(f"cells: {len(items) - len(failures)} of {len(items)} work")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

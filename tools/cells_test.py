"""Cells as people type them, without annotations, in the real kernel: exits with 0, or with those that failed.

Each file holds a list of {name, cells, want}: cells typed one after the other, and the text that the last one shows
(null: no error is enough).
"""

import concurrent.futures
import json
import sys

from kernel_test import Session

# A cell mostly waits for one rustc: two kernels keep two cores busy.
AT_ONCE = 2


def shown(said):
    return said["data"].get("text/plain", said["stdout"].strip())


def failure(session, item):
    """Why an item does not work, or None."""
    session.run(":clear")
    said, heard = {}, ""
    for cell in item["cells"]:
        said = session.run(cell)
        heard += said["stderr"]
        trouble = said["errors"] or ([said["stderr"]] if "panicked" in said["stderr"] else [])
        if trouble:
            return f"{item['name']}: {trouble[0]}\n{cell}\n{heard}"
    if item["want"] is not None and shown(said) != item["want"]:
        return f"{item['name']}: shows {shown(said)!r} instead of {item['want']!r} {said['stderr']}"
    return None


def tried(items):
    session = Session()
    try:
        return [failure(session, item) for item in items]
    finally:
        session.close()


def main():
    items = [item for path in sys.argv[1:] for item in json.load(open(path, encoding="utf-8"))]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(tried, [items[start::AT_ONCE] for start in range(AT_ONCE)]))
    failures = [told for outcome in outcomes for told in outcome if told]
    print("\n".join(failures))
    print(f"cells: {len(items) - len(failures)} of {len(items)} work")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

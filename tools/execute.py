"""Executes chapters in the `dvol` kernel, in order; a failing cell names chapter, cell and error.

All chapters make the book results/thesis.html. `--check` runs them on the simulated market in a folder of their
own, so that a test changes nothing in the checkout.
"""

import argparse
import pathlib
import re
import shutil
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

import book

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Failure(Exception):
    """One sentence naming chapter, cell and error."""


def chapters(root, number=None):
    found = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if number is not None:
        if not number.isdigit():
            raise Failure(f"N={number}: must be a chapter's number, e.g. `make chapter N=01`")
        found = [path for path in found if path.name.startswith(f"{int(number):02d}_")]
    if not found:
        raise Failure(f"there is no chapter {number or ''} in {root / 'notebooks'}".replace("  ", " "))
    return found


def execute(path):
    """Runs one chapter top to bottom and returns the executed notebook."""
    notebook = nbformat.read(path, as_version=4)
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    started = time.monotonic()

    def report(cell, cell_index, **_):
        if cell_index in code:
            done = code.index(cell_index) + 1
            print(f"{path.stem}: cell {done}/{len(code)}, {time.monotonic() - started:.1f} s", flush=True)
        told = complaint(cell)
        if told:
            raise Failure(f"{path.name}: cell {code.index(cell_index) + 1}: {told}\n{cell.source}")

    client = NotebookClient(
        notebook, kernel_name="dvol", timeout=3600, startup_timeout=600,
        resources={"metadata": {"path": str(path.parent)}}, on_cell_executed=report)
    try:
        client.execute()
    except CellExecutionError:
        index = next(index for index in code if any(found.output_type == "error" for found in notebook.cells[index].outputs))
        sentence = next(found.evalue for found in notebook.cells[index].outputs if found.output_type == "error")
        raise Failure(f"{path.name}: cell {code.index(index) + 1}: {sentence}\n{notebook.cells[index].source}") from None
    except DeadKernelError:
        raise Failure(f"{path.name}: the kernel died: `dvol kernel doctor` says why") from None
    return notebook


def complaint(cell):
    """What the kernel reports without failing: `?` prints its error and goes on, a panic its backtrace."""
    text = "".join(found.text for found in cell.get("outputs", []) if found.output_type == "stream" and found.name == "stderr")
    panicked = re.search(r"panicked at .*\n(.*)", text)
    return panicked.group(1) if panicked else text.strip()


def write(notebook, path):
    temporary = path.with_name(f".{path.name}.tmp")
    nbformat.write(notebook, temporary)
    temporary.rename(path)


def run(root, number):
    """Executes chapters below a root into its results/chapters; all of them also into the book."""
    folder = root / "results" / "chapters"
    folder.mkdir(parents=True, exist_ok=True)
    done = []
    for path in chapters(root, number):
        notebook = execute(path)
        write(notebook, folder / path.name)
        done.append((path.stem, notebook))
    if number is not None:
        print(f"thesis: {folder / done[0][0]}.ipynb is written")
        return done
    page = root / "results" / "thesis.html"
    book.bind(done, root / "figures", page)
    print(f"thesis: {page} is written")
    pdf = book.print_pdf(page)
    print(f"thesis: {pdf} is written" if pdf else "thesis: no PDF was written: it needs Chromium (apt install chromium)")
    return done


def check(number):
    """Runs chapters on simulated data, away from the checkout, and looks at what they left."""
    with tempfile.TemporaryDirectory(prefix="dvol-chapters-") as folder:
        root = pathlib.Path(folder)
        for name in ("thesis.toml", "smoke.toml"):
            shutil.copy(ROOT / name, root / name)
        shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        if (ROOT / "results").is_dir():
            shutil.copytree(ROOT / "results", root / "results", ignore=shutil.ignore_patterns("chapters", "thesis.*", ".*"))
        for name, notebook in run(root, number):
            asked = re.findall(r'\.figure\("([^"]+)"\)', "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code"))
            missing = [figure for figure in asked if not (root / "figures" / f"{figure}.json").exists()]
            if missing:
                raise Failure(f"{name}: figure {missing[0]} was not written")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--chapter", default=None, help="only this number, e.g. 01")
    arguments.add_argument("--check", action="store_true", help="on simulated data, without touching the checkout")
    chosen = arguments.parse_args()
    number = chosen.chapter
    if chosen.check:
        check(number)
    else:
        run(ROOT, number)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"chapter: {failure}")

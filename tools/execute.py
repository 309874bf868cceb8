"""Executes chapters in the `dvol` kernel, in order; a failing cell names chapter, cell and error."""

import argparse
import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
EXECUTED = ROOT / "results" / "chapters"


class Failure(Exception):
    """One sentence naming chapter, cell and error."""


def chapters(number=None):
    found = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    if number:
        found = [path for path in found if path.name.startswith(f"{int(number):02d}_")]
    if not found:
        raise Failure(f"there is no chapter {number or ''} in {NOTEBOOKS}".replace("  ", " "))
    return found


def execute(path):
    """Runs one chapter top to bottom and returns the executed notebook."""
    notebook = nbformat.read(path, as_version=4)
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    started = time.monotonic()

    def report(cell, cell_index, **_):
        if cell_index in code:
            elapsed = time.monotonic() - started
            print(f"{path.stem}: cell {code.index(cell_index) + 1}/{len(code)}, {elapsed:.1f} s", flush=True)

    client = NotebookClient(
        notebook, kernel_name="dvol", timeout=3600, startup_timeout=600,
        resources={"metadata": {"path": str(NOTEBOOKS)}}, on_cell_executed=report)
    try:
        client.execute()
    except CellExecutionError as error:
        index = next(index for index in code if any(output.output_type == "error" for output in notebook.cells[index].outputs))
        raise Failure(f"{path.name}: cell {code.index(index) + 1}: {error.evalue or error}\n{notebook.cells[index].source}") from None
    except DeadKernelError:
        raise Failure(f"{path.name}: the kernel died: `dvol kernel doctor` says why") from None
    return notebook


def check(path, notebook):
    """What the kernel reports without failing: `?` in a cell prints the error and goes on."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr" and output.text.strip():
                raise Failure(f"{path.name}: cell {number}: {output.text.strip()}\n{cell.source}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--chapter", default=None, help="only this number, e.g. 01")
    chosen = arguments.parse_args()
    EXECUTED.mkdir(parents=True, exist_ok=True)
    for path in chapters(chosen.chapter):
        notebook = execute(path)
        check(path, notebook)
        temporary = EXECUTED / f".{path.name}.tmp"
        nbformat.write(notebook, temporary)
        temporary.rename(EXECUTED / path.name)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"chapter: {failure}")

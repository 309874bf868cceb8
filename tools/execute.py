"""Executes chapters in the `dvol` kernel, two at a time; a failing cell names chapter, cell and error.

All chapters make the thesis: results/thesis.pdf, results/thesis.html and results/book. `--check` runs them, and README's cell as chapter 0, on the simulated
market in a folder of their own, so that a test changes nothing in the checkout, and compares every table with
notebooks/snapshots; `--snapshots` writes those anew.
"""

import argparse
import concurrent.futures
import contextlib
import fnmatch
import os
import pathlib
import queue
import re
import shutil
import sys
import tempfile
import threading
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

import chapters
import edition
import snapshots
from snapshots import Failure

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A kernel waits for rustc and computes on all cores by turns: two keep two cores busy, more only take memory.
AT_ONCE = 2
# libtorch's threads wait for one another: shared cores are handed out, not fought for.
os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // AT_ONCE)))
# Seconds in which a word that belongs to a finished cell arrives.
LATE = 0.2
FIGURES = re.compile(r"^figure (\w+): ", re.MULTILINE)


def chosen(root, number=None):
    found = chapters.paths(root)
    if number is not None:
        if not number.isdigit():
            raise Failure(f"N={number}: must be a chapter's number, e.g. `make chapter N=01`")
        found = [path for path in found if path.name.startswith(f"{int(number):02d}_")]
    if not found:
        raise Failure(f"there is no chapter {number or ''} in {root / 'notebooks'}".replace("  ", " "))
    return found


def execute(path, stopped):
    """Runs one chapter top to bottom and returns the executed notebook; None when another one failed meanwhile."""
    notebook = nbformat.read(path, as_version=4)
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    started = time.monotonic()

    async def report(cell, cell_index, **_):
        # The kernel reads a cell's standard error beside its answer: words there may come after it.
        with contextlib.suppress(queue.Empty):
            while True:
                client.process_message(await client.kc.iopub_channel.get_msg(timeout=LATE), cell, cell_index)
        told = complaint(cell)
        if told:
            raise Failure(f"{path.name}: cell {code.index(cell_index) + 1}: {told}\n{cell.source}")
        if cell_index in code:
            done = code.index(cell_index) + 1
            print(f"{path.stem}: cell {done}/{len(code)}, {time.monotonic() - started:.1f} s", flush=True)
        if stopped.is_set():
            raise Stopped

    client = None
    try:
        # Ports are chosen before the kernel takes them: another program may have been faster, but hardly twice.
        for last in (False, True):
            client = NotebookClient(
                notebook, kernel_name="dvol", timeout=3600, startup_timeout=600, iopub_timeout=60,
                resources={"metadata": {"path": str(path.parent)}}, on_cell_executed=report)
            try:
                client.execute()
                break
            except DeadKernelError:
                raise
            except RuntimeError as error:
                if last:
                    raise Failure(f"{path.name}: the kernel did not start ({error}): `dvol kernel doctor` says why") from None
    except Stopped:
        return None
    except CellExecutionError:
        index = next(index for index in code if any(found.output_type == "error" for found in notebook.cells[index].outputs))
        sentence = next(found.evalue for found in notebook.cells[index].outputs if found.output_type == "error")
        raise Failure(f"{path.name}: cell {code.index(index) + 1}: {sentence}\n{notebook.cells[index].source}") from None
    except DeadKernelError:
        raise Failure(f"{path.name}: the kernel died: `dvol kernel doctor` says why") from None
    return notebook


class Stopped(Exception):
    """Another chapter failed."""


def complaint(cell):
    """What the kernel reports without failing: `?` prints its error and goes on, a panic its backtrace."""
    text = "".join(found.text for found in cell.get("outputs", []) if found.output_type == "stream" and found.name == "stderr")
    panicked = re.search(r"panicked at .*\n(.*)", text)
    return panicked.group(1) if panicked else text.strip()


def write(notebook, path):
    temporary = path.with_name(f".{path.name}.tmp")
    nbformat.write(notebook, temporary)
    temporary.rename(path)


def run(root, number, paper="a4", with_code=False):
    """Executes chapters below a root into its results/chapters; all of them also into the thesis."""
    folder = root / "results" / "chapters"
    folder.mkdir(parents=True, exist_ok=True)
    paths = chosen(root, number)
    stopped = threading.Event()

    def one(path):
        try:
            notebook = None if stopped.is_set() else execute(path, stopped)
        except BaseException:
            stopped.set()
            raise
        if notebook is not None:
            write(notebook, folder / path.name)
        return notebook

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        running = {path: pool.submit(one, path) for path in paths}
    failed = [future.exception() for future in running.values() if future.exception()]
    if failed:
        raise failed[0]
    done = [(path.stem, future.result()) for path, future in running.items()]
    if number is not None:
        print(f"thesis: {folder / done[0][0]}.ipynb is written")
        return done
    # README's cell runs beside the chapters, and is none.
    edition.bind(root, [(name, notebook) for name, notebook in done if not name.startswith("00_")], paper, with_code)
    return done


def missing_figure(notebook, folder):
    """A figure that a cell asked for or showed, and that is not in the folder."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    asked = [name for cell in cells for name in re.findall(r'\.figure\("([^"]+)"\)', cell.source)]
    for cell in cells:
        shown = [name for found in cell.outputs for name in FIGURES.findall(found.get("data", {}).get("text/plain", ""))]
        if "study.keep(figures::" in cell.source.split(";\n")[-1] and not shown:
            return f"of the cell\n{cell.source}\n"
        asked += shown
    return next((name for name in asked if not (folder / f"{name}.json").exists()), None)


def contents(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def seen_by_git(root, before):
    """The first file that a run changed or left where .gitignore does not hide it: a clean checkout must stay clean."""
    hidden = [line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line[:1] not in ("", "!", "#")]
    for path, text in sorted(contents(root).items()):
        names = [*path.parts, *(str(part) for part in (path, *path.parents))]
        ignored = any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in hidden)
        if before.get(path) != text and (path in before or not ignored):
            return path
    return None


def check(number, renew):
    """Runs chapters on simulated data, away from the checkout, and looks at what they left."""
    with tempfile.TemporaryDirectory(prefix="dvol-chapters-") as folder:
        root = pathlib.Path(folder)
        for name in ("thesis.toml", "smoke.toml"):
            shutil.copy(ROOT / name, root / name)
        shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        if (ROOT / "results").is_dir():
            ignored = shutil.ignore_patterns("chapters", "thesis.*", ".*", "folds", "cli_training", "logs", "book", "tables")
            shutil.copytree(ROOT / "results", root / "results", ignore=ignored)
        nbformat.write(snapshots.readme_cell(ROOT / "README.md"), root / "notebooks" / "00_readme.ipynb")
        before = contents(root)
        done = run(root, number)
        changed = seen_by_git(root, before)
        if changed:
            raise Failure(f"git would show {changed} as changed after the chapters ran")
        for name, notebook in done:
            missing = missing_figure(notebook, root / "figures")
            if missing:
                raise Failure(f"{name}: figure {missing} was not written")
            path = ROOT / "notebooks" / "snapshots" / f"{name}.txt"
            if renew:
                snapshots.write(notebook, path)
            else:
                snapshots.compare(name, notebook, path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--chapter", default=None, help="only this number, e.g. 01")
    arguments.add_argument("--check", action="store_true", help="on simulated data, without touching the checkout")
    arguments.add_argument("--snapshots", action="store_true", help="like --check, and write the snapshots anew")
    arguments.add_argument("--paper", choices=["a4", "letter"], default="a4", help="what the PDF is printed on")
    arguments.add_argument("--with-code", action="store_true", help="cells between the PDF's paragraphs, not in an appendix")
    given = arguments.parse_args()
    if given.check or given.snapshots:
        check(given.chapter, given.snapshots)
    else:
        run(ROOT, given.chapter, given.paper, given.with_code)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"chapter: {failure}")

"""The thesis as a thesis: executed chapters bound in print (results/thesis.pdf) and on the web (results/thesis.html, results/book).

As a command it makes the edition that the repository carries: `tools/edition.py --data DIR` runs the chapters on the data
set in DIR, in a folder of their own, and writes docs/thesis.pdf, docs/figures/*.svg and docs/manifest.json, the ledger that
`dvol check` reads. `--executed DIR` sets chapters that were run before once more.
"""

import argparse
import hashlib
import json
import pathlib
import shutil
import sys
import tempfile

import nbformat

import appendices
import book
import chapters
import manuscript
import typeset
from snapshots import Failure

ROOT = pathlib.Path(__file__).resolve().parent.parent
LARGEST = 8 * 1024 * 1024


def abstract(numbered, about):
    """What the thesis asks, and the sentences that its chapters found, as (Typst, HTML)."""
    found = manuscript.findings(numbered)
    typst = f"#{manuscript.string(about['about'])}\n"
    html = ""
    if found:
        typst += "\nWhat was found, chapter by chapter:\n\n" + "".join(
            f"#grid(columns: (5.2em, 1fr), row-gutter: .4em, [#link(<{one.label}>)[Chapter {one.number}]], [#{manuscript.string(text)}])\n" for one, text in found)
        html = "<h2 id=\"findings\">What was found</h2><ul class=\"findings\">" + "".join(
            f"<li><a href=\"#{one.label}\">Chapter {one.number}</a>: {manuscript.escape(text)}</li>" for one, text in found) + "</ul>"
    return typst, html


def bind(root, done, paper="a4", with_code=False):
    """Writes both forms of (name, executed notebook) pairs; returns the PDF's path and, where it could not be made, why."""
    results, figures = root / "results", root / "figures"
    numbered = manuscript.assemble(done, appendices.of(root, done))
    about = typeset.cover(ROOT)
    manuscript.check_citations(numbered, ROOT / "docs" / "references.bib")
    typst, html = abstract(numbered, about)
    page = book.bind(numbered, about, results, ROOT / "docs" / "references.bib", figures, html)
    print(f"thesis: {page} is written, and {results / 'book'} with a page a chapter")
    undrawn = next((label[4:] for label, _, _ in numbered.floats if label.startswith("fig:") and not (figures / f"{label[4:]}.svg").exists()), None)
    if undrawn:
        print(f"thesis: no PDF was written: figure {undrawn} is not drawn, which needs Chromium (apt install chromium)")
        return None
    reads = next((one.reads for one in numbered.chapters if one.reads), "")
    pdf = typeset.typeset(numbered, about, ROOT / "docs" / "references.bib", figures, results / "thesis.pdf",
                          paper=paper, abstract=typst, identity=reads, with_code=with_code)
    print(f"thesis: {pdf} is written")
    return pdf


def executed(folder):
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    return [(path.stem, nbformat.read(path, as_version=4)) for path in paths if not path.stem.startswith("00")]


def workplace(folder, data):
    """A root of its own for the chapters: the checkout's text and recorded results, the data set beside them."""
    for name in ("thesis.toml", "smoke.toml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    ignored = shutil.ignore_patterns("chapters", "thesis.*", ".*", "folds", "cli_training", "logs", "book", "tables")
    shutil.copytree(ROOT / "results", folder / "results", ignore=ignored)
    (folder / "data").symlink_to(data.resolve())


def publish(work, pdf, docs):
    """Puts print, figures and their ledger where the repository carries them."""
    drawn = sorted((work / "figures").glob("*.svg"))
    size = sum(path.stat().st_size for path in drawn)
    if size > LARGEST:
        raise Failure(f"the figures take {size / 1e6:.1f} MB, more than {LARGEST / 1e6:.1f}")
    folder = docs / "figures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ledger = json.loads((work / "figures" / "manifest.json").read_text())
    kept = {}
    for path in drawn:
        shutil.copy(path, folder)
        kept[f"docs/figures/{path.name}"] = {**ledger[f"figures/{path.name}"], "stage": "make edition"}
    shutil.copy(pdf, docs / "thesis.pdf")
    digest = hashlib.sha256((docs / "thesis.pdf").read_bytes()).hexdigest()
    kept["docs/thesis.pdf"] = {**next(iter(kept.values())), "sha256": digest}
    (docs / "manifest.json").write_text(json.dumps(dict(sorted(kept.items())), indent=2) + "\n")
    print(f"edition: {docs / 'thesis.pdf'} ({pdf.stat().st_size / 1e6:.1f} MB), {len(drawn)} figures ({size / 1e6:.1f} MB), {docs / 'manifest.json'}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=pathlib.Path, required=True, help="a data set: the folder that `dvol data import` or `fetch` wrote")
    arguments.add_argument("--executed", type=pathlib.Path, help="a folder of an earlier run, kept by --keep: set it again")
    arguments.add_argument("--keep", type=pathlib.Path, help="run in this folder and leave it")
    given = arguments.parse_args()
    if not (given.data / "manifest.json").exists():
        raise Failure(f"--data {given.data}: holds no data set; `dvol data import --out {given.data}` makes one")
    # execute.py imports this module
    import execute
    with tempfile.TemporaryDirectory(prefix="dvol-edition-") as temporary:
        work = given.executed or given.keep or pathlib.Path(temporary)
        if given.executed:
            pdf = bind(work, executed(work / "results" / "chapters"))
        else:
            work.mkdir(parents=True, exist_ok=True)
            workplace(work, given.data)
            execute.run(work, None)
            pdf = work / "results" / "thesis.pdf"
        if pdf is None or not pdf.exists():
            raise Failure("no PDF was made: see the line above")
        publish(work, pdf, ROOT / "docs")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"edition: {failure}")

"""What chapters, and the cell in README, print on the simulated market, kept as text: a table that changes is seen in review.

A cell tagged `trained` shows numbers of a network. libtorch chooses its kernels by the processor, so those numbers
agree within a tolerance only. A cell tagged `recorded` shows a committed result, which has a ledger of its own.
Everything else must agree to the letter.
"""

import itertools
import re

from nbformat.v4 import new_code_cell, new_notebook

# Relative, and absolute for numbers near zero: five short epochs on another processor.
RELATIVE, ABSOLUTE = 0.10, 0.05
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
# Lines that tell of the machine, not of the market.
MACHINE = re.compile(r"only JSON and HTML were written|^finished: |^wrote ")
SECONDS = re.compile(r"\d+(?:\.\d+)? s\b")


class Failure(Exception):
    """One sentence naming chapter, cell and error."""


def readme_cell(path):
    """The cell that README shows, as a notebook: it trains a network."""
    source = re.search(r"```rust\n(.*?)\n```", path.read_text(), re.DOTALL).group(1)
    return new_notebook(cells=[new_code_cell(source, id="readme", metadata={"tags": ["trained"]})])


def shown(cell):
    """The text of a cell's output, without what depends on the machine."""
    trained = "trained" in cell.metadata.get("tags", [])
    parts = []
    for found in cell.outputs:
        if found.output_type == "stream" and found.name == "stdout" and not trained:
            parts.append(found.text)
        elif "text/plain" in found.get("data", {}):
            parts.append(found.data["text/plain"])
    lines = "\n".join(part.rstrip("\n") for part in parts).splitlines()
    return [SECONDS.sub("# s", line).rstrip() for line in lines if not MACHINE.search(line)]


def cells(notebook):
    """(id, whether it is a network's, lines) of every cell that shows text."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "recorded" not in cell.metadata.get("tags", []):
            lines = shown(cell)
            if lines:
                yield cell.id, "trained" in cell.metadata.get("tags", []), lines


def write(notebook, path):
    text = "".join(f"[{name}]\n" + "\n".join(lines) + "\n\n" for name, _, lines in cells(notebook))
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def read(path):
    kept = {}
    for block in re.split(r"^\[([\w-]+)\]\n", path.read_text(), flags=re.MULTILINE)[1:]:
        kept.setdefault("blocks", []).append(block)
    blocks = kept.get("blocks", [])
    return {name: text.rstrip("\n").splitlines() for name, text in zip(blocks[::2], blocks[1::2])}


def agree(one, other):
    """Whether two lines of a network's numbers say the same within the tolerance; layout does not count."""
    def words(line):
        return re.sub(r"[\s|]+", " ", NUMBER.sub("#", re.sub(r"-{3,}", "", line)))

    def near(a, b):
        return abs(a - b) <= max(ABSOLUTE, RELATIVE * max(abs(a), abs(b)))

    pairs = zip([float(n) for n in NUMBER.findall(one)], [float(n) for n in NUMBER.findall(other)])
    return words(one) == words(other) and all(near(a, b) for a, b in pairs)


def compare(name, notebook, path):
    """Fails at the first line that differs from the snapshot."""
    renew = "if it should, `make snapshots` and look at the difference"
    if not path.exists():
        raise Failure(f"{name}: {path} is missing: `make snapshots` writes it")
    kept, found = read(path), {cell: (trained, lines) for cell, trained, lines in cells(notebook)}
    for cell in itertools.chain(kept, found):
        trained, lines = found.get(cell, (False, []))
        for was, now in itertools.zip_longest(kept.get(cell, []), lines, fillvalue="(no such line)"):
            if was != now and not (trained and agree(was, now)):
                raise Failure(f"{name}: cell {cell} shows another table than its snapshot; {renew}\n  was: {was}\n  now: {now}")

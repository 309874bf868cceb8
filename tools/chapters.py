"""The chapters, from one place: the folder `notebooks`, in the order of the numbers in its files' names."""

import json
import re


def paths(root):
    return sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def cells(path):
    return json.loads(path.read_text())["cells"]


def text(cell):
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def opening(cells):
    """The text that a chapter begins with: its heading, then what it asks."""
    return next((text(cell) for cell in cells if cell["cell_type"] == "markdown"), "")


def title(cells):
    heading = re.match(r"#\s+(.+)", opening(cells))
    return heading.group(1).strip() if heading else None


def question(cells):
    """The question under the heading, in one line."""
    asked = re.search(r"^\*(.+?)\*", opening(cells), re.DOTALL | re.MULTILINE)
    return " ".join(asked.group(1).split()) if asked else None

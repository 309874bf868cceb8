"""Executed chapters as one numbered text: a pandoc tree that print (typeset.py) and the web (book.py) are written from.

Chapters are Markdown with three additions, all of which read well in a notebook: `[@corsi2009]` cites an entry of
docs/references.bib, `@fig:name`, `@tbl:name`, `@eq:name` and `@sec:chapter` refer to what bears that label, and the
paragraph `Table: caption {#tbl:name}` before a cell is the caption of the table that the cell shows. A figure's label
is its name, an equation's is its `\\label{eq:name}`, a chapter's is its file's name without the number. A reference to
nothing ends the build, and so does a table without a caption.
"""

import dataclasses
import json
import re
import subprocess

import pypandoc

from snapshots import MACHINE, Failure

FIGURE = re.compile(r"^figure (\w+): (.*)", re.DOTALL)
LABEL = re.compile(r"\\label\{(eq:[\w-]+)\}")
ATTRIBUTES = re.compile(r"^\{#(tbl:[\w-]+)\}$")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
NAMES = {"fig": "Figure", "tbl": "Table", "eq": "Equation", "sec": "Chapter"}
CLOSING = "What was found:"
# The dialect of notebooks: their `$` and `$$`, footnotes, citations, no smart punctuation.
DIALECT = "markdown-smart-auto_identifiers-implicit_figures"


@dataclasses.dataclass
class Shown:
    """What a cell shows: a figure, a report with tables, or lines."""

    kind: str
    typst: str
    html: str
    text: str
    name: str = ""
    recorded: bool = False


@dataclasses.dataclass
class Chapter:
    """A chapter: its tree, and what its cells hold and show, by the cells' ids."""

    name: str
    number: str
    title: str
    blocks: list
    code: dict
    shown: dict
    reads: str

    @property
    def label(self):
        return "sec:" + re.sub(r"^\d+_", "", self.name)


@dataclasses.dataclass
class Manuscript:
    """All chapters, appendices after them, and the number of every label."""

    chapters: list
    labels: dict = dataclasses.field(default_factory=dict)
    # figures and tables as (label, number, caption's tree), in order
    floats: list = dataclasses.field(default_factory=list)


def pandoc(text, *arguments):
    answer = subprocess.run([pypandoc.get_pandoc_path(), *arguments], input=text, text=True, capture_output=True)
    if answer.returncode != 0:
        raise Failure(f"pandoc {' '.join(arguments)}: {answer.stderr.strip()}")
    return answer.stdout


def parse(markdown):
    return json.loads(pandoc(markdown, "-f", DIALECT, "-t", "json"))["blocks"]


def written(blocks, *arguments):
    """A tree in one of pandoc's formats."""
    tree = {"pandoc-api-version": [1, 23, 1, 1], "meta": {}, "blocks": blocks}
    return pandoc(json.dumps(tree), "-f", "json", *arguments)


def raw(typst=None, html=None):
    found = [("typst", typst), ("html", html)]
    return [{"t": "RawBlock", "c": [form, text]} for form, text in found if text is not None]


def raw_inline(typst, html):
    return [{"t": "RawInline", "c": ["typst", typst]}, {"t": "RawInline", "c": ["html", html]}]


def plain(inlines):
    """The words of a tree, without what is set apart."""
    if isinstance(inlines, list):
        return "".join(plain(part) for part in inlines)
    if not isinstance(inlines, dict):
        return ""
    kind, content = inlines.get("t"), inlines.get("c")
    if kind == "Str":
        return content
    if kind in ("Code", "Math"):
        return content[1]
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    return "" if kind in ("RawInline", "RawBlock") else plain(content)


def outputs(cell):
    """What a cell shows, in order; what only tells of the machine is left out."""
    recorded = "recorded" in cell.metadata.get("tags", [])
    for found in cell.get("outputs", []):
        if found.output_type == "stream":
            lines = [line for line in ANSI.sub("", found.text).splitlines() if not MACHINE.search(line)]
            if found.name == "stdout" and any(lines):
                text = "\n".join(lines)
                yield Shown("lines", f"#printed({string(text)})\n", f"<pre>{escape(text)}</pre>", text)
            continue
        data = found.get("data", {})
        text, html, typst = (data.get(kind, "") for kind in ("text/plain", "text/html", "text/x-typst"))
        figure = FIGURE.match(text)
        if figure:
            yield Shown("figure", "", html, figure.group(2).strip(), figure.group(1), recorded)
        elif "#table(" in typst:
            yield Shown("table", typst, html, text, recorded=recorded)
        elif text and cell.source.rstrip().endswith(".finding()"):
            if not typst:
                raise Failure(f"cell {cell.id} shows its finding as a value, not as a sentence: let it borrow, not take, what it reads")
            yield Shown("finding", typst, html, text.strip())
        elif text:
            yield Shown("report", typst or f"#printed({string(text)})\n", html or f"<pre>{escape(text)}</pre>", text)


def string(text):
    """A string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def chapter(name, notebook, number):
    """One executed notebook; its cells become empty divisions of the tree that bear their ids."""
    parts, code, shown, reads = [], {}, {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.source.strip():
            code[cell.id] = cell.source
            shown[cell.id] = list(outputs(cell))
            if not reads and shown[cell.id] and shown[cell.id][0].kind == "lines":
                # the first cell of a chapter says which data it reads
                reads = shown[cell.id].pop(0).text
            parts.append(f"::: {{#{cell.id} .cell}}\n:::")
    blocks = parse("\n\n".join(parts))
    if not blocks or blocks[0]["t"] != "Header":
        raise Failure(f"{name}: a chapter begins with its heading")
    title = re.sub(r"^\S+\s+", "", plain(blocks[0]["c"][2]))
    return Chapter(name, number, title, blocks[1:], code, shown, reads)


def assemble(notebooks, appendices=()):
    """The numbered text of (name, executed notebook) pairs, and of appendices (name, title, Markdown, what its cells show)."""
    chapters = [chapter(name, notebook, str(place + 1)) for place, (name, notebook) in enumerate(notebooks)]
    for place, (name, title, text, shown) in enumerate(appendices):
        chapters.append(Chapter(name, "ABCDEFGH"[place], title, parse(text), {}, shown, ""))
    book = Manuscript(chapters)
    for one in chapters:
        number(book, one)
    for one in chapters:
        one.blocks = resolved(book, one, one.blocks)
        check_links(one)
    return book


def claim(book, one, label, value):
    if label in book.labels:
        raise Failure(f"{one.name}: two things are called {label}")
    book.labels[label] = value


def number(book, one):
    """Numbers sections, equations, figures and tables of a chapter in their order, and puts floats in place."""
    claim(book, one, one.label, one.number)
    counts = dict.fromkeys(NAMES, 0)

    def following(kind):
        counts[kind] += 1
        return f"{one.number}.{counts[kind]}"

    def equations(node):
        if isinstance(node, list):
            for place, part in enumerate(node):
                if isinstance(part, dict) and part.get("t") == "Math" and part["c"][0]["t"] == "DisplayMath":
                    own, label = following("eq"), LABEL.search(part["c"][1])
                    if label:
                        claim(book, one, label.group(1), own)
                    node[place] = {"t": "Span", "c": [[label.group(1) if label else "", ["equation"], [["number", own]]], [part]]}
                else:
                    equations(part)
        elif isinstance(node, dict):
            equations(node.get("c"))

    placed, caption = [], None
    for block in one.blocks:
        if block["t"] == "Header":
            block["c"][1][0] = f"{one.label}:{counts['sec'] + 1}"
            block["c"][1][2] = [["number", following("sec")]]
        elif block["t"] == "Para" and block["c"][0].get("c") == "Table:":
            caption = block
            continue
        elif block["t"] == "Para" and plain(block["c"]) == CLOSING:
            # print and web say it within the frame of the finding
            continue
        elif block["t"] == "Div" and "cell" in block["c"][0][1]:
            for found in one.shown.get(block["c"][0][0], []):
                if found.kind == "table" and caption is None:
                    raise Failure(f"{one.name}: cell {block['c'][0][0]} shows a table without a caption: "
                                  "write `Table: ... {#tbl:name}` before it")
                kind = {"figure": "fig", "table": "tbl"}.get(found.kind)
                if kind:
                    words, label = captioned(found, caption, one)
                    own = following(kind)
                    claim(book, one, label, own)
                    book.floats.append((label, own, words))
                    placed.append({"t": "Float", "found": found, "caption": words, "label": label, "number": own})
                    caption = None if kind == "tbl" else caption
                else:
                    placed.append({"t": "Printed", "found": found})
            if block["c"][0][0] in one.code:
                placed.append({"t": "Code", "id": block["c"][0][0]})
            continue
        equations(block.get("c"))
        placed.append(block)
    if caption is not None:
        raise Failure(f"{one.name}: no table follows the caption \"{plain(caption['c'])}\"")
    one.blocks = placed


def captioned(found, caption, one):
    """The caption's tree and the label: a figure brings its own, a table's stands before its cell."""
    if found.kind == "figure":
        return [part for part in parse(escape_markdown(found.text))[0]["c"]], f"fig:{found.name}"
    inlines = caption["c"]
    label = ATTRIBUTES.match(inlines[-1].get("c", "") if inlines[-1]["t"] == "Str" else "")
    if not label:
        raise Failure(f"{one.name}: the caption \"{plain(inlines)}\" ends without a label {{#tbl:name}}")
    words = inlines[1:-1]
    while words and words[0]["t"] == "Space":
        words = words[1:]
    while words and words[-1]["t"] in ("Space", "SoftBreak"):
        words = words[:-1]
    return words, label.group(1)


def escape_markdown(text):
    """A figure's caption is words, not Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#$@~^|])", r"\\\1", text)


def resolved(book, one, node):
    """The same tree, each reference to a label written out for print and for the web."""
    if isinstance(node, dict):
        if node.get("t") == "Link" and re.match(r"^\d\d_\w+\.ipynb$", node["c"][2][0]):
            return to_chapter(book, one, node)
        return {key: resolved(book, one, value) for key, value in node.items() if key != "found"} | (
            {"found": node["found"]} if "found" in node else {})
    if not isinstance(node, list):
        return node
    out = []
    for part in node:
        if isinstance(part, dict) and part.get("t") == "Cite" and part["c"][0][0]["citationId"].split(":")[0] in NAMES:
            for place, cited in enumerate(part["c"][0]):
                label = cited["citationId"].rstrip(".")
                if label not in book.labels:
                    raise Failure(f"{one.name}: @{label} refers to nothing")
                out += ([{"t": "Str", "c": ","}, {"t": "Space"}] if place else []) + reference(book, label)
        else:
            out.append(resolved(book, one, part))
    return out


def reference(book, label):
    kind = label.split(":")[0]
    name = "Appendix" if kind == "sec" and book.labels[label][:1].isalpha() else NAMES[kind]
    words = f"{name}\u00a0{book.labels[label]}"
    return raw_inline(f"#link(<{label}>)[{words}]", f"<a href=\"#{label}\">{words}</a>")


def to_chapter(book, one, link):
    """A link to another chapter: the number that its words give must be that chapter's."""
    name = link["c"][2][0].removesuffix(".ipynb")
    target = next((other for other in book.chapters if other.name == name), None)
    words = plain(link["c"][1])
    if target is None:
        raise Failure(f"{one.name}: [{words}]({name}.ipynb) leads to no chapter")
    said = re.findall(r"\d+", words)
    if said and said != [target.number]:
        raise Failure(f"{one.name}: [{words}]({name}.ipynb) is chapter {target.number}")
    return {"t": "Span", "c": [["", [], []], raw_inline(f"#link(<{target.label}>)[{words}]", f"<a href=\"#{target.label}\">{escape(words)}</a>")]}


def drawn_from(one, found):
    """Which data a table shows, for its caption: a figure says it in its margin."""
    if found.kind != "table" or not one.reads:
        return ""
    return "Data: recorded results." if found.recorded else f"Data: {one.reads.split(',')[0]}."


def findings(book):
    """(chapter, sentence) of everything that chapters found, in order."""
    return [(one, found.text) for one in book.chapters for shown in one.shown.values() for found in shown if found.kind == "finding"]


def check_links(one):
    """No reference may be left that only looks like one."""
    text = json.dumps([block for block in one.blocks if block["t"] not in ("Float", "Printed")])
    left = re.search(r'"c": "(@(?:fig|tbl|eq|sec):[^"]*)"', text)
    if left:
        raise Failure(f"{one.name}: {left.group(1)} is no reference that could be read")


def cited(book):
    """The keys of all entries that the text cites."""
    keys = set()

    def walk(node):
        if isinstance(node, dict):
            if node.get("t") == "Cite":
                keys.update(part["citationId"] for part in node["c"][0])
            for key, value in node.items():
                if key != "found":
                    walk(value)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    for one in book.chapters:
        walk(one.blocks)
    return keys


def check_citations(book, bibliography):
    """Every citation has its entry."""
    known = set(re.findall(r"^@\w+\{([\w-]+),", bibliography.read_text(), re.MULTILINE))
    missing = sorted(cited(book) - known)
    if missing:
        raise Failure(f"{bibliography.name} has no entry {missing[0]}, which a chapter cites")

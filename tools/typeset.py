"""The thesis in print: Typst sets what manuscript.py numbered. No browser, no network, the same bytes from the same input."""

import datetime
import pathlib
import re
import shutil
import tempfile

import typst
import yaml

import manuscript
from manuscript import string
from snapshots import Failure

TOOLS = pathlib.Path(__file__).resolve().parent
PAPERS = {"a4": "a4", "letter": "us-letter"}
# Tables of more rows go over pages; others float to where they fit.
LONG = 26
# Lines of a chapter's first page: a figure that fits there floats to its foot, not above the title.
OPENING = 50
LETTERS, MILLIMETRES = 88, 5.6


def cover(root):
    """Title, authors and year of the thesis, from CITATION.cff."""
    document = yaml.safe_load((root / "CITATION.cff").read_text())
    thesis = document.get("preferred-citation", document)
    names = [" ".join(filter(None, (one.get("given-names"), one.get("family-names"), one.get("name")))) for one in thesis["authors"]]
    return {"title": thesis["title"], "authors": names, "year": str(thesis["year"]), "about": " ".join(thesis.get("abstract", document["abstract"]).split())}


def short(caption):
    """A caption's first sentence, for lists."""
    words = manuscript.plain(caption)
    first = re.split(r"(?<=[a-z0-9)%])[.:;] ", words, maxsplit=1)[0].rstrip(".")
    return first


def height(found, figures):
    """Lines that a float takes, its caption included."""
    if found.kind == "table":
        return 6 + 0.75 * sum(line.startswith("|") for line in found.text.splitlines())
    size = re.search(r"height=\"([\d.]+)mm\"", (figures / f"{found.name}.svg").read_text()[:1000])
    return 5 + (float(size.group(1)) if size else 90) / MILLIMETRES


def floating(part, with_data, early):
    found, label = part["found"], part["label"]
    words = string(short(part["caption"]))
    rows = sum(line.startswith("|") for line in found.text.splitlines())
    table = found.kind == "table"
    place = "none" if table and (early or rows > LONG) else "bottom" if early else "top"
    data = [{"t": "Space"}, {"t": "Emph", "c": [{"t": "Str", "c": with_data}]}] if with_data else []
    caption = [{"t": "Plain", "c": part["caption"] + data}]
    if found.kind == "figure":
        opening = f"#drawn(\"figures/{found.name}.svg\", {string(short(part['caption']))}, placement: {place}, caption: captioned({words}, ["
        closing = f"])) <{label}>"
    else:
        # What floats stands before what does not, so that numbers keep their order.
        flush = "#place.flush()\n" if place == "none" else ""
        opening = f"{flush}#tabled(placement: {place}, caption: captioned({words}, ["
        closing = f"]))[\n{found.typst}\n] <{label}>"
    return manuscript.raw(opening) + caption + manuscript.raw(closing)


def chapter(one, figures, with_code):
    """A chapter's tree with everything that only print knows."""
    out, used = [], 6
    for block in one.blocks:
        if block["t"] == "Float":
            found = block["found"]
            early = used < OPENING and (found.kind == "table" or used + height(found, figures) < OPENING)
            out += floating(block, manuscript.drawn_from(one, found), early)
            used += height(found, figures)
        elif block["t"] == "Printed":
            found = block["found"]
            # What was found comes after all that shows it.
            dressed = {"lines": "{}", "finding": "#place.flush()\n#finding[{}]"}.get(found.kind, "#said[\n{}\n]")
            out += manuscript.raw(dressed.format(found.typst))
            used += 1 + len(found.text.splitlines())
        elif block["t"] == "Code":
            if with_code:
                out += manuscript.raw(f"#raw({string(one.code[block['id']])}, block: true, lang: \"rust\")")
        else:
            used += 1 + len(manuscript.plain(block)) / LETTERS
            out.append(block)
    heading = f"= {typst_words(one.title)} <{one.label}>\n" + (f"#reads({string(one.reads)})\n" if one.reads else "")
    # An equation's division has its label inside; `number` attributes are the web's.
    text = manuscript.written(unspanned(out), "-t", "typst", "--wrap=preserve").replace("dot.circle", "dot.o")
    return f"#begins({string(one.number)})[\n{heading}\n{text}\n]\n"


def unspanned(node):
    """The tree as Typst reads it best: it numbers sections and equations itself, by the same rule, and wants to know
    how an equation is read aloud."""
    if isinstance(node, list):
        out = []
        for part in node:
            kind = part.get("t") if isinstance(part, dict) else None
            if kind == "Span" and "equation" in part["c"][0][1]:
                out += unspanned(part["c"][1])
            elif kind == "Math":
                words = " ".join(manuscript.LABEL.sub("", part["c"][1]).split())
                out += [inline(f"#aloud({string(words)})["), part, inline("]")]
            else:
                out.append(unspanned(part))
        return out
    if isinstance(node, dict):
        if node.get("t") == "Header":
            node = {**node, "c": [node["c"][0], [node["c"][1][0], [], []], node["c"][2]]}
        return {key: unspanned(value) for key, value in node.items()}
    return node


def inline(typst):
    return {"t": "RawInline", "c": ["typst", typst]}


def typst_words(text):
    return f"#{string(text)}"


def code_appendix(book):
    parts = ["= Code <sec:code>\n", "The cells of each chapter, in their order. `use dvol::prelude::*;` brings in every name.\n"]
    for one in book.chapters:
        if one.code:
            parts.append(f"== {typst_words(one.title)}\n")
            parts += [f"#raw({string(source)}, block: true, lang: \"rust\")\n" for source in one.code.values()]
    return "\n".join(parts)


def agreed(book):
    """Asserts, in the document itself, that Typst gives every label the number that the web gives it."""
    lines = []
    for label, number in book.labels.items():
        kind = label.split(":")[0]
        if kind == "sec":
            lines.append(f"#same(<{label}>, it => numbering(it.numbering, ..counter(heading).at(it.location())), {string(number)})")
        else:
            counted = "counter(math.equation)" if kind == "eq" else "counter(figure.where(kind: image))" if kind == "fig" else "counter(figure.where(kind: table))"
            wanted = f"({number})" if kind == "eq" else number
            lines.append(f"#same(<{label}>, it => (it.numbering)({counted}.at(it.location()).first()), {string(wanted)})")
    return "\n".join(lines) + "\n"


def source(book, about, figures, abstract, paper, identity, with_code):
    """The whole document."""
    fields = ", ".join(f"{key}: {string(about[key])}" for key in ("title", "year", "about"))
    authors = "".join(f"{string(name)}, " for name in about["authors"])
    head = (f"#import \"edition.typ\": *\n#show: thesis.with({fields}, authors: ({authors}), paper: \"{PAPERS[paper]}\", "
            f"identity: {string(identity)}, abstract: [\n{abstract}\n])\n\n")
    main = [one for one in book.chapters if one.number.isdigit()]
    rest = [one for one in book.chapters if not one.number.isdigit()]
    parts = ["#set heading(supplement: [Chapter])\n", *(chapter(one, figures, with_code) for one in main)]
    parts.append("#counter(heading).update(0)\n#set heading(numbering: \"A.1\", supplement: [Appendix])\n")
    parts += [chapter(one, figures, with_code) for one in rest]
    if not with_code:
        parts.append(code_appendix(book))
    parts.append("#set heading(numbering: none)\n#set par(justify: false)\n#bibliography(\"references.bib\", title: [References], full: true, style: \"chicago-author-date\")\n")
    return head + "\n".join(parts) + agreed(book)


def typeset(book, about, bibliography, figures, target, paper="a4", abstract="", identity="", with_code=False):
    """Writes the PDF; a reference to nothing ends it."""
    text = source(book, about, figures, abstract, paper, identity, with_code)
    with tempfile.TemporaryDirectory(prefix="dvol-typeset-") as folder:
        place = pathlib.Path(folder)
        (place / "thesis.typ").write_text(text)
        shutil.copy(TOOLS / "edition.typ", place)
        shutil.copy(bibliography, place)
        (place / "figures").mkdir()
        for label, _, _ in book.floats:
            if label.startswith("fig:"):
                shutil.copy(figures / f"{label[4:]}.svg", place / "figures")
        day = datetime.datetime(int(about["year"]), 1, 1, tzinfo=datetime.timezone.utc)
        try:
            made = typst.compile(place / "thesis.typ", root=place, ignore_system_fonts=True, pdf_standards=["a-2a"],
                                 timestamp=int(day.timestamp()))
        except Exception as error:
            kept = pathlib.Path(tempfile.gettempdir()) / "thesis.typ"
            kept.write_text(text)
            raise Failure(f"Typst: {getattr(error, 'diagnostic', error)} ({kept})") from None
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.write_bytes(made)
    temporary.rename(target)
    return target

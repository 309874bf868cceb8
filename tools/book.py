"""The thesis on the web, from what manuscript.py numbered: one page that needs nothing else (results/thesis.html), and a
folder with one page a chapter (results/book). Both work from a file and from any static host."""

import json
import pathlib
import re
import shutil

import manuscript
from manuscript import escape

TOOLS = pathlib.Path(__file__).resolve().parent
# The first figure of a kernel carries plotly.js, and every report its style: a page holds each once.
LARGE_SCRIPT = re.compile(r"<script>(?:(?!</script>).){1000000,}</script>", re.DOTALL)
STYLE = re.compile(r"<style>\.dvol .*?</style>", re.DOTALL)
MARK = "<!--page:{}-->"
REFERENCES = "references"


def floating(part, with_data):
    """A figure or table with its number; wide tables scroll within themselves."""
    found, label, name = part["found"], part["label"], "Figure" if part["found"].kind == "figure" else "Table"
    shown = STYLE.sub("", LARGE_SCRIPT.sub("", found.html))
    words = f"<b>{name}\u00a0{part['number']}.</b> "
    if found.kind == "figure":
        numbered = shown.replace("<figcaption>", f"<figcaption>{words}", 1)
        return manuscript.raw(html=f"<div class=\"float\" id=\"{label}\">{numbered}</div>")
    opening = f"<figure class=\"float\" id=\"{label}\"><figcaption>{words}"
    closing = (f" <em>{escape(with_data)}</em></figcaption><div class=\"scrolls\" tabindex=\"0\" role=\"region\" aria-label=\"{name} {part['number']}\">"
               f"{shown}</div></figure>")
    return [*manuscript.raw(html=opening), {"t": "Plain", "c": part["caption"]}, *manuscript.raw(html=closing)]


def chapter(one):
    """A chapter's tree with everything that only the web knows."""
    heading = f"<h1 id=\"{one.label}\"><span class=\"number\">{one.number}</span> {escape(one.title)}</h1>"
    reads = f"<p class=\"reads\">Data of this chapter: {escape(one.reads)}.</p>" if one.reads else ""
    out = manuscript.raw(html=MARK.format(one.name)) + manuscript.raw(html=heading + reads)
    for block in one.blocks:
        if block["t"] == "Float":
            out += floating(block, manuscript.drawn_from(one, block["found"]))
        elif block["t"] == "Printed":
            shown = STYLE.sub("", LARGE_SCRIPT.sub("", block["found"].html))
            finding = block["found"].kind == "finding"
            opening = "<div class=\"found\"><b>What was found.</b>" if finding else "<div class=\"said\">"
            out += manuscript.raw(html=f"{opening}{shown}</div>")
        elif block["t"] == "Code":
            code = escape(one.code[block["id"]])
            out += manuscript.raw(html=f"<details class=\"code\"><summary>Code</summary><pre tabindex=\"0\"><code>{code}</code></pre></details>")
        elif block["t"] == "Header":
            number = dict(block["c"][1][2])["number"]
            words = manuscript.raw_inline("", f"<span class=\"number\">{number}</span> ")[1]
            out.append({**block, "c": [block["c"][0], [block["c"][1][0], [], []], [words, *block["c"][2]]]})
        else:
            out.append(numbered(block))
    return out


def numbered(node):
    """Each displayed equation with its number."""
    if isinstance(node, list):
        return [numbered(part) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("t") == "Span" and "equation" in node["c"][0][1]:
        number = dict(node["c"][0][2])["number"]
        math = [{"t": "Math", "c": [part["c"][0], manuscript.LABEL.sub("", part["c"][1])]} for part in node["c"][1]]
        mark = manuscript.raw_inline("", f"<span class=\"number\">({number})</span>")[1]
        return {"t": "Span", "c": [[node["c"][0][0], ["equation"], [["tabindex", "0"]]], [*math, mark]]}
    return {key: numbered(value) for key, value in node.items()}


def pages(book, bibliography):
    """(name, title, HTML) of every chapter, in order, the references last."""
    blocks = [block for one in book.chapters for block in chapter(one)]
    blocks += manuscript.raw(html=MARK.format(REFERENCES) + "<h1 id=\"sec:references\">References</h1>")
    text = manuscript.written(
        blocks, "-t", "html5", "--mathml", "--wrap=none", "--reference-location=section", "--citeproc",
        f"--bibliography={bibliography}", "--metadata=link-citations:true", "--metadata=nocite:@*")
    parts = re.split(r"<!--page:(\w+)-->", text)
    titles = {one.name: f"{one.number} {one.title}" for one in book.chapters} | {REFERENCES: "References"}
    return [(name, titles[name], body) for name, body in zip(parts[1::2], parts[2::2])]


def index(found):
    """What a search looks through: every section's words."""
    entries = []
    for name, title, body in found:
        for part in re.split(r"(?=<h[12][ >])", body):
            heading = re.match(r"<h[12] id=\"([^\"]+)\"[^>]*>(.*?)</h[12]>", part, re.DOTALL)
            if heading:
                text = re.sub(r"<(script|style|math|details).*?</\1>", " ", part, flags=re.DOTALL)
                words = " ".join(re.sub(r"<[^>]+>", " ", text).split())
                entries.append({"page": name, "id": heading.group(1), "title": re.sub(r"<[^>]+>", "", heading.group(2)),
                                "chapter": title, "text": words})
    return json.dumps(entries, ensure_ascii=False).replace("<", "\\u003c")


def navigation(found, here, alone):
    """The chapters, and the sections of the one shown."""
    lines = []
    for name, title, body in found:
        to = f"#{first(body)}" if alone else f"{name}.html"
        current = " aria-current=\"page\"" if name == here else ""
        lines.append(f"<li><a href=\"{to}\"{current}>{escape(title)}</a></li>")
    return "<ul>" + "".join(lines) + "</ul>"


def first(body):
    return re.search(r"<h1 id=\"([^\"]+)\"", body).group(1)


def page(title, heading, links, body, style, scripts):
    return (f"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{escape(title)}</title>"
            f"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{style}</head>\n<body>"
            f"<a class=\"skip\" href=\"#text\">To the text</a><header><nav aria-label=\"Chapters\">"
            f"<p class=\"title\">{heading}</p><div class=\"find\"><label for=\"find\">Search</label>"
            "<input id=\"find\" type=\"search\" autocomplete=\"off\"><button id=\"shade\" type=\"button\">Dark</button></div>"
            f"<ul id=\"found\" aria-live=\"polite\" hidden></ul>{links}</nav></header>\n"
            f"<main id=\"text\" tabindex=\"-1\">{body}</main>\n{scripts}</body></html>\n")


def opening(about, found, abstract, alone):
    """What a reader meets first."""
    names = escape(", ".join(about["authors"]))
    listed = navigation(found, None, alone)
    other = ("<a href=\"book/index.html\">one page a chapter</a>" if alone else "<a href=\"../thesis.html\">all on one page</a>")
    return (f"<section class=\"opening\"><h1 id=\"top\">{escape(about['title'])}</h1><p>{names}, {about['year']}</p>"
            f"<p>{escape(about['about'])}</p>{abstract}<p>This thesis as {other}.</p>{'' if alone else listed}</section>")


def turn(found, place):
    """The ways to a chapter's neighbours."""
    def way(at, word):
        return f"<a href=\"{found[at][0]}.html\">{word}: {escape(found[at][1])}</a>" if 0 <= at < len(found) else "<span></span>"
    return f"<div class=\"turn\">{way(place - 1, 'Before')}{way(place + 1, 'Next')}</div>"


def bind(book, about, results, bibliography, figures, abstract=""):
    """Writes both forms into a folder."""
    found = pages(book, bibliography)
    style, script = (TOOLS / "book.css").read_text(), (TOOLS / "book.js").read_text()
    plotly = figures / "plotly.min.js"
    heading = escape(about["title"])
    entries = index(found)
    alone = "".join(f"<section>{body}</section>" for _, _, body in found)
    inline = f"<script>{plotly.read_text()}</script>" if plotly.exists() else ""
    put(results / "thesis.html", page(
        about["title"], f"<a href=\"#top\">{heading}</a>", navigation(found, None, True), opening(about, found, abstract, True) + alone,
        f"<style>{style}</style>{inline}", f"<script>const SECTIONS = {entries}, ALONE = true;\n{script}</script>"))
    folder = results / "book"
    folder.mkdir(parents=True, exist_ok=True)
    put(folder / "book.css", style)
    put(folder / "book.js", script)
    put(folder / "sections.js", f"const SECTIONS = {entries}, ALONE = false;\n")
    if plotly.exists():
        shutil.copy(plotly, folder / plotly.name)
    linked = "<link rel=\"stylesheet\" href=\"book.css\"><script src=\"plotly.min.js\"></script>"
    scripts = "<script src=\"sections.js\"></script><script src=\"book.js\"></script>"
    where = {label: name for name, _, body in found for label in re.findall(r"\bid=\"([^\"]+)\"", body)}
    for place, (name, title, body) in enumerate(found):
        text = re.sub(r"href=\"#([^\"]+)\"", lambda link: to(link, where, name), body)
        put(folder / f"{name}.html", page(f"{title} · {about['title']}", f"<a href=\"index.html\">{heading}</a>",
                                          navigation(found, name, False), text + turn(found, place), linked, scripts))
    put(folder / "index.html", page(about["title"], f"<a href=\"index.html\">{heading}</a>", navigation(found, None, False),
                                    re.sub(r"href=\"#([^\"]+)\"", lambda link: to(link, where, "index"), opening(about, found, abstract, False)), linked, scripts))
    return results / "thesis.html"


def to(link, where, here):
    name = where.get(link.group(1), here)
    return link.group(0) if name == here else f"href=\"{name}.html#{link.group(1)}\""


def put(path, text):
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text)
    temporary.rename(path)

"""Binds executed chapters into one page that needs no network: results/thesis.html, and a PDF with Chromium."""

import base64
import html
import pathlib
import re
import shutil
import subprocess
import tempfile

import mistune
from latex2mathml.converter import convert as mathml
from mistune.plugins.math import math
from mistune.plugins.table import table
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import RustLexer

from chapters import title as titled

# Of which asset, figures and tables say.
TITLE = "Forecasting implied volatility"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
# The first figure of a kernel carries plotly.js; the book holds it once.
FIGURE = re.compile(r"^figure (\w+): ")
LARGE_SCRIPT = re.compile(r"<script>(?:(?!</script>).){1000000,}</script>", re.DOTALL)

STYLE = """
body { font: 17px/1.55 Georgia, "Noto Serif", serif; margin: 0; color: #222; background: #fff }
nav { position: fixed; inset: 0 auto 0 0; width: 15em; overflow: auto; padding: 1.5em 1em; background: #f6f6f4;
      font: 14px/1.4 system-ui, sans-serif; box-sizing: border-box }
nav a { display: block; padding: .25em 0; color: #333; text-decoration: none } nav a:hover { text-decoration: underline }
main { margin-left: 15em; padding: 1em 3em; max-width: 54em }
.highlight { background: none !important }
section { margin-bottom: 5em } h1 { font-size: 1.7em; line-height: 1.2 } h2 { font-size: 1.25em }
pre, code { font: 13.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace }
.code { background: #f6f6f4; padding: .6em .9em; overflow-x: auto; border-left: 3px solid #0072B2 } .code pre { margin: 0; white-space: pre-wrap }
.out { overflow-x: auto; margin: .5em 0 1.2em; font: 14px/1.45 system-ui, sans-serif } .out pre { white-space: pre-wrap; margin: .3em 0 }
.paper { display: none } .paper img { width: 100% }
.turn { display: flex; justify-content: space-between; gap: 2em; font: 14px/1.4 system-ui, sans-serif; border-top: 1px solid #ddd; padding-top: .8em }
.turn a, .contents a { color: #0072B2; text-decoration: none } .contents { font: 14px/1.5 system-ui, sans-serif }
.err { color: #D55E00 } math[display=block] { margin: 1em 0 } table { border-collapse: collapse } td, th { padding: .15em .7em }
figure { margin: 0 } figcaption { font-size: 14px; color: #555; margin: .3em 0 }
@media (max-width: 60em) { nav { position: static; width: auto } main { margin: 0; padding: 1em } }
@page { size: A4; margin: 18mm 16mm }
@media print { nav, .turn { display: none } main { margin: 0; padding: 0; max-width: none } body { font-size: 10.5pt }
  section { break-before: page; margin: 0 } .code { overflow: visible } .code pre { white-space: pre-wrap; overflow-wrap: anywhere }
  .out { overflow: hidden; font-size: 8.5pt }
  .out table { font-size: 7.8pt } .out table.wide { font-size: 7.4pt }
  .out td.words, .out th { white-space: normal !important }
  pre, code { font-size: 8.5pt } .out pre { font-size: 8pt } tr, figure, .code, h2 { break-inside: avoid } h1, h2 { break-after: avoid }
  figcaption { font-size: 9pt !important } .modebar-container { display: none }
  .drawn .dvol-figure > div { display: none } .paper { display: block } }
"""


class Renderer(mistune.HTMLRenderer):
    """Markdown whose equations are MathML, which browsers draw without help."""

    def block_math(self, text):
        return mathml(text.strip(), display="block") + "\n"

    def inline_math(self, text):
        return mathml(text.strip())


def markdown(text):
    return mistune.create_markdown(renderer=Renderer(escape=False), plugins=[math, table])(text)


def output(found, figures):
    """One output of a cell; HTML where there is any. On paper a figure is its image, which needs no script."""
    if found.output_type == "stream":
        kind = " class=\"err\"" if found.name == "stderr" else ""
        return f"<pre{kind}>{html.escape(ANSI.sub('', found.text))}</pre>"
    data = found.get("data", {})
    if "text/html" in data:
        shown = LARGE_SCRIPT.sub("", data["text/html"])
        figure = FIGURE.match(data.get("text/plain", ""))
        image = figures / f"{figure.group(1)}.svg" if figure else None
        if image and image.exists():
            source = base64.b64encode(image.read_bytes()).decode()
            paper = f"<div class=\"paper\"><img alt=\"{figure.group(1)}\" src=\"data:image/svg+xml;base64,{source}\"></div>"
            return f"<div class=\"drawn\" id=\"{figure.group(1)}\">{paper}{shown}</div>"
        return shown
    if "image/png" in data:
        return f"<img src=\"data:image/png;base64,{data['image/png']}\">"
    return f"<pre>{html.escape(data.get('text/plain', ''))}</pre>"


def chapter(name, notebook, figures, turn):
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(markdown(cell.source))
        elif cell.cell_type == "code" and cell.source.strip():
            parts.append(f"<div class=\"code\">{highlight(cell.source, RustLexer(), HtmlFormatter(nowrap=False))}</div>")
            shown = "".join(output(found, figures) for found in cell.outputs)
            if shown:
                parts.append(f"<div class=\"out\">{shown}</div>")
    return f"<section id=\"{name}\">{''.join(parts)}<div class=\"turn\">{turn}</div></section>"


def turns(chapters):
    """Under each chapter the ways to its neighbours."""
    def link(position, word):
        if not 0 <= position < len(chapters):
            return "<span></span>"
        name, notebook = chapters[position]
        return f"<a href=\"#{name}\">{word}: {html.escape(title(name, notebook))}</a>"

    return [link(position - 1, "before") + link(position + 1, "next") for position in range(len(chapters))]


def title(name, notebook):
    return titled(notebook.cells) or name


def bind(chapters, figures, page):
    """Writes the page of (name, executed notebook) pairs."""
    plotly = figures / "plotly.min.js"
    script = f"<script>{plotly.read_text()}</script>" if plotly.exists() else ""
    links = "".join(f"<a href=\"#{name}\">{html.escape(title(name, notebook))}</a>" for name, notebook in chapters)
    listed = "<br>".join(f"<a href=\"#{name}\">{html.escape(title(name, notebook))}</a>" for name, notebook in chapters)
    body = "".join(chapter(name, notebook, figures, turn) for (name, notebook), turn in zip(chapters, turns(chapters)))
    colours = HtmlFormatter(style="friendly").get_style_defs(".highlight")
    text = (f"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{TITLE}</title>"
            f"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}{colours}</style>{script}</head>"
            f"<body><nav><b>{TITLE}</b>{links}</nav><main><h1>{TITLE}</h1><p class=\"contents\">{listed}</p>{body}</main></body></html>\n")
    temporary = page.with_name(f".{page.name}.tmp")
    temporary.write_text(text)
    temporary.rename(page)


def print_pdf(page):
    """The page as PDF; None when no Chromium is there or it fails."""
    browser = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if browser is None:
        return None
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        temporary = pathlib.Path(profile) / "thesis.pdf"
        command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--no-pdf-header-footer",
                   "--virtual-time-budget=20000", f"--print-to-pdf={temporary}", page.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return None
        if not temporary.exists():
            return None
        shutil.move(temporary, target)
    return target

"""Opens every page of the web edition in headless Chromium: nothing wider than a telephone of 360 pixels, axe-core content
with WCAG 2.2 A and AA and with its best practices in light and dark, search and shade at work, every link alive.
`tools/book_test.py [FOLDER]`, by default results, with thesis.html and book/ in it.

A page that breaks these rules on purpose is opened beside them, so that silence means something.
"""

import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGINE = "axe_playwright_python/axe.min.js"
WIDTHS = (360, 1200)
FAULTY = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>faulty</title></head><body><main><h1>Faulty</h1>
<img src="data:,"><p style="color:#bbb;background:#fff">pale</p><div style="width:1300px">wide</div></main></body></html>"""
FAULTS = {"image-alt", "color-contrast", "width"}
RUN = """<!DOCTYPE html><meta charset="utf-8"><title>test</title><body><script>
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const open = async (page, width) => {
  const frame = document.createElement('iframe');
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  frame.src = page;
  document.body.append(frame);
  await new Promise(done => frame.onload = done);
  return frame;
};
const described = node => node.html.slice(0, 160) + ' ' + ([...node.any, ...node.all, ...node.none][0]?.message ?? '');
const rules = async (found, page, width) => {
  const frame = await open(page, width), inner = frame.contentDocument;
  await wait(300);
  const wide = inner.documentElement.scrollWidth;
  if (wide > width) {
    const guilty = [...inner.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > width && !one.closest('.scrolls, .said, .equation, pre'));
    found.push({page, width, shade: 'both', rule: 'width', what: `${wide} pixels: ${guilty.slice(0, 3).map(one => one.tagName + '.' + one.className)}`});
  }
  for (const one of inner.querySelectorAll('.equation')) {
    const right = Math.max(...[...one.querySelectorAll('math *')].map(part => part.getBoundingClientRect().right));
    const number = one.querySelector('.number');
    if (right > number.getBoundingClientRect().left + 1) found.push({page, width, shade: 'both', rule: 'overlap', what: `equation ${number.textContent}`});
  }
  // The marks of a drawn figure are many and say nothing to a reader of words: its box and its buttons are looked at.
  for (const one of inner.querySelectorAll('.main-svg')) one.replaceChildren();
  const script = inner.createElement('script');
  script.src = AXE;
  inner.head.append(script);
  await new Promise(done => script.onload = done);
  const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  for (const shade of ['light', 'dark']) {
    inner.documentElement.dataset.shade = shade;
    const {violations} = await frame.contentWindow.axe.run(inner, {runOnly, iframes: false});
    for (const one of violations) found.push({page, width, shade, rule: one.id, what: one.nodes.slice(0, 2).map(described).join(' | ')});
  }
  frame.remove();
};
const works = async (found, page) => {
  const frame = await open(page, 1200), inner = frame.contentDocument, root = inner.documentElement;
  const fault = what => found.push({page, width: 1200, shade: root.dataset.shade, rule: 'works', what});
  const before = root.dataset.shade;
  inner.getElementById('shade').click();
  if (!before || root.dataset.shade === before) fault(`the shade stays ${before}`);
  inner.getElementById('shade').click();
  const field = inner.getElementById('find');
  const hits = words => {
    field.value = words;
    field.dispatchEvent(new Event('input'));
    return [...inner.querySelectorAll('#found a')];
  };
  if (!hits('persistence').length) fault('a search for persistence finds nothing');
  if (hits('nosuchwordanywhere').length) fault('a search for no word finds something');
  await wait(300);
  const empty = [...inner.querySelectorAll('.dvol-figure')].filter(one => !one.querySelector('.main-svg'));
  if (empty.length) fault(`${empty.length} figures are not drawn`);
  frame.remove();
};
(async () => {
  const found = [];
  for (const page of PAGES) {
    if (!page.endsWith('faulty.html')) await works(found, page);
    for (const width of WIDTHS) await rules(found, page, width);
  }
  const pre = document.createElement('pre');
  pre.id = 'found';
  pre.textContent = JSON.stringify(found);
  document.body.append(pre);
})();
</script>"""


def engine():
    """axe-core's one file, out of the wheel that set-up installs for it."""
    path = next(iter((ROOT / ".venv" / "lib").glob(f"python*/site-packages/{ENGINE}")), None)
    if path is None:
        sys.exit("book: axe-core is missing: run `make setup`")
    return path


def links(results):
    """The first link of a page, or of its search, that leads nowhere, and the first label given twice."""
    pages = [results / "thesis.html", *sorted((results / "book").glob("*.html"))]
    labels = {}
    texts = {path.resolve(): re.sub(r"<script>.*?</script>", "", path.read_text(), flags=re.DOTALL) for path in pages}
    for path, text in texts.items():
        given = re.findall(r"\sid=\"([^\"]+)\"", text)
        labels[path] = set(given)
        twice = next((label for label in given if given.count(label) > 1), None)
        if twice:
            return f"{path.name}: two things are called {twice}"
    sections = json.loads(re.search(r"SECTIONS = (\[.*\]), ALONE", (results / "book" / "sections.js").read_text()).group(1))
    sought = [(results / "book" / "index.html", f"{one['page']}.html#{one['id']}") for one in sections]
    sought += [(results / "thesis.html", f"#{one['id']}") for one in sections]
    sought += [(path, html.unescape(link)) for path, text in texts.items() for link in re.findall(r"\s(?:href|src)=\"([^\"]+)\"", text)]
    for path, link in sought:
        place, _, label = link.partition("#")
        if place.startswith(("http:", "https:", "data:", "mailto:")):
            continue
        target = (path.parent / place if place else path).resolve()
        if not target.is_file() or label and label not in labels.get(target, ()):
            return f"{path.name}: {link} leads nowhere"
    return None


def main():
    results = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "results"
    browser = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if browser is None or not (results / "thesis.html").exists() or not (results / "book" / "index.html").exists():
        sys.exit(f"book: needs Chromium, thesis.html and book in {results}: apt install chromium, make thesis")
    dead = links(results)
    if dead:
        sys.exit(f"book: {dead}")
    with tempfile.TemporaryDirectory(prefix="dvol-book-") as temporary:
        folder = pathlib.Path(temporary)
        shutil.copytree(results / "book", folder / "book")
        shutil.copy(results / "thesis.html", folder)
        shutil.copy(engine(), folder / "axe.min.js")
        (folder / "faulty.html").write_text(FAULTY)
        pages = ["faulty.html", "thesis.html", *sorted(f"book/{path.name}" for path in (results / "book").glob("*.html"))]
        script = (folder / "axe.min.js").as_uri()
        (folder / "test.html").write_text(
            RUN.replace("PAGES", json.dumps(pages), 1).replace("WIDTHS", json.dumps(WIDTHS), 1).replace("AXE", json.dumps(script), 1))
        dumped = subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", f"--user-data-dir={folder / 'profile'}",
             "--window-size=1400,1000", "--virtual-time-budget=3000000", "--dump-dom", (folder / "test.html").as_uri()],
            capture_output=True, text=True, timeout=2400).stdout
    answer = re.search(r"<pre id=\"found\">(.*?)</pre>", dumped, re.DOTALL)
    if not answer:
        sys.exit("book: the test page gave no answer")
    found = json.loads(html.unescape(answer.group(1)))
    unseen = FAULTS - {one["rule"] for one in found if one["page"] == "faulty.html" and one["width"] == WIDTHS[-1]}
    if unseen:
        sys.exit(f"book: a page with faults was opened, and {', '.join(sorted(unseen))} not seen")
    found = [one for one in found if one["page"] != "faulty.html"]
    for one in found[:40]:
        print(f"book: {one['page']}, {one['width']} px, {one['shade']}: {one['rule']}: {one['what']}")
    print(f"book: {len(pages) - 1} pages, {len(WIDTHS)} widths, light and dark: {len(found)} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

"""Opens every page of the web edition in headless Chromium: nothing wider than a telephone of 360 pixels, axe-core content
with WCAG A and AA in light and dark, every link alive. `tools/book_test.py [FOLDER]`, by default results/book."""

import hashlib
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The wheel of a binding that nobody needs here; the engine lies inside.
AXE = "axe-playwright-python==0.1.8"
AXE_SHA256 = "84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc"
WIDTHS = (360, 1200)
# Figures are drawn by plotly.js, whose marks are not text of ours.
RUN = """<!DOCTYPE html><meta charset="utf-8"><title>test</title><body><script>
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
(async () => {
  const found = [];
  for (const page of PAGES) for (const width of WIDTHS) for (const shade of ['light', 'dark']) {
    const frame = document.createElement('iframe');
    frame.style.cssText = `width:${width}px;height:900px;border:0`;
    frame.src = page;
    document.body.append(frame);
    await new Promise(done => frame.onload = done);
    const inner = frame.contentDocument;
    inner.documentElement.dataset.shade = shade;
    await wait(300);
    const wide = inner.documentElement.scrollWidth;
    if (wide > width) {
      const guilty = [...inner.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > width && !one.closest('.scrolls, .said, .equation, pre'));
      found.push({page, width, shade, rule: 'width', what: `${wide} pixels: ${guilty.slice(0, 3).map(one => one.tagName + '.' + one.className)}`});
    }
    const script = inner.createElement('script');
    script.src = 'axe.min.js';
    inner.head.append(script);
    await new Promise(done => script.onload = done);
    const {violations} = await frame.contentWindow.axe.run({exclude: ['.js-plotly-plot']}, {runOnly: ['wcag2a', 'wcag2aa'], iframes: false});
    for (const one of violations) found.push({page, width, shade, rule: one.id, what: one.nodes.slice(0, 2).map(node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | ')});
    frame.remove();
  }
  const pre = document.createElement('pre');
  pre.id = 'found';
  pre.textContent = JSON.stringify(found);
  document.body.append(pre);
})();
</script>"""


def engine(folder):
    """axe-core's one file."""
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", folder, AXE], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        script = wheel.read("axe_playwright_python/axe.min.js")
    if hashlib.sha256(script).hexdigest() != AXE_SHA256:
        sys.exit("book: axe.min.js is not the file that was looked at")
    return script


def links(book):
    """The first link of a page that leads nowhere."""
    texts = {path.name: path.read_text() for path in book.glob("*.html")}
    for name, text in texts.items():
        for link in re.findall(r"href=\"([^\"]+)\"", text):
            page, _, label = html.unescape(link).partition("#")
            if link.startswith(("http", "..")):
                continue
            if page and not (book / page).exists() or label and f" id=\"{label}\"" not in texts[page or name]:
                return f"{name}: {link} leads nowhere"
    return None


def main():
    book = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "results" / "book"
    browser = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if browser is None or not (book / "index.html").exists():
        sys.exit(f"book: needs Chromium and {book}: apt install chromium, make thesis")
    dead = links(book)
    if dead:
        sys.exit(f"book: {dead}")
    with tempfile.TemporaryDirectory(prefix="dvol-book-") as temporary:
        folder = pathlib.Path(temporary)
        shutil.copytree(book, folder / "book")
        (folder / "book" / "axe.min.js").write_bytes(engine(folder))
        pages = sorted(path.name for path in book.glob("*.html"))
        (folder / "book" / "test.html").write_text(RUN.replace("PAGES", json.dumps(pages), 1).replace("WIDTHS", json.dumps(WIDTHS), 1))
        dumped = subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", f"--user-data-dir={folder / 'profile'}",
             "--window-size=1400,1000", "--virtual-time-budget=3000000", "--dump-dom", (folder / "book" / "test.html").as_uri()],
            capture_output=True, text=True, timeout=900).stdout
    answer = re.search(r"<pre id=\"found\">(.*?)</pre>", dumped, re.DOTALL)
    if not answer:
        sys.exit("book: the test page gave no answer")
    found = json.loads(html.unescape(answer.group(1)))
    for one in found[:12]:
        print(f"book: {one['page']}, {one['width']} px, {one['shade']}: {one['rule']}: {one['what']}")
    print(f"book: {len(pages)} pages, {len(WIDTHS)} widths, light and dark: {len(found)} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

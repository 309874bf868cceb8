"""Drives the real JupyterLab page in headless Chromium: run a chapter, see it drawn, interrupt, restart, run again.

Needs Chromium and its driver (Debian: apt install chromium chromium-driver). Talks WebDriver itself: three calls.
"""

import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import chapters

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHAPTER = str(chapters.paths(ROOT)[0].relative_to(ROOT))
SCREENSHOT = ROOT / "target" / "browser_test.png"

# Every cell of the open notebook: how often it ran, whether it failed, what it shows.
STATE = """
const panel = window.jupyterapp.shell.currentWidget;
if (!panel || !panel.content || !panel.content.widgets || !panel.sessionContext) return null;
const cells = panel.content.widgets.filter(cell => cell.model.type === 'code');
return {
  status: panel.sessionContext.session?.kernel?.status ?? 'none',
  ran: cells.filter(cell => cell.model.executionCount > 0).length, cells: cells.length,
  failed: document.querySelectorAll('.jp-OutputArea-output[data-mime-type*=error]').length,
  tables: document.querySelectorAll('.dvol table').length,
  figures: document.querySelectorAll('.dvol-figure .main-svg').length,
};
"""
RUN_ALL = "window.jupyterapp.commands.execute('notebook:run-all-cells'); return true;"
SLEEP = """
const panel = window.jupyterapp.shell.currentWidget;
window.slept = panel.sessionContext.session.kernel.requestExecute(
  {code: 'std::thread::sleep(std::time::Duration::from_secs(300));'}).done.then(() => 'ended', () => 'ended');
window.slept.then(() => { window.sleepEnded = true; });
return true;
"""


class Broken(Exception):
    """What a user would see go wrong."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(what, seconds, test):
    """Polls until the test gives something true."""
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            last = test()
            if last:
                return last
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.5)
    raise Broken(f"{what}: not within {seconds} s")


class Browser:
    """One WebDriver session."""

    def __init__(self, driver, browser, profile):
        self.port = free_port()
        self.process = subprocess.Popen([driver, f"--port={self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait("chromedriver starts", 60, lambda: self.call("GET", "/status")["ready"])
        options = {"binary": browser, "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1800", f"--user-data-dir={profile}"]}
        self.session = ""
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}})
        self.session = f"/session/{made['sessionId']}"

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Broken(json.load(error)["value"]["message"].splitlines()[0]) from None

    def script(self, source):
        return self.call("POST", f"{self.session}/execute/sync", {"script": source, "args": []})

    def close(self):
        try:
            self.call("DELETE", self.session)
        finally:
            self.process.terminate()
            self.process.wait(timeout=30)


def serve(root):
    """JupyterLab on a folder; returns the process and the chapter's address."""
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=",
               "--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={root}", "--LabApp.news_url=", "--ServerApp.open_browser=False"]
    env = dict(os.environ, JUPYTER_CONFIG_DIR=str(root / ".jupyter"), JUPYTER_RUNTIME_DIR=str(root / ".runtime"))
    process = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    wait("JupyterLab starts", 120, lambda: urllib.request.urlopen(f"{base}/api/status", timeout=5).status == 200)
    return process, f"{base}/lab/tree/{CHAPTER}"


def drive(browser, address):
    browser.call("POST", f"{browser.session}/url", {"url": address})
    wait("the chapter opens with a running kernel", 120, lambda: (browser.script(STATE) or {}).get("status") == "idle")
    for turn in ("first", "after a restart"):
        browser.script(RUN_ALL)
        wait(f"all cells run ({turn})", 300, lambda: finished(browser.script(STATE)))
        wait(f"figures are drawn ({turn})", 60, lambda: browser.script(STATE)["figures"] >= 3)
        state = browser.script(STATE)
        if state["failed"] or not state["tables"]:
            raise Broken(f"{turn}: {state['failed']} cells failed, {state['tables']} tables are shown")
        print(f"browser: {turn}: {state['ran']} cells ran, {state['tables']} tables, figures drawn", flush=True)
        if turn == "first":
            SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
            SCREENSHOT.write_bytes(base64.b64decode(browser.call("GET", f"{browser.session}/screenshot")))
            print(f"browser: {SCREENSHOT} shows it")
            interrupt_and_restart(browser)


def finished(state):
    return state and state["status"] == "idle" and state["ran"] == state["cells"] and state["tables"] > 0


def interrupt_and_restart(browser):
    browser.script(SLEEP)
    wait("the long cell runs", 60, lambda: browser.script(STATE)["status"] == "busy")
    browser.script("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt(); return true;")
    wait("the interrupt ends the cell", 60, lambda: browser.script("return window.sleepEnded === true;"))
    print("browser: an interrupt ends a long cell", flush=True)
    browser.script("window.restarted = false; window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart().then(() => { window.restarted = true; });"
                   "window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); return true;")
    # evcxr announces no state of its own accord after a restart: the next run shows that it lives.
    wait("the kernel restarts", 120, lambda: browser.script("return window.restarted;"))
    print("browser: the kernel restarts", flush=True)


def main():
    browser_path = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if not (browser_path and driver):
        raise Broken("Chromium and chromedriver are missing: apt install chromium chromium-driver")
    with tempfile.TemporaryDirectory(prefix="dvol-browser-") as folder:
        root = pathlib.Path(folder) / "study"
        shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        shutil.copy(ROOT / "thesis.toml", root / "thesis.toml")
        server, address = serve(root)
        try:
            browser = Browser(driver, browser_path, pathlib.Path(folder) / "profile")
            try:
                drive(browser, address)
            finally:
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=60)


if __name__ == "__main__":
    try:
        main()
    except Broken as broken:
        sys.exit(f"browser: {broken}")

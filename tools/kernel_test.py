"""What notebooks may rely on, tried in the real kernel: exits with 0, or with the first broken promise."""

import contextlib
import os
import pathlib
import queue
import sys
import time

from jupyter_client.manager import KernelManager

KERNELS = pathlib.Path(__file__).resolve().parent.parent / ".kernel"
BOOK = "use dvol::prelude::*;"
# Seconds for a kernel to start or a cell to end, and for words that belong to a finished cell.
PATIENCE, LATE = 600, 60


class Session:
    """One running kernel."""

    def __init__(self, folder=None):
        # Ports are chosen before the kernel takes them: another program may have been faster, but hardly twice.
        self.numbers = []
        for last in (False, True):
            self.manager = KernelManager(kernel_name="dvol")
            self.manager.start_kernel(cwd=folder)
            try:
                self.connect()
                break
            except RuntimeError:
                self.close()
                if last:
                    raise

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.numbers.append(self.manager.provisioner.pid)
        self.client.wait_for_ready(timeout=PATIENCE)

    def run(self, source, hears=(), on_stdout=None):
        """Everything a cell said: streams, data by MIME type, error sentences.

        The kernel reads what a cell prints beside its answer, so words may come after it: those of the streams in
        `hears` are waited for."""
        said = {"stdout": "", "stderr": "", "errors": [], "data": {}}

        def hear(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                said[content["name"]] += content["text"]
                if content["name"] == "stdout" and on_stdout:
                    on_stdout()
            elif message["msg_type"] in ("execute_result", "display_data"):
                said["data"].update(content["data"])
            elif message["msg_type"] == "error":
                said["errors"].append(content["evalue"])

        self.client.execute_interactive(source, timeout=PATIENCE, output_hook=hear, store_history=False)
        patience = time.monotonic() + (0 if said["errors"] else LATE)
        while not all(said[name].endswith("\n") for name in hears) and time.monotonic() < patience:
            with contextlib.suppress(queue.Empty):
                hear(self.client.get_iopub_msg(timeout=1))
        return said

    def restart(self):
        self.client.stop_channels()
        self.manager.restart_kernel(now=False)
        self.connect()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)


def promise(kept, what, found=""):
    if not kept:
        sys.exit(f"kernel: broken promise: {what} {found}")
    print(f"kernel: {what}", flush=True)


def values(session):
    said = session.run(f"{BOOK}\nlet start: Timestamp = \"2021-03-24T00:00:00Z\".parse()?;\n"
                       "let panel = Panel::new(start, 30)?.with(Column::bars(\"dvol\", vec![84.5; 30]))?;\npanel")
    promise("84.5000" in said["data"].get("text/plain", "") and "<table" in said["data"].get("text/html", ""),
            "one line brings dvol in; our types need no annotation; a panel shows itself as HTML and text", said)
    said = session.run("let dvol = panel.values(\"dvol\")?.to_vec();\n"
                       "let mean = dvol.iter().sum::<f64>() / dvol.len() as f64;\n"
                       "let squares = dvol.iter().map(|level| (level - mean).powi(2)).collect::<Vec<_>>();\n"
                       "let text = format!(\"{mean} {}\", squares[0]);\nprintln!(\"{text}\");", hears=["stdout"])
    promise(said["stdout"].strip() == "84.5 0", "types of ordinary Rust are inferred", said)
    said = session.run("panel.column(\"nope\")?;", hears=["stderr"])
    promise(said["stderr"].strip() == "panel: no column `nope`; it has: dvol", "`?` prints one sentence", said)
    said = session.run("panic!(\"on purpose\");", hears=["stderr"])
    promise("on purpose" in said["stderr"], "a panic is told", said)
    promise(session.run("panel.len()")["data"].get("text/plain") == "30", "a panic keeps variables")
    said = session.run("panel.frame()?")
    promise("<table" in said["data"].get("text/html", ""), "a polars frame shows itself")


def libraries(session):
    said = session.run(
        "use dvol::tch::{nn, nn::Module, nn::OptimizerConfig, Device, Kind, Tensor};\n"
        "let store = nn::VarStore::new(Device::Cpu);\n"
        "let layer = nn::linear(store.root(), 3, 1, Default::default());\n"
        "let inputs = Tensor::ones([5, 3], (Kind::Float, Device::Cpu));\n"
        "{ let mut adam = nn::Adam::default().build(&store, 1e-2).unwrap(); adam.backward_step(&layer.forward(&inputs).square().mean(Kind::Float)); }\n"
        "println!(\"{:?}\", layer.forward(&inputs).size());", hears=["stdout"])
    promise(said["stdout"].strip() == "[5, 1]", f"a network of one's own trains in a cell {said['errors'] or said['stderr']}")
    said = session.run("println!(\"{}\", inputs.f_reshape([7, 7]).is_err());", hears=["stdout"])
    promise(said["stdout"].strip() == "true", "an error of libtorch is an error, not a crash")
    said = session.run("let grid = dvol::ndarray::Array2::<f64>::ones((2, 3));\nprintln!(\"{}\", grid.sum());", hears=["stdout"])
    promise(said["stdout"].strip() == "6", "ndarray works in a cell")
    said = session.run("use dvol::polars::prelude::*;\nlet frame = df!(\"a\" => [1, 2, 3])?;\nprintln!(\"{}\", frame.height());", hears=["stdout"])
    promise(said["stdout"].strip() == "3", "polars works in a cell", said)


def answers(session):
    """What the kernel says when it is asked, or cannot do what it is told."""
    said = session.run("let doubled = \"21\".parse::<i32>()? * 2;\ndoubled")
    promise(said["data"].get("text/plain") == "42", "`?` works on a statement whose value is kept", said)
    said = session.run("let unused = 1;\nfn Misnamed() {}\nlet text: String = 5;")
    promise(said["errors"] == ["mismatched types"], "a warning hides no error", said)
    said = session.run(":toolchain nightly")
    promise("no other toolchain can read" in "".join(said["errors"]), "another toolchain is refused with the reason", said)
    said = session.run(":dep dvol = { path = \"..\" }")
    promise("dvol is there" in said["stdout"] and not said["errors"], "asked for dvol, the kernel says that it is there", said)
    said = session.run("let level = Seed::new(3);\nlet taken = { let moved = level; moved };\n(panel.clone(), panel)")
    promise(said["data"].get("text/html", "").count("<table") == 2, "a last expression that moves a variable shows itself", said)
    said = session.run("let nearest = Some(Panel::new(\"2021-03-24T00:00:00Z\".parse()?, 2)?);\nnearest")
    promise("<table" in said["data"].get("text/html", ""), "an optional table shows itself", said)


def completed(session, code):
    return session.client.complete(code, len(code), reply=True, timeout=PATIENCE)["content"]["matches"]


def completions(session):
    session.run("struct Bar { open: f64, close: f64 }\nlet bar = Bar { open: 1.0, close: 2.0 };\nlet levels = vec![2.0, 1.0];")
    promise(any(found.startswith("sort") for found in completed(session, "levels.so")), "methods of variables are completed")
    promise(any(found.startswith("repeat") for found in completed(session, "\"foo\".rep")), "methods of literals are completed")
    promise("open" in completed(session, "bar."), "fields are completed")
    promise(any(found.startswith("read_to_string") for found in completed(session, "std::fs::")), "paths are completed")
    offered = [found for found in completed(session, "levels.") if found in ("buf", "len", "__0")]
    promise(not offered, "private fields of std are not offered", offered)
    promise(not any(found.startswith("as_simd") for found in completed(session, "levels.as_s")), "unstable methods are not offered")
    told = session.client.inspect("let kept = bar;", 14, reply=True, timeout=PATIENCE)["content"]
    promise(told["found"] and "bar: Bar" in told["data"]["text/plain"], "a variable is described", told)


def our_completions(session):
    """What one line brings in is found without a page beside it."""
    session.run(f"{BOOK}\nlet study = Study::here()?;")
    for typed, wanted in (("study.pro", "prove"), ("study.with_f", "with_feature"), ("Fitte", "Fitted"), ("Loss::ow", "own")):
        found = completed(session, typed)
        promise(any(one.startswith(wanted) for one in found), f"`{typed}` is completed to `{wanted}`", found)


def nothing_left(sessions):
    """Other kernels of this checkout may run beside these."""
    numbers = {str(number) for session in sessions for number in session.numbers}
    patience = time.monotonic() + LATE
    left = numbers
    while left and time.monotonic() < patience:
        left = {name for name in os.listdir(KERNELS) if name.split("-")[0] in numbers}
        time.sleep(0.1)
    promise(not left, "a stopped kernel leaves nothing", left)


def lifecycle(session):
    started = time.monotonic()
    session.run(f"println!(\"asleep\");\nstd::thread::sleep(std::time::Duration::from_secs({PATIENCE}));",
                on_stdout=session.manager.interrupt_kernel)
    promise(time.monotonic() - started < PATIENCE / 2, "an interrupt ends a cell")
    promise(session.run("1 + 1")["data"].get("text/plain") == "2", "the kernel lives on after an interrupt")
    session.restart()
    promise(session.run("1 + 2")["data"].get("text/plain") == "3", "the kernel restarts")


def main():
    first, second = Session(), Session()
    try:
        values(first)
        said = second.run(f"{BOOK}\nprintln!(\"{{}}\", Horizon::hours(24));", hears=["stdout"])
        promise(said["stdout"].strip() != "" and not said["errors"], "two notebooks run at once")
        answers(first)
        completions(first)
        our_completions(first)
        libraries(first)
        lifecycle(second)
    finally:
        first.close()
        second.close()
    nothing_left([first, second])


if __name__ == "__main__":
    main()

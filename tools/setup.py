"""Sets up everything `dvol` needs, inside the checkout. Run it by `make setup`; only the standard library is used.

Each step checks whether its result is already there, works under a temporary name and renames at the end, so
that an interrupted run is continued by the next one. DVOL_TOOLS moves the folders elsewhere (for CI).
"""

import concurrent.futures
import contextlib
import hashlib
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

import linked
import shown_crates
import signatures

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = pathlib.Path(os.environ.get("DVOL_TOOLS") or ROOT).expanduser().resolve()
TORCH_VERSION = (ROOT / "torch-version").read_text().strip()
EVCXR_VERSION = "0.22.0"
CPU_LIBRARIES = {"libc10.so", "libtorch_cpu.so", "libgomp.so.1"}
CUDA_LOADED_BY_CPU = {"nvidia-cuda-runtime": "libcudart.so.13", "nvidia-cuda-cupti": "libcupti.so.13"}
# MB that come over the network, by what is not there yet.
JUPYTER, CRATES = ("JupyterLab and what checks look with", 41), ("crates of evcxr and dvol", 100)
# What build/shim.rs compiles NCCL's part with.
NCCL_HEADERS = ("nccl/include/nccl.h", "cu13/include/crt/host_config.h", "cu13/include/cccl/nv/target")
TORCH_SIZES = {"cpu": ("libtorch (one wheel, most of it not kept)", 540), "cuda": ("PyTorch with CUDA", 2600), "rocm": ("PyTorch with ROCm", 5000)}
ROCM_INDEX = "https://download.pytorch.org/whl/rocm7.2"
FREE_DISK = {"first": 6, "warm": 1}  # GiB: tools 1, wheels 1, builds 3, head room 1


class Trouble(Exception):
    """One sentence naming the thing and its remedy."""


def say(text):
    print(f"setup: {text}", flush=True)


class Growing:
    """Says now and then how much has come into a folder, of about so many MB."""

    def __init__(self, what, folder, megabytes, every=5.0):
        self.what, self.folder, self.megabytes, self.every = what, folder, megabytes, every
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, kind, error, trace):
        self.ended.set()
        self.thread.join()

    def watch(self):
        while not self.ended.wait(self.every):
            sizes = []
            for path in self.folder.rglob("*"):
                try:
                    sizes.append(path.stat().st_size if path.is_file() else 0)
                except OSError:
                    pass  # pip has just moved it
            there = sum(sizes) >> 20
            say(f"{self.what}: {there} of about {self.megabytes} MB" if there < self.megabytes else f"{self.what}: unpacking")


class Step:
    """Prints what is done and how long it took."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        self.start = time.monotonic()
        say(f"{self.what} ...")

    def __exit__(self, kind, error, trace):
        if kind is None:
            say(f"{self.what}: {time.monotonic() - self.start:.1f} s")


RUNNING, FAILED = set(), []


def run(command, trouble, env=None, quiet=False):
    """Runs a command; on failure raises the trouble, or a better one read from what the command printed."""
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    RUNNING.add(process)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if not quiet:
            sys.stdout.write(line)
            sys.stdout.flush()
    status = process.wait()
    RUNNING.discard(process)
    if status != 0:
        text = "".join(lines)
        if quiet:
            sys.stderr.write(text)
        raise Trouble(known_cause(text) or trouble)
    return "".join(lines)


@contextlib.contextmanager
def or_all_ends():
    """What fails here ends what runs beside it, whose own failure then is none to speak of."""
    try:
        yield
    except BaseException as failure:
        FAILED.append(failure)
        for process in list(RUNNING):
            process.terminate()
        raise FAILED[0]


def known_cause(text):
    """The sentence for the causes every tool words in its own way."""
    if re.search(r"No space left on device|ENOSPC|Disk quota exceeded", text):
        return f"the disk is full: free {FREE_DISK['first']} GB under {TOOLS} (and the temporary folder), then repeat"
    if re.search(r"DO NOT MATCH THE HASHES|Hashes are required", text):
        return "a package is not the one whose hash is in tools/*.txt: try another mirror of PyPI; after a change of tools/*.in run `make pins`"
    if re.search(
        r"Temporary failure in name resolution|Name or service not known|Could not resolve host"
        r"|Couldn't resolve host|[Nn]etwork is unreachable|Failed to establish a new connection|NewConnectionError"
        r"|Connection (refused|reset|timed out)|spurious network error|failed to download from|[Rr]ead timed out"
        r"|ProxyError|Could not connect to server|No matching distribution found for", text):
        return "no network: PyPI and crates.io must be reachable for the first set-up; repeat when they are"
    return None


def version_of(text):
    numbers = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text or "")
    return tuple(int(number or 0) for number in numbers.groups()) if numbers else (0, 0, 0)


def output_of(*command):
    try:
        return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def check_prerequisites():
    if sys.version_info < (3, 10):
        raise Trouble(f"Python {platform.python_version()} is too old: install Python 3.10 or newer, or set PYTHON=/path/to/python3")
    if sys.platform != "linux":
        raise Trouble(f"{sys.platform} is not supported: use Linux (Debian 12, Ubuntu 24.04 or newer)")
    if not (shutil.which("cargo") and shutil.which("rustc")):
        raise Trouble("cargo is missing: install a Rust toolchain from https://rustup.rs, open a new shell, then repeat")
    needed = version_of(re.search(r'rust-version = "([^"]+)"', (ROOT / "Cargo.toml").read_text()).group(1))
    found = output_of("rustc", "--version")
    if not found:
        raise Trouble("rustc does not run: choose a toolchain with `rustup default stable`, then repeat")
    if version_of(found) < needed:
        raise Trouble(f"{found.strip()} is too old: Rust {needed[0]}.{needed[1]} is needed; run `rustup update stable`")
    compiler = os.environ.get("CXX", "c++").split()[0]
    if not shutil.which(compiler):
        raise Trouble(f"the C++ compiler `{compiler}` is missing: install one (Debian, Ubuntu: apt install g++), or set CXX")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise Trouble(f"Python's venv module is missing: install it (Debian, Ubuntu: apt install {name})") from None


def check_disk():
    built = (TOOLS / ".libtorch").exists() and (TOOLS / ".evcxr").exists()
    needed = FREE_DISK["warm" if built else "first"]
    free = shutil.disk_usage(TOOLS).free / 2**30
    if free < needed:
        raise Trouble(f"the disk is full: {TOOLS} has {free:.1f} GB free, {needed} GB are needed; free some, then repeat")


def announce(flavour, brought):
    """Says how much will come over the network before anything does."""
    here = {
        JUPYTER: (TOOLS / ".venv" / "dvol-requirements.sha256").exists(),
        TORCH_SIZES[flavour]: brought or (TOOLS / ".libtorch").exists() and not os.environ.get("TORCH"),
        CRATES: (TOOLS / ".evcxr" / "bin").exists(),
    }
    missing = dict(part for part, there in here.items() if not there)
    if missing:
        parts = ", ".join(f"{what} {size} MB" for what, size in missing.items())
        say(f"about {sum(missing.values())} MB will be downloaded: {parts}")


def link_tools():
    """With DVOL_TOOLS, the checkout holds links, so that nothing else needs to know."""
    if TOOLS == ROOT:
        return
    (TOOLS / ".signatures").mkdir(exist_ok=True)
    for name in (".venv", ".libtorch", ".evcxr", ".signatures"):
        link = ROOT / name
        if link.is_symlink():
            link.unlink()
        elif link.exists():
            raise Trouble(f"{link} is in the way of DVOL_TOOLS={TOOLS}: remove it, or unset DVOL_TOOLS")
        link.symlink_to(TOOLS / name)


def python_environment():
    requirements = ROOT / "tools" / "requirements.txt"
    folder = TOOLS / ".venv"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    marker = folder / "dvol-requirements.sha256"
    python = folder / "bin" / "python"
    if marker.exists() and marker.read_text() == wanted and python.exists():
        return
    with Step(f"JupyterLab and nbclient into {folder}"):
        if folder.is_symlink():
            raise Trouble(f"{folder} is a link: remove it, then repeat")
        marker.unlink(missing_ok=True)
        run([sys.executable, "-m", "venv", "--clear", folder], f"{folder} could not be made: see the lines above", quiet=True)
        # Without dependencies: the list is complete, and leaves out ipykernel (our only kernel is Rust).
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "-r", requirements],
            "pip could not install tools/requirements.txt: see the lines above", quiet=True)
        marker.write_text(wanted)


def check_torch(folder, remedy):
    if not (folder / "lib").is_dir() or not (folder / "include").is_dir():
        raise Trouble(f"{folder} is no libtorch (it has no lib/ and include/): {remedy}")
    version = linked.version(folder)
    if version is None:
        raise Trouble(f"{folder} does not say which libtorch it is (no build-version, version.py or torch/version.h): {remedy}")
    if version.split("+")[0] != TORCH_VERSION:
        raise Trouble(f"{folder} is libtorch {version}, but {TORCH_VERSION} is needed: {remedy}")


def own_libtorch():
    """Whether the user brought a libtorch; a wrong one is told before anything is fetched."""
    own = os.environ.get("LIBTORCH")
    if not own or pathlib.Path(own).resolve() == (TOOLS / ".libtorch").resolve():
        return False
    check_torch(pathlib.Path(own), "install that version, or unset LIBTORCH to let set-up fetch it")
    say(f"libtorch: your own LIBTORCH={own} is used; keep it exported")
    return True


def libtorch(flavour):
    folder = TOOLS / ".libtorch"
    if flavour == "cpu" and (folder.is_symlink() or folder.exists()) and not os.environ.get("TORCH"):
        # Whatever was chosen before stays.
        check_torch(folder, f"remove {folder} and repeat")
        return
    if flavour == "cpu":
        if folder.is_symlink():
            folder.unlink()
        if folder.exists():
            check_torch(folder, f"remove {folder} and repeat")
        else:
            with Step(f"libtorch {TORCH_VERSION} (CPU half) into {folder}"):
                fetch_cpu_torch(folder)
    else:
        with Step(f"PyTorch {TORCH_VERSION} for {flavour} into {TOOLS / '.venv'}"):
            full_torch(flavour, folder)


def fetch_cpu_torch(folder):
    """Only what C++ needs from the wheels: headers and the CPU libraries."""
    temporary = pathlib.Path(tempfile.mkdtemp(prefix=".libtorch-", suffix=".tmp", dir=TOOLS))
    python = TOOLS / ".venv" / "bin" / "python"
    try:
        # Any CPython's wheel holds the same libraries; naming one makes the newest Pythons work too. What pip has so
        # far lies in its temporary folder.
        with Growing("libtorch", temporary, TORCH_SIZES["cpu"][1]):
            run([python, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
                 "--python-version", "3.11", "--progress-bar", "off", "--require-hashes", "-r", ROOT / "tools" / "torch.txt",
                 "--dest", temporary / "wheels"],
                f"pip could not fetch torch {TORCH_VERSION}: see the lines above", quiet=True,
                env=dict(os.environ, TMPDIR=str(temporary)))
        made = temporary / "libtorch"
        for wheel in (temporary / "wheels").glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for entry in archive.infolist():
                    target = torch_target(entry.filename)
                    if target and not entry.is_dir():
                        path = made / target
                        path.parent.mkdir(parents=True, exist_ok=True)
                        with archive.open(entry) as source, open(path, "wb") as sink:
                            shutil.copyfileobj(source, sink, 1 << 20)
        missing = [name for name in CPU_LIBRARIES if not (made / "lib" / name).exists()]
        if missing:
            raise Trouble(f"the torch wheel for {platform.machine()} holds no {missing[0]}: install libtorch {TORCH_VERSION} yourself and set LIBTORCH")
        # The wheel's own libtorch.so would load the CUDA half.
        (made / "lib" / "libtorch.so").symlink_to("libtorch_cpu.so")
        (made / "build-version").write_text(f"{TORCH_VERSION}\n")
        made.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def torch_target(name):
    """Where a wheel's entry goes, or None."""
    base = name.rsplit("/", 1)[-1]
    if name.startswith("torch/include/") or name == "torch/version.py":
        return name[len("torch/"):]
    if name.startswith("torch/lib/") and base in CPU_LIBRARIES or base in CUDA_LOADED_BY_CPU.values():
        return f"lib/{base}"
    return None


def full_torch(flavour, folder):
    python = TOOLS / ".venv" / "bin" / "python"
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    if flavour == "rocm":
        # PyPI has no such wheel: PyTorch's own index is trusted for what it serves under this version.
        command += [f"torch=={TORCH_VERSION}", "--index-url", os.environ.get("TORCH_INDEX", ROCM_INDEX)]
    else:
        command += ["--require-hashes", "-r", ROOT / "tools" / "cuda.txt"]
    # What pip has so far lies in its temporary folder.
    with tempfile.TemporaryDirectory(prefix=".torch-", suffix=".tmp", dir=TOOLS) as temporary:
        with Growing("PyTorch", pathlib.Path(temporary), TORCH_SIZES[flavour][1]):
            run(command, f"pip could not install torch {TORCH_VERSION} for {flavour}: see the lines above", env=dict(os.environ, TMPDIR=temporary))
    where = output_of(python, "-c", "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])")
    torch = pathlib.Path((where or "").strip())
    check_torch(torch, "remove .venv and repeat")
    missing = [name for name in NCCL_HEADERS if not (torch.parent / "nvidia" / name).exists()] if flavour == "cuda" else []
    if missing:
        raise Trouble(f"pip installed no nvidia/{missing[0]}, without which several GPUs cannot train together: remove .venv and repeat")
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.symlink_to(torch)


def evcxr():
    folder = TOOLS / ".evcxr"
    installed = folder / ".crates.toml"
    if installed.is_file() and f'"evcxr_jupyter {EVCXR_VERSION} ' in installed.read_text() and (folder / "bin/evcxr_jupyter").is_file():
        return
    with Step(f"evcxr_jupyter {EVCXR_VERSION} into {folder}, beside the rest (the first time takes 5-10 minutes)"):
        # A build folder that stays lets an interrupted build go on; cargo puts the binary in place at the end.
        env = dict(os.environ, CARGO_TARGET_DIR=str(folder / "build"))
        env.pop("LIBTORCH", None)
        run(["cargo", "install", "--locked", "--force", "--version", EVCXR_VERSION, "--root", folder, "evcxr_jupyter"],
            f"evcxr_jupyter {EVCXR_VERSION} could not be built: see the lines above", env=env)
        shutil.rmtree(folder / "build", ignore_errors=True)


def signatures_of_std():
    """What rust-analyzer infers types from; without a source of the standard library cells work with annotations."""
    folder = TOOLS / ".signatures" / "std"
    with Step("signatures of the standard library"):
        try:
            say(f"types of the standard library come from {signatures.standard_library(folder)}")
        except signatures.NoSource as problem:
            say(f"types of the standard library must be written in cells: {problem}")


def signatures_of_crates():
    with Step("signatures of the crates that dvol shows"):
        say(f"types of {shown_crates.make(TOOLS / '.signatures' / 'crates')} crates are known to cells")


def build():
    target = ROOT / (os.environ.get("CARGO_TARGET_DIR") or "target")
    torch = pathlib.Path(os.environ.get("LIBTORCH") or TOOLS / ".libtorch")
    reason = linked.changed(target, torch)
    if reason:
        say(f"{reason}: what links it is built anew")
        run(["cargo", "clean", "--locked", "-p", "torch-sys", "-p", "dvol"], "cargo clean failed: see the lines above")
    with Step("cargo build (the first time takes 20-30 minutes on 2 cores)"):
        run(["cargo", "build", "--locked"], "cargo build failed: see the lines above")
    linked.record(target, torch)
    run([ROOT / target / "debug" / "dvol", "kernel", "install", "--prefix", ROOT / ".venv"],
        "the kernel could not be installed: see the line above", quiet=True)


def main():
    flavour = os.environ.get("TORCH") or "cpu"
    if flavour not in ("cpu", "cuda", "rocm"):
        raise Trouble(f"TORCH={flavour}: must be cpu, cuda or rocm")
    start = time.monotonic()
    check_prerequisites()
    brought = own_libtorch()
    TOOLS.mkdir(parents=True, exist_ok=True)
    check_disk()
    link_tools()
    announce(flavour, brought)
    # One build leaves cores idle while its longest crates compile, and all are while pip downloads.
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        kernel = beside.submit(or_all_ends()(evcxr))
        with or_all_ends():
            python_environment()
            if not brought:
                libtorch(flavour)
            signatures_of_std()
            build()
            signatures_of_crates()
        kernel.result()
    say(f"ready: {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"setup: {trouble}.")
    except OSError as error:
        sys.exit(f"setup: {known_cause(str(error)) or error}.")
    except KeyboardInterrupt:
        sys.exit("setup: interrupted; the next run goes on from here.")

"""Makes the sources from which rust-analyzer infers the types of cells' variables: signatures, without bodies.

`rustc` expands the crate (macros, derives, `cfg`), `trim` leaves what types depend on. Of the standard library the
source is the toolchain's own `rust-src`; of the crates that `dvol` shows, what cargo has in its registry. Run by
set-up; nothing is made anew while toolchain, program and sources stay the same. RUST_SRC_PATH names the folder
`library` of a source of the standard library, where neither rustup nor the distribution brings one.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import trim

HERE = pathlib.Path(__file__).resolve().parent
STANDARD = ("core", "alloc", "std")
# Functions of which array lengths in signatures are made.
KEPT_BODIES = frozenset({"size_of", "align_of"})
# Packages whose items people name in cells, by way of `dvol`.
SHOWN = re.compile(r"polars(-\w+)?|ndarray|tch|plotly|serde_json")
DEBIAN = ("rust-src", "rust-web-src")


class NoSource(Exception):
    """Why there is no source, in one sentence."""


def output(*command, **more):
    return subprocess.run([str(part) for part in command], text=True, capture_output=True, check=True, **more).stdout


def toolchain():
    """Its version with commit and host, and its folder."""
    return output("rustc", "--version", "--verbose"), pathlib.Path(output("rustc", "--print", "sysroot").strip())


def release(version):
    return re.search(r"release: (\S+)", version).group(1)


def key(*parts):
    own = [(HERE / name).read_bytes() for name in ("signatures.py", "trim.py")]
    return hashlib.sha256(b"\0".join(own + [part.encode() for part in parts])).hexdigest()


def made(folder, wanted):
    """What the marker of an earlier run says, when it was the same run."""
    marker = folder / "made.json"
    found = json.loads(marker.read_text()) if marker.is_file() else {}
    return found if found.get("key") == wanted else None


def standard_library(folder):
    """Makes `folder`/{core,alloc,std}/src/lib.rs and says from which source."""
    version, sysroot = toolchain()
    wanted = key(version, os.environ.get("RUST_SRC_PATH", ""))
    found = made(folder, wanted)
    if found:
        return found["source"]
    problems = []
    for source in (own_source, named_source, component, distribution):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                where, library = source(sysroot, version, pathlib.Path(scratch))
                write(folder, {name: expand_standard(library, name, sysroot) for name in STANDARD}, {"key": wanted, "source": where, "release": release(version)})
                return where
            except (NoSource, trim.Unreadable, OSError, subprocess.CalledProcessError) as problem:
                problems.append(f"{source.__doc__.split(':')[0]}: {told(problem)}")
    shutil.rmtree(folder, ignore_errors=True)
    raise NoSource("; ".join(problems))


def told(problem):
    lines = (getattr(problem, "stderr", None) or str(problem)).strip().splitlines()
    return lines[-1] if lines else type(problem).__name__


def write(folder, crates, marker):
    """All files, then the marker, in place of what was there."""
    temporary = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    for name, text in crates.items():
        (temporary / name / "src").mkdir(parents=True)
        (temporary / name / "src" / "lib.rs").write_text(text)
    (temporary / "made.json").write_text(json.dumps(marker, indent=1))
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def checked(library):
    if not (library / "core/src/lib.rs").is_file():
        raise NoSource(f"{library} is missing")
    return library


def own_source(sysroot, _version, _scratch):
    """the toolchain: its own component, when it is there."""
    return "the toolchain's rust-src", checked(sysroot / "lib/rustlib/src/rust/library")


def named_source(_sysroot, _version, _scratch):
    """RUST_SRC_PATH: a folder that somebody named."""
    named = os.environ.get("RUST_SRC_PATH")
    if not named:
        raise NoSource("not set")
    return f"RUST_SRC_PATH={named}", checked(pathlib.Path(named))


def component(sysroot, version, scratch):
    """rustup: fetches the component."""
    if not shutil.which("rustup"):
        raise NoSource("is not there")
    output("rustup", "component", "add", "rust-src")
    return own_source(sysroot, version, scratch)


def distribution(_sysroot, version, scratch):
    """the distribution's package: of the release nearest to the toolchain's."""
    if not shutil.which("apt-get"):
        raise NoSource("no apt-get")
    wanted = numbers(release(version))
    candidates = []
    for name in DEBIAN:
        policy = subprocess.run(["apt-cache", "policy", name], text=True, capture_output=True).stdout
        found = re.search(r"Candidate: ([0-9]\S*)", policy)
        if found:
            candidates.append((abs(numbers(found.group(1))[1] - wanted[1]), name, found.group(1)))
    if not candidates:
        raise NoSource(f"no package {' or '.join(DEBIAN)}")
    _, name, found = min(candidates)
    output("apt-get", "download", name, cwd=scratch)
    package = next(scratch.glob("*.deb"))
    contents = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", scratch, "--wildcards", "*/library/*"], stdin=contents.stdout, check=True)
    if contents.wait() != 0:
        raise NoSource(f"{package.name} cannot be read")
    return f"Debian's {name} {found}", checked(next(scratch.glob("usr/src/*/library")))


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def expand(source, name, edition, *arguments, env=None):
    """A crate as rustc sees it after its macros; errors in it are no matter, as long as rustc prints it."""
    with tempfile.TemporaryDirectory() as scratch:
        expanded = pathlib.Path(scratch) / "expanded.rs"
        command = ["rustc", "--crate-name", name, f"--edition={edition}", "--crate-type=lib", source,
                   "-Zunpretty=expanded", "--cap-lints=allow", "-o", expanded, *arguments]
        run = subprocess.run([str(part) for part in command], text=True, capture_output=True,
                             env=dict(os.environ, RUSTC_BOOTSTRAP="1", **(env or {})))
        errors = len(re.findall(r"^error", run.stderr, re.MULTILINE))
        if not expanded.is_file() or not expanded.stat().st_size:
            raise NoSource(f"rustc cannot expand {name}: {told(run)}")
        return expanded.read_text(), errors


def expand_standard(library, name, sysroot):
    """One crate of the standard library; the others it uses are those that the toolchain was built with."""
    host = re.search(r"host: (\S+)", toolchain()[0]).group(1)
    built = sorted((sysroot / "lib/rustlib" / host / "lib").glob("lib*.rmeta"))
    externs = [f"--extern={re.sub('^lib|-.*', '', path.stem)}={path}" for path in built if not path.name.startswith("libstd-")]
    text, errors = expand(library / name / "src/lib.rs", name, 2024, "-Zforce-unstable-if-unmarked",
                          '--cfg=feature="panic-unwind"', "--cfg=backtrace_in_libstd", *externs,
                          env={"STD_ENV_ARCH": host.split("-")[0]})
    # A release away from the toolchain's, names may have moved; where macros are not found, much would be missing.
    if errors > 500:
        raise NoSource(f"{name} is of a Rust too far from this toolchain's ({errors} errors)")
    return trim.trim(text, KEPT_BODIES)

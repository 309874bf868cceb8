"""Installs what `make bench-peers` measures ours beside, and torchrun, into .venv-peers (with DVOL_TOOLS: a link there).

PyTorch's own index has a wheel for CPUs, a tenth of PyPI's, which cannot be loaded without CUDA's libraries; PyPI's
is taken where only PyPI is reachable. A second call finds the marker and does nothing; one after an interruption
goes on.
"""

import hashlib
import os
import pathlib
import re
import sys
import tempfile

from setup import ROOT, TOOLS, TORCH_VERSION, Step, Trouble, output_of, run, say

FOLDER = TOOLS / ".venv-peers"
PYTHON = FOLDER / "bin" / "python"
REQUIREMENTS = ROOT / "tools" / "peers.txt"
CPU_INDEX = os.environ.get("TORCH_CPU_INDEX", "https://download.pytorch.org/whl/cpu")
# What PyPI's torch loads when it is imported; it also asks for a compiler of GPU code (triton) and more, which nothing here
# uses. Versions and hashes are those of tools/cuda.txt.
LOADED = {
    "torch", "nvidia-cublas", "nvidia-cuda-cupti", "nvidia-cuda-nvrtc", "nvidia-cuda-runtime", "nvidia-cudnn-cu13", "nvidia-cufft",
    "nvidia-cufile", "nvidia-curand", "nvidia-cusparse", "nvidia-cusparselt-cu13", "nvidia-nccl-cu13", "nvidia-nvjitlink",
    "nvidia-nvshmem-cu13",
}


def pip(*words):
    return [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words]


def torch():
    installed = output_of(PYTHON, "-c", "import importlib.metadata as m; print(m.version('torch'))") or ""
    if installed.split("+")[0].strip() == TORCH_VERSION and output_of(PYTHON, "-c", "import torch"):
        return
    say(f"PyTorch {TORCH_VERSION} for CPUs from {CPU_INDEX} ...")
    words = ["--no-deps", "--retries", "0", "--timeout", "15", "--index-url", CPU_INDEX, f"torch=={TORCH_VERSION}"]
    if output_of(*pip(*words)) is not None:
        return
    say("that index does not answer")
    with Step(f"PyTorch {TORCH_VERSION} with CUDA's libraries from PyPI (2 GB)"), tempfile.NamedTemporaryFile("w", suffix=".txt") as chosen:
        pinned = re.split(r"^(?=\w)", (ROOT / "tools" / "cuda.txt").read_text(), flags=re.MULTILINE)
        chosen.writelines(block for block in pinned if block.split("==")[0] in LOADED)
        chosen.flush()
        run(pip("--no-deps", "--require-hashes", "-r", chosen.name), f"pip could not install torch {TORCH_VERSION}: see the lines above")


def link():
    place = ROOT / ".venv-peers"
    if place == FOLDER:
        return
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        raise Trouble(f"{place} is in the way of DVOL_TOOLS={TOOLS}: remove it, or unset DVOL_TOOLS")
    place.symlink_to(FOLDER)


def main():
    link()
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + pathlib.Path(__file__).read_bytes() + sys.version.encode()).hexdigest()
    marker = FOLDER / "dvol-peers.sha256"
    if marker.exists() and marker.read_text() == wanted and PYTHON.exists():
        return
    marker.unlink(missing_ok=True)
    if not output_of(PYTHON, "-m", "pip", "--version"):
        run([sys.executable, "-m", "venv", "--clear", FOLDER], f"{FOLDER} could not be made: see the lines above", quiet=True)
    with Step(f"Python's packages of the field into {FOLDER}"):
        run(pip("--require-hashes", "-r", REQUIREMENTS), "pip could not install tools/peers.txt: see the lines above", quiet=True)
    torch()
    run([PYTHON, "-c", "import torch, torch.distributed.run, statsmodels, arch"], f"{FOLDER} is broken: remove it and repeat", quiet=True)
    marker.write_text(wanted)


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"peers: {trouble}.")
    except KeyboardInterrupt:
        sys.exit("peers: interrupted; the next run goes on from here.")

"""What a table of times was measured on: the processor, its instruction sets, how fast it multiplies matrices."""

import os
import pathlib
import platform
import re
import statistics
import time

# Products of a step: as large as memory allows, and those of an LSTM's hour.
SHAPES = {"1024 x 1024 x 1024": (1024, 1024, 1024), "32 x 512 x 2048": (32, 512, 2048), "32 x 128 x 512": (32, 128, 512)}
INTERESTING = ("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "amx_tile", "asimd", "bf16", "sve", "i8mm")


def field(text, *names):
    for name in names:
        found = re.search(rf"^{name}\s*:\s*(.+)$", text, re.MULTILINE)
        if found:
            return found.group(1).strip()
    return ""


def described():
    """Name and instruction sets, as the kernel says them."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    has = field(text, "flags", "Features").split()
    return {
        "name": field(text, "model name", "Hardware") or platform.processor() or platform.machine(),
        "machine": platform.machine(),
        "instruction_sets": [one for one in INTERESTING if one in has],
        "cores": os.cpu_count(),
    }


def gigaflops(shape, seconds=0.3, device="cpu"):
    """Single-precision products of PyTorch's BLAS on all cores: the median of repeats, in 10^9 operations a second."""
    import torch

    rows, inner, columns = shape
    left, right = torch.randn(rows, inner, device=device), torch.randn(inner, columns, device=device)
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        torch.mm(left, right)
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return round(2e-9 * rows * inner * columns / statistics.median(times), 1)


def processor():
    """All of it, with the instruction set that libtorch chose (`ATEN_CPU_CAPABILITY` forces a lower one)."""
    import torch

    return {
        **described(),
        "libtorch_uses": torch.backends.cpu.get_cpu_capability().lower(),
        "sgemm_gflops": {name: gigaflops(shape) for name, shape in SHAPES.items()},
    }


def graphics():
    """The same of a GPU, beside the processor that feeds it."""
    import torch

    if not torch.cuda.is_available():
        raise SystemExit("no GPU: PyTorch sees none on this machine")
    return {
        **described(),
        "name": torch.cuda.get_device_name(),
        "host": described()["name"],
        "gpus": torch.cuda.device_count(),
        "libtorch_uses": "cuda",
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
        "tf32_in_cudnn": torch.backends.cudnn.allow_tf32,
        "sgemm_gflops": {name: gigaflops(shape, device="cuda") for name, shape in SHAPES.items()},
    }


def slug(found):
    """A file's name for it."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"\((r|tm)\)|@.*|processor|cpu", " ", found["name"].lower()))
    return "-".join(words + [found["libtorch_uses"].replace(" ", "-")])

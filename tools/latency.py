"""Measures the real kernel: from its start to the first result, each later cell of a fixed notebook, and memory.

CPU-seconds are those of the kernel, its cells and every compiler they started, so that a busy machine shows. The file
holds medians over rounds, each a kernel of its own; README quotes it.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

import psutil
from jupyter_client.manager import KernelManager

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "benches" / "peers"))
from processor import described  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRST = "use dvol::prelude::*;\nHorizon::hours(24)"
LATER = [
    "let start: Timestamp = \"2021-04-23T09:00:00Z\".parse()?;",
    "let seed = Seed::new(42);",
    "let panel = Panel::new(start, 48)?.with(Column::bars(\"dvol\", vec![60.0; 48]))?;",
    "panel.len()",
    "let gaps = panel.column(\"dvol\")?.gaps(panel.grid());",
    "println!(\"{gaps} gaps in {} hours\", panel.len());",
    "let frame: dvol::polars::prelude::DataFrame = panel.frame()?;",
    "frame.height()",
    "let tensor: dvol::tch::Tensor = dvol::tch::Tensor::rand([64, 64], (dvol::tch::Kind::Float, dvol::tch::Device::Cpu));",
    "tensor.mean(dvol::tch::Kind::Float).double_value(&[]) < 1.0",
    "let squares: Vec<f64> = (0..10).map(|i| f64::from(i) * 2.0).collect();",
    "squares.iter().sum::<f64>()",
]


def run(client, source):
    """Seconds until the kernel is idle again, and what it said."""
    outputs = []
    started = time.monotonic()
    client.execute_interactive(source, timeout=300, output_hook=outputs.append, store_history=False)
    seconds = time.monotonic() - started
    problems = []
    for message in outputs:
        content = message["content"]
        if message["msg_type"] == "error":
            problems.append(content["evalue"])
        elif message["msg_type"] == "stream" and content["name"] == "stderr":
            problems.append(content["text"])
    if problems:
        sys.exit(f"latency: `{source}`: {problems[0].strip()}")
    return seconds


def processes(manager):
    kernel = psutil.Process(manager.provisioner.pid)
    return [kernel, *kernel.children(recursive=True)]


def cpu_seconds(manager):
    """What the kernel's processes have used, and those that they started and that have ended."""
    return sum(sum(one.cpu_times()[:4]) for one in processes(manager))


def peak_mib(manager):
    """Peak resident memory of the kernel's processes, MiB: its own, that of the cells and of what compiles them."""
    status = [pathlib.Path(f"/proc/{one.pid}/status").read_text() for one in processes(manager)]
    peaks = [line.split()[1] for text in status for line in text.splitlines() if line.startswith("VmHWM")]
    return sum(int(kib) for kib in peaks) / 1024


def measure():
    """Seconds and CPU-seconds by what was waited for, the slowest cell, and peak memory."""
    manager = KernelManager(kernel_name="dvol")
    started = time.monotonic()
    manager.start_kernel(cwd=str(ROOT / "notebooks"))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=300)
        found = {"start to ready": (time.monotonic() - started, cpu_seconds(manager))}
        run(client, FIRST)
        found["start to first result"] = (time.monotonic() - started, cpu_seconds(manager))
        cells = {}
        for source in LATER:
            before = cpu_seconds(manager)
            cells[source] = (run(client, source), cpu_seconds(manager) - before)
        return found, cells, peak_mib(manager)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=False)


def middle(pairs):
    wall, cpu = zip(*pairs)
    return {"seconds": round(statistics.median(wall), 3), "cpu_seconds": round(statistics.median(cpu), 3)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3, help="kernels started one after the other [default: 3]")
    arguments.add_argument("--keep", action="store_true", help="leave results/bench/kernel.json")
    chosen = arguments.parse_args()
    load = os.getloadavg()[0]
    rounds = [measure() for _ in range(chosen.rounds)]
    rows = {name: middle([found[name] for found, _, _ in rounds]) for name in rounds[0][0]}
    cells = {source: middle([cells[source] for _, cells, _ in rounds]) for source in LATER}
    rows["median later cell"] = middle([(one["seconds"], one["cpu_seconds"]) for one in cells.values()])
    rows["slowest later cell"] = max(cells.values(), key=lambda one: one["seconds"])
    document = {
        "processor": described(), "load_at_start": round(load, 2), "rounds": chosen.rounds, "rows": rows,
        "cells": [{"source": source, **one} for source, one in cells.items()],
        "peak_rss_mib": round(statistics.median(peak for _, _, peak in rounds)),
    }
    print(f"{'what':<72}{'seconds':>8}{'CPU-seconds':>13}")
    for name, one in [*cells.items(), *rows.items()]:
        print(f"{name.splitlines()[0][:70]:<72}{one['seconds']:>8.2f}{one['cpu_seconds']:>13.2f}")
    print(f"{'peak memory of the kernel and its cells, MiB':<72}{document['peak_rss_mib']:>8.0f}")
    if chosen.keep:
        (ROOT / "results" / "bench" / "kernel.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()

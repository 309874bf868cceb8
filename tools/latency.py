"""Measures the real kernel: from its start to the first result, each later cell of a fixed notebook, and memory."""

import argparse
import json
import pathlib
import statistics
import sys
import time

import psutil
from jupyter_client.manager import KernelManager

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRST = "use dvol::prelude::*;\nHorizon::hours(24)"
LATER = [
    "let start: Timestamp = \"2021-04-23T09:00:00Z\".parse()?;",
    "let seed = Seed::new(42);",
    "let panel = Panel::new(start, 48)?.with(Column::bars(\"dvol\", vec![60.0; 48]))?;",
    "panel.len()",
    "let gaps = panel.column(\"dvol\")?.gaps(panel.start());",
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


def peak_mib(manager):
    """Peak resident memory of the kernel's processes, MiB: its own, that of the cells and of what compiles them."""
    kernel = psutil.Process(manager.provisioner.pid)
    status = [pathlib.Path(f"/proc/{one.pid}/status").read_text() for one in [kernel, *kernel.children(recursive=True)]]
    peaks = [line.split()[1] for text in status for line in text.splitlines() if line.startswith("VmHWM")]
    return sum(int(kib) for kib in peaks) / 1024


def measure():
    manager = KernelManager(kernel_name="dvol")
    started = time.monotonic()
    manager.start_kernel(cwd=str(ROOT / "notebooks"))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=300)
        ready = time.monotonic() - started
        run(client, FIRST)
        first = time.monotonic() - started
        later = [(run(client, source), source) for source in LATER]
        return ready, first, later, peak_mib(manager)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=False)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true", help="one JSON document instead of the table")
    chosen = arguments.parse_args()
    ready, first, later, memory = measure()
    median = statistics.median(seconds for seconds, _ in later)
    if chosen.json:
        print(json.dumps({"ready_s": ready, "first_result_s": first, "median_cell_s": median, "peak_rss_mib": memory,
                          "cells": [{"seconds": seconds, "source": source} for seconds, source in later]}))
        return
    print(f"{'what':<72}{'seconds':>8}")
    print(f"{'kernel start to ready':<72}{ready:>8.2f}")
    print(f"{'kernel start to first result of a cell that uses dvol':<72}{first:>8.2f}")
    for seconds, source in later:
        print(f"{source.splitlines()[0][:70]:<72}{seconds:>8.2f}")
    print(f"{'median later cell':<72}{median:>8.2f}")
    print(f"{'peak memory of the kernel and its cells, MiB':<72}{memory:>8.0f}")


if __name__ == "__main__":
    main()

"""Measures how long light commands take to start, and fails when one is heavy: `make bench-start`.

Each command runs several times on small generated files. CPU seconds and wall seconds are those of its fastest run: what
else the machine does only adds to them. Peak memory is the largest of all runs, and never less than this Python's own
when it starts a process, which is told beside it. Results go to results/bench/start.json with those before the commands
had a program of their own.
"""

import argparse
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULT = ROOT / "results" / "bench" / "start.json"
CPU_SECONDS = 0.030
MEGABYTES = 40.0
# Measured when one program linked libtorch for every command.
BEFORE = {"cpu_seconds": 0.46, "peak_megabytes": 131.0}
COMMANDS = {
    "version": ["--version"],
    "jumps": ["jumps", "--input", "series.csv", "--column", "actual"],
    "compare": ["compare", "--input", "series.csv", "--models", "a,b", "--horizon", "1", "--reps", "100"],
    "validate": ["validate", "--input", "series.csv", "--overlap", "1"],
}


def series(path, rows=500):
    """Levels an hour apart, two forecasts of them and the residuals of the first."""
    lines = ["timestamp,actual,a,b,residual"]
    for row in range(rows):
        noise = [math.sin(row * row * factor) for factor in (0.7, 1.1, 1.3)]
        level = 60 + 5 * math.sin(row / 60) + noise[0]
        a, b = level + noise[1], level + 1.5 * noise[2]
        stamp = f"2022-03-{1 + row // 24:02}T{row % 24:02}:00:00Z"
        lines.append(f"{stamp},{level:.6f},{a:.6f},{b:.6f},{level - a:.6f}")
    path.write_text("\n".join(lines) + "\n")


def run(command, folder):
    """Wall seconds, CPU seconds and peak megabytes of one process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench-start: {' '.join(map(str, command))}: {errors.decode().strip()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", required=True, type=pathlib.Path)
    arguments.add_argument("--rounds", type=int, default=15)
    chosen = arguments.parse_args()
    binary = chosen.binary.resolve()
    results, heavy = {}, []
    with tempfile.TemporaryDirectory() as folder:
        series(pathlib.Path(folder) / "series.csv")
        for name, words in COMMANDS.items():
            runs = [run([binary, *words], folder) for _ in range(chosen.rounds)]
            wall, cpu = (min(values) for values in list(zip(*runs))[:2])
            memory = max(values[2] for values in runs)
            results[name] = {
                "wall_seconds": round(wall, 4),
                "cpu_seconds": round(cpu, 4),
                "peak_megabytes": round(memory, 1),
            }
            print(f"{name:10} wall {wall * 1000:6.1f} ms   CPU {cpu * 1000:6.1f} ms   peak {memory:6.1f} MB")
            if cpu > CPU_SECONDS or memory > MEGABYTES:
                heavy.append(name)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"before     CPU {BEFORE['cpu_seconds'] * 1000:.0f} ms, peak {BEFORE['peak_megabytes']:.0f} MB, every command")
    document = {
        "limits": {"cpu_seconds": CPU_SECONDS, "peak_megabytes": MEGABYTES},
        "before": BEFORE,
        "rounds": chosen.rounds,
        "least_peak_megabytes": round(own, 1),
        "now": results,
    }
    RESULT.write_text(json.dumps(document, indent=2) + "\n")
    if heavy:
        sys.exit(f"bench-start: {', '.join(heavy)}: above {CPU_SECONDS * 1000:.0f} ms of CPU or {MEGABYTES:.0f} MB.")


if __name__ == "__main__":
    main()

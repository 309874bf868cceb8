"""What every script of peers shares: find our benches, time the peer, put criterion's medians beside, write JSON."""

import json
import pathlib
import statistics
import subprocess
import time
from importlib.metadata import version


def beside(group, work, packages, criterion, rounds=2):
    """Runs each piece of work once to warm it, then as often as `rounds` says or three seconds last."""
    rows = []
    for name, run in work.items():
        started = time.perf_counter()
        value = run()
        first = time.perf_counter() - started
        times = []
        while first < 3 and len(times) < rounds:
            started = time.perf_counter()
            run()
            times.append(time.perf_counter() - started)
        row = {"work": name, "peer_seconds": statistics.median(times) if times else first, "peer_value": value}
        estimates = criterion and criterion / group / name / "new/estimates.json"
        if estimates and estimates.exists():
            row["dvol_seconds"] = json.loads(estimates.read_text())["median"]["point_estimate"] / 1e9
            row["times_faster"] = row["peer_seconds"] / row["dvol_seconds"]
        rows.append(row)
    print(json.dumps({"group": group, "packages": {name: version(name) for name in packages}, "work": rows}, indent=1))


def executables(*names):
    """Compiles benches with the profile everything else uses, and returns their paths by name."""
    words = ["cargo", "bench", "--locked", "--profile", "dev", "--no-run", "--message-format", "json"]
    words += [word for name in names for word in ("--bench", name)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    made = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    return {one["target"]["name"]: one["executable"] for one in made if one.get("executable") and one["target"]["name"] in names}


def write(path, document):
    """Writes a JSON document whole or not at all."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(document, indent=1) + "\n")
    temporary.rename(path)

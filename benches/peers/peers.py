"""What every script of peers shares: time the peer, put criterion's medians beside, print one JSON document."""

import json
import statistics
import time
from importlib.metadata import version


def beside(group, work, packages, criterion, rounds=5):
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

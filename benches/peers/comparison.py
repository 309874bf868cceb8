"""The work of benches/comparison.rs in arch, on the same losses.

    python benches/peers/comparison.py [CRITERION_FOLDER]

needs arch; prints one JSON document. With criterion's folder (target/criterion after
`cargo bench --profile dev --bench comparison`) our own times stand beside.
"""
import json
import pathlib
import sys
import time
from importlib.metadata import version

import numpy as np
from arch.bootstrap import MCS, SPA, optimal_block_length

ROWS, MODELS, REPLICATIONS, BLOCK = 7_400, 10, 1_000, 86


def losses():
    state, out = 42, np.empty(ROWS * MODELS)
    for i in range(out.size):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out[i] = (state >> 11) / 2**53
    return out.reshape(ROWS, MODELS) + 0.01 * np.arange(MODELS)


values = losses()
others = np.delete(values, 5, axis=1)


def mcs(method):
    MCS(values, 0.05, reps=REPLICATIONS, block_size=BLOCK, method=method, seed=1).compute()


def spa():
    SPA(values[:, 5], others, reps=REPLICATIONS, block_size=BLOCK, seed=1).compute()


work = {
    "mcs_range": lambda: mcs("R"),
    "mcs_max": lambda: mcs("max"),
    "spa": spa,
    "optimal_block_length": lambda: optimal_block_length(values[:, 0] - values[:, 1]),
}
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
table = {}
for name, run in work.items():
    run()  # compiles what arch compiles
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    table[name] = {"peer_s": sorted(times)[2]}
    estimates = folder and folder / "comparison" / name / "new" / "estimates.json"
    if estimates and estimates.exists():
        table[name]["dvol_s"] = json.loads(estimates.read_text())["median"]["point_estimate"] / 1e9
        table[name]["times_faster"] = table[name]["peer_s"] / table[name]["dvol_s"]
print(json.dumps({"packages": {"arch": version("arch"), "numpy": version("numpy")}, "work": table}, indent=2))

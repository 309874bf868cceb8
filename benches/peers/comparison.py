"""The work of benches/comparison.rs in arch, on the same losses.

    python benches/peers/comparison.py [CRITERION_FOLDER]

needs arch; prints one JSON document. With criterion's folder (target/criterion after
`cargo bench --profile dev --bench comparison`) our own times stand beside.
"""
import pathlib
import sys

import numpy as np
from arch.bootstrap import MCS, SPA, optimal_block_length

from peers import beside

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
    "optimal_block_length": lambda: float(optimal_block_length(values[:, 0] - values[:, 1]).stationary.iloc[0]),
}
beside("comparison", work, ["arch", "numpy"], pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None)

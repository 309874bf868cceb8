"""Quantiles of the Zivot-Andrews statistics under a random walk, as in validation/zivot_andrews_quantiles.rs.

10^6 random walks of 2,000 normal steps, no lagged differences, breaks in the middle 70 %. The part of the
regression that no break changes is projected out once; a break then costs a few products, for all breaks at once.

    python3 -m venv /tmp/oracles && /tmp/oracles/bin/pip install numpy==2.4.6
    /tmp/oracles/bin/python tests/oracles/make/zivot_andrews_quantiles.py > quantiles.json     # some ten minutes
"""

import json
import sys

import numpy as np

DRAWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
OBSERVATIONS, TRIM, BATCH, SEED = 2_000, 0.15, 200, 19920701
PERCENT = [0.001, 0.01, 0.05, *np.round(np.arange(0.1, 1.01, 0.1), 1), *np.arange(2.5, 60.1, 2.5), 65, 70, 75, 80, 85,
           90, 92.5, 95, 96, 97, 98, 99, 99.9]


def least_statistics(level, change, setting):
    """The least t of the level over all breaks, shape (3 models, draws); rows are draws."""
    basis, breaks, step_by, ramp_by = setting
    level = level - (level @ basis.T) @ basis
    change = change - (change @ basis.T) @ basis
    own = np.einsum("ij,ij->i", level, level)[:, None]
    cross = np.einsum("ij,ij->i", level, change)[:, None]
    total = np.einsum("ij,ij->i", change, change)[:, None]
    products = []
    for series in (level, change):
        # sums over the rows after a break, of the series and of the series times rows since the break
        after = np.cumsum(series[:, ::-1], axis=1)[:, ::-1]
        ramped = np.cumsum(after[:, ::-1], axis=1)[:, ::-1]
        products.append((after[:, breaks], ramped[:, breaks]))
    (level_step, level_ramp), (change_step, change_ramp) = products
    rows = level.shape[1]

    def statistic(directions):
        a, c, e = own, cross, total
        for along_level, along_change in directions:
            a, c, e = a - along_level**2, c - along_level * along_change, e - along_change**2
        t = c / np.sqrt(a) / np.sqrt((e - c * c / a) / (rows - 3 - len(directions)))
        return t.min(axis=1)

    step = (level_step * step_by, change_step * step_by)
    alone, by_step, by_ramp = ramp_by
    ramp = (level_ramp * alone, change_ramp * alone)
    beside = (level_ramp * by_ramp + level_step * by_step, change_ramp * by_ramp + change_step * by_step)
    return np.array([statistic([step]), statistic([ramp]), statistic([step, beside])])


def main():
    rows = OBSERVATIONS - 1
    time = np.arange(rows, dtype=float)
    basis = np.linalg.qr(np.column_stack([np.ones(rows), time - time.mean()]))[0].T
    trimmed = int(OBSERVATIONS * TRIM)
    # regression row r is observation r + 1: a break after observation b (counted from 0) starts at row b
    breaks = np.arange(trimmed, OBSERVATIONS - trimmed)
    steps = (time[None, :] >= breaks[:, None]).astype(float)
    ramps = np.clip(time[None, :] - breaks[:, None] + 1, 0, None)
    steps -= (steps @ basis.T) @ basis
    ramps -= (ramps @ basis.T) @ basis
    step_step = np.einsum("ij,ij->i", steps, steps)
    ramp_ramp = np.einsum("ij,ij->i", ramps, ramps)
    share = np.einsum("ij,ij->i", steps, ramps) / step_step
    rest = np.sqrt(ramp_ramp - share**2 * step_step)
    setting = (basis, breaks, 1 / np.sqrt(step_step), (1 / np.sqrt(ramp_ramp), -share / rest, 1 / rest))
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(DRAWS // BATCH):
        change = random.standard_normal((BATCH, rows))
        level = np.zeros_like(change)
        np.cumsum(change[:, :-1], axis=1, out=level[:, 1:])
        found.append(least_statistics(level, change, setting))
    found = np.concatenate(found, axis=1)
    tables = {name: list(np.round(np.quantile(own, np.array(PERCENT) / 100), 5).tolist())
              for name, own in zip(("intercept", "trend", "both"), found)}
    json.dump({"draws": found.shape[1], "observations": OBSERVATIONS, "seed": SEED, "numpy": np.__version__,
               "percent": [float(p) for p in PERCENT], **tables}, sys.stdout)


if __name__ == "__main__":
    main()

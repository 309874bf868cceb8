"""Makes tests/oracles/promises.json: the dynamic quantile test by statsmodels, Knueppel's test and Romano and Wolf's
step-down p-values by their formulas in numpy, the latter on arch's own bootstrap draws.

    pip install arch==8.0.0 statsmodels==0.15.0 scipy==1.17.1
    python tests/oracles/make/promises.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from arch.bootstrap import StationaryBootstrap
from scipy import stats

rng = np.random.default_rng(20261126)
LEVELS = [0.025, 0.05, 0.1, 0.25, 0.75, 0.9, 0.95, 0.975]

# outcomes whose spread moves, forecast with a spread that follows too slowly
n = 300
spread = np.exp(0.5 * np.sin(np.arange(n) / 17.0))
outcomes = (60 + spread * rng.normal(size=n)).round(6)
scale = (0.8 + 0.4 * spread).round(6)
quantiles = {level: (60 + scale * stats.norm.ppf(level)).round(6) for level in LEVELS}


def dynamic_quantile(coverage, lags=4):
    """Engle and Manganelli (2004), equation 12, with the interval's width in place of the quantile."""
    low, high = quantiles[round((1 - coverage) / 2, 3)], quantiles[round((1 + coverage) / 2, 3)]
    share = 1 - coverage
    hit = ((outcomes < low) | (outcomes > high)) - share
    columns = [hit[lags - lag : n - lag] for lag in range(1, lags + 1)]
    design = sm.add_constant(np.column_stack([*columns, (high - low)[lags:]]))
    fit = sm.OLS(hit[lags:], design).fit()
    statistic = float(fit.params @ design.T @ design @ fit.params / (share * (1 - share)))
    return {"statistic": statistic, "p_value": float(stats.chi2.sf(statistic, design.shape[1]))}


def knueppel(moments=4):
    """Knueppel (2015), equation 5, for transforms known up to the cell between two quantiles."""
    edges = np.array([0, *LEVELS, 1])
    middles, shares = (edges[1:] + edges[:-1]) / 2 - 0.5, np.diff(edges)
    cell = sum((quantiles[level] < outcomes).astype(int) for level in LEVELS)
    powers = np.arange(1, moments + 1)
    observed = middles[cell][:, None] ** powers
    expected = shares @ (middles[:, None] ** powers)
    covariance = shares @ (middles[:, None] ** (powers[:, None] + powers).reshape(1, -1))
    covariance = covariance.reshape(moments, moments) - np.outer(expected, expected)
    distance = observed.mean(axis=0) - expected
    statistic = float(n * distance @ np.linalg.solve(covariance, distance))
    return {"statistic": statistic, "p_value": float(stats.chi2.sf(statistic, moments))}


def step_down(losses, pairs, p_values, draws):
    """Romano and Wolf (2016), algorithm 4.2, with each pair's normal score in place of its statistic."""
    means = np.array([losses[draw].mean(axis=0) for draw in draws])
    simulated = np.array([means[:, i] - means[:, j] for i, j in pairs])
    simulated = np.abs((simulated - simulated.mean(axis=1)[:, None]) / simulated.std(axis=1)[:, None])
    scores = stats.norm.isf(np.array(p_values) / 2)
    order, adjusted, before = np.argsort(p_values), np.ones(len(pairs)), 0.0
    for place, pair in enumerate(order):
        reached = (simulated[order[place:]].max(axis=0) >= scores[pair]).mean()
        before = max(before, p_values[pair], reached, 1 / (len(draws) + 1))
        adjusted[pair] = before
    return adjusted.tolist()


m, replications = 120, 60
common = rng.normal(size=m) ** 2
losses = np.column_stack([common + rng.normal(size=m) ** 2 + shift for shift in (0.0, 0.1, 0.3, 0.9)]).round(6)
bootstrap = StationaryBootstrap(5, np.arange(m), seed=11)
draws = [np.asarray(data[0][0]).astype(int) for data in bootstrap.bootstrap(replications)]
pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
p_values = []
for i, j in pairs:
    difference = losses[:, i] - losses[:, j]
    p_values.append(float(stats.ttest_1samp(difference, 0).pvalue))

document = {
    "made_by": "python tests/oracles/make/promises.py",
    "packages": {p: version(p) for p in ("arch", "statsmodels", "scipy", "numpy")},
    "outcomes": outcomes.tolist(),
    "levels": LEVELS,
    "quantiles": [quantiles[level].tolist() for level in LEVELS],
    "dynamic_quantile": {str(coverage): dynamic_quantile(coverage) for coverage in (0.5, 0.8, 0.9, 0.95)},
    "knueppel": knueppel(),
    "step_down": {
        "losses": losses.tolist(),
        "draws": [draw.tolist() for draw in draws],
        "pairs": pairs,
        "p_values": p_values,
        "adjusted": step_down(losses, pairs, p_values, draws),
    },
}
path = Path(__file__).parents[1] / "promises.json"
path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
print(f"{path}: {len(document)} entries")

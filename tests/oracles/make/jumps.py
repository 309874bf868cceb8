"""Writes tests/oracles/jumps.json: jump statistics by pandas and scipy on prices made here."""

import json

import numpy as np
import pandas as pd
import scipy
from scipy import stats

WINDOW = 94


def prices(hours=1700, seed=20080101):
    rng = np.random.default_rng(seed)
    wave = 1 + 0.6 * np.sin(2 * np.pi * np.arange(hours) / 24)
    shocks = 0.005 * wave * rng.standard_normal(hours)
    shocks[400::301] += 0.05
    return np.round(60 * np.exp(np.cumsum(shocks)), 6)


def bipower_sigma(r, window):
    products = (r.abs() * r.shift(1).abs()).rolling(window - 2).mean()
    return np.sqrt(np.pi / 2 * products).shift(1)


def median_sigma(r, window):
    triples = pd.concat([r.abs(), r.shift(1).abs(), r.shift(2).abs()], axis=1)
    median = triples.median(axis=1, skipna=False)
    return np.sqrt(np.pi / (6 - 4 * np.sqrt(3) + np.pi) * (median**2).rolling(window - 3).mean()).shift(1)


def shortest_half(z):
    z = np.sort(z)
    half = len(z) // 2 + 1
    return 0.741 * min(z[half - 1 + i] - z[i] for i in range(len(z) - half + 1))


def weighted_factors(r, hours):
    """Boudt, Croux and Laurent (2011): weighted standard deviation by hour of the week."""
    z = r / bipower_sigma(r, 170)
    bins = {b: z[(hours == b) & z.notna()].to_numpy() for b in range(168)}
    short = pd.Series({b: shortest_half(v) for b, v in bins.items() if len(v) >= 5})
    first = short / np.sqrt((short**2).mean())
    weighted = {}
    for b, scale in first.items():
        squares = bins[b] ** 2
        kept = squares[squares / scale**2 <= stats.chi2(1).ppf(0.99)]
        weighted[b] = np.sqrt(1.081 * kept.mean())
    weighted = pd.Series(weighted)
    return weighted / np.sqrt((weighted**2).mean())


def gumbel(alpha, n):
    root = np.sqrt(2 * np.log(n))
    return root - (np.log(np.pi) + np.log(np.log(n))) / (2 * root) + stats.gumbel_r.ppf(1 - alpha) / root


def ratio(day):
    m = len(day)
    a = np.abs(day)
    rv = (a**2).sum()
    bv = np.pi / 2 * m / (m - 1) * (a[1:] * a[:-1]).sum()
    mu = stats.norm.expect(lambda x: np.abs(x) ** (4 / 3))
    tp = m * mu**-3 * m / (m - 2) * ((a[2:] * a[1:-1] * a[:-2]) ** (4 / 3)).sum()
    z = (1 - bv / rv) / np.sqrt((np.pi**2 / 4 + np.pi - 5) / m * max(1, tp / bv**2))
    return {"realized_variance": rv, "bipower_variation": bv, "statistic": z, "p_value": stats.norm.sf(z)}


def main():
    p = prices()
    # hour 0 of the series is a Monday 00:00 UTC
    hours = pd.Series(np.arange(len(p)) % 168)
    r = np.log(pd.Series(p)).diff()
    sigma = bipower_sigma(r, WINDOW)
    sigma[:WINDOW] = np.nan
    statistic = r / sigma
    freedom = 2 * (WINDOW - 2) / (np.pi**2 / 4 + np.pi - 3)
    factors = weighted_factors(r, hours)
    rows = [94, 95, 400, 701, 1000, 1699]
    n = int(r.notna().sum())
    document = {
        "packages": {"pandas": pd.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
        "command": "python tests/oracles/make/jumps.py",
        "tolerance": 1e-6,
        "window": WINDOW,
        "prices": list(p),
        "rows": rows,
        "sigma": list(sigma[rows]),
        "median_sigma": list(median_sigma(r, WINDOW)[rows]),
        "statistic": list(statistic[rows]),
        "p_value": list(2 * stats.t(freedom).sf(statistic[rows].abs())),
        "n": n,
        "family_wise": {str(alpha): gumbel(alpha, n) for alpha in (0.05, 0.01, 0.001)},
        "per_point": {str(alpha): stats.t(freedom).isf(alpha / 2) for alpha in (0.05, 0.01, 0.001)},
        "jumps": [int(row) for row in np.flatnonzero(statistic.abs() > gumbel(0.01, n))],
        "factors": list(factors),
        "ratio": ratio(r[24 * 16 : 24 * 17].to_numpy()),
    }
    with open("tests/oracles/jumps.json", "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()

"""The work of benches/jumps.rs in pandas, statsmodels and arch, on a random walk of the same kind.

    python benches/peers/jumps.py [CRITERION_FOLDER]

prints one JSON document. With criterion's folder (target/criterion after `cargo bench --profile dev --bench jumps`)
our own times stand beside.
"""
import math
import pathlib
import sys

import numpy as np
import pandas as pd
import statsmodels.api as sm
from arch import arch_model

from peers import beside

ROWS, WINDOW = 38_000, 94

levels = np.exp(4.0 + np.cumsum(0.005 * np.random.default_rng(42).standard_normal(ROWS)))
prices = pd.Series(levels)
returns = np.diff(np.log(levels))


def lee_mykland():
    """Lee and Mykland (2008): each return over the bipower deviation of the window before it."""
    change = np.log(prices).diff()
    products = change.abs() * change.abs().shift(1)
    sigma = np.sqrt(products.rolling(WINDOW - 2).mean().shift(1))
    statistic = (change / sigma).abs()
    n, c = ROWS, math.sqrt(2 / math.pi)
    centre = math.sqrt(2 * math.log(n)) / c - (math.log(math.pi) + math.log(math.log(n))) / (2 * c * math.sqrt(2 * math.log(n)))
    scale = 1 / (c * math.sqrt(2 * math.log(n)))
    return int(((statistic - centre) / scale > -math.log(-math.log(0.99))).sum())


def har_regression():
    table = pd.DataFrame({f"mean_{lag}": prices.rolling(lag).mean() for lag in (1, 5, 22)}).assign(y=prices.shift(-1)).dropna()
    return float(sm.OLS(table.y, sm.add_constant(table[["mean_1", "mean_5", "mean_22"]])).fit().rsquared)


work = {
    "lee_mykland": lee_mykland,
    "har_regression": har_regression,
    "garch_1500": lambda: float(arch_model(returns[:1500] * 100, vol="GARCH").fit(disp="off").loglikelihood),
}
beside("jumps", work, ["pandas", "statsmodels", "arch"], pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None)

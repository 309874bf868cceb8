"""Makes tests/oracles/comparison.json: what arch, statsmodels, scipy and dieboldmariano say.

    pip install arch==8.0.0 statsmodels==0.15.0 scipy==1.17.1 dieboldmariano==1.1.0
    python tests/oracles/make/comparison.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from arch.bootstrap import MCS, SPA, StationaryBootstrap, optimal_block_length
from dieboldmariano import dm_test
from scipy import stats
from statsmodels.stats.sandwich_covariance import S_hac_simple

rng = np.random.default_rng(20260101)
cases = {}


def case(name, package, inputs, expected, tolerance=1e-6):
    cases[name] = {
        "package": f"{package} {version(package)}" if package else "formula in the producing script",
        "tolerance": tolerance,
        "inputs": inputs,
        "expected": expected,
    }


def moving_average(n, lags, scale=1.0):
    shocks = rng.normal(size=n + lags)
    return scale * np.convolve(shocks, np.ones(lags + 1), "valid") / np.sqrt(lags + 1)


# --- losses of four models, and 80 replications of arch's own stationary bootstrap -----------------------
n, replications, block = 150, 80, 8
common = moving_average(n, 3) ** 2
losses = np.column_stack([common + 0.6 * moving_average(n, 3) ** 2 + shift for shift in (0.25, 0.0, 0.12, 0.6)])
losses = losses.round(6)
bootstrap = StationaryBootstrap(block, np.arange(n), seed=7)
indices = [np.asarray(data[0][0]).astype(int) for data, in ((d,) for d in bootstrap.bootstrap(replications))]


class Fixed:
    """Hands arch the drawn positions instead of new ones."""

    def __init__(self, data):
        self.data = data

    def bootstrap(self, _):
        return (((self.data[i],), {}) for i in indices)


def confidence_set(method):
    mcs = MCS(losses, size=0.1, reps=replications, block_size=block, method=method)
    mcs.bootstrap = Fixed(np.arange(n))
    mcs.compute()
    p_values = mcs.pvalues.Pvalue
    return {
        "p_values": [float(p_values[model]) for model in range(losses.shape[1])],
        "order": [int(model) for model in p_values.index],
        "included": [int(model) for model in mcs.included],
    }


def superior(benchmark):
    others = [model for model in range(losses.shape[1]) if model != benchmark]
    spa = SPA(losses[:, [benchmark]], losses[:, others], block_size=block, reps=replications)
    spa.bootstrap = Fixed(spa._loss_diff)
    spa.compute()
    deviation = np.sqrt(spa._loss_diff_var)
    mean = spa._loss_diff.mean(0)
    # Hansen's studentised statistic with arch's variance and the same replications
    scaled = np.sqrt(n) * mean / deviation
    statistic = max(0.0, scaled.max())
    consistent = np.where(mean >= -deviation * np.sqrt(2 * np.log(np.log(n)) / n), mean, 0.0)
    p_values = []
    for centre in (np.maximum(mean, 0), consistent, mean):
        drawn = [
            max(0.0, (np.sqrt(n) * (spa._loss_diff[i].mean(0) - centre) / deviation).max()) for i in indices
        ]
        p_values.append(float(np.mean(np.array(drawn) > statistic)))
    return {
        "raw_p_values": [float(p) for p in spa.pvalues],
        "raw_statistic": float(mean.max()),
        "statistic": float(statistic),
        "p_values": p_values,
        "variances": [float(v) for v in spa._loss_diff_var],
    }


case(
    "bootstrap",
    "arch",
    {"losses": losses.tolist(), "indices": [i.tolist() for i in indices], "block": block, "alpha": 0.1},
    {
        "range": confidence_set("R"),
        "max": confidence_set("max"),
        "superior_to_first": superior(0),
        "superior_to_last": superior(3),
    },
)

# --- block lengths -----------------------------------------------------------------------------------------
persistent = np.zeros(400)
for t in range(1, 400):
    persistent[t] = 0.8 * persistent[t - 1] + rng.normal()
for name, series in (
    ("block_length_persistent", persistent.round(6)),
    ("block_length_independent", rng.normal(size=300).round(6)),
    ("block_length_random_walk", np.cumsum(rng.normal(size=200)).round(6)),
):
    found = optimal_block_length(series)
    case(
        name,
        "arch",
        {"series": series.tolist()},
        {"stationary": float(found.stationary.iloc[0]), "circular": float(found.circular.iloc[0])},
    )

# --- two models six steps ahead on an hourly series -----------------------------------------------------
n, h = 240, 6
level = 60 + np.cumsum(rng.normal(scale=0.5, size=n + h))
actual, anchor = level[h:].round(6), level[:-h].round(6)
small = (anchor + moving_average(n, h - 1, 0.15)).round(6)
large = (0.6 * anchor + 0.4 * actual + moving_average(n, h - 1, 0.6)).round(6)
inputs = {
    "horizon": h,
    "actual": actual.tolist(),
    "anchor": anchor.tolist(),
    "small": small.tolist(),
    "large": large.tolist(),
}
cases_inputs = inputs
d = (actual - small) ** 2 - (actual - large) ** 2

expected = {}
for label, estimator in (("rectangular", "acf"), ("bartlett", "bartlett")):
    statistic, p_value = dm_test(actual.tolist(), small.tolist(), large.tolist(), h=h, variance_estimator=estimator)
    expected[label] = {"statistic": statistic, "p_value": p_value}
statistic, p_value = dm_test(
    actual.tolist(), small.tolist(), large.tolist(), h=h, loss=lambda a, p: abs(a - p), variance_estimator="bartlett"
)
expected["bartlett_absolute"] = {"statistic": statistic, "p_value": p_value}
case("diebold_mariano", "dieboldmariano", inputs, expected)


def newey_west(y, x, lags):
    return sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})


# Giacomini-White: n m' S^-1 m, S = Bartlett over h - 1 lags of z_t = (1, d_{t-h}) d_t, uncentred
instruments = np.column_stack([np.ones(n - h), d[:-h]])
moments = instruments * d[h:, None]
mean = moments.mean(0)
spread = S_hac_simple(moments, nlags=h - 1) / len(moments)
statistic = len(moments) * mean @ np.linalg.solve(spread, mean)
case(
    "giacomini_white",
    "statsmodels",
    {},
    {"statistic": float(statistic), "p_value": float(stats.chi2.sf(statistic, 2)), "n": len(moments)},
)

# Clark-West: regression of the adjusted differential on a constant
adjusted = (actual - small) ** 2 - ((actual - large) ** 2 - (small - large) ** 2)
fit = newey_west(adjusted, np.ones(n), h - 1)
case(
    "clark_west",
    "statsmodels",
    {},
    {"statistic": float(fit.tvalues[0]), "p_value": float(stats.norm.sf(fit.tvalues[0]))},
)

# Mincer-Zarnowitz in levels and in changes from the origin
for label, y, x in (("levels", actual, large), ("changes", actual - anchor, large - anchor)):
    fit = newey_west(y, sm.add_constant(x), h - 1)
    joint = fit.wald_test("const = 0, x1 = 1", use_f=False, scalar=True)
    case(
        f"mincer_zarnowitz_{label}",
        "statsmodels",
        {},
        {
            "intercept": float(fit.params[0]),
            "slope": float(fit.params[1]),
            "std_errors": [float(e) for e in fit.bse],
            "r2": float(fit.rsquared),
            "statistic": float(joint.statistic),
            "p_value": float(joint.pvalue),
        },
    )

# encompassing: e_small = w (e_small - e_large) + u; w = 0 when `small` needs nothing of `large`
error_small, error_large = actual - small, actual - large
fit = newey_west(error_small, error_small - error_large, h - 1)
case(
    "encompassing",
    "statsmodels",
    {},
    {"weight": float(fit.params[0]), "std_error": float(fit.bse[0]), "p_value": float(stats.norm.sf(fit.tvalues[0]))},
)

# Pesaran-Timmermann (1992), and the slope of a HAC regression of one direction on the other
up, called = actual > anchor, large > anchor
p_up, p_called = up.mean(), called.mean()
p_star = p_up * p_called + (1 - p_up) * (1 - p_called)
v = p_star * (1 - p_star) / n
w = ((2 * p_up - 1) ** 2 * p_called * (1 - p_called) + (2 * p_called - 1) ** 2 * p_up * (1 - p_up)) / n + (
    4 * p_up * p_called * (1 - p_up) * (1 - p_called) / n**2
)
statistic = ((up == called).mean() - p_star) / np.sqrt(v - w)
fit = newey_west(up.astype(float), sm.add_constant(called.astype(float)), h - 1)
case(
    "pesaran_timmermann",
    "statsmodels",
    {},
    {
        "statistic": float(statistic),
        "p_value": float(stats.norm.sf(statistic)),
        "robust_statistic": float(fit.tvalues[1]),
        "robust_p_value": float(stats.norm.sf(fit.tvalues[1])),
    },
)

document = {
    "made_by": "python tests/oracles/make/comparison.py",
    "packages": {p: version(p) for p in ("arch", "statsmodels", "scipy", "numpy", "dieboldmariano")},
    "cases": cases,
}
path = Path(__file__).parents[1] / "comparison.json"
path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
print(f"{path}: {len(cases)} cases")

"""Makes tests/oracles/regimes.json: Markov switching by statsmodels, two-sample tests by scipy.

    pip install statsmodels==0.15.0 scipy==1.17.1
    python tests/oracles/make/regimes.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy import special, stats

rng = np.random.default_rng(20260102)
cases = {}


def case(name, package, tolerance, inputs, expected):
    cases[name] = {
        "package": f"{package} {version(package)}",
        "tolerance": tolerance,
        "inputs": inputs,
        "expected": expected,
    }


# --- two states: filter, smoother and likelihood at given parameters, and the maximum --------------------------
n = 500
state, states = 0, []
for _ in range(n):
    state = state if rng.random() < (0.97, 0.92)[state] else 1 - state
    states.append(state)
series = np.where(states, rng.normal(0.1, 1.5, n), rng.normal(0.0, 0.4, n)).round(6)
model = sm.tsa.MarkovRegression(series, k_regimes=2, trend="c", switching_variance=True)
# statsmodels' order: p[0->0], p[1->0], const[0], const[1], sigma2[0], sigma2[1]
given = np.array([0.95, 0.10, 0.02, 0.05, 0.2, 2.0])
at_given = model.smooth(given)
fitted = model.fit(maxiter=500, search_reps=10)
p = np.asarray(fitted.params)
order = np.argsort(p[4:6])
stay = np.array([p[0], 1 - p[1]])
case(
    "markov_switching_given",
    "statsmodels",
    1e-8,
    {"series": series.tolist(), "parameters": given.tolist()},
    {
        "log_likelihood": float(at_given.llf),
        "filtered": np.asarray(at_given.filtered_marginal_probabilities)[:, 1].tolist(),
        "smoothed": np.asarray(at_given.smoothed_marginal_probabilities)[:, 1].tolist(),
    },
)
case(
    "markov_switching_fitted",
    "statsmodels",
    1e-3,
    {},
    {
        "log_likelihood": float(fitted.llf),
        "means": p[2:4][order].tolist(),
        "variances": p[4:6][order].tolist(),
        "stay": stay[order].tolist(),
    },
)

# --- samples -----------------------------------------------------------------------------------------------------
first = rng.normal(0.0, 1.0, 60).round(2)
second = rng.normal(0.5, 1.6, 45).round(2)
third = rng.normal(0.0, 1.2, 50).round(2)
welch = stats.ttest_ind(first, second, equal_var=False)
forsythe = stats.levene(first, second, third, center="median")
smirnov = stats.ks_2samp(first, second, method="asymp")
scaled = smirnov.statistic * np.sqrt(60 * 45 / 105)
case(
    "two_samples",
    "scipy",
    1e-9,
    {"first": first.tolist(), "second": second.tolist(), "third": third.tolist()},
    {
        "welch": {"statistic": float(welch.statistic), "p_value": float(welch.pvalue)},
        "brown_forsythe": {"statistic": float(forsythe.statistic), "p_value": float(forsythe.pvalue)},
        "kolmogorov_smirnov": {
            "statistic": float(smirnov.statistic),
            "p_value": float(special.kolmogorov(scaled)),
        },
    },
)

document = {
    "made_by": "python tests/oracles/make/regimes.py",
    "packages": {p: version(p) for p in ("statsmodels", "scipy", "numpy")},
    "cases": cases,
}
path = Path(__file__).parents[1] / "regimes.json"
path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
print(f"{path}: {len(cases)} cases")

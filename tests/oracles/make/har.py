"""Writes tests/oracles/har.json: HAR regressions by statsmodels and arch on series made here."""

import json

import arch
import numpy as np
import statsmodels
import statsmodels.api as sm
from arch.univariate import HARX

LAGS = (1, 5, 22)


def series(n=320, seed=20090401):
    rng = np.random.default_rng(seed)
    log = np.zeros(n)
    for t in range(1, n):
        log[t] = 0.95 * log[t - 1] + 0.25 * rng.standard_normal()
    realized = np.round(np.exp(log), 6)
    jump = np.round(np.where(rng.random(n) < 0.15, 0.3 * realized * rng.random(n), 0.0), 6)
    share = rng.random(n)
    quarticity = np.round(realized**2 * (0.5 + rng.random(n)), 6)
    returns = np.round(np.sqrt(realized) * rng.standard_normal(n), 6)
    exogenous = np.round(rng.standard_normal(n), 6)
    return {
        "realized": realized,
        "continuous": np.round(realized - jump, 6),
        "jump": jump,
        "quarticity": quarticity,
        "negative": np.round(share * realized, 6),
        "positive": np.round((1 - share) * realized, 6),
        "returns": returns,
        "exogenous": exogenous,
    }


def mean(x, lag):
    out = np.full(len(x), np.nan)
    for t in range(lag - 1, len(x)):
        out[t] = x[t - lag + 1 : t + 1].mean()
    return out


def change(x, lag):
    out = np.full(len(x), np.nan)
    out[lag:] = (x[lag:] - x[:-lag]) / lag
    return out


def ahead(x, horizon, averaged=False):
    out = np.full(len(x), np.nan)
    for t in range(len(x) - horizon):
        out[t] = x[t + 1 : t + horizon + 1].mean() if averaged else x[t + horizon]
    return out


def fit(name, y, columns, hac, extra):
    x = np.column_stack(columns)
    keep = np.isfinite(y) & np.isfinite(x).all(axis=1)
    ols = sm.OLS(y[keep], sm.add_constant(x[keep])).fit()
    robust = ols.get_robustcov_results("HAC", maxlags=hac, use_correction=False)
    return dict(
        name=name,
        hac=hac,
        params=list(ols.params),
        std_errors=list(ols.bse),
        hac_std_errors=list(robust.bse),
        r2=ols.rsquared,
        adj_r2=ols.rsquared_adj,
        aic=ols.aic,
        bic=ols.bic,
        f=ols.fvalue,
        n=int(ols.nobs),
        **extra,
    )


def main():
    s = series()
    y = s["realized"]
    log, root = np.log(y), np.sqrt(y)
    cascade = [mean(y, lag) for lag in LAGS]
    cases = []

    def add(name, target, columns, hac=5, **spec):
        spec = {"variant": "har", "horizon": 1, "scale": "level", "differenced": False, "averaged": False} | spec
        cases.append(fit(name, target, columns, hac, spec))

    add("har", ahead(y, 1), cascade)
    add("five ahead", ahead(y, 5), cascade, hac=4, horizon=5)
    add("five averaged", ahead(y, 5, True), cascade, hac=8, horizon=5, averaged=True)
    add("log", ahead(log, 1), [mean(log, lag) for lag in LAGS], scale="log")
    add("root", ahead(root, 2), [mean(root, lag) for lag in LAGS], scale="square_root", horizon=2)
    add("differenced", ahead(y, 1) - y, [change(y, lag) for lag in LAGS], differenced=True)
    add(
        "log differenced, three ahead",
        ahead(log, 3) - log,
        [change(log, lag) for lag in LAGS],
        scale="log",
        differenced=True,
        horizon=3,
    )
    add("jump", ahead(y, 1), [*cascade, s["jump"]], variant="har_j")
    parts = [mean(s[part], lag) for part in ("continuous", "jump") for lag in LAGS]
    add("continuous and jump", ahead(y, 1), parts, variant="har_cj")
    add("quarticity", ahead(y, 1), [*cascade, y * np.sqrt(s["quarticity"])], variant="har_q")
    errors = [mean(y, lag) * np.sqrt(mean(s["quarticity"], lag)) for lag in LAGS]
    add("quarticity at every lag", ahead(y, 1), [*cascade, *errors], variant="har_qf")
    add("continuous", ahead(y, 1), [mean(s["continuous"], lag) for lag in LAGS], variant="char")
    add("semivariance", ahead(y, 1), [s["negative"], s["positive"], *cascade[1:]], variant="semivariance")
    negative = [np.minimum(mean(s["returns"], lag), 0) for lag in LAGS]
    add("leverage", ahead(y, 1), [*cascade, *negative], variant="leverage")
    add("leverage, continuous and jump", ahead(y, 1), [*parts, *negative], variant="leverage_cj")
    logs = [mean(np.log(s["continuous"]), lag) for lag in LAGS] + [mean(np.log1p(s["jump"]), lag) for lag in LAGS]
    add("leverage, continuous and jump, log", ahead(log, 1), [*logs, *negative], variant="leverage_cj", scale="log")
    add("exogenous", ahead(y, 1), [*cascade, s["exogenous"]], variant="har_x")

    harx = HARX(y, lags=list(LAGS)).fit(disp="off")
    document = {
        "packages": {"statsmodels": statsmodels.__version__, "arch": arch.__version__, "numpy": np.__version__},
        "command": "python tests/oracles/make/har.py",
        "tolerance": 1e-6,
        "series": {name: list(values) for name, values in s.items()},
        "cases": cases,
        "arch_harx": list(harx.params[:4]),
    }
    with open("tests/oracles/har.json", "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()

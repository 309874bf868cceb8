"""Writes validation.json: hypothesis tests by statsmodels, arch and scipy, breaks by ruptures.

    python3 -m venv /tmp/oracles
    /tmp/oracles/bin/pip install statsmodels==0.15.0 arch==8.0.0 scipy==1.17.1 ruptures
    /tmp/oracles/bin/python tests/oracles/make/validation.py
"""
import json
import pathlib
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import ruptures
import scipy.stats as st
import statsmodels.api as sm
import statsmodels.stats.diagnostic as dg
from arch.unitroot import PhillipsPerron
from statsmodels.stats._adnorm import normal_ad
from statsmodels.stats.descriptivestats import sign_test
from statsmodels.stats.stattools import durbin_watson, jarque_bera
from statsmodels.tsa.stattools import acf, adfuller, kpss, pacf, zivot_andrews

warnings.simplefilter("ignore")
macro = sm.datasets.macrodata.load_pandas().data
folder = pathlib.Path(sm.__file__).parent / "tsa/tests/results"
rgnp = pd.read_csv(folder / "rgnp.csv").to_numpy().ravel()
gnpdef = pd.read_csv(folder / "gnpdef.csv").to_numpy().ravel()
random = np.random.default_rng(20240607)


def values(result):
    """(statistic, p value, ...) of either result style of statsmodels."""
    return [float(v) for v in (result[0], result[1])]


# --- unit roots
def adf(x, **options):
    r = adfuller(x, result_object=False, **options)
    crit = r[4]
    return {"statistic": r[0], "p": r[1], "lags": int(r[2]), "n": int(r[3]),
            "critical": [crit["1%"], crit["5%"], crit["10%"]]}


walk = np.cumsum(random.standard_normal(400))
ar = np.zeros(500)
shocks = random.standard_t(6, 500)
for t in range(2, 500):
    ar[t] = 0.5 * ar[t - 1] + 0.3 * ar[t - 2] + shocks[t]
series = {
    "infl": macro["infl"].to_numpy(),
    "realgdp": macro["realgdp"].to_numpy(),
    "walk": walk,
    "ar": ar,
    "rgnp": rgnp,
    "gnpdef": gnpdef,
}
unit_roots = []
for name in ["infl", "realgdp", "walk", "ar"]:
    x = series[name]
    for terms in ["n", "c", "ct"]:
        for lags in ["AIC", "BIC", 1, 4]:
            options = {"autolag": lags} if isinstance(lags, str) else {"autolag": None, "maxlag": lags}
            unit_roots.append({"test": "adf", "series": name, "terms": terms, "rule": str(lags),
                               **adf(x, regression=terms, **options)})
        pp = PhillipsPerron(x, trend=terms)
        unit_roots.append({"test": "pp", "series": name, "terms": terms, "rule": "auto",
                           "statistic": float(pp.stat), "p": float(pp.pvalue), "lags": int(pp.lags)})
    for terms in ["c", "ct"]:
        for lags in ["auto", 3]:
            r = kpss(x, regression=terms, nlags=lags, result_object=False)
            unit_roots.append({"test": "kpss", "series": name, "terms": terms, "rule": str(lags),
                               "statistic": float(r[0]), "p": float(r[1]), "lags": int(r[2])})
for name, model, lags in [("rgnp", "c", 8), ("rgnp", "t", 4), ("rgnp", "ct", 4), ("gnpdef", "c", "AIC"),
                          ("walk", "c", "AIC"), ("walk", "ct", "AIC"), ("walk", "t", 3)]:
    options = {"autolag": lags} if isinstance(lags, str) else {"autolag": None, "maxlag": lags}
    r = zivot_andrews(series[name], regression=model, **options)
    unit_roots.append({"test": "za", "series": name, "terms": model, "rule": str(lags),
                       "statistic": float(r[0]), "p": float(r[1]), "lags": int(r[3]), "break": int(r[4])})

# --- a regression and its residuals (that of statsmodels' own comparison with R)
growth = {k: 400 * np.diff(np.log(macro[k].to_numpy())) for k in ["realinv", "realgdp"]}
lint = macro["realint"].to_numpy()[:-1]
x = sm.add_constant(np.column_stack([growth["realgdp"], lint]))
fit = sm.OLS(growth["realinv"], x).fit()
resid = fit.resid
regression = {
    "target": growth["realinv"].tolist(),
    "realgdp": growth["realgdp"].tolist(),
    "lint": lint.tolist(),
    "arch_lm_4": values(dg.het_arch(resid, nlags=4)),
    "white": values(dg.het_white(resid, x)),
    "breusch_pagan": values(dg.het_breuschpagan(resid, x)),
    "breusch_godfrey_4": values(dg.acorr_breusch_godfrey(fit, nlags=4)),
    "durbin_watson": float(durbin_watson(resid)),
    "reset_3": (lambda r: [float(np.squeeze(r.statistic)), float(r.pvalue)])(
        dg.linear_reset(fit, power=3, use_f=True)),
    "cusum": values(dg.breaks_cusumolsresid(resid, ddof=0)),
}
split = 100
rss = [sm.OLS(growth["realinv"][s], x[s]).fit().ssr for s in (slice(0, split), slice(split, None))]
n, k = x.shape
chow = ((fit.ssr - sum(rss)) / k) / (sum(rss) / (n - 2 * k))
regression["chow_100"] = [float(chow), float(st.f.sf(chow, k, n - 2 * k))]

# --- samples
samples = {
    "normal": random.standard_normal(300) * 2 + 0.1,
    "heavy": random.standard_t(3, 800),
    "skewed": random.gamma(2.0, size=150) - 1.5,
    "small": random.standard_normal(9),
    "tiny": random.standard_normal(3),
    "residuals": resid + 0.5,
}
tests = {}
for name, v in samples.items():
    n = len(v)
    one = {"values": v.tolist(), "shapiro": values(st.shapiro(v))}
    if n >= 20:
        lf = dg.lilliefors(v, pvalmethod="approx")
        thirds = [v[i * n // 3:(i + 1) * n // 3] for i in range(3)]
        r, p = jarque_bera(v)[:2]
        sign, sign_p = sign_test(v)
        one |= {
            "jarque_bera": [float(r), float(p)],
            "dagostino": values(st.normaltest(v)),
            "anderson_darling": values(normal_ad(v)),
            "lilliefors": [float(lf[0]), float(lf[1])],
            "t_test": values(st.ttest_1samp(v, 0.0)),
            "hac_t_test_5": (lambda f: [float(f.tvalues[0]), float(f.pvalues[0])])(
                sm.OLS(v, np.ones(n)).fit(cov_type="HAC", cov_kwds={"maxlags": 5})),
            "sign_test": [float(sign), float(sign_p)],
            "ljung_box_10": dg.acorr_ljungbox(v, lags=[10]).to_numpy().ravel().tolist(),
            "arch_lm_5": values(dg.het_arch(v, nlags=5)),
            "levene": values(st.levene(*thirds, center="mean")),
            "brown_forsythe": values(st.levene(*thirds, center="median")),
            "anova": values(st.f_oneway(*thirds)),
            "acf_12": acf(v, nlags=12)[1:].tolist(),
            "pacf_12": pacf(v, nlags=12, method="ldb")[1:].tolist(),
            "bartlett_band_12": (acf(v, nlags=12, alpha=0.05)[1][1:, 1] - acf(v, nlags=12)[1:]).tolist(),
            "skewness": float(st.skew(v)),
            "excess_kurtosis": float(st.kurtosis(v)),
        }
    tests[name] = one

# --- correlation
a, b = samples["heavy"][:150], samples["skewed"]
c = np.round(a + b)
pairs = [(a, b), (a, c), (b, c)]
correlation = {
    "columns": {"a": a.tolist(), "b": b.tolist(), "c": c.tolist()},
    "pearson": [values(st.pearsonr(u, v)) for u, v in pairs],
    "spearman": [values(st.spearmanr(u, v)) for u, v in pairs],
}

# --- breaks in the mean: exact dynamic programming by ruptures
steps = random.standard_normal(200) + np.repeat([0.0, 1.5, -0.5, 1.0], 50)
dynp = ruptures.Dynp(model="l2", min_size=30, jump=1).fit(steps)
cost = dynp.cost
breaks = []
for m in range(1, 5):
    found = dynp.predict(n_bkps=m)
    breaks.append({"breaks": found[:-1], "sum_of_squares": float(cost.sum_of_costs(found))})

packages = ", ".join(f"{p} {version(p)}" for p in ["statsmodels", "arch", "scipy", "numpy", "ruptures"])
out = {
    "package": packages,
    "command": "python tests/oracles/make/validation.py",
    "tolerance": 1e-6,
    "source": "macrodata, rgnp, gnpdef as shipped with statsmodels; numpy default_rng(20240607)",
    "series": {name: x.tolist() for name, x in series.items()},
    "unit_roots": unit_roots,
    "regression": regression,
    "samples": tests,
    "correlation": correlation,
    "breaks": {"series": steps.tolist(), "partitions": breaks},
}
path = pathlib.Path(__file__).parents[1] / "validation.json"
path.write_text(json.dumps(out) + "\n")

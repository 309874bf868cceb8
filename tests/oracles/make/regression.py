"""Writes regression.json: least squares and its covariances by statsmodels, long-run variances by arch.

    python3 -m venv /tmp/oracles && /tmp/oracles/bin/pip install statsmodels==0.15.0 arch==8.0.0
    /tmp/oracles/bin/python tests/oracles/make/regression.py
"""
import json
import pathlib

import arch
import numpy as np
import statsmodels
import statsmodels.api as sm
from arch.covariance.kernel import Bartlett, Parzen, QuadraticSpectral
from statsmodels.stats.outliers_influence import variance_inflation_factor

data = sm.datasets.macrodata.load_pandas().data
columns = ["realgdp", "realinv", "tbilrate"]
x = sm.add_constant(data[columns])
y = data["realcons"]
fit = sm.OLS(y, x).fit()


def std_errors(kind, **options):
    return sm.OLS(y, x).fit(cov_type=kind, cov_kwds=options).bse.tolist()


hac = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 4})
hac_wald = hac.wald_test("realinv = 0, tbilrate = 0", scalar=True, use_f=False)
f_test = fit.f_test("realinv = 0, tbilrate = 0")


def prewhitened(scores, lags):
    """Andrews and Monahan (1992) in numpy, in the words of their paper."""
    past, present = scores[:-1], scores[1:]
    a = np.linalg.lstsq(past, present, rcond=None)[0].T
    e = present - past @ a.T
    total = e.T @ e
    for j in range(1, lags + 1):
        g = e[j:].T @ e[:-j]
        total += (1 - j / (lags + 1)) * (g + g.T)
    d = np.linalg.inv(np.eye(scores.shape[1]) - a)
    return d @ total @ d.T


scores = x.to_numpy() * fit.resid.to_numpy()[:, None]
bread = np.linalg.inv(x.T.to_numpy() @ x.to_numpy())
pre = np.sqrt(np.diag(bread @ prewhitened(scores, 3) @ bread))


def andrews_bartlett(scores, weights):
    """Andrews (1991) equations 6.2 and 6.4 for the Bartlett kernel."""
    top = bottom = 0.0
    for s, w in zip(scores.T, weights):
        rho = s[:-1] @ s[1:] / (s[:-1] @ s[:-1])
        rho = np.clip(rho, -0.97, 0.97)
        e = s[1:] - rho * s[:-1]
        v = (e @ e / len(e)) ** 2
        top += w * 4 * rho**2 * v / ((1 - rho) ** 6 * (1 + rho) ** 2)
        bottom += w * v / (1 - rho) ** 4
    return 1.1447 * (top / bottom * len(scores)) ** (1 / 3)


growth = np.diff(np.log(data["realgdp"].to_numpy()))
centred = (growth - growth.mean())[:, None]
b_andrews = andrews_bartlett(centred, [1.0])

no_constant = sm.OLS(y, data[columns]).fit()
standardised = (data[columns] - data[columns].mean()) / data[columns].std(ddof=0)
n, penalty = len(y), 0.5
slopes = np.linalg.solve(
    standardised.T @ standardised / n + penalty * np.eye(3), standardised.T @ (y - y.mean()) / n
) / data[columns].std(ddof=0)

out = {
    "package": f"statsmodels {statsmodels.__version__}, arch {arch.__version__}, numpy {np.__version__}",
    "command": "python tests/oracles/make/regression.py",
    "tolerance": 1e-6,
    "source": "statsmodels.datasets.macrodata (US quarterly, 1959Q1-2009Q3)",
    "columns": {name: data[name].tolist() for name in ["realcons", *columns]},
    "ols": {
        "coefficients": fit.params.tolist(),
        "classical": fit.bse.tolist(),
        "t": fit.tvalues.tolist(),
        "p": fit.pvalues.tolist(),
        "hc0": std_errors("HC0"),
        "hc1": std_errors("HC1"),
        "hc2": std_errors("HC2"),
        "hc3": std_errors("HC3"),
        "hac4": hac.bse.tolist(),
        "hac4_p": hac.pvalues.tolist(),
        "hac3_prewhitened": pre.tolist(),
        "r2": fit.rsquared,
        "adj_r2": fit.rsquared_adj,
        "f": fit.fvalue,
        "f_p": fit.f_pvalue,
        "aic": fit.aic,
        "bic": fit.bic,
        "log_likelihood": fit.llf,
        "wald_hac4": float(hac_wald.statistic),
        "wald_hac4_p": float(hac_wald.pvalue),
        "f_two": float(f_test.statistic),
        "f_two_p": float(f_test.pvalue),
        "vif": [variance_inflation_factor(x.to_numpy(), i) for i in (1, 2, 3)],
    },
    "no_constant": {
        "coefficients": no_constant.params.tolist(),
        "classical": no_constant.bse.tolist(),
        "r2": no_constant.rsquared,
        "adj_r2": no_constant.rsquared_adj,
        "f": no_constant.fvalue,
        "aic": no_constant.aic,
        "bic": no_constant.bic,
    },
    "ridge": {"penalty": penalty, "slopes": slopes.tolist()},
    "long_run": {
        "series": growth.tolist(),
        "bartlett_4": float(Bartlett(growth, 4).cov.long_run[0, 0]),
        "parzen_6": float(Parzen(growth, 6).cov.long_run[0, 0]),
        "quadratic_spectral_3": float(QuadraticSpectral(growth, 3).cov.long_run[0, 0]),
        "bartlett_newey_west": float(Bartlett(growth).cov.long_run[0, 0]),
        "parzen_newey_west": float(Parzen(growth).cov.long_run[0, 0]),
        "quadratic_spectral_newey_west": float(QuadraticSpectral(growth).cov.long_run[0, 0]),
        "bartlett_andrews": float(Bartlett(growth, b_andrews).cov.long_run[0, 0]),
    },
}
path = pathlib.Path(__file__).parents[1] / "regression.json"
path.write_text(json.dumps(out, indent=1) + "\n")

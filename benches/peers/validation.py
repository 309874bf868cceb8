"""The work of benches/validation.rs in statsmodels and scipy, on the same numbers.

    python benches/peers/validation.py [CRITERION_FOLDER]

needs statsmodels and scipy; prints one JSON document. With criterion's folder (target/criterion after
`cargo bench --profile dev --bench validation`) our own times stand beside.
"""
import os
import pathlib
import sys
import warnings

# on two cores these packages are several times faster with one BLAS thread
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import scipy.stats as st
import statsmodels.api as sm
import statsmodels.stats.diagnostic as dg
from statsmodels.stats._adnorm import normal_ad
from statsmodels.stats.descriptivestats import sign_test
from statsmodels.stats.stattools import durbin_watson, jarque_bera
from statsmodels.tsa.stattools import adfuller, kpss

from peers import beside

warnings.simplefilter("ignore")
ROWS = 38_000


def noise(n):
    state, out = 42, np.empty(4 * n)
    for i in range(4 * n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out[i] = (state >> 11) / 2**53
    return out.reshape(n, 4).sum(axis=1) - 2.0


shocks = noise(ROWS + 23)
level = np.empty(ROWS)
last = 0.0
for t in range(ROWS):
    last = 0.999 * last + shocks[t]
    level[t] = last
residuals = np.convolve(shocks, np.ones(24), mode="valid")


def hac(x, y, lags):
    return sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags})


def report():
    """The plain and overlap-robust tests that these packages have; no Bai-Perron, Zivot-Andrews or Holm."""
    e, n = residuals, len(residuals)
    thin = e[::24]
    thirds = [e[i * n // 3:(i + 1) * n // 3] for i in range(3)]
    time_trend = (np.arange(n) - n / 2) / n
    aux = np.column_stack([np.ones(n), time_trend, time_trend**2])
    adfuller(e, autolag="AIC", result_object=False)
    kpss(e, nlags="auto", result_object=False)
    dg.acorr_ljungbox(e, lags=[10])
    durbin_watson(e)
    dg.het_arch(e, nlags=10)
    sm.OLS(e**2, aux).fit()
    jarque_bera(e)
    st.shapiro(e[:5000])
    dg.lilliefors(e, pvalmethod="approx")
    normal_ad(e)
    st.ttest_1samp(e, 0.0)
    sign_test(e)
    st.levene(*thirds, center="median")
    st.f_oneway(*thirds)
    dg.breaks_cusumolsresid(e)
    hac(aux, e**2, 48)
    hac(np.ones(n), e, 48)
    hac(np.ones(n), np.sign(e), 48)
    dummies = np.column_stack([np.ones(n), np.arange(n) * 3 // n == 1, np.arange(n) * 3 // n == 2]).astype(float)
    hac(dummies, e, 48)
    hac(dummies, np.abs(e), 48)
    st.shapiro(thin)
    dg.lilliefors(thin, pvalmethod="approx")
    dg.het_arch(thin, nlags=10)


work = {
    "adf_aic": lambda: adfuller(level, autolag="AIC", result_object=False)[0],
    "ljung_box_50": lambda: float(dg.acorr_ljungbox(residuals, lags=[50]).iloc[0, 0]),
    "bias_hac_48": lambda: float(hac(np.ones(ROWS), residuals, 48).tvalues[0]),
    "report": report,
}
if len(sys.argv) > 1:
    # the same numbers for validation.R
    for name, values in {"level": level, "residuals": residuals}.items():
        values.astype("<f8").tofile(pathlib.Path(sys.argv[1]) / f"{name}.f64")
beside("validation", work, ["statsmodels", "scipy"], pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None)

"""Writes tests/oracles/garch_units.json: standard errors of GARCH(1,1) without differencing error, any unit.

fGarch's and arch's Hessians are finite differences and agree to one or two digits only. Here the scores are
analytic, their derivative is a complex step (exact to rounding), and the optimum is polished by Newton steps.
Reads r_garch.json (r_garch.R) and garch.json.

    python3 -m venv /tmp/oracles && /tmp/oracles/bin/pip install arch==8.0.0 scipy==1.17.1 numpy==2.4.6
    /tmp/oracles/bin/python tests/oracles/make/garch_units.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from arch import arch_model
from scipy.special import digamma, gammaln

folder = Path(__file__).parents[1]


def scores(p, x, student, first):
    """Log-likelihoods (real p only) and scores, shape (n, k), of mean, omega, alpha, beta and degrees of freedom.

    `first` is the variance before the first return: a number (arch and ours: the first 75 squared deviations from
    the sample's mean, decay 0.94), or None for the mean squared deviation from `mean` (fGarch).
    """
    mean, omega, alpha, beta = p[:4]
    e = x - mean
    before, slope = (np.mean(e * e), -2 * np.mean(e)) if first is None else (first, 0.0)
    h = omega + (alpha + beta) * before
    dh = np.array([(alpha + beta) * slope, 1, before, before], dtype=p.dtype)
    out, terms = np.zeros((len(x), len(p)), dtype=p.dtype), np.zeros(len(x), dtype=p.dtype)
    for t, u in enumerate(e):
        if student:
            nu = p[4]
            q = u * u / (h * (nu - 2))
            by_e, by_h = -(nu + 1) * u / (h * (nu - 2)) / (1 + q), -0.5 / h + (nu + 1) / 2 * q / h / (1 + q)
            out[t, 4] = 0.5 * (digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / (nu - 2) - np.log(1 + q)) + (
                (nu + 1) / 2 * q / (nu - 2) / (1 + q)
            )
            if p.dtype == float:
                constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(np.pi * (nu - 2))
                terms[t] = constant - 0.5 * np.log(h) - (nu + 1) / 2 * np.log(1 + q)
        else:
            by_e, by_h = -u / h, -0.5 / h + 0.5 * u * u / (h * h)
            terms[t] = -0.5 * (np.log(2 * np.pi) + np.log(h) + u * u / h)
        out[t, :4] = by_h * dh
        out[t, 0] -= by_e
        dh = beta * dh + np.array([-2 * alpha * u, 1, u * u, h])
        h = omega + alpha * u * u + beta * h
    return terms, out


def hessian(p, *rest):
    columns = []
    for i, value in enumerate(p):
        step = 1e-20 * abs(value)
        moved = p.astype(complex)
        moved[i] += 1j * step
        columns.append(scores(moved, *rest)[1].sum(0).imag / step)
    return np.array(columns)


def case(returns, scale, law, start):
    x, student = scale * returns, law == "student"
    deviations = (x - x.mean())[:75] ** 2
    weights = 0.94 ** np.arange(75)
    first = float(deviations @ weights / weights.sum()) if start == "arch" else None
    model = arch_model(returns, mean="Constant", vol="GARCH", dist="t" if student else "normal", rescale=False)
    fitted = model.fit(disp="off", options={"ftol": 1e-13})
    p = fitted.params.to_numpy() * np.array([scale, scale**2, 1, 1, 1])[: 4 + student]
    for _ in range(20):
        gradient = scores(p, x, student, first)[1].sum(0)
        move = np.linalg.solve(hessian(p, x, student, first), gradient)
        p = p - move
        if np.all(np.abs(move) <= 1e-13 * np.abs(p)):
            break
    terms, own = scores(p, x, student, first)
    inverse = np.linalg.inv(-hessian(p, x, student, first))
    names = ["mean", "omega", "alpha", "beta", "degrees"][: len(p)]
    value = {
        "parameters": p,
        "classical": np.sqrt(np.diag(inverse)),
        "robust": np.sqrt(np.diag(inverse @ (own.T @ own) @ inverse)),
        "score_products": np.sqrt(np.diag(np.linalg.inv(own.T @ own))),
    }
    value = {key: dict(zip(names, map(float, found))) for key, found in value.items()}
    value["log_likelihood"] = float(terms.sum())
    if start == "arch" and scale == 1:
        robust = dict(zip(names, map(float, fitted.std_err)))
        value["arch"] = {"parameters": dict(zip(names, map(float, fitted.params))), "robust": robust}
    return value


def main():
    series = json.loads((folder / "r_garch.json").read_text())["series"]
    returns = {
        "normal": np.array(json.loads((folder / "garch.json").read_text())["returns"]),
        "student": np.array(series["student"]),
    }
    cases = {}
    for name, scales in {"normal": [1, 0.006, 0.0006], "student": [1, 0.01, 0.001]}.items():
        for law in ["normal", "student"]:
            for start in ["arch", "fGarch"]:
                for scale in scales:
                    cases[f"{name}_returns_{law}_law_{start}_start_{scale}"] = {
                        "package": "formula in the producing script, arch",
                        "version": version("arch"),
                        "call": f"case(returns, {scale}, '{law}', '{start}')",
                        "input": {"returns": name, "scale": scale, "law": law, "start": start},
                        "value": case(returns[name], scale, law, start),
                    }
    document = {
        "made_by": "python tests/oracles/make/garch_units.py",
        "packages": {package: version(package) for package in ("arch", "scipy", "numpy")},
        "series": {"normal": "garch.json#/returns", "student": "r_garch.json#/series/student"},
        "cases": cases,
    }
    (folder / "garch_units.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

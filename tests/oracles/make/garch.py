"""Writes tests/oracles/garch.json: GARCH, GJR and EGARCH by arch on returns made here."""

import json

import arch
import numpy as np
from arch import arch_model


def returns(n=1500, seed=19860401):
    rng = np.random.default_rng(seed)
    variance, out = 1.0, np.zeros(n)
    for t in range(n):
        out[t] = 0.05 + np.sqrt(variance) * rng.standard_normal()
        shock = out[t] - 0.05
        variance = 0.03 + (0.05 + 0.08 * (shock < 0)) * shock**2 + 0.88 * variance
    return np.round(out, 6)


def main():
    r = returns()
    models = {
        "garch": dict(vol="GARCH", p=1, o=0, q=1),
        "gjr": dict(vol="GARCH", p=1, o=1, q=1),
        "egarch": dict(vol="EGARCH", p=1, o=1, q=1),
    }
    cases = []
    for name, settings in models.items():
        model = arch_model(r, mean="Constant", dist="normal", rescale=False, **settings)
        # The default tolerance leaves the fourth digit open; restart from the result with a tight one.
        fitted = model.fit(disp="off")
        for _ in range(5):
            fitted = model.fit(
                disp="off", starting_values=fitted.params.values, options={"ftol": 1e-14, "maxiter": 1000}
            )
        case = {
            "kind": name,
            "parameters": list(fitted.params),
            "std_errors": list(fitted.std_err),
            "log_likelihood": fitted.loglikelihood,
            "variances": list(fitted.conditional_volatility[[0, 1, 2, 750, 1499]] ** 2),
            "one_step": float(fitted.forecast(horizon=1).variance.values[-1, 0]),
        }
        if name != "egarch":
            case["forecast"] = list(fitted.forecast(horizon=10).variance.values[-1])
        else:
            simulated = fitted.forecast(
                horizon=10, method="simulation", simulations=400_000, rng=np.random.default_rng(1).standard_normal
            )
            case["forecast"] = list(simulated.variance.values[-1])
        cases.append(case)
    document = {
        "packages": {"arch": arch.__version__, "numpy": np.__version__},
        "command": "python tests/oracles/make/garch.py",
        "note": "same likelihood at the same parameters: 1e-8; the optimum: log-likelihood 1e-6, parameters 1e-3",
        "returns": list(r),
        "cases": cases,
    }
    with open("tests/oracles/garch.json", "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()

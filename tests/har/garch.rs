//! GARCH, GJR and EGARCH.

use super::close;
use super::support::oracles::{numbers, oracle};
use dvol::models::Garch;
use serde_json::Value;

fn garch_case<'a>(document: &'a Value, kind: &str) -> &'a Value {
    document["cases"].as_array().unwrap().iter().find(|case| case["kind"] == kind).expect("a case")
}

#[test]
fn garch_recursions_and_likelihoods_are_those_of_arch() {
    let document = oracle("garch");
    let returns = numbers(&document["returns"]);
    for (kind, name) in [(Garch::Garch, "garch"), (Garch::Gjr, "gjr"), (Garch::Egarch, "egarch")] {
        let case = garch_case(&document, name);
        let fitted = kind.fit(&returns).unwrap();
        let theirs = fitted.with_parameters(&numbers(&case["parameters"])).unwrap();
        let path = theirs.variances(&returns);
        let ours: Vec<f64> = [0, 1, 2, 750, 1499].map(|row| path[row]).into();
        close(name, &ours, &numbers(&case["variances"]), 1e-8);
        close(name, &path[1500..], &[case["one_step"].as_f64().unwrap()], 1e-8);
        // simulated by arch for EGARCH
        let tolerance = if name == "egarch" { 2e-3 } else { 1e-8 };
        close(name, &theirs.forecast(&returns, 10), &numbers(&case["forecast"]), tolerance);
    }
}

#[test]
fn garch_estimates_are_at_least_as_likely_as_arch_s_and_close_to_them() {
    let document = oracle("garch");
    let returns = numbers(&document["returns"]);
    for (kind, name) in [(Garch::Garch, "garch"), (Garch::Gjr, "gjr"), (Garch::Egarch, "egarch")] {
        let case = garch_case(&document, name);
        let fitted = kind.fit(&returns).unwrap();
        let likelihood = case["log_likelihood"].as_f64().unwrap();
        assert!(fitted.log_likelihood > likelihood - 1e-6, "{name}: {} {likelihood}", fitted.log_likelihood);
        close(name, &fitted.parameters(), &numbers(&case["parameters"]), 1e-3);
        close(name, &fitted.std_errors(&returns).unwrap(), &numbers(&case["std_errors"]), 2e-2);
    }
}

#[test]
fn garch_does_not_depend_on_the_unit_of_returns() {
    let returns = numbers(&oracle("garch")["returns"]);
    let small: Vec<f64> = returns.iter().map(|r| r / 1_000.0).collect();
    for kind in [Garch::Garch, Garch::Gjr, Garch::Egarch] {
        let (large, tiny) = (kind.fit(&returns).unwrap(), kind.fit(&small).unwrap());
        let rescaled: Vec<f64> = tiny.forecast(&small, 5).iter().map(|variance| variance * 1e6).collect();
        close(kind.name(), &rescaled, &large.forecast(&returns, 5), 1e-4);
    }
    assert!(Garch::Garch.fit(&returns[..50]).unwrap_err().to_string().contains("100"));
    assert!(Garch::Gjr.fit(&[0.5; 200]).unwrap_err().to_string().contains("equal"));
}

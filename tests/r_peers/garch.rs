//! Standard errors of GARCH in any unit, and Student shocks.

use super::support::agreement::close;
use super::support::oracles::oracle;
use super::{pointed, value};
use dvol::likelihood::LikelihoodCovariance;
use dvol::models::{FittedGarch, Garch, Innovations};
use serde_json::Value;

fn returns(name: &str, scale: f64) -> Vec<f64> {
    let pointer = if name == "normal" { "garch.json#/returns" } else { "r_garch.json#/series/student" };
    pointed(pointer).iter().map(|r| r * scale).collect()
}

fn assert_like(what: &str, fitted: &FittedGarch, own: &[f64], expected: &Value, tolerance: f64) {
    for (name, found) in fitted.parameter_names().iter().zip(own) {
        close(&format!("{what} {name}"), *found, &expected[name], tolerance);
    }
}

/// The estimate of the oracle, as a fitted model of ours.
fn at_theirs(fitted: &FittedGarch, expected: &Value) -> FittedGarch {
    let theirs: Vec<f64> =
        fitted.parameter_names().iter().map(|name| expected["parameters"][name].as_f64().unwrap()).collect();
    fitted.with_parameters(&theirs).unwrap()
}

#[test]
fn standard_errors_are_those_of_exact_derivatives_in_every_unit() {
    let document = oracle("garch_units");
    for (series, law, scales) in [
        ("normal", "normal", ["1", "0.006", "0.0006"]),
        ("student", "normal", ["1", "0.01", "0.001"]),
        ("student", "student", ["1", "0.01", "0.001"]),
    ] {
        let innovations = if law == "student" { Innovations::StudentT } else { Innovations::Normal };
        for scale in scales {
            let what = format!("{series}_returns_{law}_law_arch_start_{scale}");
            let expected = value(&document, &what);
            let returns = returns(series, scale.parse().unwrap());
            let fitted = Garch::Garch.fit_with(innovations, &returns).unwrap();
            close(&what, fitted.log_likelihood, &expected["log_likelihood"], 1e-9);
            assert_like(&what, &fitted, &fitted.parameters(), &expected["parameters"], 1e-4);
            let theirs = at_theirs(&fitted, expected);
            for (covariance, key) in [
                (LikelihoodCovariance::Robust, "robust"),
                (LikelihoodCovariance::Hessian, "classical"),
                (LikelihoodCovariance::ScoreProducts, "score_products"),
            ] {
                let errors = theirs.std_errors_by(covariance, &returns).unwrap();
                assert_like(&format!("{what} {key}"), &fitted, &errors, &expected[key], 1e-6);
            }
        }
    }
}

#[test]
fn standard_errors_are_those_of_fgarch_s_central_differences() {
    // fGarch starts the variance elsewhere: estimates differ by a fraction of a standard error, errors by per cents
    let (units, fgarch) = (oracle("garch_units"), oracle("r_garch"));
    for (case, ours, key) in [
        ("normal_percent_qmle_rcd", "normal_returns_normal_law_fGarch_start_1", "robust"),
        ("normal_percent_norm_rcd", "normal_returns_normal_law_fGarch_start_1", "classical"),
        ("student_percent_std_rcd", "student_returns_student_law_fGarch_start_1", "classical"),
    ] {
        let (theirs, own) = (&value(&fgarch, case)["std_errors"], &value(&units, ours)[key]);
        for name in ["mean", "omega", "alpha", "beta"] {
            close(&format!("{case} {name}"), own[name].as_f64().unwrap(), &theirs[name], 1e-3);
        }
    }
}

#[test]
fn errors_scale_with_the_unit_of_returns_for_every_recursion() {
    for kind in [Garch::Garch, Garch::Gjr, Garch::Egarch] {
        let percent = returns("normal", 1.0);
        let fitted = kind.fit(&percent).unwrap();
        let errors = fitted.std_errors(&percent).unwrap();
        for scale in [0.005_f64, 1e-6] {
            let small: Vec<f64> = percent.iter().map(|r| r * scale).collect();
            let mut parameters = fitted.parameters();
            parameters[0] *= scale;
            parameters[1] = match kind {
                Garch::Egarch => parameters[1] + (1.0 - fitted.beta) * 2.0 * scale.ln(),
                _ => parameters[1] * scale * scale,
            };
            let own = kind.fit(&small).unwrap().with_parameters(&parameters).unwrap();
            let found = own.std_errors(&small).unwrap();
            let what = format!("{} at {scale}", kind.name());
            close(&what, found[0] / scale, errors[0], 1e-6);
            let alpha = 2;
            for place in alpha..errors.len() {
                close(&what, found[place], errors[place], 1e-6);
            }
            if kind != Garch::Egarch {
                close(&what, found[1] / (scale * scale), errors[1], 1e-6);
            }
        }
    }
}

#[test]
fn normal_returns_have_student_s_likelihood_with_many_degrees() {
    let document = oracle("garch_units");
    let returns = returns("normal", 1.0);
    let fitted = Garch::Garch.fit_with(Innovations::StudentT, &returns).unwrap();
    let expected = value(&document, "normal_returns_student_law_arch_start_1");
    close("log-likelihood", fitted.log_likelihood, &expected["log_likelihood"], 1e-7);
    assert!(fitted.degrees.unwrap() > 30.0, "{fitted}");
    assert!(Garch::Egarch.fit_with(Innovations::StudentT, &returns).is_err());
}

#[test]
fn an_error_that_is_not_finite_is_refused() {
    let returns = returns("normal", 1.0);
    let fitted = Garch::Garch.fit(&returns).unwrap();
    // no news at all: beta is not identified
    let flat = fitted.with_parameters(&[0.1, 1.0, 0.0, 0.0]).unwrap();
    let error = flat.with_parameters(&[0.1, f64::NAN, 0.0, 0.0]).unwrap().std_errors(&returns);
    assert!(error.unwrap_err().to_string().contains("not finite"));
}

//! Covariances of least squares and the tests beside them.

use super::support::agreement::{all_close, close};
use super::support::oracles::{numbers, oracle};
use super::{series, value};
use dvol::regression::{Bandwidth, Covariance, Design, FittedOls, Kernel, Ols, Prewhitening};
use dvol::validation::{breusch_godfrey, breusch_pagan, durbin_watson_of_regression, reset};
use serde_json::Value;

fn fit(document: &Value, name: &str) -> FittedOls {
    let columns = &document["inputs"][name]["columns"];
    let column = |name: &str| series(&columns[name]);
    let (target, regressors): (_, &[&str]) = match name {
        "consumption" => ("realcons", &["realgdp", "realinv", "tbilrate"]),
        "investment" => ("realinv", &["realgdp", "lint"]),
        _ => ("growth", &[]),
    };
    let target = column(target);
    let design = if regressors.is_empty() {
        Design::constant(target.len())
    } else {
        Design::new(regressors.iter().map(|name| (*name, column(name)))).unwrap().with_constant()
    };
    Ols::new(name).fit(&design, &target).unwrap()
}

const FITS: [&str; 3] = ["consumption", "investment", "growth"];
const WHITE: [(Prewhitening, &str); 2] =
    [(Prewhitening::None, "plain"), (Prewhitening::Uncapped, "prewhitened")];

#[test]
fn white_s_covariances_are_those_of_sandwich() {
    let document = oracle("r_regression");
    for name in FITS {
        let fit = fit(&document, name);
        for (covariance, case) in [
            (Covariance::Hc0, "hc0"),
            (Covariance::Hc1, "hc1"),
            (Covariance::Hc2, "hc2"),
            (Covariance::Hc3, "hc3"),
        ] {
            let expected = numbers(&value(&document, &format!("{name}_{case}"))["std_errors"]);
            all_close(case, &fit.std_errors(covariance).unwrap(), &expected, 1e-6);
        }
    }
}

#[test]
fn newey_west_covariances_are_those_of_sandwich() {
    let document = oracle("r_regression");
    for name in FITS {
        let fit = fit(&document, name);
        for (prewhitening, white) in WHITE {
            for (bandwidth, rule) in [
                (Bandwidth::Lags(3), "newey_west_3"),
                (Bandwidth::Lags(4), "newey_west_4"),
                (Bandwidth::NeweyWest, "newey_west_automatic"),
                (Bandwidth::Andrews, "kern_hac_bartlett"),
            ] {
                let case = format!("{name}_{rule}_{white}");
                let covariance = Covariance::NeweyWest { bandwidth, prewhitening };
                let expected = numbers(&value(&document, &case)["std_errors"]);
                all_close(&case, &fit.std_errors(covariance).unwrap(), &expected, 1e-6);
            }
        }
    }
}

#[test]
fn kernel_covariances_with_andrews_bandwidth_are_those_of_kern_hac() {
    let document = oracle("r_regression");
    for name in FITS {
        let fit = fit(&document, name);
        for (prewhitening, white) in WHITE {
            for (kernel, label) in [
                (Kernel::Bartlett, "bartlett"),
                (Kernel::Parzen, "parzen"),
                (Kernel::QuadraticSpectral, "quadratic_spectral"),
            ] {
                let case = format!("{name}_kern_hac_{label}_{white}");
                let covariance =
                    Covariance::KernelHac { kernel, bandwidth: Bandwidth::Andrews, prewhitening };
                let expected = numbers(&value(&document, &case)["std_errors"]);
                all_close(&case, &fit.std_errors(covariance).unwrap(), &expected, 1e-6);
            }
        }
    }
}

#[test]
fn a_capped_prewhitening_does_not_depend_on_the_regressors_units() {
    let document = oracle("r_regression");
    let capped = Covariance::NeweyWest { bandwidth: Bandwidth::Lags(3), prewhitening: Prewhitening::Capped };
    for name in ["consumption", "investment"] {
        let fit = fit(&document, name);
        let expected = numbers(&value(&document, &format!("{name}_capped_standardised"))["std_errors"]);
        all_close(name, &fit.std_errors(capped).unwrap(), &expected, 1e-6);
    }
    let columns = &document["inputs"]["consumption"]["columns"];
    let scaled = ["realgdp", "realinv", "tbilrate"].map(|name| {
        let unit = if name == "realgdp" { 1e-3 } else { 1.0 };
        (name, series(&columns[name]).iter().map(|x| x * unit).collect::<Vec<f64>>())
    });
    let scaled = Ols::new("thousands")
        .fit(&Design::new(scaled).unwrap().with_constant(), &series(&columns["realcons"]))
        .unwrap();
    let (plain, thousands) =
        (fit(&document, "consumption").std_errors(capped).unwrap(), scaled.std_errors(capped).unwrap());
    close("realinv", thousands[2], plain[2], 1e-8);
    close("realgdp", thousands[1], 1e3 * plain[1], 1e-8);
}

#[test]
fn a_table_s_f_is_that_of_its_covariance() {
    let document = oracle("r_regression");
    for name in ["consumption", "investment"] {
        let fit = fit(&document, name);
        let covariance = Covariance::newey_west(4);
        let table = fit.table(covariance).unwrap();
        let expected = value(&document, &format!("{name}_newey_west_4_wald_f"));
        close(name, table.f.unwrap(), &expected["statistic"], 1e-6);
        close(name, table.f_p_value.unwrap(), &expected["p_value"], 1e-4);
        let names: Vec<&str> = fit.design().names().iter().map(String::as_str).skip(1).collect();
        let wald = fit.wald(&names, covariance).unwrap();
        let expected = value(&document, &format!("{name}_newey_west_4_wald_chisq"));
        close(name, wald.statistic, &expected["statistic"], 1e-6);
    }
}

#[test]
fn durbin_watson_s_p_value_knows_the_regressors_as_lmtest_s_does() {
    let document = oracle("r_regression");
    for name in ["consumption", "investment"] {
        let test = durbin_watson_of_regression(&fit(&document, name)).unwrap();
        let expected = value(&document, &format!("{name}_durbin_watson_two_sided"));
        close(name, test.statistic, &expected["statistic"], 1e-8);
        close(name, test.p_value, &expected["p_value"], 1e-6);
    }
}

#[test]
fn tests_of_a_regression_s_errors_and_shape_are_those_of_lmtest() {
    let document = oracle("r_regression");
    for name in ["consumption", "investment"] {
        let fit = fit(&document, name);
        let check = |case: &str, own: dvol::hypothesis::TestResult| {
            let expected = value(&document, &format!("{name}_{case}"));
            close(&format!("{name} {case}"), own.statistic, &expected["statistic"], 1e-6);
            close(&format!("{name} {case}"), own.p_value, &expected["p_value"], 1e-4);
        };
        for lags in [1, 4] {
            check(&format!("breusch_godfrey_{lags}"), breusch_godfrey(&fit, lags).unwrap());
        }
        // lmtest's default is Koenker's studentised test
        check("breusch_pagan", breusch_pagan(&fit.residuals().to_vec(), fit.design()).unwrap());
        for power in [2, 3] {
            check(&format!("reset_{power}"), reset(&fit, power).unwrap());
        }
    }
}

//! Normality and autocorrelation.

use super::support::agreement::{Tolerance, close};
use super::support::oracles::oracle;
use super::{pointed, value};
use dvol::hypothesis::TestResult;
use dvol::validation::*;

/// R takes these p-values from 1, and leaves 0 of what is below its rounding.
const ROUNDED: f64 = 1e-9;

#[test]
fn normality_tests_are_those_of_nortest_tseries_and_r_itself() {
    type Test = fn(&[f64]) -> dvol::Result<TestResult>;
    let (normality, series) = (oracle("r_normality"), oracle("r_unit_roots"));
    for sample in ["normal", "heavy", "skewed"] {
        let x = pointed(&format!("validation.json#/samples/{sample}/values"));
        // Lilliefors' p-value is simulated in ours and a regression on n in nortest's
        let cases: [(&str, Test, f64, Option<f64>); 4] = [
            ("lilliefors", lilliefors, 1e-9, None),
            ("anderson_darling", anderson_darling, 1e-9, Some(1e-3)),
            ("shapiro_wilk", shapiro_wilk, 1e-6, Some(1e-4)),
            ("jarque_bera", jarque_bera, 1e-9, Some(1e-6)),
        ];
        for (label, test, tolerance, p_tolerance) in cases {
            let case = format!("{sample}_{label}");
            let document = if label == "jarque_bera" { &series } else { &normality };
            let (expected, own) = (value(document, &case), test(&x).unwrap());
            close(&case, own.statistic, &expected["statistic"], tolerance);
            if let Some(relative) = p_tolerance {
                close(&case, own.p_value, &expected["p_value"], Tolerance { relative, floor: ROUNDED });
            }
        }
    }
}

#[test]
fn ljung_and_box_s_test_is_r_s_box_test() {
    let document = oracle("r_normality");
    for series in ["infl", "walk", "ar"] {
        let x = pointed(&format!("validation.json#/series/{series}"));
        for (lags, fitted) in [(1, 0), (10, 0), (10, 1)] {
            let case = format!("{series}_ljung_box_{lags}_{fitted}");
            let (expected, own) = (value(&document, &case), ljung_box(&x, lags, fitted).unwrap());
            close(&case, own.statistic, &expected["statistic"], 1e-9);
            let tolerance = Tolerance { relative: 1e-6, floor: ROUNDED };
            close(&case, own.p_value, &expected["p_value"], tolerance);
        }
    }
}

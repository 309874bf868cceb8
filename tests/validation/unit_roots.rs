//! Unit roots and stationarity.

use super::support::agreement::{Tolerance, close};
use super::{ORACLE, series};
use dvol::hypothesis::PBound;
use dvol::validation::*;

fn terms(name: &str) -> Deterministic {
    match name {
        "n" => Deterministic::None,
        "c" => Deterministic::Constant,
        _ => Deterministic::Trend,
    }
}

fn rule(name: &str) -> LagRule {
    match name {
        "AIC" => LagRule::Aic,
        "BIC" => LagRule::Bic,
        lags => LagRule::Fixed(lags.parse().unwrap()),
    }
}

#[test]
fn unit_root_tests_agree_with_statsmodels_and_arch() {
    for case in ORACLE["unit_roots"].as_array().unwrap() {
        let text = |key: &str| case[key].as_str().unwrap();
        let what = format!("{} {} {} {}", text("test"), text("series"), text("terms"), text("rule"));
        let values = series(text("series"));
        let result = match text("test") {
            "adf" => {
                let test = AugmentedDickeyFuller {
                    terms: terms(text("terms")),
                    lags: rule(text("rule")),
                    max_lags: None,
                };
                let result = test.test(&values).unwrap();
                assert_eq!(result.n, case["n"].as_u64().unwrap() as usize, "{what}");
                for (ours, theirs) in result.critical_values.iter().zip(case["critical"].as_array().unwrap())
                {
                    close(&what, ours.1, theirs, 1e-9);
                }
                result
            }
            "pp" => PhillipsPerron { terms: terms(text("terms")), lags: None }.test(&values).unwrap(),
            "kpss" => {
                let bandwidth = match text("rule") {
                    "auto" => KpssBandwidth::Hobijn,
                    lags => KpssBandwidth::Lags(lags.parse().unwrap()),
                };
                Kpss { terms: terms(text("terms")), bandwidth }.test(&values).unwrap()
            }
            _ => {
                let model = match text("terms") {
                    "c" => ZivotAndrewsBreak::Intercept,
                    "t" => ZivotAndrewsBreak::Trend,
                    _ => ZivotAndrewsBreak::Both,
                };
                let test = ZivotAndrews { model, lags: rule(text("rule")), trim: 0.15 };
                let (result, place) = test.test(&values).unwrap();
                // statsmodels' ramp of the trend model starts a row early, and its date a row late
                let late = usize::from(model == ZivotAndrewsBreak::Trend);
                assert_eq!(place + late, case["break"].as_u64().unwrap() as usize, "{what}");
                result
            }
        };
        close(&what, result.statistic, &case["statistic"], 1e-6);
        // statsmodels reads Zivot and Andrews' law off another simulation, whose tail is a tenth of ours in draws
        let tolerance = if text("test") == "za" {
            Tolerance { relative: 0.2, floor: 0.01 }
        } else {
            Tolerance::from(1e-6)
        };
        close(&what, result.p_value, &case["p"], tolerance);
        assert_eq!(result.lags, case["lags"].as_u64().map(|lags| lags as usize), "{what}");
    }
}

#[test]
fn published_unit_root_statistics_are_reproduced() {
    // Stata: dfuller infl, lags(1)
    let adf = AugmentedDickeyFuller { lags: LagRule::Fixed(1), ..AugmentedDickeyFuller::default() };
    let adf = adf.test(&series("infl")).unwrap();
    assert!((adf.statistic + 4.334_698_8).abs() < 5e-7, "{adf}");
    assert!((adf.p_value - 0.000_386_61).abs() < 5e-9, "{adf}");
    // R: urca / tseries, kpss.test(realgdp), lag 3
    let kpss = Kpss { terms: Deterministic::Constant, bandwidth: KpssBandwidth::Lags(3) };
    let kpss = kpss.test(&series("realgdp")).unwrap();
    assert!((kpss.statistic - 5.0169).abs() < 1e-4, "{kpss}");
    assert_eq!(kpss.p_bound, PBound::AtMost);
    assert_eq!(kpss.p_value, 0.01);
    // R: urca::ur.za(rgnp, model = "intercept", lag = 8); Zivot and Andrews (1992) print -5.58
    let test = ZivotAndrews { lags: LagRule::Fixed(8), ..ZivotAndrews::default() };
    let (za, place) = test.test(&series("rgnp")).unwrap();
    assert!((za.statistic + 5.576_15).abs() < 5e-6, "{za}");
    assert_eq!(place, 20); // the crash after 1929: observation 21 of 1909-1970
}

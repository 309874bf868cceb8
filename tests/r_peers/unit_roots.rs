//! Unit roots and stationarity.

use super::support::agreement::close;
use super::support::oracles::oracle;
use super::{series, value};
use dvol::validation::*;

const SERIES: [&str; 3] = ["infl", "walk", "ar"];

#[test]
fn dickey_and_fuller_s_statistics_are_those_of_urca() {
    let document = oracle("r_unit_roots");
    for name in SERIES {
        let series = series(&document["inputs"][name]);
        for (terms, label, statistic) in [
            (Deterministic::None, "none", "tau1"),
            (Deterministic::Constant, "drift", "tau2"),
            (Deterministic::Trend, "trend", "tau3"),
        ] {
            for lags in [0, 1, 4] {
                let case = format!("{name}_df_{label}_{lags}");
                let expected = value(&document, &case);
                let test = AugmentedDickeyFuller { terms, lags: LagRule::Fixed(lags), max_lags: None };
                let own = test.test(&series).unwrap();
                close(&case, own.statistic, &expected["statistics"][statistic], 1e-6);
                assert_eq!(own.n as u64, expected["n"].as_u64().unwrap(), "{case}");
            }
        }
        // tseries has a trend and no other choice
        let test =
            AugmentedDickeyFuller { terms: Deterministic::Trend, lags: LagRule::Fixed(4), max_lags: None };
        let own = test.test(&series).unwrap();
        close(name, own.statistic, &value(&document, &format!("{name}_adf_4"))["statistic"], 1e-6);
    }
}

#[test]
fn kpss_statistics_are_those_of_urca_and_tseries() {
    let document = oracle("r_unit_roots");
    for name in SERIES {
        let series = series(&document["inputs"][name]);
        for (terms, urca, tseries) in
            [(Deterministic::Constant, "mu", "level"), (Deterministic::Trend, "tau", "trend")]
        {
            for rule in ["short", "long", "nil", "3"] {
                let case = format!("{name}_kpss_{urca}_{rule}");
                let expected = value(&document, &case);
                let lags = expected["lags"].as_u64().unwrap_or(3) as usize;
                let own = Kpss { terms, bandwidth: KpssBandwidth::Lags(lags) }.test(&series).unwrap();
                close(&case, own.statistic, &expected["statistic"], 1e-6);
            }
            for rule in ["short", "long"] {
                let case = format!("{name}_kpss_{tseries}_{rule}");
                let expected = value(&document, &case);
                let lags = expected["parameter"].as_u64().unwrap() as usize;
                let own = Kpss { terms, bandwidth: KpssBandwidth::Lags(lags) }.test(&series).unwrap();
                close(&case, own.statistic, &expected["statistic"], 1e-6);
                close(&case, own.p_value, &expected["p_value"], 1e-6);
            }
        }
    }
}

#[test]
fn phillips_and_perron_s_tau_is_that_of_urca_but_for_a_row() {
    let document = oracle("r_unit_roots");
    for name in SERIES {
        let series = series(&document["inputs"][name]);
        for (terms, label) in [(Deterministic::Constant, "constant"), (Deterministic::Trend, "trend")] {
            for rule in ["short", "long"] {
                let case = format!("{name}_pp_tau_{label}_{rule}");
                let expected = value(&document, &case);
                let lags = expected["lags"].as_u64().unwrap() as usize;
                let own = PhillipsPerron { terms, lags: Some(lags) }.test(&series).unwrap();
                // urca takes the level's moments from y(t); ours, as arch's, come from y(t-1), the regressor
                close(&case, own.statistic, &expected["statistic"], 5e-3);
            }
        }
    }
}

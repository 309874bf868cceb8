//! The same numbers as pandas, numpy and scipy.

use super::support::agreement::all_close;
use super::support::oracles::{numbers, oracle};
use dvol::jumps::{
    DescriptiveFactors, LeeMykland, LocalVolatility, Reading, lee_mykland, log_returns, ratio_test,
};
use dvol::time::Timestamp;

#[track_caller]
fn close(what: &str, ours: &[f64], theirs: &[f64]) {
    all_close(what, ours, theirs, 1e-6);
}

#[test]
fn lee_mykland_agrees_with_pandas_and_scipy() {
    let oracle = oracle("jumps");
    let prices = numbers(&oracle["prices"]);
    let rows: Vec<usize> = numbers(&oracle["rows"]).into_iter().map(|row| row as usize).collect();
    let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let result = lee_mykland(&prices, LeeMykland::default()).unwrap();
    close("sigma", &pick(&result.sigma), &numbers(&oracle["sigma"]));
    close("statistic", &pick(&result.statistic), &numbers(&oracle["statistic"]));
    close("p", &pick(&result.p_values().unwrap()), &numbers(&oracle["p_value"]));
    let median = LeeMykland { volatility: LocalVolatility::Median, ..LeeMykland::default() };
    let median = lee_mykland(&prices, median).unwrap();
    close("median sigma", &pick(&median.sigma), &numbers(&oracle["median_sigma"]));
    assert_eq!(result.n, oracle["n"].as_u64().unwrap() as usize);
    let jumps: Vec<f64> = result.jumps().into_iter().map(|row| row as f64).collect();
    assert_eq!(jumps, numbers(&oracle["jumps"]));
    for alpha in [0.05, 0.01, 0.001] {
        let critical = |reading| {
            let spec = LeeMykland { alpha, reading, ..LeeMykland::default() };
            lee_mykland(&prices, spec).unwrap().critical_value
        };
        let theirs = |table: &str| oracle[table][alpha.to_string()].as_f64().unwrap();
        close("family-wise", &[critical(Reading::FamilyWise(None))], &[theirs("family_wise")]);
        close("per point", &[critical(Reading::PerPoint)], &[theirs("per_point")]);
    }
}

#[test]
fn weighted_factors_and_the_ratio_test_agree_with_numpy_and_scipy() {
    let oracle = oracle("jumps");
    let returns = log_returns(&numbers(&oracle["prices"])).unwrap();
    // 1970-01-05 was a Monday
    let times: Vec<Timestamp> = (0..returns.len() as i64).map(|h| Timestamp::from_hours(96 + h)).collect();
    let factors = DescriptiveFactors::estimate(&times, &returns, 94).unwrap();
    close("factors", factors.by_hour_of_week(), &numbers(&oracle["factors"]));
    let day = &returns[24 * 16..24 * 17];
    let test = ratio_test(day).unwrap();
    let theirs = |key: &str| oracle["ratio"][key].as_f64().unwrap();
    close("ratio", &[test.statistic, test.p_value], &[theirs("statistic"), theirs("p_value")]);
    close("bipower", &[dvol::jumps::bipower_variation(day)], &[theirs("bipower_variation")]);
}

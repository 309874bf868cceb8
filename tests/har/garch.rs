//! GARCH, GJR and EGARCH.

use super::close;
use super::support::oracles::{numbers, oracle};
use dvol::evaluation::{TrainingWindow, WalkForward};
use dvol::models::Garch;
use dvol::panel::{Column, Panel};
use dvol::sample::{Inputs, Sample};
use dvol::time::Horizon;
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

/// Hourly levels whose log returns are a GARCH process: constant, weights 0.1 and 0.85.
fn levels(hours: usize, seed: u64) -> Vec<f64> {
    let (mut variance, mut level) = (1e-4_f64, 60.0);
    super::support::samples::normals(hours, seed)
        .into_iter()
        .map(|shock| {
            let change = variance.sqrt() * shock;
            variance = 5e-6 + 0.1 * change * change + 0.85 * variance;
            level *= change.exp();
            level
        })
        .collect()
}

fn sample(levels: Vec<f64>) -> Sample {
    let panel = Panel::new("2021-03-24".parse().unwrap(), levels.len()).unwrap();
    let panel = panel.with(Column::known("dvol", levels)).unwrap();
    Inputs::new(&panel, &[], "dvol", 1).unwrap().with_targets(Horizon::hours(24))
}

fn protocol(sample: &Sample) -> WalkForward {
    let at = |hour: usize| sample.inputs().origin(hour);
    WalkForward {
        from: at(4_000),
        to: at(9_500),
        refit_hours: 1_000,
        embargo_hours: 24,
        window: TrainingWindow::Expanding,
    }
}

#[test]
fn garch_walks_forward_and_its_intervals_keep_their_word_on_its_own_market() {
    let sample = sample(levels(10_000, 41));
    for kind in [Garch::Garch, Garch::Gjr, Garch::Egarch] {
        let series = protocol(&sample).run(&kind, &sample).unwrap();
        assert_eq!((series.model(), series.len()), (kind.name(), 5_501));
        for (position, nominal) in [0.5, 0.8, 0.9, 0.95].into_iter().enumerate() {
            let band = &series.bands()[position];
            let held = band
                .iter()
                .zip(series.actual())
                .filter(|(interval, actual)| interval.is_some_and(|interval| interval.contains(**actual)));
            let share = held.count() as f64 / series.len() as f64;
            // 5,501 origins are 229 that do not overlap: a standard error of 0.033 at one half
            assert!((share - nominal).abs() < 0.07, "{} {nominal}: {share}", kind.name());
        }
        // width follows the hour
        let widths: Vec<f64> = series.bands()[1]
            .iter()
            .zip(series.predicted())
            .map(|(interval, level)| interval.unwrap().width() / level)
            .collect();
        let (least, most) =
            widths.iter().fold((f64::MAX, 0.0_f64), |(low, high), w| (low.min(*w), high.max(*w)));
        assert!(most > 1.5 * least, "{}: {least} to {most}", kind.name());
    }
}

#[test]
fn a_garch_forecast_of_levels_does_not_know_what_comes_after_its_origin() {
    let before = levels(9_600, 42);
    let mut after = before.clone();
    // two origins fall to the gap: the last one asked lies at row 9,502
    after[9_503..].iter_mut().for_each(|level| *level *= 1.7);
    // an hour that is missing leaves two without a return
    let gap = |mut levels: Vec<f64>| {
        levels[5_000] = f64::NAN;
        sample(levels)
    };
    let run = |sample: Sample| {
        // targets of the last origins differ, forecasts must not
        protocol(&sample).run(&Garch::Garch, &sample).unwrap().predicted().to_vec()
    };
    assert_eq!(run(gap(before)), run(gap(after)));
}

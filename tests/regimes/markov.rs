//! Markov switching.

use super::support::oracles::numbers;
use super::{agree, case};
use dvol::regimes::{FittedMarkovSwitching, MarkovSwitching, StateParameters};

#[test]
fn markov_filter_smoother_and_likelihood_agree_with_statsmodels() {
    let case = case("markov_switching_given");
    let series = numbers(&case["inputs"]["series"]);
    let p = numbers(&case["inputs"]["parameters"]);
    let model = FittedMarkovSwitching {
        states: [
            StateParameters { mean: p[2], variance: p[4] },
            StateParameters { mean: p[3], variance: p[5] },
        ],
        transition: [[p[0], 1.0 - p[0]], [p[1], 1.0 - p[1]]],
        log_likelihood: 0.0,
        n: series.len(),
        iterations: 0,
    };
    agree(model.log_likelihood_of(&series), &case["expected"]["log_likelihood"], 1e-10);
    for (found, key) in [(model.filtered(&series), "filtered"), (model.smoothed(&series), "smoothed")] {
        let expected = numbers(&case["expected"][key]);
        assert_eq!(found.len(), expected.len());
        for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-8, "{key} {row}: {found} {expected}");
        }
    }
}

#[test]
fn markov_switching_reaches_the_likelihood_and_parameters_of_statsmodels() {
    let series = numbers(&case("markov_switching_given")["inputs"]["series"]);
    let case = case("markov_switching_fitted");
    let fitted = MarkovSwitching::default().fit(&series).unwrap();
    // the M step takes the first state as given, so the maximum is reached up to 1/n
    agree(fitted.log_likelihood, &case["expected"]["log_likelihood"], 1e-4);
    for state in 0..2 {
        agree(fitted.states[state].variance, &case["expected"]["variances"][state], 1e-2);
        agree(fitted.transition[state][state], &case["expected"]["stay"][state], 1e-2);
    }
    assert!(fitted.expected_durations()[0] > fitted.expected_durations()[1]);
}

#[test]
fn markov_switching_bridges_gaps_and_refuses_constants() {
    let mut series = numbers(&case("markov_switching_given")["inputs"]["series"]);
    series[100..130].fill(f64::NAN);
    let fitted = MarkovSwitching::default().fit(&series).unwrap();
    assert_eq!(fitted.n, 470);
    let filtered = fitted.filtered(&series);
    let stationary = fitted.transition[0][1] / (fitted.transition[0][1] + fitted.transition[1][0]);
    assert!((filtered[129] - stationary).abs() < 0.1, "thirty blind steps forget: {}", filtered[129]);
    assert_eq!(MarkovSwitching::default().fit(&[1.0; 100]).unwrap_err().exit_code(), 2);
    assert_eq!(MarkovSwitching::default().fit(&series[..20]).unwrap_err().exit_code(), 2);
}

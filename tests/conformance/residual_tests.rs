//! What every hypothesis test on residuals owes.

use dvol::hypothesis::{TestKind, TestResult};
use dvol::seed::Seed;
use dvol::validation::{Group, Invariance, RESIDUAL_TESTS, Residuals, Validation, Validity};
use rand::Rng;

const OVERLAP: usize = 4;

/// Sums of four shocks, a little skewed, with a regressor that moves.
fn example() -> (Vec<f64>, Vec<f64>) {
    let mut rng = Seed::new(11).rng();
    let shocks: Vec<f64> = (0..603).map(|_| rng.random_range(-1.0_f64..1.3)).collect();
    let values = shocks.windows(OVERLAP).map(|shocks| shocks.iter().sum()).collect();
    let regressor = (0..600).map(|_| rng.random_range(40.0..90.0)).collect();
    (values, regressor)
}

fn of(values: &[f64], regressor: &[f64]) -> Vec<TestResult> {
    let residuals = Residuals::new(values, Some(regressor), OVERLAP).unwrap();
    RESIDUAL_TESTS
        .iter()
        .map(|test| (test.run)(&residuals).unwrap_or_else(|error| panic!("{}: {error}", test.name)))
        .collect()
}

fn bits(result: &TestResult) -> (u64, u64, &str, usize) {
    (result.statistic.to_bits(), result.p_value.to_bits(), &result.name, result.n)
}

#[test]
fn names_are_unique() {
    super::unique(RESIDUAL_TESTS.iter().map(|test| test.name));
}

#[test]
fn a_result_states_what_the_table_says_in_words_and_in_type() {
    let (values, regressor) = example();
    for (test, result) in RESIDUAL_TESTS.iter().zip(of(&values, &regressor)) {
        assert_ne!(test.kind, TestKind::Unrecorded, "{}", test.name);
        assert_eq!(test.kind, result.kind, "{}", test.name);
        for words in [&result.name, &result.null, &result.alternative, &result.distribution] {
            assert!(!words.is_empty(), "{result:?}");
        }
        assert_ne!(result.null, result.alternative, "{result:?}");
        assert!((0.0..=1.0).contains(&result.p_value), "{result:?}");
        assert!(result.statistic.is_finite() && result.n > 0 && result.n <= values.len(), "{result:?}");
    }
}

#[test]
fn the_same_residuals_give_the_same_bits() {
    let (values, regressor) = example();
    for (one, other) in of(&values, &regressor).iter().zip(&of(&values, &regressor)) {
        assert_eq!(bits(one), bits(other));
    }
}

#[test]
fn a_value_that_is_no_number_is_an_error() {
    let (values, regressor) = example();
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        // row 300 is one that every thinned series holds
        let mut values = values.clone();
        values[300] = wrong;
        let residuals = Residuals::new(&values, Some(&regressor), OVERLAP).unwrap();
        for test in RESIDUAL_TESTS {
            let outcome = (test.run)(&residuals);
            assert!(outcome.is_err(), "{} of {wrong}: {outcome:?}", test.name);
        }
    }
}

#[test]
fn too_few_or_constant_values_are_an_error_and_never_a_number_without_meaning() {
    for values in [vec![], vec![0.5], vec![0.5, -0.5], vec![1.0; 200], vec![0.0; 200]] {
        let residuals = Residuals::new(&values, None, OVERLAP).unwrap();
        for test in RESIDUAL_TESTS {
            match (test.run)(&residuals) {
                Err(error) => assert_eq!(error.exit_code(), 2, "{}: {error}", test.name),
                Ok(result) => assert!(
                    result.statistic.is_finite() && (0.0..=1.0).contains(&result.p_value),
                    "{} of {} values: {result:?}",
                    test.name,
                    values.len()
                ),
            }
        }
    }
    assert!(Residuals::new(&[1.0, 2.0], None, 0).is_err());
}

#[test]
fn an_outcome_is_invariant_to_what_its_entry_claims() {
    let (values, regressor) = example();
    let plain = of(&values, &regressor);
    // a power of two changes no digit; another number rounds
    for (factor, level, tolerance) in [(0.125, 0.0, 1e-9), (3.0, 0.0, 1e-6), (1.0, 20.0, 1e-6)] {
        let changed: Vec<f64> = values.iter().map(|value| factor * value + level).collect();
        for ((test, one), other) in RESIDUAL_TESTS.iter().zip(&plain).zip(of(&changed, &regressor)) {
            if level != 0.0 && test.invariance == Invariance::Scale {
                continue;
            }
            let close = |one: f64, other: f64| (one - other).abs() <= tolerance * one.abs().max(1e-3);
            assert!(
                close(one.statistic, other.statistic) && close(one.p_value, other.p_value),
                "{} times {factor} plus {level}: {one:?} became {other:?}",
                test.name
            );
        }
    }
}

#[test]
fn a_level_matters_to_the_tests_that_claim_scale_alone() {
    let (values, regressor) = example();
    let lifted: Vec<f64> = values.iter().map(|value| value + 1.0).collect();
    let pairs = of(&values, &regressor).into_iter().zip(of(&lifted, &regressor));
    for (test, (one, other)) in RESIDUAL_TESTS.iter().zip(pairs) {
        if test.invariance == Invariance::Scale {
            assert!((one.statistic - other.statistic).abs() > 1e-6, "{}: {one:?}", test.name);
        }
    }
}

#[test]
fn a_report_holds_the_reported_tests_and_no_others() {
    let (values, regressor) = example();
    let report =
        Validation::default().with_overlap(OVERLAP).with_fitted(regressor.clone()).run(&values).unwrap();
    let outcomes = |reported: bool| {
        let results = of(&values, &regressor);
        let tests = RESIDUAL_TESTS.iter().zip(results).filter(move |(test, _)| test.reported == reported);
        tests.map(|(_, result)| result).collect::<Vec<_>>()
    };
    let holds = |result: &TestResult| report.tests.iter().any(|reported| &reported.result == result);
    assert!(outcomes(true).iter().all(holds) && !outcomes(false).iter().any(holds));
    assert_eq!(report.tests.len(), outcomes(true).len());
    for group in Group::ALL {
        assert!(report.group(group).any(|test| test.decides), "{}", group.title());
    }
}

#[test]
fn every_question_has_a_test_that_keeps_its_size_under_overlap_and_one_without() {
    for group in Group::ALL {
        for overlapping in [true, false] {
            let fits = |validity| match validity {
                Validity::Any => true,
                Validity::Overlapping => overlapping,
                Validity::Independent => !overlapping,
            };
            let mut tests = RESIDUAL_TESTS.iter().filter(|test| test.group == group && test.reported);
            assert!(tests.any(|test| fits(test.validity)), "{}", group.title());
        }
    }
}

#[test]
fn the_chapter_on_validation_names_the_tests_that_run_and_no_others() {
    let text = std::fs::read_to_string("notebooks/09_validation.ipynb").unwrap();
    let chapter: dvol::serde_json::Value = dvol::serde_json::from_str(&text).unwrap();
    let cells = chapter["cells"].as_array().unwrap().iter().map(|cell| cell["source"].to_string());
    let named =
        cells.into_iter().find(|cell| cell.contains("Six groups of tests")).expect("the list of tests");
    let plain = |name: &'static str| name.trim_start_matches("HAC ").split(['(', ',']).next().unwrap().trim();
    let names = |reported: bool| {
        RESIDUAL_TESTS.iter().filter(move |test| test.reported == reported).map(move |test| plain(test.name))
    };
    for name in names(true) {
        assert!(named.contains(name), "{name} runs and is not named");
    }
    for name in names(false).filter(|name| names(true).all(|other| other != *name)) {
        assert!(!named.contains(name), "{name} is named and does not run");
    }
}

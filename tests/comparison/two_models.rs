//! Tests between two models, and a comparison that holds them all.

use super::{Oracle, close_to, forecasts, forecasts_at, two_models};
use dvol::evaluation::{
    Comparison, ComparisonSpec, EfficiencyForm, Encompassing, Forecast, Forecasts, LongRun, Loss, Losses,
    MincerZarnowitz, clark_west, compare, diebold_mariano, directional_dependence, giacomini_white,
    pesaran_timmermann,
};
use dvol::regression::Kernel;
use dvol::seed::Seed;
use dvol::serde_json;
use dvol::time::{Horizon, Timestamp};

#[test]
fn diebold_mariano_agrees_with_the_python_package() {
    let (small, large) = two_models();
    let oracle = Oracle::case("diebold_mariano");
    for (key, loss, kernel) in [
        ("rectangular", Loss::Mse, Kernel::Rectangular),
        ("bartlett", Loss::Mse, Kernel::Bartlett),
        ("bartlett_absolute", Loss::Mae, Kernel::Bartlett),
    ] {
        let test = diebold_mariano(&small, &large, loss, kernel).unwrap();
        oracle.agrees(&format!("/{key}/statistic"), test.statistic);
        oracle.agrees(&format!("/{key}/p_value"), test.p_value);
        assert_eq!((test.lags, test.n), (Some(5), 240));
    }
}

#[test]
fn diebold_mariano_counts_overlap_in_steps_between_origins() {
    let (small, large) = two_models();
    let every =
        |hours: i64, series: &Forecasts| series.filter(|record| record.origin.hours() % hours == 0).unwrap();
    let lags = |hours| {
        let test = diebold_mariano(&every(hours, &small), &every(hours, &large), Loss::Mse, Kernel::Bartlett)
            .unwrap();
        test.lags
    };
    assert_eq!([lags(1), lags(2), lags(4), lags(6), lags(12)], [Some(5), Some(2), Some(1), Some(0), Some(0)]);
}

#[test]
fn origins_that_are_missing_do_not_become_neighbours() {
    // two runs of six hours, a year apart: the pair across the gap must not count
    let series = |model: &str, errors: [f64; 12]| {
        let hours = (0..6).chain(8_760..8_766);
        let records = hours.zip(errors).map(|(hour, error)| Forecast {
            origin: Timestamp::from_hours(hour),
            horizon: Horizon::hours(2),
            actual: 0.0,
            predicted: error,
            anchor: 0.0,
        });
        Forecasts::new(model, records).unwrap()
    };
    let first = series("first", [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let exact = series("exact", [0.0; 12]);
    // by hand, with one Bartlett lag of weight 1/2
    let d: Vec<f64> = (2..8).map(f64::from).chain([1.0; 6]).collect();
    let mean = d.iter().sum::<f64>() / 12.0;
    let c: Vec<f64> = d.iter().map(|value| value - mean).collect();
    let squares: f64 = c.iter().map(|value| value * value).sum();
    let neighbours: f64 = (1..12).filter(|&row| row != 6).map(|row| c[row] * c[row - 1]).sum();
    let variance = (squares + neighbours) / 144.0;
    let h = 2.0_f64;
    let correction = ((12.0 + 1.0 - 2.0 * h + h * (h - 1.0) / 12.0) / 12.0).sqrt();
    let test = diebold_mariano(&first, &exact, Loss::Mae, Kernel::Bartlett).unwrap();
    close_to(test.statistic, correction * mean / variance.sqrt(), 1e-12);
}

#[test]
fn a_negative_rectangular_variance_falls_back_and_says_so() {
    // an alternating differential: gamma_1 is near -gamma_0, and gamma_0 + 2 gamma_1 is negative
    let rows: Vec<_> = (0..101).map(|hour| (0.0, 1.0 + f64::from(hour % 2), 0.0)).collect();
    let exact = forecasts_at(Horizon::hours(2), "exact", &[(0.0, 0.0, 0.0); 101]);
    let test = |kernel| {
        diebold_mariano(&forecasts_at(Horizon::hours(2), "a", &rows), &exact, Loss::Mae, kernel).unwrap()
    };
    let (plain, bartlett) = (test(Kernel::Rectangular), test(Kernel::Bartlett));
    assert_eq!(plain.statistic, bartlett.statistic);
    assert!(plain.notes[0].contains("Bartlett") && bartlett.notes.is_empty(), "{plain}");
}

#[test]
fn outcomes_that_differ_are_different_questions() {
    let (one, other) = (forecasts("a", &[(1.0, 1.0, 2.0)]), forecasts("b", &[(1.0, 1.0, 3.0)]));
    let error = one.aligned_with(&other).unwrap_err();
    assert!(error.to_string().contains("2 came true for origin 1970-01-01"), "{error}");
}

#[test]
fn giacomini_white_agrees_with_statsmodels() {
    let (small, large) = two_models();
    let test = giacomini_white(&small, &large, Loss::Mse, Kernel::Bartlett).unwrap();
    let oracle = Oracle::case("giacomini_white");
    oracle.agrees("/statistic", test.statistic);
    oracle.agrees("/p_value", test.p_value);
    oracle.agrees("/n", test.n as f64);
}

#[test]
fn clark_west_agrees_with_statsmodels() {
    let (small, large) = two_models();
    let test = clark_west(&small, &large, Kernel::Bartlett).unwrap();
    let oracle = Oracle::case("clark_west");
    oracle.agrees("/statistic", test.statistic);
    oracle.agrees("/p_value", test.p_value);
}

#[test]
fn mincer_zarnowitz_agrees_with_statsmodels() {
    let (_, large) = two_models();
    for (case, form) in [("levels", EfficiencyForm::Levels), ("changes", EfficiencyForm::Changes)] {
        let oracle = Oracle::case(&format!("mincer_zarnowitz_{case}"));
        let found = MincerZarnowitz::of(&large, form, Kernel::Bartlett).unwrap();
        for (key, value) in [
            ("/intercept", found.intercept),
            ("/slope", found.slope),
            ("/std_errors/0", found.intercept_std_error),
            ("/std_errors/1", found.slope_std_error),
            ("/r2", found.r2),
            ("/statistic", found.test.statistic),
            ("/p_value", found.test.p_value),
        ] {
            oracle.agrees(key, value);
        }
    }
}

#[test]
fn encompassing_agrees_with_statsmodels() {
    let (small, large) = two_models();
    let found = Encompassing::of(&small, &large, Kernel::Bartlett).unwrap();
    let oracle = Oracle::case("encompassing");
    oracle.agrees("/weight", found.weight);
    oracle.agrees("/std_error", found.std_error);
    oracle.agrees("/p_value", found.test.p_value);
}

#[test]
fn pesaran_timmermann_agrees_with_its_formula_and_its_robust_form_with_statsmodels() {
    let (_, large) = two_models();
    let oracle = Oracle::case("pesaran_timmermann");
    let plain = pesaran_timmermann(&large).unwrap();
    oracle.agrees("/statistic", plain.statistic);
    oracle.agrees("/p_value", plain.p_value);
    assert!(plain.notes[0].contains("overlap"), "{plain}");
    let robust = directional_dependence(&large, Kernel::Bartlett).unwrap();
    oracle.agrees("/robust_statistic", robust.statistic);
    oracle.agrees("/robust_p_value", robust.p_value);
}

#[test]
fn comparing_different_questions_is_an_error_and_not_a_number() {
    let (small, large) = two_models();
    let shorter = large.filter(|record| record.origin.hours() > 0).unwrap();
    for error in [
        diebold_mariano(&small, &shorter, Loss::Mse, Kernel::Bartlett).unwrap_err(),
        giacomini_white(&small, &shorter, Loss::Mse, LongRun::Cosine).unwrap_err(),
        clark_west(&small, &shorter, LongRun::Cosine).unwrap_err(),
        Encompassing::of(&small, &shorter, LongRun::Cosine).unwrap_err(),
        Losses::of(&[small.clone(), shorter], Loss::Mse).unwrap_err(),
        // a model against itself
        diebold_mariano(&small, &small, Loss::Mse, Kernel::Bartlett).unwrap_err(),
    ] {
        assert_eq!(error.exit_code(), 2, "{error}");
    }
    // persistence names no direction and no change
    let still = forecasts("persistence", &[(1.0, 1.0, 2.0); 40]);
    assert_eq!(pesaran_timmermann(&still).unwrap_err().exit_code(), 2);
    assert_eq!(
        MincerZarnowitz::of(&still, EfficiencyForm::Changes, LongRun::Cosine).unwrap_err().exit_code(),
        2
    );
}

#[test]
fn a_comparison_holds_every_test_and_one_set_of_draws() {
    let (small, large) = two_models();
    let spec = ComparisonSpec {
        nested: vec![("small".to_owned(), "large".to_owned())],
        replications: 200,
        ..ComparisonSpec::default()
    };
    let comparison = compare(&[small.clone(), large.clone()], &spec).unwrap();
    assert_eq!(comparison.pair("large", "small").unwrap().test, {
        diebold_mariano(&small, &large, Loss::Mse, LongRun::Cosine).unwrap()
    });
    assert_eq!(comparison.clark_west[0].test, clark_west(&small, &large, LongRun::Cosine).unwrap());
    assert_eq!((comparison.encompassing.len(), comparison.mincer_zarnowitz.len()), (2, 2));
    assert!(comparison.block_length >= 6.0, "blocks are no shorter than the overlap");
    let set = comparison.model_confidence_set.as_ref().unwrap();
    assert_eq!(set.included(), ["large"]);
    assert_eq!(comparison.superior_predictive_ability.as_ref().unwrap().benchmark, "small");
    for (intervals, metrics) in comparison.intervals.iter().zip(&comparison.metrics.0) {
        assert!(intervals.intervals.len() >= 8);
        for interval in &intervals.intervals {
            assert_eq!(metrics.get(interval.score), Some(interval.value));
            assert!(interval.lower <= interval.upper, "{intervals}");
        }
    }
    assert_eq!(
        compare(&[small.clone(), large.clone()], &spec).unwrap(),
        comparison,
        "same seed, same numbers"
    );
    let other = ComparisonSpec { seed: Seed::new(7), ..spec };
    assert_ne!(compare(&[small, large], &other).unwrap().intervals, comparison.intervals);
    let text = serde_json::to_string(&comparison).unwrap();
    let again: Comparison = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}

//! What every hypothesis test on forecasts owes.

use dvol::evaluation::{
    Compares, Contest, EliminationStatistic, FORECAST_TESTS, Forecast, Forecasts, LongRun, Loss, Losses,
    ModelConfidenceSet, Pairing, StationaryBootstrap, Swap,
};
use dvol::hypothesis::{TestKind, TestResult};
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use dvol::{Error, Result};
use rand::Rng;

const HOURS: u32 = 3;
const N: usize = 400;

/// A series of forecasts, three hours ahead, of one market: `predict` gets row, anchor and outcome.
fn series(model: &str, predict: impl Fn(usize, f64, f64) -> f64) -> Forecasts {
    let mut rng = Seed::new(5).rng();
    let records = (0..N).map(|row| {
        let anchor = 60.0 + rng.random_range(-3.0..3.0);
        let actual = anchor + rng.random_range(-2.0..2.0);
        Forecast {
            origin: Timestamp::from_hours(row as i64),
            horizon: Horizon::hours(HOURS),
            actual,
            predicted: predict(row, anchor, actual),
            anchor,
        }
    });
    Forecasts::new(model, records).unwrap()
}

fn noise(row: usize, seed: usize) -> f64 {
    ((row * (7 + seed) + row * row * 13) % 31) as f64 / 15.0 - 1.0
}

fn good() -> Forecasts {
    series("good", |row, anchor, actual| anchor + 0.5 * (actual - anchor) + 0.4 * noise(row, 1))
}

fn poor() -> Forecasts {
    series("poor", |row, anchor, actual| anchor + 0.2 * (actual - anchor) + 0.9 * noise(row, 4))
}

/// One test with `first` and `second` in the roles it has.
fn run(compares: Compares, first: &Forecasts, second: &Forecasts) -> Result<TestResult> {
    match compares {
        Compares::One { run } => run(first, LongRun::Cosine),
        Compares::Two { run, .. } => {
            let losses = Losses::of([first, second], Loss::Mse)?;
            run(&Pairing {
                first,
                second,
                loss: Loss::Mse,
                long_run: LongRun::Cosine,
                losses: &losses,
                places: (0, 1),
            })
        }
        Compares::Several { run } => {
            let losses = Losses::of([first, second], Loss::Mse)?;
            let resamples = StationaryBootstrap::new(5.0, 200, Seed::new(1))?.resample(losses.len())?;
            run(&Contest {
                losses: &losses,
                benchmark: first.model(),
                resamples: &resamples,
                mean_block: 5.0,
            })
        }
    }
}

#[test]
fn names_are_unique() {
    super::unique(FORECAST_TESTS.iter().map(|test| test.name));
}

#[test]
fn a_result_states_what_the_table_says_in_words_and_in_type() {
    for test in FORECAST_TESTS {
        let result = run(test.compares, &poor(), &good()).unwrap();
        assert_ne!(test.kind, TestKind::Unrecorded, "{}", test.name);
        assert_eq!(test.kind, result.kind, "{}", test.name);
        for words in [&result.name, &result.null, &result.alternative, &result.distribution] {
            assert!(!words.is_empty(), "{result:?}");
        }
        assert!((0.0..=1.0).contains(&result.p_value) && result.statistic.is_finite(), "{result:?}");
        assert!(result.n > 0 && result.n <= N, "{result:?}");
    }
}

#[test]
fn the_same_forecasts_give_the_same_bits() {
    for test in FORECAST_TESTS {
        let [one, other] = [0, 1].map(|_| run(test.compares, &poor(), &good()).unwrap());
        assert_eq!(one.statistic.to_bits(), other.statistic.to_bits(), "{}", test.name);
        assert_eq!(one.p_value.to_bits(), other.p_value.to_bits(), "{}", test.name);
    }
}

#[test]
fn swapping_the_models_does_what_the_entry_says() {
    for test in FORECAST_TESTS {
        let Compares::Two { swap, .. } = test.compares else { continue };
        let one = run(test.compares, &poor(), &good()).unwrap();
        let other = run(test.compares, &good(), &poor()).unwrap();
        let close = |one: f64, other: f64| (one - other).abs() <= 1e-9 * one.abs().max(1.0);
        let (sign, p) = (close(one.statistic, -other.statistic), close(one.p_value, other.p_value));
        match swap {
            Swap::FlipsSign => assert!(sign && p, "{}: {one} {other}", test.name),
            Swap::KeepsStatistic => {
                assert!(close(one.statistic, other.statistic) && p, "{}: {one} {other}", test.name);
            }
            Swap::AsksAnother => {
                assert!(!sign && !close(one.statistic, other.statistic), "{}: {one} {other}", test.name);
                assert_ne!(one.null, other.null, "{}", test.name);
            }
        }
    }
}

#[test]
fn identical_losses_are_an_error_and_never_a_p_value_from_rounding() {
    let twin = series("twin", |row, anchor, actual| anchor + 0.5 * (actual - anchor) + 0.4 * noise(row, 1));
    for test in FORECAST_TESTS {
        if matches!(test.compares, Compares::One { .. }) {
            continue;
        }
        let outcome = run(test.compares, &good(), &twin);
        assert!(outcome.is_err(), "{}: {outcome:?}", test.name);
    }
}

#[test]
fn losses_equal_but_for_their_last_digits_are_an_error_too() {
    // the mirror of an error has the same square, up to rounding
    let good = good();
    let mirror = series("mirror", |row, anchor, actual| {
        2.0 * actual - (anchor + 0.5 * (actual - anchor) + 0.4 * noise(row, 1))
    });
    for test in FORECAST_TESTS.iter().filter(|test| {
        matches!(test.kind, TestKind::EqualAccuracy | TestKind::EqualConditionalAccuracy)
            || test.kind == TestKind::SuperiorAccuracy
    }) {
        let outcome = run(test.compares, &good, &mirror);
        assert!(outcome.is_err(), "{}: {outcome:?}", test.name);
    }
}

#[test]
fn a_confidence_set_keeps_both_of_two_identical_models() {
    let twin = series("twin", |row, anchor, actual| anchor + 0.5 * (actual - anchor) + 0.4 * noise(row, 1));
    let losses = Losses::of(&[good(), twin, poor()], Loss::Mse).unwrap();
    let resamples = StationaryBootstrap::new(5.0, 500, Seed::new(1)).unwrap().resample(N).unwrap();
    let set = |statistic| ModelConfidenceSet::of(&losses, &resamples, statistic, 0.1).unwrap();
    for statistic in [EliminationStatistic::Range, EliminationStatistic::Max] {
        assert_eq!(set(statistic).included(), ["good", "twin"], "{statistic:?}");
    }
}

#[test]
fn series_that_are_not_aligned_are_an_error() {
    let shorter = poor().filter(|record| record.origin > Timestamp::from_hours(9)).unwrap();
    for test in FORECAST_TESTS {
        if matches!(test.compares, Compares::One { .. }) {
            continue;
        }
        let error = run(test.compares, &good(), &shorter).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{}: {error}", test.name);
        assert!(!matches!(error, Error::Internal { .. }), "{}: {error}", test.name);
    }
}

#[test]
fn too_few_forecasts_are_an_error() {
    let first_two =
        |series: Forecasts| series.filter(|record| record.origin < Timestamp::from_hours(2)).unwrap();
    for test in FORECAST_TESTS {
        let outcome = run(test.compares, &first_two(poor()), &first_two(good()));
        assert!(outcome.is_err(), "{}: {outcome:?}", test.name);
    }
}

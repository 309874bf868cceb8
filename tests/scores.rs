//! The table of scores: what holds for each of them, and the names results know them by.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::evaluation::Aim;
use dvol::prelude::*;
use dvol::serde_json::{self, Value};

/// Forecasts of a level that moves up and down, off by `error`, with intervals about them.
fn series(error: f64) -> Forecasts {
    let actual = |hour: i64| 50.0 + ((hour * hour) % 7) as f64;
    let records = (0..60).map(|hour| Forecast {
        origin: Timestamp::from_hours(hour),
        horizon: Horizon::hours(1),
        actual: actual(hour),
        predicted: actual(hour) + if hour % 3 == 0 { error } else { -1.5 * error },
        anchor: 52.25,
    });
    let series = Forecasts::new("ours", records).unwrap();
    // a share of the intervals misses: as promised without an error, too many with one
    let reach = |row: usize, promised: usize| {
        let misses = if error == 0.0 { row < promised } else { row < 3 * promised };
        if misses { [1.0 + error, 2.0 + error] } else { [-1.0 - error, 1.0 + error] }
    };
    [(Coverage::P80, 12), (Coverage::P95, 3)].into_iter().fold(series, |series, (coverage, promised)| {
        let ends = |end: usize| {
            series.actual().iter().enumerate().map(|(row, y)| y + reach(row, promised)[end]).collect()
        };
        let band = Band::new(coverage, ends(0), ends(1)).unwrap();
        series.with_band(band).unwrap()
    })
}

#[test]
fn every_score_prefers_the_better_forecasts() {
    let [good, bad] = [0.0, 4.0].map(|error| Metrics::of(&series(error)).unwrap());
    for score in Score::ALL {
        let [good, bad] = [&good, &bad].map(|metrics| metrics.get(score).expect(score.key));
        let (good, bad) = (score.aim.badness(good), score.aim.badness(bad));
        assert!(good < bad, "{}: {good} and {bad}", score.key);
    }
}

#[test]
fn scores_have_names_of_their_own_and_are_found_by_them() {
    for (place, score) in Score::ALL.into_iter().enumerate() {
        assert_eq!(Score::named(score.key), Some(score));
        assert!(Score::ALL[..place].iter().all(|other| other.label != score.label), "{}", score.label);
        let text = serde_json::to_string(&score).unwrap();
        assert_eq!(serde_json::from_str::<Score>(&text).unwrap(), score);
    }
    assert!(
        serde_json::from_str::<Score>("\"luck\"").unwrap_err().to_string().contains("`luck` is no score")
    );
    assert_eq!(Score::COVERAGE.aim, Aim::Nominal(Coverage::P80));
}

/// The names under which results are recorded, in their order.
const RECORDED: [&str; 17] = [
    "model",
    "horizon",
    "n",
    "rmse",
    "mae",
    "mape",
    "r2",
    "skill",
    "mase",
    "bias",
    "qlike",
    "directional_accuracy",
    "directional_accuracy_consecutive",
    "coverage",
    "interval_width",
    "coverage_95",
    "interval_width_95",
];

#[test]
fn recorded_scores_are_read_and_written_under_the_same_names() {
    let metrics = Metrics::of(&series(1.0)).unwrap();
    let text = serde_json::to_string(&metrics).unwrap();
    let places: Vec<usize> =
        RECORDED.iter().map(|key| text.find(&format!("\"{key}\":")).expect(key)).collect();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(serde_json::from_str::<Metrics>(&text).unwrap(), metrics);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/results/backtest/metrics.json");
    let recorded: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let rows = recorded.as_array().or(recorded["metrics"].as_array()).expect("a list of scores");
    for row in rows {
        let read: Metrics = serde_json::from_value(row.clone()).unwrap();
        assert_eq!(&serde_json::to_value(&read).unwrap(), row);
    }
}

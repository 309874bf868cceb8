//! The table of scores: what holds for each of them, and the names results know them by.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

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
    [(Coverage::P50, 30), (Coverage::P80, 12), (Coverage::P90, 6), (Coverage::P95, 3)].into_iter().fold(
        series,
        |series, (coverage, promised)| {
            let ends = |end: usize| {
                series.actual().iter().enumerate().map(|(row, y)| y + reach(row, promised)[end]).collect()
            };
            let band = Band::new(coverage, ends(0), ends(1)).unwrap();
            series.with_band(band).unwrap()
        },
    )
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
const RECORDED: [&str; 22] = [
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
    "interval_score",
    "coverage_95",
    "interval_width_95",
    "interval_score_95",
    "pinball_5",
    "pinball_95",
    "crps",
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
        let written = serde_json::to_value(&read).unwrap();
        for (key, value) in row.as_object().unwrap() {
            assert_eq!(&written[key], value, "{key}");
        }
    }
}

/// Quantiles of one row, and what came true.
fn row(ends: [(Coverage, f64, f64); 4], actual: f64) -> Forecasts {
    let record = Forecast {
        origin: Timestamp::from_hours(0),
        horizon: Horizon::hours(1),
        actual,
        predicted: 50.0,
        anchor: 50.0,
    };
    ends.into_iter().fold(Forecasts::new("ours", [record]).unwrap(), |series, (coverage, lower, upper)| {
        series.with_band(Band::new(coverage, vec![lower], vec![upper]).unwrap()).unwrap()
    })
}

#[test]
fn scores_of_distributions_are_those_worked_out_by_hand() {
    let ends = [
        (Coverage::P50, 49.0, 51.0),
        (Coverage::P80, 48.0, 52.0),
        (Coverage::P90, 47.0, 53.0),
        (Coverage::P95, 46.0, 54.0),
    ];
    let metrics = Metrics::of(&row(ends, 53.5)).unwrap();
    let close = |score: Score, value: f64| {
        let own = metrics.get(score).unwrap();
        assert!((own - value).abs() < 1e-12, "{}: {own} and {value}", score.key);
    };
    close(Score::INTERVAL_SCORE, 4.0 + 10.0 * 1.5);
    close(Score::INTERVAL_SCORE_95, 8.0);
    close(Score::PINBALL_5, 0.05 * 6.5);
    close(Score::PINBALL_95, 0.95 * 0.5);
    // pinball losses of both ends, times twice the levels each end stands for
    let pairs = [
        (0.25 * 4.5 + 0.75 * 2.5, 0.5 - 0.175),
        (0.1 * 5.5 + 0.9 * 1.5, 0.175 - 0.075),
        (0.05 * 6.5 + 0.95 * 0.5, 0.075 - 0.0375),
        (0.025 * 7.5 + 0.025 * 0.5, 0.0375),
    ];
    close(Score::CRPS, pairs.iter().map(|(loss, share)| 2.0 * share * loss).sum());
    let whole = row(ends, 53.5);
    let bare = Forecasts::new("ours", whole.records()).unwrap();
    let three = whole.bands()[..3].iter().cloned().fold(bare, |series, band| series.with_band(band).unwrap());
    assert_eq!(Metrics::of(&three).unwrap().get(Score::CRPS), None);
}

#[test]
fn the_true_quantiles_score_best_and_the_sum_over_levels_is_that_of_their_law() {
    // standard normal outcomes at equal shares, quantiles of a normal of another width
    let normal = [
        (Coverage::P50, 0.674490),
        (Coverage::P80, 1.281552),
        (Coverage::P90, 1.644854),
        (Coverage::P95, 1.959964),
    ];
    let outcomes: Vec<f64> = dvol::statistics::sorted(&support::samples::normals(4_000, 3));
    let scores = |width: f64| {
        let records = outcomes.iter().enumerate().map(|(hour, &actual)| Forecast {
            origin: Timestamp::from_hours(hour as i64),
            horizon: Horizon::hours(1),
            actual,
            predicted: 0.0,
            anchor: 0.1,
        });
        let series = Forecasts::new("ours", records).unwrap();
        let series = normal.iter().fold(series, |series, &(coverage, end)| {
            let ends = |sign: f64| vec![sign * width * end; outcomes.len()];
            series.with_band(Band::new(coverage, ends(-1.0), ends(1.0)).unwrap()).unwrap()
        });
        Metrics::of(&series).unwrap()
    };
    let [narrow, right, wide] = [0.6, 1.0, 1.6].map(scores);
    for score in Score::ALL
        .into_iter()
        .filter(|score| score.key.contains("score") || score.key.contains("pinball") || score.key == "crps")
    {
        let value = |metrics: &Metrics| metrics.get(score).unwrap();
        assert!(value(&right) < value(&narrow) && value(&right) < value(&wide), "{}", score.key);
    }
    // the mean pinball loss of a normal's own quantile is the density there; the whole integral is 1 / sqrt(pi) = 0.5642
    let densities = [(0.325, 0.317777), (0.1, 0.175498), (0.0375, 0.103136), (0.0375, 0.058445)];
    let sum: f64 = densities.iter().map(|(share, density)| 4.0 * share * density).sum();
    let crps = right.get(Score::CRPS).unwrap();
    assert!((crps - sum).abs() < 0.02, "{crps} and {sum}");
}

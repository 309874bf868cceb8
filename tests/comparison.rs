//! Scores of forecasts and the tests that compare them.

use dvol::evaluation::{
    Comparison, ComparisonSpec, EfficiencyForm, EliminationStatistic, Encompassing, Forecast, Forecasts,
    Loss, Losses, Metrics, MetricsTable, MincerZarnowitz, ModelConfidenceSet, Resamples, Score,
    ScoreIntervals, StationaryBootstrap, Studentisation, SuperiorPredictiveAbility, clark_west, compare,
    diebold_mariano, directional_dependence, giacomini_white, optimal_block_length, pesaran_timmermann,
};
use dvol::ndarray::Array2;
use dvol::regression::Kernel;
use dvol::seed::Seed;
use dvol::serde_json::{self, Value};
use dvol::time::{Horizon, Timestamp};
use rand::Rng;
use std::path::PathBuf;

/// One case of `tests/oracles/comparison.json`.
struct Oracle(Value);

impl Oracle {
    fn of(case: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/comparison.json");
        let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        Self(document["cases"][case].clone())
    }

    fn numbers(&self, key: &str) -> Vec<f64> {
        self.0["inputs"][key].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    }

    fn agrees(&self, key: &str, found: f64) {
        let expected =
            self.0["expected"].pointer(key).unwrap_or_else(|| panic!("no {key}")).as_f64().unwrap();
        let tolerance = self.0["tolerance"].as_f64().unwrap();
        let error = (found - expected).abs() / expected.abs().max(1e-12);
        assert!(error <= tolerance, "{key}: found {found}, expected {expected}, relative error {error:e}");
    }
}

/// The oracle's two models, six steps ahead.
fn two_models() -> (Forecasts, Forecasts) {
    let oracle = Oracle::of("diebold_mariano");
    let (actual, anchor) = (oracle.numbers("actual"), oracle.numbers("anchor"));
    let series = |model: &str| {
        let records = oracle.numbers(model).into_iter().enumerate().map(|(row, predicted)| Forecast {
            model: model.into(),
            origin: Timestamp::from_hours(row as i64),
            horizon: Horizon::hours(6),
            actual: actual[row],
            predicted,
            anchor: anchor[row],
            lower: None,
            upper: None,
            lower_95: None,
            upper_95: None,
        });
        Forecasts::new(records.collect()).unwrap()
    };
    (series("small"), series("large"))
}

/// The oracle's losses of four models and its bootstrap draws.
fn four_models() -> (Oracle, Losses, Resamples) {
    let oracle = Oracle::of("bootstrap");
    let rows = oracle.0["inputs"]["losses"].as_array().unwrap().clone();
    let values = Array2::from_shape_fn((rows.len(), 4), |(row, model)| rows[row][model].as_f64().unwrap());
    let origins = (0..rows.len() as i64).map(Timestamp::from_hours).collect();
    let names = ["first", "second", "third", "last"].map(str::to_owned).to_vec();
    let losses = Losses::new(names, values, origins, Horizon::hours(1)).unwrap();
    let draws: Vec<Vec<usize>> = serde_json::from_value(oracle.0["inputs"]["indices"].clone()).unwrap();
    let resamples = Resamples::from_indices(losses.len(), &draws).unwrap();
    (oracle, losses, resamples)
}

/// Times (bar open) and closes of DVOL: the real series where it lies, else a seeded stand-in of the same shape.
fn dvol_closes() -> (Vec<Timestamp>, Vec<f64>, bool) {
    let folders = [
        std::env::var_os("DVOL_SHARED").map(PathBuf::from),
        Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data")),
    ];
    let file =
        folders.into_iter().flatten().map(|folder| folder.join("dvol_close_1h.csv")).find(|f| f.exists());
    if let Some(file) = file {
        println!("real series: {}", file.display());
        let mut reader = csv::Reader::from_path(file).unwrap();
        let rows = reader.records().map(Result::unwrap);
        let pairs = rows.map(|row| (row[0].parse::<Timestamp>().unwrap(), row[1].parse::<f64>().unwrap()));
        let (times, closes) = pairs.unzip();
        return (times, closes, true);
    }
    println!("no shared data: a seeded mean-reverting walk instead");
    let first: Timestamp = "2021-03-24T00:00:00Z".parse().unwrap();
    let mut rng = Seed::new(1).rng();
    let mut level = 60.0_f64;
    let closes = (0..39_984).map(|_| {
        level += 0.001 * (60.0 - level) + rng.random_range(-0.8..0.8);
        level
    });
    let closes = closes.collect::<Vec<_>>();
    ((0..39_984).map(|hour| Timestamp::from_hours(first.hours() + hour)).collect(), closes, false)
}

/// Persistence over the last fifth of the thesis window, by target bar.
fn persistence(hours: u32) -> (Forecasts, bool) {
    let (times, closes, real) = dvol_closes();
    let first: Timestamp = "2024-11-21T21:00:00Z".parse().unwrap();
    let last: Timestamp = "2025-10-14T23:00:00Z".parse().unwrap();
    let horizon = Horizon::hours(hours);
    let records = (0..times.len()).filter(|&row| (first..=last).contains(&times[row])).map(|row| {
        let anchor = closes[row - horizon.rows()];
        Forecast {
            model: "persistence".into(),
            origin: times[row - horizon.rows()],
            horizon,
            actual: closes[row],
            predicted: anchor,
            anchor,
            lower: None,
            upper: None,
            lower_95: None,
            upper_95: None,
        }
    });
    (Forecasts::new(records.collect()).unwrap(), real)
}

fn forecasts(model: &str, rows: &[(f64, f64, f64)]) -> Forecasts {
    forecasts_at(Horizon::hours(24), model, rows)
}

/// Hourly forecasts from (anchor, predicted, actual).
fn forecasts_at(horizon: Horizon, model: &str, rows: &[(f64, f64, f64)]) -> Forecasts {
    let records = rows.iter().enumerate().map(|(row, &(anchor, predicted, actual))| Forecast {
        model: model.into(),
        origin: Timestamp::from_hours(row as i64),
        horizon,
        actual,
        predicted,
        anchor,
        lower: Some(predicted - 1.0),
        upper: Some(predicted + 1.0),
        lower_95: Some(predicted - 2.0),
        upper_95: Some(predicted + 2.0),
    });
    Forecasts::new(records.collect()).unwrap()
}

fn close_to(found: f64, expected: f64, tolerance: f64) {
    let error = (found - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= tolerance, "found {found}, expected {expected}, relative error {error:e}");
}

#[test]
fn persistence_on_the_last_fifth_of_the_thesis_window_scores_what_the_raw_series_says() {
    let (day, real) = persistence(24);
    let metrics = Metrics::of(&day).unwrap();
    assert_eq!(metrics.n, 7_851);
    let residuals = day.residuals();
    let n = residuals.len() as f64;
    let actual = day.actual();
    let mean = actual.iter().sum::<f64>() / n;
    let squared: f64 = residuals.iter().map(|e| e * e).sum();
    let spread: f64 = actual.iter().map(|a| (a - mean).powi(2)).sum();
    close_to(metrics.rmse, (squared / n).sqrt(), 1e-12);
    close_to(metrics.r2.unwrap(), 1.0 - squared / spread, 1e-10);
    assert_eq!(metrics.skill, Some(0.0));
    assert_eq!(metrics.mase, Some(1.0));
    assert_eq!(metrics.directional_accuracy, None);
    if real {
        for (found, expected, half_digit) in [
            (metrics.r2.unwrap(), 0.965_35, 5e-6),
            (metrics.rmse, 1.666, 5e-4),
            (metrics.mae, 1.209, 5e-4),
            (metrics.mape.unwrap(), 2.516, 5e-4),
        ] {
            assert!((found - expected).abs() <= half_digit, "{found} is not {expected}");
        }
        let hour = Metrics::of(&persistence(1).0).unwrap();
        assert!((hour.r2.unwrap() - 0.9971).abs() <= 5e-5, "{hour}");
        assert!((hour.rmse - 0.485).abs() <= 5e-4, "{hour}");
    }
}

#[test]
fn scores_agree_with_a_table_worked_by_hand() {
    // anchor, predicted, actual: errors 1, -3, 2; persistence's errors 3, -1, 2
    let metrics =
        Metrics::of(&forecasts("ours", &[(7.0, 9.0, 10.0), (9.0, 11.0, 8.0), (10.0, 10.0, 12.0)])).unwrap();
    close_to(metrics.rmse, (14.0_f64 / 3.0).sqrt(), 1e-15);
    assert_eq!(metrics.mae, 2.0);
    close_to(metrics.mape.unwrap(), 100.0 * (0.1 + 0.375 + 1.0 / 6.0) / 3.0, 1e-14);
    close_to(metrics.r2.unwrap(), 1.0 - 14.0 / 8.0, 1e-14);
    assert_eq!(metrics.skill, Some(0.0));
    assert_eq!(metrics.mase, Some(1.0));
    assert_eq!(metrics.bias, 0.0);
    let qlike = |a: f64, p: f64| a / p - (a / p).ln() - 1.0;
    close_to(metrics.qlike.unwrap(), (qlike(10.0, 9.0) + qlike(8.0, 11.0) + qlike(12.0, 10.0)) / 3.0, 1e-13);
    // up called up, down called up; the third names no direction
    assert_eq!(metrics.directional_accuracy, Some(0.5));
    // actual: down, up; predicted: up, down
    assert_eq!(metrics.directional_accuracy_consecutive, Some(0.0));
    close_to(metrics.coverage.unwrap(), 1.0 / 3.0, 1e-15);
    assert_eq!(metrics.interval_width, Some(2.0));
}

#[test]
fn direction_is_judged_from_the_origin_and_not_from_one_hour_to_the_next() {
    // the forecast copies the last known value plus a wrong call: consecutively perfect, from its origin always wrong
    let rows: Vec<_> = (0..50).map(f64::from).map(|level| (level, level - 0.5, level + 1.0)).collect();
    let metrics = Metrics::of(&forecasts("lagged", &rows)).unwrap();
    assert_eq!(metrics.directional_accuracy, Some(0.0));
    assert_eq!(metrics.directional_accuracy_consecutive, Some(1.0));
}

#[test]
fn undefined_scores_are_absent_and_unusable_values_are_errors() {
    let metrics = Metrics::of(&forecasts("ours", &[(f64::NAN, 1.0, 0.0), (f64::NAN, 1.0, 0.0)])).unwrap();
    for score in [Score::Mape, Score::Qlike, Score::R2, Score::Skill, Score::Mase, Score::DirectionalAccuracy]
    {
        assert_eq!(metrics.get(score), None, "{score:?}");
    }
    assert_eq!(metrics.mae, 1.0);
    let error = Metrics::of(&forecasts("ours", &[(1.0, 1.0, 1.0), (1.0, f64::NAN, 1.0)])).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("`predicted` at index 1"), "{error}");
}

#[test]
fn scores_survive_json_and_print_one_row_a_model() {
    let table = MetricsTable::of(&[
        forecasts("a", &[(1.0, 2.0, 3.0), (2.0, 2.0, 3.0)]),
        forecasts("b", &[(1.0, 3.0, 3.0), (2.0, 2.0, 3.0)]),
    ])
    .unwrap();
    let text = serde_json::to_string(&table).unwrap();
    assert_eq!(serde_json::from_str::<MetricsTable>(&text).unwrap(), table);
    let shown = table.to_string();
    assert!(shown.starts_with("24 h ahead, 2 origins\n| model | "), "{shown}");
    let (points, intervals) = shown.split_once("\n\n").expect("two tables");
    assert_eq!((points.lines().count(), intervals.lines().count()), (5, 4), "{shown}");
    assert!(points.contains("RMSE") && points.contains("| a ") && !points.contains("coverage"), "{shown}");
    let mut rows = table.0;
    rows[0].n = 3;
    let none = None;
    (rows[0].coverage, rows[0].interval_width, rows[0].coverage_95, rows[0].interval_width_95) =
        (none, none, none, none);
    let shown = MetricsTable(rows).to_string();
    let (points, intervals) = shown.split_once("\n\n").expect("two tables");
    assert!(points.starts_with("24 h ahead\n| model | n | "), "what differs is a column: {shown}");
    assert_eq!(intervals.lines().count(), 3, "a model without intervals has no row: {shown}");
}

#[test]
fn confidence_set_has_the_p_values_of_arch_on_the_same_draws() {
    let (oracle, losses, resamples) = four_models();
    for (key, statistic) in [("range", EliminationStatistic::Range), ("max", EliminationStatistic::Max)] {
        let set = ModelConfidenceSet::of(&losses, &resamples, statistic, 0.1).unwrap();
        for (model, p_value) in set.p_values().into_iter().enumerate() {
            oracle.agrees(&format!("/{key}/p_values/{model}"), p_value);
        }
        let order: Vec<usize> = serde_json::from_value(oracle.0["expected"][key]["order"].clone()).unwrap();
        for (step, model) in order.into_iter().enumerate() {
            assert_eq!(set.models[model].eliminated, step + 1, "{key}");
        }
    }
}

/// The model confidence set by the book: every replication, every pair, every step.
fn naive_range_p_values(losses: &Losses, resamples: &Resamples) -> Vec<f64> {
    let values = losses.values();
    let (n, count) = values.dim();
    let mean_over =
        |rows: &[usize], model: usize| rows.iter().map(|&row| values[[row, model]]).sum::<f64>() / n as f64;
    let all: Vec<usize> = (0..n).collect();
    let observed: Vec<f64> = (0..count).map(|model| mean_over(&all, model)).collect();
    let drawn: Vec<Vec<f64>> = (0..resamples.len())
        .map(|replication| {
            let rows = resamples.indices(replication);
            (0..count).map(|model| mean_over(&rows, model)).collect()
        })
        .collect();
    let spread = |i: usize, j: usize| {
        let squares = drawn.iter().map(|m| ((m[i] - m[j]) - (observed[i] - observed[j])).powi(2));
        (squares.sum::<f64>() / drawn.len() as f64).sqrt()
    };
    let mut alive: Vec<usize> = (0..count).collect();
    let mut p_values = vec![1.0; count];
    let mut largest = 0.0_f64;
    while alive.len() > 1 {
        let (mut statistic, mut worst) = (f64::NEG_INFINITY, 0);
        for &i in &alive {
            for &j in alive.iter().filter(|&&j| j != i) {
                let t = (observed[i] - observed[j]) / spread(i, j);
                if t > statistic {
                    (statistic, worst) = (t, i);
                }
            }
        }
        let above = drawn.iter().filter(|m| {
            let pairs =
                alive.iter().flat_map(|&i| alive.iter().map(move |&j| (i, j))).filter(|(i, j)| i != j);
            let widest = pairs
                .map(|(i, j)| ((m[i] - m[j]) - (observed[i] - observed[j])) / spread(i, j))
                .fold(f64::NEG_INFINITY, f64::max);
            widest > statistic
        });
        largest = largest.max(above.count() as f64 / drawn.len() as f64);
        p_values[worst] = largest;
        alive.retain(|&model| model != worst);
    }
    p_values
}

fn simulated_losses(n: usize, models: usize, gap: f64) -> Losses {
    let mut rng = Seed::new(3).rng();
    let values = Array2::from_shape_fn((n, models), |(_, model)| rng.random::<f64>() + gap * model as f64);
    let names = (0..models).map(|model| format!("model {model}")).collect();
    Losses::new(names, values, (0..n as i64).map(Timestamp::from_hours).collect(), Horizon::hours(1)).unwrap()
}

#[test]
fn confidence_set_equals_a_naive_loop_on_the_same_draws() {
    let losses = simulated_losses(300, 6, 0.02);
    let resamples = StationaryBootstrap::new(7.0, 300, Seed::new(9)).unwrap().resample(300).unwrap();
    let set = ModelConfidenceSet::of(&losses, &resamples, EliminationStatistic::Range, 0.1).unwrap();
    assert_eq!(set.p_values(), naive_range_p_values(&losses, &resamples));
    assert!(!set.included().is_empty() && set.included().len() < 6, "{set}");
}

#[test]
fn models_with_identical_losses_share_one_fate() {
    let one = simulated_losses(200, 2, 0.3);
    let values = Array2::from_shape_fn((200, 3), |(row, model)| one.values()[[row, model.min(1)]]);
    let names = ["good", "bad", "bad again"].map(str::to_owned).to_vec();
    let losses = Losses::new(names, values, one.origins().to_vec(), Horizon::hours(1)).unwrap();
    let resamples = StationaryBootstrap::new(4.0, 400, Seed::new(2)).unwrap().resample(200).unwrap();
    for statistic in [EliminationStatistic::Range, EliminationStatistic::Max] {
        let set = ModelConfidenceSet::of(&losses, &resamples, statistic, 0.05).unwrap();
        assert_eq!(set.included(), ["good"], "{statistic:?}: {set}");
    }
}

#[test]
fn superior_predictive_ability_agrees_with_arch_on_the_same_draws() {
    let (oracle, losses, resamples) = four_models();
    for (key, benchmark) in [("superior_to_first", "first"), ("superior_to_last", "last")] {
        let of = |studentisation| {
            SuperiorPredictiveAbility::of(&losses, benchmark, &resamples, 8.0, studentisation).unwrap()
        };
        for (found, statistic, p_values) in [
            (of(Studentisation::Raw), "raw_statistic", "raw_p_values"),
            // arch's variances, Hansen's statistic
            (of(Studentisation::Studentised), "statistic", "p_values"),
        ] {
            oracle.agrees(&format!("/{key}/{statistic}"), found.statistic);
            for (position, p) in [found.p_lower, found.p_consistent, found.p_upper].into_iter().enumerate() {
                oracle.agrees(&format!("/{key}/{p_values}/{position}"), p);
            }
        }
    }
}

#[test]
fn no_model_is_superior_to_the_best_benchmark() {
    let losses = simulated_losses(400, 4, 0.1);
    let resamples = StationaryBootstrap::new(3.0, 200, Seed::new(5)).unwrap().resample(400).unwrap();
    let of = |name: &str| {
        SuperiorPredictiveAbility::of(&losses, name, &resamples, 3.0, Studentisation::Studentised).unwrap()
    };
    assert_eq!((of("model 0").statistic, of("model 0").p_consistent), (0.0, 1.0));
    let worst = of("model 3");
    assert_eq!((worst.best.as_str(), worst.p_upper), ("model 0", 0.0));
    assert!(worst.test().rejects(0.05));
}

#[test]
fn block_lengths_agree_with_arch() {
    for case in ["block_length_persistent", "block_length_independent", "block_length_random_walk"] {
        let oracle = Oracle::of(case);
        let found = optimal_block_length(&oracle.numbers("series")).unwrap();
        oracle.agrees("/stationary", found.stationary);
        oracle.agrees("/circular", found.circular);
    }
    assert_eq!(optimal_block_length(&[2.0; 50]).unwrap().stationary, 1.0);
}

#[test]
fn bootstrap_blocks_have_the_mean_length_asked_for_and_wrap_around() {
    let n = 1_000;
    let resamples = StationaryBootstrap::new(10.0, 400, Seed::new(4)).unwrap().resample(n).unwrap();
    let (mut blocks, mut visits) = (0, vec![0_u32; n]);
    for replication in 0..resamples.len() {
        let positions = resamples.indices(replication);
        assert_eq!(positions.len(), n);
        blocks += 1 + positions.windows(2).filter(|pair| pair[1] != (pair[0] + 1) % n).count();
        positions.iter().for_each(|&position| visits[position] += 1);
    }
    let length = (n * resamples.len()) as f64 / blocks as f64;
    assert!((length - 10.0).abs() < 0.2, "{length}");
    let (least, most) = (visits.iter().min().unwrap(), visits.iter().max().unwrap());
    assert!(*least > 250 && *most < 550, "every position is as likely: {least} .. {most}");
    let single = StationaryBootstrap::new(1.0, 1, Seed::new(4)).unwrap().resample(n).unwrap();
    let runs = single.indices(0).windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
    assert!(runs < 10, "blocks of one are independent draws: {runs}");
}

#[test]
fn bootstrap_is_the_same_for_any_number_of_threads() {
    let draw = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let losses = simulated_losses(500, 5, 0.01);
            let resamples = StationaryBootstrap::new(6.0, 200, Seed::new(8)).unwrap().resample(500).unwrap();
            let means = resamples.means(losses.values()).unwrap();
            let bits: Vec<u64> = means.iter().map(|mean| mean.to_bits()).collect();
            (bits, ModelConfidenceSet::of(&losses, &resamples, EliminationStatistic::Max, 0.1).unwrap())
        })
    };
    assert_eq!(draw(1), draw(7));
}

#[test]
fn bootstrap_means_are_those_of_the_drawn_rows() {
    let losses = simulated_losses(120, 3, 5.0);
    let resamples = StationaryBootstrap::new(9.0, 20, Seed::new(6)).unwrap().resample(120).unwrap();
    let means = resamples.means(losses.values()).unwrap();
    for replication in 0..20 {
        let rows = resamples.indices(replication);
        for model in 0..3 {
            let direct = rows.iter().map(|&row| losses.values()[[row, model]]).sum::<f64>() / 120.0;
            close_to(means[[replication, model]], direct, 1e-13);
        }
    }
}

#[test]
fn diebold_mariano_agrees_with_the_python_package() {
    let (small, large) = two_models();
    let oracle = Oracle::of("diebold_mariano");
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
            model: model.into(),
            origin: Timestamp::from_hours(hour),
            horizon: Horizon::hours(2),
            actual: 0.0,
            predicted: error,
            anchor: 0.0,
            lower: None,
            upper: None,
            lower_95: None,
            upper_95: None,
        });
        Forecasts::new(records.collect()).unwrap()
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
    let test = giacomini_white(&small, &large, Loss::Mse).unwrap();
    let oracle = Oracle::of("giacomini_white");
    oracle.agrees("/statistic", test.statistic);
    oracle.agrees("/p_value", test.p_value);
    oracle.agrees("/n", test.n as f64);
}

#[test]
fn clark_west_agrees_with_statsmodels() {
    let (small, large) = two_models();
    let test = clark_west(&small, &large).unwrap();
    let oracle = Oracle::of("clark_west");
    oracle.agrees("/statistic", test.statistic);
    oracle.agrees("/p_value", test.p_value);
}

#[test]
fn mincer_zarnowitz_agrees_with_statsmodels() {
    let (_, large) = two_models();
    for (case, form) in [("levels", EfficiencyForm::Levels), ("changes", EfficiencyForm::Changes)] {
        let oracle = Oracle::of(&format!("mincer_zarnowitz_{case}"));
        let found = MincerZarnowitz::of(&large, form).unwrap();
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
    let found = Encompassing::of(&small, &large).unwrap();
    let oracle = Oracle::of("encompassing");
    oracle.agrees("/weight", found.weight);
    oracle.agrees("/std_error", found.std_error);
    oracle.agrees("/p_value", found.test.p_value);
}

#[test]
fn pesaran_timmermann_agrees_with_its_formula_and_its_robust_form_with_statsmodels() {
    let (_, large) = two_models();
    let oracle = Oracle::of("pesaran_timmermann");
    let plain = pesaran_timmermann(&large).unwrap();
    oracle.agrees("/statistic", plain.statistic);
    oracle.agrees("/p_value", plain.p_value);
    assert!(plain.notes[0].contains("overlap"), "{plain}");
    let robust = directional_dependence(&large).unwrap();
    oracle.agrees("/robust_statistic", robust.statistic);
    oracle.agrees("/robust_p_value", robust.p_value);
}

#[test]
fn comparing_different_questions_is_an_error_and_not_a_number() {
    let (small, large) = two_models();
    let shorter = large.filter(|record| record.origin.hours() > 0).unwrap();
    for error in [
        diebold_mariano(&small, &shorter, Loss::Mse, Kernel::Bartlett).unwrap_err(),
        giacomini_white(&small, &shorter, Loss::Mse).unwrap_err(),
        clark_west(&small, &shorter).unwrap_err(),
        Encompassing::of(&small, &shorter).unwrap_err(),
        Losses::of(&[small.clone(), shorter], Loss::Mse).unwrap_err(),
        // a model against itself
        diebold_mariano(&small, &small, Loss::Mse, Kernel::Bartlett).unwrap_err(),
    ] {
        assert_eq!(error.exit_code(), 2, "{error}");
    }
    // persistence names no direction and no change
    let still = forecasts("persistence", &[(1.0, 1.0, 2.0); 40]);
    assert_eq!(pesaran_timmermann(&still).unwrap_err().exit_code(), 2);
    assert_eq!(MincerZarnowitz::of(&still, EfficiencyForm::Changes).unwrap_err().exit_code(), 2);
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
        diebold_mariano(&small, &large, Loss::Mse, Kernel::Bartlett).unwrap()
    });
    assert_eq!(comparison.clark_west[0].test, clark_west(&small, &large).unwrap());
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
    assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), comparison);
}

#[test]
fn score_intervals_equal_scores_of_the_drawn_records() {
    let (_, large) = two_models();
    let resamples = StationaryBootstrap::new(8.0, 60, Seed::new(3)).unwrap().resample(large.len()).unwrap();
    let intervals = ScoreIntervals::of(&large, &resamples, 0.9).unwrap();
    let rmse = |rows: &[usize]| {
        let squares = rows.iter().map(|&row| large.records()[row].residual().powi(2));
        (squares.sum::<f64>() / rows.len() as f64).sqrt()
    };
    let mut drawn: Vec<f64> = (0..60).map(|replication| rmse(&resamples.indices(replication))).collect();
    drawn.sort_by(f64::total_cmp);
    // the 5 % quantile of 60 values lies at 2.95 between the third and the fourth
    let expected = drawn[2] + 0.95 * (drawn[3] - drawn[2]);
    let found = intervals.get(Score::Rmse).unwrap();
    close_to(found.lower, expected, 1e-10);
    assert!(found.lower < found.value && found.value < found.upper);
}

#[test]
fn intervals_cover_the_truth_about_as_often_as_they_say() {
    // overlapping errors with a known mean square of 1: 90 % intervals over 200 samples
    let mut rng = Seed::new(12).rng();
    let mut covered = 0;
    for sample in 0..200 {
        let shocks: Vec<f64> = (0..405).map(|_| rng.random_range(-1.0..1.0_f64) * 3.0_f64.sqrt()).collect();
        let rows: Vec<(f64, f64, f64)> =
            shocks.windows(6).map(|window| (0.0, 0.0, window.iter().sum::<f64>() / 6.0_f64.sqrt())).collect();
        let series = forecasts_at(Horizon::hours(6), "a", &rows);
        let draws = StationaryBootstrap::new(20.0, 200, Seed::new(sample)).unwrap().resample(400).unwrap();
        let bias = ScoreIntervals::of(&series, &draws, 0.9).unwrap().get(Score::Bias).unwrap();
        covered += usize::from(bias.lower <= 0.0 && 0.0 <= bias.upper);
    }
    assert!((160..=195).contains(&covered), "{covered} of 200 intervals hold the true bias of 0");
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

/// Runs `dvol` on a CSV.
fn dvol(csv: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("forecasts.csv"), csv).unwrap();
    let arguments: Vec<String> =
        arguments.iter().map(|argument| argument.replace("FILE", "forecasts.csv")).collect();
    dvol_in(folder.path(), &arguments)
}

/// Runs `dvol` in a folder.
fn dvol_in(folder: &std::path::Path, arguments: &[String]) -> Run {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dvol"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The oracle's two models as a file: origin, actual, small, large.
fn two_models_csv() -> String {
    let (small, large) = two_models();
    let mut text = "origin,actual,anchor,small,large\n".to_owned();
    for (one, other) in small.records().iter().zip(large.records()) {
        text +=
            &format!("{},{},{},{},{}\n", one.origin, one.actual, one.anchor, one.predicted, other.predicted);
    }
    text
}

#[test]
fn compare_prints_one_json_document_with_the_numbers_of_the_library() {
    let arguments = ["compare", "--input", "FILE", "--models", "small,large", "--horizon", "6", "--json"];
    let run = dvol(&two_models_csv(), &arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let oracle = Oracle::of("diebold_mariano");
    oracle.agrees("/bartlett/statistic", document["diebold_mariano"][0]["statistic"].as_f64().unwrap());
    oracle.agrees("/bartlett/p_value", document["diebold_mariano"][0]["p_value"].as_f64().unwrap());
    assert_eq!(document["diebold_mariano"][0]["lags"], 5);
    assert_eq!(document["mcs"]["included"], serde_json::json!(["large"]));
    assert_eq!(document["mcs"]["p_values"].as_array().unwrap().len(), 2);
    assert!(document["spa"]["p_consistent"].as_f64().unwrap() < 0.05);
    assert_eq!(document["metrics"][1]["model"], "large");
    let (_, large) = two_models();
    close_to(document["metrics"][1]["rmse"].as_f64().unwrap(), Metrics::of(&large).unwrap().rmse, 1e-12);
    assert_eq!(dvol(&two_models_csv(), &arguments).out, run.out, "the same bytes again");
}

#[test]
fn compare_reads_the_long_table_of_a_backtest() {
    let (small, large) = two_models();
    let folder = tempfile::tempdir().unwrap();
    dvol::evaluation::write_forecasts(&folder.path().join("long.parquet"), &[small, large]).unwrap();
    let run = |more: &[&str]| {
        let words = ["compare", "--input", "long.parquet", "--json"].iter().chain(more);
        dvol_in(folder.path(), &words.map(|&word| word.to_owned()).collect::<Vec<_>>())
    };
    let found = run(&[]);
    assert_eq!((found.code, found.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&found.out).unwrap();
    Oracle::of("diebold_mariano")
        .agrees("/bartlett/statistic", document["diebold_mariano"][0]["statistic"].as_f64().unwrap());
    assert_eq!(run(&["--models", "small,large"]).out, found.out);
    let missing = run(&["--models", "small,huge"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("`huge`") && missing.err.contains("small, large"), "{}", missing.err);
}

#[test]
fn compare_ranks_models_within_each_state_of_a_column() {
    let (small, large) = two_models();
    let csv: String = two_models_csv()
        .lines()
        .enumerate()
        .map(|(row, line)| format!("{line},{}\n", if row == 0 { "state" } else { ["odd", "even"][row % 2] }))
        .collect();
    let arguments = [
        "compare",
        "--input",
        "FILE",
        "--models",
        "small,large",
        "--horizon",
        "6",
        "--labels",
        "state",
        "--json",
    ];
    let run = dvol(&csv, &arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let even = &document["by_regime"]["regimes"][0];
    assert_eq!((even["regime"].as_str(), even["n"].as_u64()), (Some("even"), Some(120)));
    let inside = |series: &Forecasts| series.filter(|record| record.origin.hours() % 2 == 0).unwrap();
    let expected = diebold_mariano(&inside(&small), &inside(&large), Loss::Mse, Kernel::Bartlett).unwrap();
    close_to(even["diebold_mariano"][0]["statistic"].as_f64().unwrap(), expected.statistic, 1e-12);
}

#[test]
fn compare_finds_the_level_at_the_origin_from_what_came_true_before() {
    // without an anchor column the level at hour t is what came true for the origin 6 hours earlier
    let mut text = "time,actual,a,b\n".to_owned();
    for hour in 0..60 {
        let actual = 50.0 + f64::from((hour * hour) % 13);
        text += &format!("{},{actual},{},{}\n", 3_600 * hour, actual + 0.5, actual - f64::from(hour % 3));
    }
    let arguments = ["compare", "--input", "FILE", "--models", "a,b", "--horizon", "6", "--json"];
    let document: Value = serde_json::from_str(&dvol(&text, &arguments).out).unwrap();
    let level = |hour: i32| 50.0 + f64::from((hour * hour) % 13);
    let persistence: f64 = (6..60).map(|hour| (level(hour) - level(hour - 6)).powi(2)).sum();
    close_to(document["metrics"][0]["skill"].as_f64().unwrap(), 1.0 - 54.0 * 0.25 / persistence, 1e-12);
}

#[test]
fn compare_refuses_bad_input_with_one_sentence_and_exit_code_2() {
    let good = two_models_csv();
    let rows: Vec<&str> = good.lines().collect();
    let with_row = |row: usize, text: &str| {
        let mut rows: Vec<String> = rows.iter().map(|&row| row.to_owned()).collect();
        rows[row] = text.to_owned();
        rows.join("\n")
    };
    let models = "small,large";
    let constant = good.lines().enumerate().map(|(row, line)| {
        let cells: Vec<&str> = line.split(',').collect();
        if row == 0 { line.to_owned() } else { format!("{},5,5,{},{}", cells[0], cells[3], cells[4]) }
    });
    let constant = constant.collect::<Vec<_>>().join("\n");
    let short = rows[..8].join("\n");
    for (csv, models, words) in [
        (with_row(9, "1970-01-01T08:00:00Z,NaN,60,60,60"), models, "column `actual`, row 9"),
        (with_row(9, "1970-01-01T08:00:00Z,60,60,sixty,60"), models, "column `small`, row 9: `sixty`"),
        (with_row(9, "1970-01-01T08:00:00Z,60,60"), models, "row 9: 3 cells"),
        (with_row(9, "1970-01-01T07:00:00Z,60,60,60,61"), models, "row 9"),
        (good.clone(), "small,huge", "no column `huge`"),
        (good.clone(), "small,small", "equal in every row"),
        (constant, models, "same value in every row"),
        (short, models, "at least 16"),
        (String::new(), models, "empty"),
    ] {
        let run = dvol(&csv, &["compare", "--input", "FILE", "--models", models, "--horizon", "6", "--json"]);
        assert_eq!(run.code, 2, "{words}: {}", run.err);
        assert!(
            run.out.is_empty() && run.err.starts_with("dvol: ") && run.err.lines().count() == 1,
            "{}",
            run.err
        );
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    for extra in
        [["--alpha", "1.5"], ["--reps", "0"], ["--block", "0.5"], ["--nested", "small"], ["--benchmark", "x"]]
    {
        let mut arguments = vec!["compare", "--input", "FILE", "--models", models, "--horizon", "6"];
        arguments.extend(extra);
        let run = dvol(&good, &arguments);
        assert_eq!(run.code, 2, "{extra:?}: {}", run.err);
    }
    let missing = dvol(&good, &["compare", "--input", "nowhere.csv", "--models", "a"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("nowhere.csv: no such file"), "{}", missing.err);
}

#[test]
fn naive_rules_are_scored_at_the_true_horizon() {
    let mut text = "timestamp,level\n".to_owned();
    let mut rng = Seed::new(4).rng();
    let mut level = 60.0;
    for hour in 0..2_000 {
        level += rng.random_range(-1.0..1.0);
        text += &format!("{},{level}\n", 1_599_998_400 + 3_600 * hour);
    }
    let values: Vec<f64> =
        text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect();
    let run = dvol(&text, &["naive", "--input", "FILE", "--column", "level", "--horizon", "12", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let names: Vec<&str> =
        document["metrics"].as_array().unwrap().iter().map(|row| row["model"].as_str().unwrap()).collect();
    let expected = ["persistence", "drift", "mean", "moving_average_5", "moving_average_22", "hour_of_week"];
    assert_eq!(names, expected);
    let squares: f64 = (1_600..2_000).map(|row| (values[row] - values[row - 12]).powi(2)).sum();
    close_to(document["metrics"][0]["rmse"].as_f64().unwrap(), (squares / 400.0).sqrt(), 1e-10);
    let average = |row: usize| values[row - 119..=row].iter().sum::<f64>() / 120.0;
    let squares: f64 = (1_600..2_000).map(|row| (values[row] - average(row - 12)).powi(2)).sum();
    close_to(document["metrics"][3]["rmse"].as_f64().unwrap(), (squares / 400.0).sqrt(), 1e-10);
    let daily = "time,level\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n";
    let refused = dvol(daily, &["naive", "--input", "FILE", "--column", "level"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("not one hour apart"), "{}", refused.err);
}

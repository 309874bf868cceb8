//! Tests of many models at once: the model confidence set, superior predictive ability.

use super::Oracle;
use dvol::evaluation::{
    EliminationStatistic, Losses, ModelConfidenceSet, Resamples, StationaryBootstrap, Studentisation,
    SuperiorPredictiveAbility,
};
use dvol::ndarray::Array2;
use dvol::seed::Seed;
use dvol::serde_json;
use dvol::time::{Horizon, Timestamp};
use rand::Rng;

/// The oracle's losses of four models and its bootstrap draws.
fn four_models() -> (Oracle, Losses, Resamples) {
    let oracle = Oracle::case("bootstrap");
    let rows = oracle.0["inputs"]["losses"].as_array().unwrap().clone();
    let values = Array2::from_shape_fn((rows.len(), 4), |(row, model)| rows[row][model].as_f64().unwrap());
    let origins = (0..rows.len() as i64).map(Timestamp::from_hours).collect();
    let names = ["first", "second", "third", "last"].map(str::to_owned).to_vec();
    let losses = Losses::new(names, values, origins, Horizon::hours(1)).unwrap();
    let draws: Vec<Vec<usize>> = serde_json::from_value(oracle.0["inputs"]["indices"].clone()).unwrap();
    let resamples = Resamples::from_indices(losses.len(), &draws).unwrap();
    (oracle, losses, resamples)
}

/// arch's share of replications, or where that is 0 the least that so many replications can support.
#[track_caller]
fn agrees(oracle: &Oracle, key: &str, found: f64, resamples: &Resamples) {
    if oracle.0["expected"].pointer(key).unwrap().as_f64() == Some(0.0) {
        assert_eq!(found, 1.0 / (resamples.len() + 1) as f64, "{key}");
    } else {
        oracle.agrees(key, found);
    }
}

#[test]
fn confidence_set_has_the_p_values_of_arch_on_the_same_draws() {
    let (oracle, losses, resamples) = four_models();
    for (key, statistic) in [("range", EliminationStatistic::Range), ("max", EliminationStatistic::Max)] {
        let set = ModelConfidenceSet::of(&losses, &resamples, statistic, 0.1).unwrap();
        for (model, p_value) in set.p_values().into_iter().enumerate() {
            agrees(&oracle, &format!("/{key}/p_values/{model}"), p_value, &resamples);
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
        let share = above.count() as f64 / drawn.len() as f64;
        largest = largest.max(share).max(1.0 / (drawn.len() + 1) as f64);
        p_values[worst] = largest;
        alive.retain(|&model| model != worst);
    }
    p_values
}

pub fn simulated_losses(n: usize, models: usize, gap: f64) -> Losses {
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
                agrees(&oracle, &format!("/{key}/{p_values}/{position}"), p, &resamples);
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
    assert_eq!((worst.best.as_str(), worst.p_upper), ("model 0", 1.0 / 201.0));
    assert!(worst.test().rejects(0.05));
}

//! Tests judged by their size, and p-values that keep what they promise.

use super::many_models::simulated_losses;
use super::support::samples::forecast;
use dvol::evaluation::{
    Comparison, ComparisonSpec, EliminationStatistic, Forecasts, LongRun, Loss, LossDynamics, Losses,
    ModelConfidenceSet, Score, StationaryBootstrap, Studentisation, SuperiorPredictiveAbility, TestSizes,
    compare, diebold_mariano,
};
use dvol::models::ModelEntry;
use dvol::ndarray::Array2;
use dvol::regression::Kernel;
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use rand::Rng;

/// Forecasts of one random walk, `ahead` hours ahead; `noise` is how far each model strays from the level.
fn models(n: usize, ahead: u32, seed: u64, noise: &[(&str, f64)]) -> Vec<Forecasts> {
    let mut rng = Seed::new(seed).rng();
    let mut levels = vec![60.0];
    for hour in 0..n + ahead as usize {
        levels.push(levels[hour] + rng.random_range(-1.0..1.0));
    }
    let series = |&(name, scale): &(&str, f64)| {
        let records: Vec<_> = (0..n)
            .map(|t| {
                let strayed = levels[t] + scale * rng.random_range(-1.0..1.0);
                let origin = Timestamp::from_hours(t as i64);
                forecast(origin, Horizon::hours(ahead), [levels[t], strayed, levels[t + ahead as usize]])
            })
            .collect();
        Forecasts::new(name, records).unwrap()
    };
    noise.iter().map(series).collect()
}

#[test]
fn every_test_keeps_its_level_where_forecasts_overlap_and_lags_do_not() {
    let sizes = TestSizes { replications: 1_000, ..TestSizes::default() };
    for dynamics in [LossDynamics::Steady, LossDynamics::Clustered] {
        for row in sizes.cell(1_000, 24, dynamics).unwrap() {
            // 1.3 times the level, and three standard errors of a share of 1,000
            let [five, one, _] = row.rejected;
            let honest = five < 0.065 + 0.021 && one < 0.013 + 0.0095;
            assert!(honest || row.long_run != LongRun::Cosine, "{row:?}");
            // a test that never rejects would keep its level too
            assert!(five > 0.008, "{row:?}");
            if row.long_run == LongRun::Lags(Kernel::Bartlett) && dynamics == LossDynamics::Clustered {
                assert!(!honest, "{row:?}");
            }
        }
    }
}

#[test]
fn too_few_origins_for_the_horizon_are_told() {
    let [one, other] = &models(300, 72, 4, &[("one", 0.5), ("other", 0.9)])[..] else { panic!("two models") };
    let test = diebold_mariano(one, other, Loss::Mse, LongRun::Cosine).unwrap();
    assert!(test.notes[0].contains("4.2 horizons"), "{:?}", test.notes);
    let [one, other] = &models(3_000, 72, 4, &[("one", 0.5), ("other", 0.9)])[..] else {
        panic!("two models")
    };
    assert!(diebold_mariano(one, other, Loss::Mse, LongRun::Cosine).unwrap().notes.is_empty());
}

#[test]
fn the_interval_of_skill_holds_zero_when_the_test_against_persistence_does_not_reject() {
    let mut rejections = 0;
    for seed in 0..40 {
        // from indistinguishable to clearly worse
        let stray = 0.04 * seed as f64;
        let models = models(700, 6, seed, &[("persistence", 0.0), ("ours", stray)]);
        let spec = ComparisonSpec { replications: 50, ..ComparisonSpec::default() };
        if seed == 0 {
            continue;
        }
        let comparison = compare(&models, &spec).unwrap();
        let test = &comparison.pair("persistence", "ours").unwrap().test;
        let skill = comparison.intervals[1].get(Score::SKILL).unwrap();
        let holds = skill.lower <= 0.0 && 0.0 <= skill.upper;
        assert_eq!(holds, !test.rejects(0.05), "{skill:?} {test}");
        assert!(skill.lower < skill.value && skill.value < skill.upper, "{skill:?}");
        rejections += usize::from(!holds);
    }
    assert!((5..35).contains(&rejections), "both cases occur: {rejections}");
}

fn comparison_of(losses: &[(&str, f64)]) -> Comparison {
    let spec = ComparisonSpec { replications: 300, ..ComparisonSpec::default() };
    compare(&models(800, 6, 3, losses), &spec).unwrap()
}

#[test]
fn step_down_p_values_are_no_smaller_than_a_pair_s_own_and_no_larger_than_holm_s() {
    let comparison = comparison_of(&[("a", 0.1), ("b", 0.4), ("c", 0.9), ("d", 3.0), ("e", 4.0)]);
    let pairs = &comparison.diebold_mariano;
    let mut p: Vec<(f64, f64)> =
        pairs.iter().map(|pair| (pair.test.p_value, pair.adjusted_p.unwrap())).collect();
    p.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut holm = 0.0_f64;
    for (rank, &(own, adjusted)) in p.iter().enumerate() {
        holm = holm.max((p.len() - rank) as f64 * own);
        assert!(adjusted >= own && adjusted >= 1.0 / 301.0, "{p:?}");
        // Monte Carlo error of 300 replications
        assert!(adjusted <= holm.max(1.0 / 301.0) + 3.0 * (0.25_f64 / 300.0).sqrt(), "{p:?} {holm}");
    }
    assert!(p.iter().any(|&(own, adjusted)| adjusted > 1.5 * own), "a search costs something: {p:?}");
    let text = comparison.to_string();
    assert!(text.contains("p (all pairs)"), "{text}");
}

#[test]
fn one_bad_model_does_not_set_the_block_of_all_others() {
    let mut rng = Seed::new(8).rng();
    let (mut wander, n) = (0.0, 2_000);
    let values = Array2::from_shape_fn((n, 6), |(_, model)| {
        if model == 5 {
            wander = 0.999 * wander + rng.random_range(-1.0..1.0);
            100.0 + wander
        } else {
            rng.random::<f64>()
        }
    });
    let forecasts = |count: usize| -> Vec<Forecasts> {
        (0..count)
            .map(|model| {
                let records = (0..n).map(|t| {
                    let predicted = values[[t, model]].sqrt();
                    forecast(Timestamp::from_hours(t as i64), Horizon::hours(3), [1.0, predicted, 0.0])
                });
                Forecasts::new(format!("model {model}"), records).unwrap()
            })
            .collect()
    };
    let block = |count| {
        let spec = ComparisonSpec { replications: 20, ..ComparisonSpec::default() };
        compare(&forecasts(count), &spec).unwrap().block_length
    };
    let (without, with) = (block(5), block(6));
    assert!(with < 2.0 * without, "{without} {with}");
}

#[test]
fn printed_bootstrap_p_values_are_those_the_replications_can_support() {
    let losses = simulated_losses(400, 4, 0.5);
    let resamples = StationaryBootstrap::new(3.0, 200, Seed::new(5)).unwrap().resample(400).unwrap();
    let least = 1.0 / 201.0;
    for statistic in [EliminationStatistic::Range, EliminationStatistic::Max] {
        let set = ModelConfidenceSet::of(&losses, &resamples, statistic, 0.1).unwrap();
        assert_eq!(set.p_values(), [1.0, least, least, least], "{statistic:?}");
    }
    let studentised = Studentisation::Studentised;
    let worst = SuperiorPredictiveAbility::of(&losses, "model 3", &resamples, 3.0, studentised).unwrap();
    assert_eq!([worst.p_lower, worst.p_consistent, worst.p_upper], [least; 3]);
}

#[test]
fn losses_equal_up_to_rounding_stay_together_in_the_confidence_set() {
    let one = simulated_losses(300, 2, 0.5);
    let values = Array2::from_shape_fn((300, 3), |(row, model)| match model {
        // the same numbers by another way
        1 => (one.values()[[row, 0]] + 0.1) - 0.1,
        model => one.values()[[row, model / 2]],
    });
    let names = ["good", "good by another way", "bad"].map(str::to_owned);
    let resamples = StationaryBootstrap::new(4.0, 400, Seed::new(2)).unwrap().resample(300).unwrap();
    for (count, expected) in [(2, vec![1.0, 1.0]), (3, vec![1.0, 1.0, 1.0 / 401.0])] {
        let part = values.slice(dvol::ndarray::s![.., ..count]).to_owned();
        let origins = one.origins().to_vec();
        let losses = Losses::new(names[..count].to_vec(), part, origins, one.horizon()).unwrap();
        for statistic in [EliminationStatistic::Range, EliminationStatistic::Max] {
            let set = ModelConfidenceSet::of(&losses, &resamples, statistic, 0.05).unwrap();
            assert_eq!(set.p_values(), expected, "{statistic:?}: {set}");
        }
    }
}

#[test]
fn nested_pairs_are_known_from_the_table_of_models() {
    let names: Vec<&str> = ModelEntry::names();
    let nested = ModelEntry::nested_among(&names);
    let inside_persistence = nested.iter().filter(|(small, _)| small == "persistence").count();
    assert!(inside_persistence > names.len() / 2, "{nested:?}");
    assert!(nested.iter().all(|(small, large)| small != large && ModelEntry::find(small).is_some()));
    assert!(!nested.contains(&("persistence".to_owned(), "mean".to_owned())));
}

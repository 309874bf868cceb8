//! The stationary bootstrap and its block length.

use super::many_models::simulated_losses;
use super::{Oracle, close_to};
use dvol::evaluation::{EliminationStatistic, ModelConfidenceSet, StationaryBootstrap, optimal_block_length};
use dvol::seed::Seed;

#[test]
fn block_lengths_agree_with_arch() {
    for case in ["block_length_persistent", "block_length_independent", "block_length_random_walk"] {
        let oracle = Oracle::case(case);
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

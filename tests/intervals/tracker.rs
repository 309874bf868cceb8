//! The tracked quantiles cover what they promise, whoever makes the scores.

use crate::support::samples::normals;
use dvol::models::{Coverage, Level, QuantileTracker, split_conformal};
use proptest::prelude::*;

const RATE: f64 = 0.01;
const DELAY: i64 = 24;

fn levels() -> Vec<Level> {
    [0.025, 0.1, 0.5, 0.9, 0.975].map(|share| Level::new(share).unwrap()).into()
}

/// What a run of the tracker showed: the share of scores below each quantile, and the extremes of `z / S`.
struct Run {
    learnt: usize,
    below: Vec<f64>,
    least: f64,
    most: f64,
    last: Vec<f64>,
}

/// Lets `adversary` answer every set of quantiles with a score, known `DELAY` hours later.
fn run(mut tracker: QuantileTracker, hours: i64, mut adversary: impl FnMut(i64, &[f64]) -> f64) -> Run {
    let mut scores: Vec<f64> = Vec::new();
    let mut below = vec![0.0; tracker.levels().len()];
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut last = Vec::new();
    for hour in 0..hours {
        let given = tracker.at(hour, DELAY, |origin| scores.get(origin as usize).copied());
        assert!(given.windows(2).all(|pair| pair[0] <= pair[1]), "{given:?}");
        let score = adversary(hour, &given);
        if hour < hours - DELAY {
            below.iter_mut().zip(&given).for_each(|(sum, q)| *sum += f64::from(u8::from(score < *q)));
            (least, most) = (least.min(score / tracker.scale()), most.max(score / tracker.scale()));
        }
        scores.push(score);
        last = given;
    }
    let learnt = (hours - DELAY) as usize;
    below.iter_mut().for_each(|sum| *sum /= learnt as f64);
    Run { learnt, below, least, most, last }
}

fn assert_guarantee(run: &Run, start: &[f64], scale: f64) {
    let least = start.iter().map(|q| q / scale).fold(run.least, f64::min);
    let most = start.iter().map(|q| q / scale).fold(run.most, f64::max);
    let n = run.learnt as f64;
    let bound = (most - least) / (RATE * n) + 2.0 * (levels().len() as i64 * (DELAY + 1)) as f64 / n;
    for (share, level) in run.below.iter().zip(levels()) {
        let off = (share - level.get()).abs();
        assert!(off <= bound, "level {level}: {share} of the scores below, {off} off, bound {bound}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_adversary_takes_coverage_farther_than_the_bound(
        seed in 0_u64..1000, plan in 0_usize..6, reach in 0.2_f64..5.0, hours in 500_i64..6000,
    ) {
        let noise = normals(hours as usize, seed);
        let start = normals(200, seed + 1);
        let tracker = QuantileTracker::new(RATE, &levels(), &start).unwrap();
        let (first, scale) = (tracker.quantiles(), tracker.scale());
        let adversary = |hour: i64, given: &[f64]| {
            let noise = noise[hour as usize].clamp(-1.0, 1.0);
            let score = match plan {
                // always just above the widest interval
                0 => given[4] + 1e-6,
                // between two quantiles that are near one another, from whichever side hurts
                1 => f64::midpoint(given[0], given[1]),
                // nothing happens for a long time, then everything
                2 => if hour % 1500 < 1000 { 0.0 } else { reach * noise.signum() },
                // the sign flips with the delay
                3 => if hour / DELAY % 2 == 0 { given[4] + 0.1 } else { given[0] - 0.1 },
                // the middle crosses the ends
                4 => given[2] + 1e-9,
                _ => reach * noise,
            };
            score.clamp(-reach, reach)
        };
        assert_guarantee(&run(tracker, hours, adversary), &first, scale);
    }
}

#[test]
fn scores_that_never_leave_their_scale_are_covered_within_one_over_rate_times_n() {
    let hours = 20_000;
    // |z| = 1 all the time: the scale is one, the range two, and the adversary chooses the sign
    let tracker = QuantileTracker::new(RATE, &levels(), &[1.0, -1.0]).unwrap();
    let result = run(tracker, hours, |_, given| if given[4] < 1.0 { 1.0 } else { -1.0 });
    let bound = 2.0 / (RATE * result.learnt as f64) + 2.0 * 5.0 * 25.0 / result.learnt as f64;
    for (share, level) in result.below.iter().zip(levels()) {
        assert!((share - level.get()).abs() <= bound, "level {level}: {share}");
    }
}

#[test]
fn a_start_two_deviations_off_recovers() {
    let noise = normals(30_000, 5);
    for off in [-2.0, 2.0] {
        let tracker = QuantileTracker::new(RATE, &levels(), &normals(2_000, 6)).unwrap().moved(off);
        let result = run(tracker, 30_000, |hour, _| noise[hour as usize]);
        // the standard normal's quantiles; at the end of the run the quantiles only wander about them
        for (own, truth) in result.last.iter().zip([-1.960, -1.282, 0.0, 1.282, 1.960]) {
            assert!((own - truth).abs() < 0.35, "started {off} off: {:?}", result.last);
        }
        for (share, level) in result.below.iter().zip(levels()) {
            assert!((share - level.get()).abs() < 0.02, "level {level}: {share}");
        }
    }
}

#[test]
fn no_start_absorbs_zero_least_of_all() {
    let noise = normals(30_000, 7);
    for start in [vec![0.0; 50], vec![3.0; 50], vec![-3.0; 50], vec![1e-12; 50]] {
        let tracker = QuantileTracker::new(RATE, &levels(), &start).unwrap();
        let result = run(tracker, 30_000, |hour, _| noise[hour as usize]);
        for (share, level) in result.below.iter().zip(levels()) {
            assert!((share - level.get()).abs() < 0.02, "start {}: level {level}: {share}", start[0]);
        }
    }
}

#[test]
fn the_scale_brings_wider_scores_back_under_cover_within_its_memory() {
    let noise = normals(12_000, 8);
    let tracker = QuantileTracker::new(RATE, &levels(), &normals(2_000, 9)).unwrap();
    let size = |hour: i64| if hour < 4_000 { 1.0 } else { 3.0 };
    let mut covered = 0;
    run(tracker, 12_000, |hour, given| {
        let score = size(hour) * noise[hour as usize];
        covered += i32::from(hour >= 8_000 && (given[1]..=given[3]).contains(&score));
        score
    });
    let share = f64::from(covered) / 4_000.0;
    assert!((share - 0.8).abs() < 0.03, "{share}");
}

#[test]
fn a_tracker_refuses_what_it_cannot_start_from() {
    let start = |rate, levels: &[Level], scores: &[f64]| {
        QuantileTracker::new(rate, levels, scores).unwrap_err().to_string()
    };
    assert!(start(0.0, &levels(), &[1.0]).contains("rate"));
    assert!(start(0.01, &[Level::MEDIAN, Level::MEDIAN], &[1.0]).contains("ascending"));
    assert!(start(0.01, &levels(), &[]).contains("scores"));
    assert!(start(0.01, &levels(), &[1.0, f64::NAN]).contains("NaN"));
}

/// Of the `n + 1` ranks a new score may have among `n` others, those inside the interval.
#[test]
fn a_split_conformal_interval_holds_the_next_score_as_often_as_it_says_and_hardly_more() {
    for coverage in [Coverage::P50, Coverage::P80, Coverage::P90, Coverage::P95] {
        for n in 1..400_usize {
            let scores: Vec<f64> = (1..=n).map(|rank| rank as f64).collect();
            let inside = match split_conformal(&scores, coverage) {
                Some((lower, upper)) => {
                    (0..=n).filter(|&k| (lower..upper).contains(&(k as f64 + 0.5))).count()
                }
                None => continue,
            };
            let share = inside as f64 / (n + 1) as f64;
            assert!(share >= coverage.get() - 1e-12, "{n}: {share}");
            assert!(share < coverage.get() + 2.0 / (n + 1) as f64, "{n}: {share}");
        }
    }
    let fewest = |coverage| (1..).find(|&n| split_conformal(&vec![0.0; n], coverage).is_some());
    assert_eq!((fewest(Coverage::P80), fewest(Coverage::P95)), (Some(9), Some(39)));
}

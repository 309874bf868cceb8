//! What every jump detector owes.

use dvol::jumps::{Composite, JUMP_DETECTORS, LeeMykland, Sight, lee_mykland};
use dvol::seed::Seed;
use dvol::time::Timestamp;
use rand::Rng;

const ROWS: usize = 2_400;

/// A level with a daily rhythm that jumps twice, between moves of four to five local standard deviations: which of
/// these are jumps depends on the size of the family.
fn example() -> (Vec<Timestamp>, Vec<f64>) {
    let mut rng = Seed::new(3).rng();
    let levels = (0..ROWS).map(|row| {
        let rhythm = 1.0 + 0.3 * (row as f64 / 24.0 * std::f64::consts::TAU).sin();
        let base = if (1_000..1_900).contains(&row) { 78.0 } else { 60.0 };
        let blip = if row % 97 == 96 { 0.04 + 0.001 * (row / 97) as f64 } else { 0.0 };
        base * (0.01 * rhythm * rng.random_range(-1.0..1.0) + blip).exp()
    });
    let levels = levels.collect();
    ((0..ROWS as i64).map(Timestamp::from_hours).collect(), levels)
}

#[test]
fn ids_and_names_are_unique() {
    super::unique(JUMP_DETECTORS.iter().map(|detector| detector.id));
    super::unique(JUMP_DETECTORS.iter().map(|detector| detector.name));
}

#[test]
fn a_detector_gives_one_flag_a_row_and_finds_the_jumps_of_an_example() {
    let (times, levels) = example();
    for detector in JUMP_DETECTORS {
        let flags = (detector.flags)(&times, &levels).unwrap();
        assert_eq!(flags.len(), ROWS, "{}", detector.id);
        let found = flags.iter().filter(|&&flag| flag).count();
        assert!(found > 0 && found < ROWS / 10, "{}: {found}", detector.id);
        assert!(flags[1_000], "{}", detector.id);
        assert_eq!(flags, (detector.flags)(&times, &levels).unwrap(), "{}", detector.id);
    }
}

#[test]
fn later_values_change_no_earlier_flag_of_a_causal_detector() {
    let (times, levels) = example();
    for detector in JUMP_DETECTORS.iter().filter(|detector| detector.sight == Sight::Causal) {
        let whole = (detector.flags)(&times, &levels).unwrap();
        for cut in [800, 1_500, 2_330] {
            let mut changed = levels.clone();
            for (row, level) in changed[cut..].iter_mut().enumerate() {
                *level *= 1.5 + 0.4 * (row as f64).sin();
            }
            let changed = (detector.flags)(&times, &changed).unwrap();
            assert_eq!(whole[..cut], changed[..cut], "{} changed after {cut}", detector.id);
            let early = (detector.flags)(&times[..cut], &levels[..cut]).unwrap();
            assert_eq!(whole[..cut], early, "{} cut at {cut}", detector.id);
        }
    }
}

#[test]
fn later_values_do_change_flags_of_a_detector_that_sees_the_whole_series() {
    let (times, levels) = example();
    for detector in JUMP_DETECTORS.iter().filter(|detector| detector.sight == Sight::WholeSeries) {
        let whole = (detector.flags)(&times, &levels).unwrap();
        let moved = (900..ROWS - 1).any(|cut| {
            cut % 50 == 0 && (detector.flags)(&times[..cut], &levels[..cut]).unwrap() != whole[..cut]
        });
        assert!(moved, "{} never moved: it is causal", detector.id);
    }
}

#[test]
fn a_level_that_is_not_positive_is_refused_or_no_jump() {
    let (times, mut levels) = example();
    levels[1_000] = f64::NAN;
    for detector in JUMP_DETECTORS {
        let flags = (detector.flags)(&times, &levels).unwrap();
        assert!(!flags[1_000], "{}: a gap is no jump", detector.id);
    }
    assert!(lee_mykland(&[-1.0; 200], LeeMykland::default()).is_err());
}

#[test]
fn those_that_stand_beside_the_test_are_in_its_composite() {
    let (times, levels) = example();
    let test = lee_mykland(&levels, LeeMykland::default()).unwrap();
    let names = Composite::beside(&test, &times, &levels, |detector| detector.id).unwrap().agreement().names;
    assert_eq!(names, ["lee_mykland", "level_threshold_3", "change_z_score_3.5"]);
}

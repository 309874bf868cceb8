//! Threshold bipower variation, its test, and the split of a day's variance.

use super::support::samples::normals;
use dvol::hypothesis::TestResult;
use dvol::jumps::{
    DailyMeasures, JumpSplit, JumpTest, bipower_variation, ratio_test, realized_variance,
    threshold_bipower_variation, threshold_ratio_test,
};
use dvol::time::Timestamp;
use std::f64::consts::PI;

/// A day of returns of one size with one jump: its local variance is known everywhere.
fn even_day(size: f64, jump: f64) -> Vec<f64> {
    let mut day = [size, -size].repeat(24);
    day[20] = jump;
    day
}

#[test]
fn a_return_beyond_its_threshold_enters_by_its_expectation() {
    let (a, m) = (0.001_f64, 48.0);
    let day = even_day(a, 0.04);
    let plain = PI / 2.0 * m / (m - 1.0) * 45.0 * a * a;
    assert!((threshold_bipower_variation(&day) - plain).abs() < 1e-15);
    // Corsi, Pirino and Reno (2010), under equation 2.14: 1.094 and 1.129 times the threshold's power, here 9 a^2
    let beyond = 1.094 * 3.0 * a;
    let continuous = plain + PI / 2.0 * m / (m - 1.0) * 2.0 * beyond * a;
    let product =
        45.0 * a.powi(4) - 2.0 * a.powi(4) + 3.0 * a.powf(8.0 / 3.0) * 1.129 * (9.0 * a * a).powf(2.0 / 3.0);
    // E |z|^(4/3) = 0.8308609
    let quarticity = m * 0.830_860_9_f64.powi(-3) * m / (m - 2.0) * product;
    let spread = (quarticity / continuous.powi(2)).max(1.0);
    let variance = (PI * PI / 4.0 + PI - 5.0) / m * spread;
    let statistic = (1.0 - continuous / realized_variance(&day)) / variance.sqrt();
    let test = threshold_ratio_test(&day).unwrap();
    // the constants have four digits
    assert!((test.statistic / statistic - 1.0).abs() < 1e-3, "{} for {statistic}", test.statistic);
}

#[test]
fn a_jump_changes_the_measure_only_by_the_pairs_it_is_in() {
    let mut day = normals(288, 31);
    day.iter_mut().for_each(|r| *r = r.clamp(-2.0, 2.0));
    let before = threshold_bipower_variation(&day);
    assert_eq!(before, bipower_variation(&day));
    let pairs = (day[99] * day[100]).abs() + (day[100] * day[101]).abs();
    for jump in [20.0, 2_000.0] {
        day[100] = jump;
        let lost = PI / 2.0 * 288.0 / 287.0 * pairs;
        assert!((threshold_bipower_variation(&day) - (before - lost)).abs() < 1e-9, "a jump of {jump}");
    }
}

#[test]
fn the_test_keeps_its_size_and_sees_jumps_that_hide_one_another() {
    type Test = fn(&[f64]) -> dvol::Result<TestResult>;
    let rejected = |test: Test, days: &[Vec<f64>], alpha: f64| {
        days.iter().filter(|day| test(day).unwrap().rejects(alpha)).count() as f64 / days.len() as f64
    };
    // 4,000 days: a share of 0.05 has a standard error of 0.0034
    for (a_day, allowed) in [(24, 0.065), (96, 0.065), (288, 0.06)] {
        let days: Vec<Vec<f64>> = normals(a_day * 4_000, 32).chunks(a_day).map(<[f64]>::to_vec).collect();
        let size = rejected(threshold_ratio_test, &days, 0.05);
        assert!(size < allowed && size > 0.03, "{size} of days with {a_day} returns");
    }
    let jumpy: Vec<Vec<f64>> = normals(96 * 400, 33)
        .chunks(96)
        .map(|day| {
            let mut day = day.to_vec();
            day[40] += 8.0;
            day[41] += 8.0;
            day
        })
        .collect();
    let (threshold, ratio) =
        (rejected(threshold_ratio_test, &jumpy, 0.001), rejected(ratio_test, &jumpy, 0.001));
    assert!(threshold > 0.9 && ratio < 0.5, "threshold {threshold}, bipower {ratio}");
}

#[test]
fn a_split_s_level_and_test_decide_what_is_a_jump() {
    let mut returns = normals(24 * 60, 34);
    // day 10: one jump of eight deviations; day 20: one of five
    returns[24 * 10 + 7] = 8.0;
    returns[24 * 20 + 7] = 5.0;
    let times: Vec<Timestamp> = (0..returns.len() as i64).map(Timestamp::from_hours).collect();
    let measures = DailyMeasures::with_threshold(&times, &returns, 24).unwrap();
    let days = |test, alpha| measures.jump_days(JumpSplit { test, alpha }).unwrap().len();
    assert!(days(JumpTest::Ratio, 0.001) < days(JumpTest::Ratio, 0.1));
    assert!(days(JumpTest::Threshold, 0.001) >= 1);
    let threshold = JumpSplit { test: JumpTest::Threshold, ..JumpSplit::default() };
    assert_eq!(threshold.alpha, 0.001);
    let parts = measures.jump_variation(threshold).unwrap();
    let by = measures.threshold.as_ref().unwrap();
    assert!((parts[10] - (measures.realized_variance[10] - by.bipower_variation[10])).abs() < 1e-12);
    assert!(parts[10] > 40.0, "{}", parts[10]);
    for alpha in [0.0, 1.0, f64::NAN] {
        let error = measures.jump_days(JumpSplit { alpha, ..threshold }).unwrap_err().to_string();
        assert!(error.contains("jump alpha"), "{error}");
    }
    let without = DailyMeasures::new(&times, &returns, 24).unwrap();
    assert!(without.threshold.is_none() && without.jump_days(threshold).is_err());
    assert_eq!(
        without.jump_days(JumpSplit::default()).unwrap(),
        measures.jump_days(JumpSplit::default()).unwrap()
    );
}

#[test]
fn trading_days_keep_their_thresholds_in_step() {
    let times: Vec<Timestamp> = (0..24).chain(96..120).map(Timestamp::from_hours).collect();
    let mut measures = DailyMeasures::with_threshold(&times, &normals(48, 35), 20).unwrap();
    let last = measures.threshold.as_ref().unwrap().ratio_p_value[4];
    assert!(measures.threshold.as_ref().unwrap().ratio_p_value[2].is_nan());
    measures.keep_trading_days();
    let kept = measures.threshold.unwrap();
    assert_eq!((kept.ratio_p_value.len(), kept.ratio_p_value[1]), (2, last));
}

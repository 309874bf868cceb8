//! Measures of days, and days of events.

use super::levels;
use super::support::samples::normals;
use dvol::events::Event;
use dvol::jumps::{DailyMeasures, LeeMykland, event_study, largest_jumps, lee_mykland, ratio_test};
use dvol::time::Timestamp;
use std::f64::consts::PI;

#[test]
fn realized_measures_of_four_returns_are_those_by_hand() {
    use dvol::jumps::{bipower_variation, realized_quarticity, realized_semivariances, realized_variance};
    let r = [0.01, -0.02, 0.03, -0.01];
    assert!((realized_variance(&r) - 0.0015).abs() < 1e-15);
    assert!((bipower_variation(&r) - PI / 2.0 * 4.0 / 3.0 * 0.0011).abs() < 1e-15);
    let (down, up) = realized_semivariances(&r);
    assert!((down - 0.0005).abs() < 1e-15 && (up - 0.001).abs() < 1e-15);
    assert!((realized_quarticity(&r) - 4.0 / 3.0 * 99e-8).abs() < 1e-15);
}

#[test]
fn ratio_test_has_its_size_and_finds_a_large_jump() {
    let days = 2_000;
    let shocks = normals(days * 288, 21);
    let mut rejected = 0;
    let mut found = 0;
    for day in shocks.chunks(288) {
        rejected += usize::from(ratio_test(day).unwrap().rejects(0.05));
        let mut jumpy = day.to_vec();
        jumpy[100] += 8.0;
        found += usize::from(ratio_test(&jumpy).unwrap().rejects(0.05));
    }
    assert!((80..=150).contains(&rejected), "{rejected} of {days} days at 0.05");
    assert!(found > 1_500, "{found} of {days} days with a jump");
    assert!(ratio_test(&[0.0; 24]).is_err());
}

#[test]
fn daily_measures_leave_short_days_null_and_keep_the_calendar() {
    let times: Vec<Timestamp> = (0..24).chain(50..60).chain(96..120).map(Timestamp::from_hours).collect();
    let returns = normals(times.len(), 22);
    let measures = DailyMeasures::new(&times, &returns, 20).unwrap();
    assert_eq!(measures.count, [24, 0, 10, 0, 24]);
    assert!(measures.realized_variance[0] > 0.0 && measures.realized_variance[2].is_nan());
    let sum = measures.negative_semivariance[4] + measures.positive_semivariance[4];
    assert!((sum - measures.realized_variance[4]).abs() < 1e-12);
    assert!(DailyMeasures::new(&times[..3], &returns, 20).is_err());
}

#[test]
fn event_study_counts_the_jumps_and_the_peak_of_the_window() {
    let start: Timestamp = "2022-11-01".parse().unwrap();
    let times: Vec<Timestamp> = (0..600).map(|hour| Timestamp::from_hours(start.hours() + hour)).collect();
    let mut returns: Vec<f64> = normals(599, 23).iter().map(|z| 0.002 * z).collect();
    returns[199] = 0.2;
    returns[399] = -0.3;
    let series = levels(&returns);
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    let study = event_study(&times, &series, &result, &Event::thesis()).unwrap();
    assert_eq!((study.findings.len(), study.outside.len()), (1, 5));
    assert_eq!(study.findings[0].jumps, 1);
    assert!((study.findings[0].largest_move - 0.2).abs() < 1e-12);
    assert!(Event::thesis()[3].contains(study.findings[0].peak_time));
    let largest = largest_jumps(&times, &series, &result, 20).unwrap();
    assert_eq!(largest.iter().map(|jump| jump.time).collect::<Vec<_>>(), [times[400], times[200]]);
}

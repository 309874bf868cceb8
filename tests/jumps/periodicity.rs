//! The rhythm of the week taken out.

use super::support::samples::normals;
use super::{levels, per_point};
use dvol::jumps::{
    CausalFactors, DescriptiveFactors, PeriodicFactors, lee_mykland, lee_mykland_periodic, log_returns,
};
use dvol::time::Timestamp;

fn weekly_returns(hours: usize, seed: u64) -> (Vec<Timestamp>, Vec<f64>) {
    let times: Vec<Timestamp> = (0..hours as i64).map(Timestamp::from_hours).collect();
    let rhythm = |time: &Timestamp| if time.hour_of_day() == 14 { 3.0 } else { 1.0 };
    let returns =
        times[1..].iter().zip(normals(hours - 1, seed)).map(|(time, z)| 0.004 * rhythm(time) * z).collect();
    (times, returns)
}

#[test]
fn periodicity_correction_takes_the_false_jumps_of_the_wild_hour_away() {
    let (times, returns) = weekly_returns(30_000, 8);
    let series = levels(&returns);
    let spec = per_point(0.01);
    let plain = lee_mykland(&series, spec).unwrap().share();
    let r = log_returns(&series).unwrap();
    let full = DescriptiveFactors::estimate(&times, &r, spec.window).unwrap();
    let causal = CausalFactors::estimate(&times, &r, spec.window, None).unwrap();
    let ratio = full.by_hour_of_week()[14] / full.by_hour_of_week()[13];
    assert!((2.4..3.6).contains(&ratio), "hour 14 is three times as wild, estimated {ratio}");
    let corrected = lee_mykland_periodic(&series, &full, spec).unwrap().share();
    let known = lee_mykland_periodic(&series, &causal, spec).unwrap().share();
    assert!(plain > 0.018, "without correction {plain}");
    assert!((0.008..0.0125).contains(&corrected), "with descriptive factors {corrected}");
    assert!(known < 0.02, "with causal factors {known}");
}

#[test]
fn causal_factors_do_not_change_when_the_future_does() {
    let (times, mut returns) = weekly_returns(9_000, 9);
    returns.insert(0, f64::NAN);
    let before = CausalFactors::estimate(&times, &returns, 94, Some(4_000)).unwrap();
    let origin = 6_000;
    returns[origin + 1..].iter_mut().for_each(|r| *r = 0.5 - *r);
    let after = CausalFactors::estimate(&times, &returns, 94, Some(4_000)).unwrap();
    assert_eq!(before.factors()[..=origin], after.factors()[..=origin]);
    assert!(before.factors()[7_000..] != after.factors()[7_000..]);
}

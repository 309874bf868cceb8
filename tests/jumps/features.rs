//! Jump features.

use super::support::samples::normals;
use super::{brownian, levels};
use dvol::jumps::{JUMP_FEATURES, JumpFeatureSpec, LeeMykland, jump_features};
use dvol::panel::{Column, Panel};
use dvol::time::Timestamp;

pub fn panel(series: Vec<f64>) -> Panel {
    let start: Timestamp = "2021-04-23T09:00:00Z".parse().unwrap();
    Panel::new(start, series.len()).unwrap().with(Column::known("dvol", series)).unwrap()
}

#[test]
fn jump_features_at_a_row_ignore_everything_after_it() {
    let mut returns: Vec<f64> = normals(5_999, 10).iter().map(|z| 0.005 * z).collect();
    (500..6_000).step_by(333).for_each(|row| returns[row] += 0.06);
    let series = levels(&returns);
    let spec = JumpFeatureSpec::default();
    let origin = 4_321;
    let whole = jump_features(&panel(series.clone()), &spec).unwrap();
    let mut changed = series.clone();
    changed[origin + 1..].iter_mut().for_each(|level| *level = 200.0 - *level * 0.5);
    let altered = jump_features(&panel(changed), &spec).unwrap();
    let cut = jump_features(&panel(series[..=origin].to_vec()), &spec).unwrap();
    for name in JUMP_FEATURES {
        let bits = |panel: &Panel| {
            panel.values(name).unwrap()[..=origin].iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(bits(&whole), bits(&altered), "{name} changed with the future");
        assert_eq!(bits(&whole), bits(&cut), "{name} changed with the length");
    }
    assert!(whole.values("jump_indicator").unwrap().iter().filter(|flag| **flag == 1.0).count() >= 14);
}

#[test]
fn jump_features_count_days_and_clusters() {
    let mut returns: Vec<f64> = normals(999, 11).iter().map(|z| 0.001 * z).collect();
    returns[399] = 0.1;
    returns[499] = -0.2;
    let spec = JumpFeatureSpec { periodicity: false, ..JumpFeatureSpec::default() };
    let features = jump_features(&panel(levels(&returns)), &spec).unwrap();
    let value = |name: &str, row: usize| features.values(name).unwrap()[row];
    assert_eq!((value("jump_indicator", 400), value("jump_indicator", 401)), (1.0, 0.0));
    assert!((value("jump_magnitude", 500) - 0.2).abs() < 1e-12);
    assert_eq!(value("days_since_jump", 448), 2.0);
    assert_eq!(
        [400, 500, 567, 568, 667, 668].map(|row| value("jump_cluster_7d", row)),
        [1.0, 2.0, 2.0, 1.0, 1.0, 0.0]
    );
    assert!(value("jump_indicator", 50).is_nan());
}

#[test]
fn features_refuse_a_family_whose_size_is_not_known_yet() {
    let spec = JumpFeatureSpec { test: LeeMykland::default(), ..JumpFeatureSpec::default() };
    assert!(jump_features(&panel(brownian(300, 12)), &spec).is_err());
}

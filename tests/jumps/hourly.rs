//! Tests of single hours.

use super::support::samples::normals;
use super::{brownian, levels, per_point};
use dvol::data::{Simulation, simulate};
use dvol::jumps::{
    Composite, LeeMykland, LocalVolatility, change_z_score, family_wise_critical_value, gumbel_quantile,
    lee_mykland, level_threshold, log_returns, window_for,
};
use std::f64::consts::PI;

#[test]
fn published_constants_of_lee_and_mykland_hold() {
    assert!((gumbel_quantile(0.01).unwrap() - 4.600_149).abs() < 5e-7);
    assert!((family_wise_critical_value(0.01, 78).unwrap() - 4.067_058).abs() < 5e-7);
    let rule = [252.0, 252.0 * 24.0, 252.0 * 48.0, 252.0 * 96.0, 252.0 * 288.0].map(window_for);
    assert_eq!(rule, [16, 78, 110, 156, 270]);
}

#[test]
fn sigma_is_the_paper_s_sum_without_the_tested_return() {
    let series = brownian(400, 1);
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    let r = log_returns(&series).unwrap();
    let k = 94;
    for i in k..series.len() {
        let sum: f64 = (i - k + 2..i).map(|j| r[j].abs() * r[j - 1].abs()).sum();
        let sigma = (PI / 2.0 * sum / (k - 2) as f64).sqrt();
        assert!((result.sigma[i] / sigma - 1.0).abs() < 1e-12, "row {i}");
        assert!((result.statistic[i] - r[i] / sigma).abs() < 1e-9, "row {i}");
    }
    assert!(result.sigma[..k].iter().all(|sigma| sigma.is_nan()));
}

#[test]
fn median_sigma_is_the_sum_of_squared_medians() {
    let series = brownian(300, 2);
    let spec = LeeMykland { volatility: LocalVolatility::Median, ..LeeMykland::default() };
    let result = lee_mykland(&series, spec).unwrap();
    let r = log_returns(&series).unwrap();
    let i = 250;
    let median = |j: usize| {
        let mut three = [r[j].abs(), r[j - 1].abs(), r[j - 2].abs()];
        three.sort_by(f64::total_cmp);
        three[1] * three[1]
    };
    let mean = (i - 94 + 3..i).map(median).sum::<f64>() / 91.0;
    let sigma = (PI / (6.0 - 4.0 * 3.0_f64.sqrt() + PI) * mean).sqrt();
    assert!((result.sigma[i] / sigma - 1.0).abs() < 1e-12);
}

#[test]
fn an_enormous_jump_leaves_no_rounding_error_behind() {
    let mut returns: Vec<f64> = normals(2_000, 3).iter().map(|z| 1e-8 * z).collect();
    let calm = lee_mykland(&levels(&returns), LeeMykland::default()).unwrap();
    returns[500] = 3.0;
    let jumpy = lee_mykland(&levels(&returns), LeeMykland::default()).unwrap();
    for row in 700..2_000 {
        assert!((calm.sigma[row] / jumpy.sigma[row] - 1.0).abs() < 1e-6, "row {row}");
    }
}

#[test]
fn per_point_size_on_brownian_hours_is_alpha_within_a_fifth() {
    let result = lee_mykland(&brownian(200_000, 4), per_point(0.01)).unwrap();
    let share = result.share();
    assert!((0.008..0.012).contains(&share), "flagged {share} of Brownian hours at alpha 0.01");
    let p = result.p_values().unwrap();
    let small = p.iter().filter(|p| **p < 0.01).count();
    assert_eq!(small, result.jumps().len(), "flags and p-values must say the same");
}

#[test]
fn per_point_power_at_five_local_deviations_exceeds_nine_tenths() {
    let mut returns: Vec<f64> = normals(100_000, 5).iter().map(|z| 0.005 * z).collect();
    let places: Vec<usize> = (300..100_000).step_by(200).collect();
    for (number, &place) in places.iter().enumerate() {
        returns[place] += if number % 2 == 0 { 0.025 } else { -0.025 };
    }
    let result = lee_mykland(&levels(&returns), per_point(0.01)).unwrap();
    // the return at index i is the level change to row i + 1
    let found = places.iter().filter(|&&place| result.is_jump(place + 1)).count();
    assert!(found as f64 > 0.9 * places.len() as f64, "found {found} of {}", places.len());
}

#[test]
fn family_wise_reading_rarely_flags_a_whole_jumpless_year() {
    let families = 200;
    let mut wrong = 0;
    for family in 0..families {
        // A long window, so that the law of the maximum is the normal's, as the paper's limit says.
        let spec = LeeMykland { alpha: 0.05, window: 1_500, ..LeeMykland::default() };
        wrong += usize::from(!lee_mykland(&brownian(8_760, 100 + family), spec).unwrap().jumps().is_empty());
    }
    assert!(wrong <= 22, "{wrong} of {families} families flagged at alpha 0.05");
}

#[test]
fn a_gap_gives_nulls_around_it_and_no_jump() {
    let mut series = brownian(500, 6);
    series[300] = f64::NAN;
    series[301] = 200.0;
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    assert!(result.statistic[300].is_nan() && result.statistic[301].is_nan());
    assert!(!result.is_jump(300) && !result.is_jump(301));
    assert!(result.statistic[303].is_finite(), "the window bridges the gap");
    assert!(result.p_values().unwrap()[300].is_nan());
    series[200..300].fill(f64::NAN);
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    assert!(result.sigma[302].is_nan(), "too few terms are a null");
}

#[test]
fn bad_series_and_parameters_are_refused_in_words() {
    let mut series = brownian(300, 7);
    assert!(lee_mykland(&series[..90], LeeMykland::default()).unwrap_err().to_string().contains("95"));
    let narrow = LeeMykland { window: 3, ..LeeMykland::default() };
    assert!(lee_mykland(&series, narrow).unwrap_err().to_string().contains("window = 3"));
    assert!(lee_mykland(&series, per_point(1.5)).unwrap_err().to_string().contains("alpha = 1.5"));
    series[17] = -1.0;
    let error = lee_mykland(&series, LeeMykland::default()).unwrap_err();
    assert!(error.to_string().contains("index 17 is -1"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn simple_detectors_score_against_the_past_only() {
    let mut series: Vec<f64> = normals(1_000, 13).iter().map(|z| 60.0 + z).collect();
    series[800] += 10.0;
    let level = level_threshold(&series, 720, 3.0).unwrap();
    let past = &series[80..800];
    let mean = past.iter().sum::<f64>() / 720.0;
    let deviation = (past.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 719.0).sqrt();
    assert!((level.score[800] - (series[800] - mean) / deviation).abs() < 1e-9);
    assert!(level.flags[800]);
    let change = change_z_score(&series, 720, 3.5).unwrap();
    assert!(change.flags[800] && change.flags[801], "up and back");
    assert!(change.score[719].is_nan() && change.score[720].is_finite());
}

#[test]
fn agreement_counts_pairs_and_kappa() {
    let composite =
        Composite::new(&[("a", vec![true, true, false, false]), ("b", vec![true, false, false, false])])
            .unwrap();
    let agreement = composite.agreement();
    assert_eq!(agreement.both, [[2, 1], [1, 1]]);
    assert!((agreement.kappa[0][1] - 0.5).abs() < 1e-12);
    assert_eq!((agreement.any, agreement.all), (2, 1));
    assert!(Composite::new(&[("a", vec![true]), ("b", vec![])]).is_err());
}

#[test]
fn the_simulator_s_jumps_of_five_local_deviations_are_found() {
    let panel = simulate(&Simulation { hours: 30_000, ..Simulation::default() }).unwrap();
    let column = |name: &str| panel.values(name).unwrap();
    let result = lee_mykland(column("dvol"), per_point(0.01)).unwrap();
    let (sizes, local) = (column("truth_jump"), &result.sigma);
    let large: Vec<usize> = (200..panel.len()).filter(|&row| sizes[row].abs() >= 5.0 * local[row]).collect();
    let found = large.iter().filter(|&&row| result.is_jump(row)).count();
    assert!(large.len() > 50, "only {} jumps that large", large.len());
    assert!(found as f64 > 0.9 * large.len() as f64, "found {found} of {}", large.len());
}

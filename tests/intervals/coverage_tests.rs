//! Tests of promises, by hand where they are classical, by their size where forecasts overlap.

use crate::support::samples::normals;
use dvol::evaluation::{
    COVERAGE_TESTS, CoverageSizes, Fluctuation, Forecast, Forecasts, Hits, Loss, MultiHorizon, Promises,
    Shocks, christoffersen, dynamic_quantile, knueppel, kupiec,
};
use dvol::models::{Band, Coverage};
use dvol::prelude::*;

/// Forecasts of zero, `hours` ahead, of outcomes at every hour, with one interval of a fixed reach.
fn series(outcomes: &[f64], hours: u32, bands: &[(Coverage, f64)]) -> Forecasts {
    let records = outcomes.iter().enumerate().map(|(hour, &actual)| Forecast {
        origin: Timestamp::from_hours(hour as i64),
        horizon: Horizon::hours(hours),
        actual,
        predicted: 0.0,
        anchor: 0.1,
    });
    bands.iter().fold(Forecasts::new("ours", records).unwrap(), |series, &(coverage, reach)| {
        let ends = |sign: f64| vec![sign * reach; outcomes.len()];
        series.with_band(Band::new(coverage, ends(-1.0), ends(1.0)).unwrap()).unwrap()
    })
}

const NORMAL: [(Coverage, f64); 4] = [
    (Coverage::P50, 0.674490),
    (Coverage::P80, 1.281552),
    (Coverage::P90, 1.644854),
    (Coverage::P95, 1.959964),
];

/// Outcomes that miss an interval of reach 1 where a digit is 1.
fn hits(digits: &str) -> Hits {
    let outcomes: Vec<f64> = digits.chars().map(|digit| if digit == '1' { 2.0 } else { 0.0 }).collect();
    Hits::of_interval(&series(&outcomes, 1, &[(Coverage::P80, 1.0)]), Coverage::P80).unwrap()
}

#[test]
fn without_overlap_the_likelihood_ratios_are_the_classical_ones() {
    // 20 outcomes, 7 misses, 20 % promised: 2 (7 ln(0.35 / 0.2) + 13 ln(0.65 / 0.8))
    let own = hits("00110000110000111000");
    let expected = 2.0 * (7.0 * (0.35_f64 / 0.2).ln() + 13.0 * (0.65_f64 / 0.8).ln());
    let test = kupiec(&own).unwrap();
    assert!((test.statistic - expected).abs() < 1e-12, "{test}");
    assert_eq!(test.distribution, "chi2(1)");
    // of 19 pairs: 9 stay kept, 3 break, 3 heal, 4 repeat
    let ratio = |missed: f64, n: f64| {
        2.0 * (missed * (missed / n / 0.2).ln() + (n - missed) * ((n - missed) / n / 0.8).ln())
    };
    let test = christoffersen(&own).unwrap();
    assert!((test.statistic - ratio(3.0, 12.0) - ratio(4.0, 7.0)).abs() < 1e-12, "{test}");
    assert!(test.rejects(0.1) && !kupiec(&hits("00010000100001001000")).unwrap().rejects(0.1));
}

#[test]
fn misses_that_come_in_clusters_are_foreseen_by_earlier_ones() {
    let clusters: String = (0..400).map(|hour| if hour % 50 < 10 { '1' } else { '0' }).collect();
    let spread: String = (0..400).map(|hour| if hour * hour % 29 < 6 { '1' } else { '0' }).collect();
    assert!(!kupiec(&hits(&clusters)).unwrap().rejects(0.5), "the share is the promised one");
    assert!(dynamic_quantile(&hits(&clusters)).unwrap().rejects(0.001));
    assert!(dynamic_quantile(&hits(&spread)).unwrap().statistic > 0.0);
}

#[test]
fn a_promise_that_is_kept_is_rejected_no_more_often_than_the_level_says() {
    let designs = [
        (1_000, Horizon::hours(24), Coverage::P80, Shocks::Even),
        (1_000, Horizon::hours(24), Coverage::P95, Shocks::FewHours),
    ];
    let sizes = CoverageSizes::simulate(&designs, 40, Seed::new(3)).unwrap();
    for row in &sizes.0 {
        // 1.3 times the level, and two standard errors of 40 samples: chi-squared laws reject more than half of them
        assert!(row.at_5 <= 6.5 + 7.0 && row.at_1 <= 1.3 + 3.2, "{sizes}");
    }
}

#[test]
fn a_promise_that_is_broken_is_found_out_under_overlap_too() {
    let shocks = normals(6_024, 4);
    let outcomes: Vec<f64> =
        (0..6_000).map(|row| shocks[row + 1..=row + 24].iter().sum::<f64>() / 24.0_f64.sqrt()).collect();
    let bands = |width: f64| NORMAL.map(|(coverage, reach)| (coverage, width * reach));
    let right = series(&outcomes, 24, &bands(1.0));
    for test in COVERAGE_TESTS {
        let outcome = test.run(&right, Coverage::P80).unwrap();
        assert!(!outcome.rejects(0.05), "{outcome}");
        assert_eq!(outcome.lags, Some(23), "{outcome}");
        let narrow = test.run(&series(&outcomes, 24, &bands(0.5)), Coverage::P80).unwrap();
        assert!(narrow.rejects(0.05) && narrow.kind == test.kind, "{narrow}");
    }
    let promises = Promises::of([&right]);
    assert_eq!((promises.tests.len(), promises.notes.len()), (4 * 3 + 1, 0), "{promises}");
    let plain = series(&outcomes, 24, &[]);
    assert_eq!(Promises::of([&plain]), Promises::default(), "no interval, no promise");
}

#[test]
fn too_few_origins_for_the_horizon_are_refused_with_the_number_that_would_do() {
    let short = series(&normals(200, 1), 24, &NORMAL);
    for test in COVERAGE_TESTS {
        let error = test.run(&short, Coverage::P80).unwrap_err();
        assert!(error.to_string().contains("240") && error.exit_code() == 2, "{error}");
    }
    let bare = series(&normals(500, 1), 1, &[]);
    assert!(knueppel(&bare).is_err() && Hits::of_interval(&bare, Coverage::P80).is_err());
}

#[test]
fn the_fluctuation_test_has_the_critical_values_of_its_authors() {
    // Giacomini and Rossi (2010), table 1, two-sided, window of 0.3: 3.012 at 5 %, 2.766 at 10 %
    let noise = |seed| normals(6_000, seed);
    let first = series(&noise(1), 1, &[]);
    let rival = |seed| {
        let records = first
            .records()
            .zip(noise(seed))
            .map(|(record, error)| Forecast { predicted: record.actual - error, ..record });
        Forecasts::new("theirs", records).unwrap()
    };
    let second = rival(2);
    let found = Fluctuation::between(&first, &second, Loss::Mse).unwrap();
    let critical = |level: f64| found.test.critical_values.iter().find(|own| own.0 == level).unwrap().1;
    assert!((critical(0.05) - 3.012).abs() < 0.15, "{}", critical(0.05));
    assert!((critical(0.1) - 2.766).abs() < 0.15, "{}", critical(0.1));
    assert!(!found.test.rejects(0.01), "both are noise of the same size: {}", found.test);
    // the second turns bad in the last third
    let records = second.records().enumerate().map(|(row, record)| Forecast {
        predicted: record.predicted + if row > 4_000 { 1.0 } else { 0.0 },
        ..record
    });
    let turned = Forecasts::new("theirs", records).unwrap();
    let found = Fluctuation::between(&first, &turned, Loss::Mse).unwrap();
    assert!(found.test.rejects(0.01) && found.test.statistic < 0.0, "{}", found.test);
    assert_eq!((found.window, found.path.len()), (1_800, 6_000 - 1_800 + 1));
}

#[test]
fn over_horizons_better_on_average_is_less_than_better_at_every_one() {
    let noise = normals(3_000, 9);
    let model = |name: &str, hours: u32, size: f64| {
        let records = noise.iter().enumerate().map(|(hour, error)| Forecast {
            origin: Timestamp::from_hours(hour as i64),
            horizon: Horizon::hours(hours),
            actual: 60.0,
            predicted: 60.0 + size * error,
            anchor: 60.0,
        });
        Forecasts::new(name, records).unwrap()
    };
    let against = |sizes: [f64; 2]| {
        let pairs = [1, 2]
            .map(|hours| (model("first", hours, 1.0), model("second", hours, sizes[hours as usize - 1])));
        MultiHorizon::of(&pairs, Loss::Mse, 500, Seed::new(1)).unwrap()
    };
    let (both, one) = (against([0.9, 0.9]), against([0.7, 1.1]));
    assert!(both.uniform.rejects(0.01) && both.average.rejects(0.01), "{both:?}");
    assert!(!one.uniform.rejects(0.1) && one.average.rejects(0.01), "{one:?}");
    assert!(both.uniform.p_value >= 1.0 / 501.0);
}

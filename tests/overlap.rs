//! One rule for the overlap of forecasts: every test counts the same lags.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::evaluation::{clark_west, diebold_mariano};
use dvol::prelude::*;
use dvol::regimes::calendar_years;
use dvol::regression::Kernel;
use dvol::validation::validate_by_regime;

/// Forecasts from the given hours on, for 24 hours ahead.
fn series(model: &str, hours: &[i64], weight: f64) -> Forecasts {
    let start: Timestamp = "2022-06-01T00:00:00Z".parse().unwrap();
    let records = hours.iter().enumerate().map(|(row, &hour)| {
        let step = ((row * row * 7919) % 101) as f64 / 50.0 - 1.0;
        Forecast {
            origin: Timestamp::from_hours(start.hours() + hour),
            horizon: Horizon::hours(24),
            actual: 50.0 + step + ((row * 31) % 17) as f64 / 17.0,
            predicted: 50.0 + weight * step,
            anchor: 50.0,
        }
    });
    Forecasts::new(model, records).unwrap()
}

#[test]
fn comparison_and_validation_count_the_same_lags_whatever_the_origins() {
    let hourly = (0..400).collect::<Vec<i64>>();
    let with_gaps = (0..600).filter(|hour| hour % 50 < 35).collect();
    let six_hourly = (0..200).map(|row| 6 * row).collect();
    let daily = (0..200).map(|row| 24 * row).collect();
    let daily_then_an_hour_later = (0..200).map(|row| 24 * row + i64::from(row > 100)).collect();
    let cases: [(Vec<i64>, usize); 5] =
        [(hourly, 24), (with_gaps, 24), (six_hourly, 4), (daily, 1), (daily_then_an_hour_later, 24)];
    for (hours, overlap) in cases {
        let (small, large) = (series("small", &hours, 0.0), series("large", &hours, 0.9));
        assert_eq!(large.overlap(), overlap);
        let lags = [
            diebold_mariano(&small, &large, Default::default(), Kernel::Bartlett).unwrap().lags,
            clark_west(&small, &large, Kernel::Bartlett).unwrap().lags,
        ];
        assert_eq!(lags, [Some(overlap - 1); 2]);
        assert_eq!(validate_forecasts(&large).unwrap().overlap, overlap);
    }
}

#[test]
fn a_regime_is_validated_with_the_overlap_of_the_whole_series() {
    let hours: Vec<i64> = (0..1_500).collect();
    let forecasts = series("ours", &hours, 0.9);
    let labels = calendar_years("2022-01-01T00:00:00Z".parse().unwrap(), 365 * 24).unwrap();
    let year = validate_by_regime(&forecasts, &labels).unwrap();
    let whole = validate_forecasts(&forecasts).unwrap();
    assert_eq!(year[0].verdicts, whole.verdicts);
}

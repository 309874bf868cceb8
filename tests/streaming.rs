//! Series longer than memory: the same numbers as in one piece.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::jumps::{DailyMeasures, LeeMykland, StreamingJumps, lee_mykland};
use dvol::prelude::*;
use rand::Rng;

fn series(rows: usize) -> (Vec<Timestamp>, Vec<f64>) {
    let mut rng = Seed::new(5).rng();
    let mut level = 60.0_f64;
    let levels = (0..rows)
        .map(|row| {
            level *= (0.02 * (rng.random::<f64>() - 0.5)).exp();
            if row % 700 == 333 {
                level *= 1.2;
            }
            if row % 97 == 13 { f64::NAN } else { level }
        })
        .collect();
    ((0..rows as i64).map(|row| Timestamp::from_hours(row + 5)).collect(), levels)
}

#[test]
fn a_stream_finds_what_the_whole_series_shows() {
    let (times, levels) = series(4000);
    let whole = lee_mykland(
        &levels,
        LeeMykland { reading: dvol::jumps::Reading::FamilyWise(Some(3999)), ..LeeMykland::default() },
    )
    .expect("a test");
    let expected: Vec<Timestamp> = whole.jumps().into_iter().map(|row| times[row]).collect();
    assert!(expected.len() >= 5, "the series has jumps to find: {expected:?}");
    let days = DailyMeasures::new(&times, &whole.returns, 12).expect("days");
    for piece in [50, 131, 1000, 3999] {
        let mut stream = StreamingJumps::new(LeeMykland::default(), levels.len(), 12).expect("a stream");
        for (times, levels) in times.chunks(piece).zip(levels.chunks(piece)) {
            stream.push(times, levels).expect("clean levels");
        }
        let streamed = stream.finish().expect("a long series");
        let found: Vec<Timestamp> = streamed.jumps.iter().map(|jump| jump.time).collect();
        assert_eq!(found, expected, "pieces of {piece}");
        assert_eq!(streamed.rows, 4000);
        assert_eq!(
            streamed.tested,
            whole.statistic.iter().filter(|statistic| !statistic.is_nan()).count(),
            "pieces of {piece}"
        );
        assert_eq!(streamed.measures.days, days.days);
        for (mine, theirs) in streamed.measures.realized_variance.iter().zip(&days.realized_variance) {
            assert!((mine - theirs).abs() <= 1e-14 || (mine.is_nan() && theirs.is_nan()));
        }
    }
}

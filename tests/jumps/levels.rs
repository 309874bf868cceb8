//! The level that a reading is about, whatever the way the data come.

use dvol::jumps::{
    CausalFactors, LeeMykland, PeriodicFactors, Reading, StreamingJumps, lee_mykland, lee_mykland_periodic,
    log_returns,
};
use dvol::time::Timestamp;

fn market(rows: usize) -> (Vec<Timestamp>, Vec<f64>) {
    let mut level = 60.0_f64;
    let levels = super::support::samples::normals(rows, 11).into_iter().map(|shock| {
        level *= (0.005 * shock).exp();
        level
    });
    ((0..rows as i64).map(Timestamp::from_hours).collect(), levels.collect())
}

#[test]
fn a_stream_s_student_family_is_the_whole_series() {
    let (times, levels) = market(8_761);
    let spec = LeeMykland { reading: Reading::FamilyWiseStudent(None), ..LeeMykland::default() };
    let whole = lee_mykland(&levels, spec).unwrap().critical_value;
    let mut stream = StreamingJumps::new(spec, levels.len(), 24).unwrap();
    for (times, levels) in times.chunks(500).zip(levels.chunks(500)) {
        stream.push(times, levels).unwrap();
    }
    let streamed = stream.finish().unwrap().critical_value;
    assert_eq!(streamed.to_bits(), whole.to_bits(), "{streamed} {whole}");
}

#[test]
fn degrees_of_freedom_at_a_row_count_what_was_known_there() {
    let (times, levels) = market(6_000);
    let spec = LeeMykland { reading: Reading::PerPoint, ..LeeMykland::default() };
    let run = |rows: usize| {
        let returns = log_returns(&levels[..rows]).unwrap();
        let factors = CausalFactors::estimate(&times[..rows], &returns, spec.window, None).unwrap();
        (factors.variance(4_000), lee_mykland_periodic(&levels[..rows], &factors, spec).unwrap())
    };
    let ((early, part), (late, full)) = (run(4_100), run(6_000));
    assert_eq!(early.to_bits(), late.to_bits());
    for row in 0..4_100 {
        assert_eq!(part.critical_value_at(row).to_bits(), full.critical_value_at(row).to_bits(), "row {row}");
    }
    // factors of more weeks are known better: the critical value falls towards that without factors
    assert!(full.critical_value_at(5_999) < full.critical_value_at(4_000));
    let (short, long) = (part.p_values().unwrap(), full.p_values().unwrap());
    assert!(short.iter().zip(&long).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())));
}

#[test]
fn a_false_discovery_rate_is_kept_among_the_flags() {
    let (rows, size, spacing) = (6_000, 8.0, 150);
    let (mut flags, mut wrong) = (0, 0);
    for seed in 0..20 {
        let mut returns: Vec<f64> =
            super::support::samples::normals(rows, seed).iter().map(|z| 0.005 * z).collect();
        let jumps: Vec<usize> = (200..rows).step_by(spacing).collect();
        jumps.iter().for_each(|&row| returns[row - 1] += 0.005 * size);
        let levels = super::levels(&returns);
        let spec = LeeMykland { reading: Reading::PerPoint, ..LeeMykland::default() };
        let found = lee_mykland(&levels, spec).unwrap().jumps_at_false_discovery_rate(0.1).unwrap();
        flags += found.len();
        wrong += found.iter().filter(|row| !jumps.contains(row)).count();
        assert!(jumps.iter().filter(|row| found.contains(row)).count() > 35, "of {}", jumps.len());
    }
    let share = wrong as f64 / flags as f64;
    // below a tenth: a jump inflates the volatility of the rows after it
    assert!((0.01..0.12).contains(&share), "{share}");
    let spec = LeeMykland::default();
    assert!(lee_mykland(&market(500).1, spec).unwrap().jumps_at_false_discovery_rate(1.0).is_err());
}

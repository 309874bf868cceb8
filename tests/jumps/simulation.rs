//! Size and power by simulation.

use dvol::jumps::{ComparedTest, MonteCarlo, SimulatedVolatility};
use dvol::seed::Seed;

#[test]
fn simulated_sizes_are_nominal_and_power_grows_with_the_jump() {
    let table = MonteCarlo { replications: 24, hours: 6_000, seed: Seed::new(7) }.run().unwrap();
    let row = |volatility, test, alpha: f64| {
        table
            .rows
            .iter()
            .find(|row| row.volatility == volatility && row.test == test && row.alpha == alpha)
            .expect("a row of the table")
    };
    let constant = SimulatedVolatility::Constant;
    let plain = row(constant, ComparedTest::PerPoint, 0.01);
    assert!((0.008..0.012).contains(&plain.size_per_point), "{plain:?}");
    assert!(plain.power[2] > 0.9, "{plain:?}");
    assert!(table.rows.iter().all(|row| row.power[0] <= row.power[5]));
    let families = row(constant, ComparedTest::FamilyWiseStudent, 0.05);
    assert!(families.size_family_wise <= 0.17, "{families:?}");
    let seasonal = row(SimulatedVolatility::Seasonal, ComparedTest::PerPoint, 0.01);
    let corrected = row(SimulatedVolatility::Seasonal, ComparedTest::PerPointPeriodic, 0.01);
    assert!(seasonal.size_per_point > 0.02 && corrected.size_per_point < 0.0125);
    let defaults = row(constant, ComparedTest::HighfrequencyDefaults, 0.05);
    assert!(defaults.size_family_wise > 0.95, "alpha used as 1 - alpha flags every year");
}

#[test]
fn the_simulation_does_not_depend_on_the_number_of_threads() {
    let settings = MonteCarlo { replications: 4, hours: 1_500, seed: Seed::new(1) };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let one = pool(1).install(|| settings.run().unwrap());
    let three = pool(3).install(|| settings.run().unwrap());
    assert_eq!(one, three);
}

//! The simulated market.

use super::support::samples::simulated;
use dvol::data::{Simulation, simulate};
use dvol::seed::Seed;

fn autocorrelation(values: &[f64], lag: usize) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let product =
        |lag: usize| values[lag..].iter().zip(values).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    product(lag) / product(0)
}

/// mean, deviation, minimum, maximum, autocorrelations, mean absolute hourly change, 24 h RMSE.
fn moments(values: &[f64]) -> [f64; 9] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt();
    let change = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (n - 1.0);
    let day = values.windows(25).map(|window| (window[24] - window[0]).powi(2)).sum::<f64>() / (n - 24.0);
    [
        mean,
        deviation,
        values.iter().copied().fold(f64::INFINITY, f64::min),
        values.iter().copied().fold(0.0, f64::max),
        autocorrelation(values, 24),
        autocorrelation(values, 168),
        autocorrelation(values, 720),
        change,
        day.sqrt(),
    ]
}

#[test]
fn over_five_seeds_the_simulated_index_has_the_moments_of_the_real_one() {
    let seeds = [42, 43, 44, 45, 46];
    let of_seed = seeds.map(|seed| {
        let panel = simulate(&Simulation { seed: Seed::new(seed), ..Simulation::default() }).unwrap();
        let moments = moments(panel.values("dvol").unwrap());
        println!("seed {seed}: {moments:.3?}");
        moments
    });
    let mean: [f64; 9] = std::array::from_fn(|i| of_seed.iter().map(|m| m[i]).sum::<f64>() / 5.0);
    println!("mean: {mean:.3?}");
    let near = [
        ("mean", 60.0, 66.0),
        ("deviation", 17.0, 21.0),
        ("minimum", 26.0, 35.0),
        ("maximum", 145.0, 185.0),
        ("autocorrelation at 24 h", 0.97, 0.99),
        ("autocorrelation at 168 h", 0.88, 0.94),
        ("autocorrelation at 720 h", 0.75, 0.85),
        ("mean absolute hourly change", 0.35, 0.45),
        ("24 h RMSE", 2.7, 4.2),
    ];
    for ((name, low, high), value) in near.into_iter().zip(mean) {
        assert!((low..=high).contains(&value), "{name}: {value:.3} outside {low} .. {high}");
    }
}

#[test]
fn the_simulator_gives_the_same_bits_for_the_same_seed_and_others_for_another() {
    let bits = |seed| -> Vec<u64> {
        let panel = simulated(400, seed).panel().clone();
        panel.columns().iter().flat_map(|column| column.values()).map(|value| value.to_bits()).collect()
    };
    assert_eq!(bits(7), bits(7));
    assert_ne!(bits(7), bits(8));
}

#[test]
fn the_simulated_market_has_the_structure_its_truth_claims() {
    let panel = simulated(37_949, 42).panel().clone();
    let column = |name: &str| panel.values(name).unwrap();
    let (dvol, price, jumps) = (column("dvol"), column("price"), column("truth_jump"));
    let changes: Vec<f64> = dvol.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
    let returns: Vec<f64> = price.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
    let correlation = |a: &[f64], b: &[f64]| {
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let (ma, mb) = (mean(a), mean(b));
        let cross = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
            x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
        };
        cross(a, ma, b, mb) / (cross(a, ma, a, ma) * cross(b, mb, b, mb)).sqrt()
    };
    let leverage = correlation(&changes, &returns);
    assert!((-0.4..-0.1).contains(&leverage), "leverage {leverage}");
    // an hour with a jump changes the index by about that jump
    let rows: Vec<usize> = (1..dvol.len()).filter(|&row| jumps[row] != 0.0).collect();
    assert!((100..400).contains(&rows.len()), "{} jumps", rows.len());
    let explained = rows
        .iter()
        .filter(|&&row| (changes[row - 1] - jumps[row]).abs() < 5.0 * column("truth_volatility")[row]);
    assert!(explained.count() as f64 > 0.98 * rows.len() as f64);
    // clusters: the day after a jump holds more jumps than a day does on average
    let rate = rows.len() as f64 / dvol.len() as f64;
    let followed: usize =
        rows.iter().map(|&row| jumps[row + 1..].iter().take(24).filter(|jump| **jump != 0.0).count()).sum();
    assert!(followed as f64 / (24.0 * rows.len() as f64) > 1.5 * rate);
    // realized volatility of the past month drives the index
    let realized: Vec<f64> = returns
        .windows(720)
        .step_by(24)
        .map(|window| (window.iter().map(|r| r * r).sum::<f64>() / 720.0).sqrt())
        .collect();
    let index: Vec<f64> = dvol[720..].iter().step_by(24).copied().collect();
    let driven = correlation(&realized, &index);
    assert!((0.7..0.98).contains(&driven), "{driven}");
    // a known pattern of the week
    let weekend = column("truth_seasonal")
        .iter()
        .zip(panel.times())
        .filter(|(_, at)| at.hour_of_week() == 132)
        .map(|(value, _)| *value)
        .next();
    assert!(weekend.unwrap() < -0.01);
}

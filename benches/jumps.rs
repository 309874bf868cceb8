//! The Lee-Mykland test on 38,000 hours (pandas needs 3 ms), and what surrounds it.

use criterion::{Criterion, criterion_group, criterion_main};
use dvol::jumps::{
    CausalFactors, JumpFeatureSpec, LeeMykland, LocalVolatility, jump_features, lee_mykland, log_returns,
};
use dvol::models::{Garch, RealizedHar, RealizedSeries};
use dvol::panel::{Column, Panel};
use dvol::seed::Seed;
use dvol::time::Timestamp;
use rand_distr::{Distribution, StandardNormal};
use std::hint::black_box;

const HOURS: usize = 38_000;

fn levels() -> Vec<f64> {
    let mut rng = Seed::new(42).rng();
    let mut log = 4.0_f64;
    (0..HOURS)
        .map(|_| {
            let shock: f64 = StandardNormal.sample(&mut rng);
            log += 0.005 * shock;
            log.exp()
        })
        .collect()
}

fn jumps(criterion: &mut Criterion) {
    let series = levels();
    criterion.bench_function("lee_mykland 38,000 hours", |bencher| {
        bencher.iter(|| lee_mykland(black_box(&series), LeeMykland::default()));
    });
    let median = LeeMykland { volatility: LocalVolatility::Median, ..LeeMykland::default() };
    criterion.bench_function("lee_mykland 38,000 hours, medRV", |bencher| {
        bencher.iter(|| lee_mykland(black_box(&series), median));
    });
    let result = lee_mykland(&series, LeeMykland::default()).expect("a long series");
    criterion.bench_function("per-point p-values 38,000 hours", |bencher| {
        bencher.iter(|| black_box(&result).p_values());
    });
    let times: Vec<Timestamp> = (0..HOURS as i64).map(Timestamp::from_hours).collect();
    let returns = log_returns(&series).expect("positive levels");
    criterion.bench_function("causal periodic factors 38,000 hours", |bencher| {
        bencher.iter(|| CausalFactors::estimate(black_box(&times), &returns, 94, Some(8_760)));
    });
    let panel = Panel::new(Timestamp::from_hours(0), HOURS)
        .and_then(|panel| panel.with(Column::known("dvol", series.clone())))
        .expect("a panel");
    criterion.bench_function("jump features 38,000 hours", |bencher| {
        bencher.iter(|| jump_features(black_box(&panel), &JumpFeatureSpec::default()));
    });
    let realized = RealizedSeries::new(series);
    criterion.bench_function("HAR regression 38,000 rows", |bencher| {
        bencher.iter(|| RealizedHar::default().fit(black_box(&realized)));
    });
    criterion.bench_function("GARCH(1,1) 1,500 returns", |bencher| {
        bencher.iter(|| Garch::Garch.fit(black_box(&returns[1..1_501])));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = jumps
}
criterion_main!(benches);

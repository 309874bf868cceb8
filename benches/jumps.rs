//! The Lee-Mykland test on 38,000 hours, and what surrounds it.
//!
//! `cargo bench --profile dev --bench jumps`; the same work in pandas, statsmodels and arch on numbers of the same
//! kind: `python benches/peers/jumps.py`.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

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
    let mut group = criterion.benchmark_group("jumps");
    group.sample_size(20);
    group.bench_function("lee_mykland", |bencher| {
        bencher.iter(|| lee_mykland(black_box(&series), LeeMykland::default()));
    });
    let median = LeeMykland { volatility: LocalVolatility::Median, ..LeeMykland::default() };
    group.bench_function("lee_mykland_median", |bencher| {
        bencher.iter(|| lee_mykland(black_box(&series), median));
    });
    let result = lee_mykland(&series, LeeMykland::default()).expect("a long series");
    group.bench_function("p_values", |bencher| {
        bencher.iter(|| black_box(&result).p_values());
    });
    let times: Vec<Timestamp> = (0..HOURS as i64).map(Timestamp::from_hours).collect();
    let returns = log_returns(&series).expect("positive levels");
    group.bench_function("causal_factors", |bencher| {
        bencher.iter(|| CausalFactors::estimate(black_box(&times), &returns, 94, Some(8_760)));
    });
    let panel = Panel::new(Timestamp::from_hours(0), HOURS)
        .and_then(|panel| panel.with(Column::known("dvol", series.clone())))
        .expect("a panel");
    group.bench_function("jump_features", |bencher| {
        bencher.iter(|| jump_features(black_box(&panel), &JumpFeatureSpec::default()));
    });
    let realized = RealizedSeries::new(series);
    group.bench_function("har_regression", |bencher| {
        bencher.iter(|| RealizedHar::default().fit(black_box(&realized)));
    });
    group.bench_function("garch_1500", |bencher| {
        bencher.iter(|| Garch::Garch.fit(black_box(&returns[1..1_501])));
    });
    group.finish();
}

criterion_group!(benches, jumps);
criterion_main!(benches);

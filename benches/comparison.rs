//! Speed of the comparison of forecasts: 10 models, 7,400 losses, 1,000 replications.
//!
//! `cargo bench --profile dev --bench comparison`; the same work in arch on the same losses:
//! `python benches/peers/comparison.py`.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use dvol::evaluation::{
    EliminationStatistic, Losses, ModelConfidenceSet, StationaryBootstrap, Studentisation,
    SuperiorPredictiveAbility, optimal_block_length,
};
use dvol::ndarray::Array2;
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use std::hint::black_box;

const ROWS: usize = 7_400;
const MODELS: usize = 10;
const REPLICATIONS: usize = 1_000;
// arch's default: the root of the number of rows
const BLOCK: f64 = 86.0;

/// Losses from Knuth's linear congruential generator: a few lines in any language give the same numbers.
fn losses() -> Losses {
    let mut state = 42_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let values = Array2::from_shape_fn((ROWS, MODELS), |(_, model)| uniform() + 0.01 * model as f64);
    let names = (0..MODELS).map(|model| format!("model {model}")).collect();
    let origins = (0..ROWS as i64).map(Timestamp::from_hours).collect();
    Losses::new(names, values, origins, Horizon::hours(24)).expect("a table of losses")
}

fn comparison(criterion: &mut Criterion) {
    let losses = losses();
    let draw = || {
        let bootstrap = StationaryBootstrap::new(BLOCK, REPLICATIONS, Seed::new(1)).expect("a bootstrap");
        bootstrap.resample(ROWS).expect("enough rows")
    };
    let mut group = criterion.benchmark_group("comparison");
    group.sample_size(20);
    for (name, statistic) in
        [("mcs_range", EliminationStatistic::Range), ("mcs_max", EliminationStatistic::Max)]
    {
        group.bench_function(name, |b| {
            b.iter(|| ModelConfidenceSet::of(black_box(&losses), &draw(), statistic, 0.05));
        });
    }
    group.bench_function("spa", |b| {
        b.iter(|| {
            let draws = draw();
            SuperiorPredictiveAbility::of(
                black_box(&losses),
                "model 5",
                &draws,
                BLOCK,
                Studentisation::Studentised,
            )
        });
    });
    group.bench_function("resample", |b| b.iter(draw));
    let differential = losses.differential(0, 1);
    group.bench_function("optimal_block_length", |b| {
        b.iter(|| optimal_block_length(black_box(&differential)))
    });
    group.finish();
}

criterion_group!(benches, comparison);
criterion_main!(benches);

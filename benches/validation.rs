//! Speed of the validation room on 38,000 residuals, the size of the thesis.
//!
//! `cargo bench --profile dev --bench validation`; the same work in statsmodels and scipy on the same numbers:
//! `python benches/peers/validation.py`.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use dvol::regression::{Design, Ols};
use dvol::validation::{
    AugmentedDickeyFuller, BaiPerron, Deterministic, Validation, ZivotAndrews, bias_hac_t_test, ljung_box,
};
use std::hint::black_box;

const ROWS: usize = 38_000;

/// Knuth's linear congruential generator: a few lines in any language give the same numbers.
fn noise(n: usize) -> Vec<f64> {
    let mut state = 42_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(|_| uniform() + uniform() + uniform() + uniform() - 2.0).collect()
}

fn level() -> Vec<f64> {
    let mut level = 0.0;
    noise(ROWS)
        .iter()
        .map(|shock| {
            level = 0.999 * level + shock;
            level
        })
        .collect()
}

fn overlapping() -> Vec<f64> {
    noise(ROWS + 23).windows(24).map(|shocks| shocks.iter().sum()).collect()
}

fn validation(criterion: &mut Criterion) {
    let (level, residuals) = (level(), overlapping());
    let mut group = criterion.benchmark_group("validation");
    group.sample_size(10);
    let adf = AugmentedDickeyFuller::default();
    println!("ADF on the level: {}", adf.test(&level).expect("a long series"));
    group.bench_function("adf_aic", |b| b.iter(|| adf.test(black_box(&level))));
    let trend = AugmentedDickeyFuller::with_terms(Deterministic::Trend);
    group.bench_function("adf_aic_trend", |b| b.iter(|| trend.test(black_box(&level))));
    group.bench_function("zivot_andrews", |b| b.iter(|| ZivotAndrews::default().test(black_box(&level))));
    group.bench_function("ljung_box_50", |b| b.iter(|| ljung_box(black_box(&residuals), 50, 0)));
    group.bench_function("bias_hac_48", |b| b.iter(|| bias_hac_t_test(black_box(&residuals), 48)));
    group.bench_function("bai_perron", |b| b.iter(|| BaiPerron::default().mean(black_box(&residuals))));
    let shocks = noise(28_000 * 4);
    let columns = (0..170).map(|hour| {
        let of_hour = |(t, shock): (usize, &f64)| if t % 170 == hour { *shock } else { 0.0 };
        (format!("hour {hour}"), shocks[..28_000].iter().enumerate().map(of_hour).collect())
    });
    let design = Design::new(columns).expect("a design");
    let target = &shocks[28_000..56_000];
    group.bench_function("least_squares_28000_by_170", |b| {
        b.iter(|| Ols::new("hours of the week").fit(black_box(&design), black_box(target)));
    });
    let whole = Validation::default();
    group.bench_function("report", |b| b.iter(|| whole.run(black_box(&residuals))));
    group.finish();
}

criterion_group!(benches, validation);
criterion_main!(benches);

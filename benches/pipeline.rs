//! The thesis's hours from files to scores: import, known-at features, jumps, Corsi's HAR, metrics; and what the
//! whole HAR family takes.
//!
//! `cargo bench --profile dev --bench pipeline`.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use dvol::config::Config;
use dvol::data::{ImportPolicy, Simulation, Sources, import, simulate};
use dvol::evaluation::MetricsTable;
use dvol::models::{Har, Naive};
use dvol::study::Study;
use std::path::Path;

/// Files of 37,949 simulated hours.
fn files(folder: &Path) -> Sources {
    let panel = simulate(&Simulation::default()).expect("a market");
    let file = |name: &str, header: &str, columns: &[&str], every: usize| {
        let values: Vec<&[f64]> =
            columns.iter().map(|column| panel.values(column).expect("a column")).collect();
        let rows = (0..panel.len()).step_by(every).map(|row| {
            let cells = values.iter().map(|column| column[row].to_string()).collect::<Vec<_>>().join(",");
            format!("{},{cells}\n", panel.at(row))
        });
        let path = folder.join(name);
        std::fs::write(&path, format!("{header}\n{}", rows.collect::<String>())).expect("a file");
        path
    };
    Sources {
        dvol: vec![file("dvol.csv", "timestamp,dvol", &["dvol"], 1)],
        price: vec![file("price.csv", "timestamp,close", &["price"], 1)],
        onchain: vec![file("chain.csv", "time,AdrActCnt,CapMVRVCur", &["active_addresses", "mvrv"], 24)],
        volume: vec![file(
            "volume.csv",
            "date,estimated_transaction_volume_usd",
            &["transaction_volume_usd"],
            24,
        )],
        ..Sources::default()
    }
}

fn pipeline(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sources = files(folder.path());
    let read = || import(&sources, &ImportPolicy::default()).expect("clean files");
    let fresh = |dataset| Study::with_dataset(Config::default(), dataset);
    let dataset = read();
    let study = fresh(dataset.clone());
    let mut group = criterion.benchmark_group("pipeline");
    group.sample_size(10);
    group.bench_function("import", |bencher| bencher.iter(read));
    group.bench_function("features", |bencher| bencher.iter(|| fresh(dataset.clone()).features()));
    group.bench_function("jumps", |bencher| bencher.iter(|| study.jumps()));
    group.bench_function("har_family", |bencher| bencher.iter(|| study.har()));
    group.bench_function("import_to_scores", |bencher| {
        bencher.iter(|| {
            let study = fresh(read());
            let series = [study.forecast(&Naive::Persistence)?, study.forecast(&Har::corsi())?];
            let scores = MetricsTable::of(&study.on_common_origins(series.into())?)?;
            Ok::<_, dvol::Error>((study.jumps()?, scores))
        });
    });
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);

//! Fifty million one-second bars through realized measures and jumps: time and peak memory.
//!
//! `cargo bench --profile dev --bench scale` (or `-- ROWS`) writes the bars to a temporary parquet file, then streams
//! them. With DVOL_BENCH_OUT=FILE the figures go there too, as JSON.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::data::Batches;
use dvol::jumps::{LeeMykland, StreamingJumps, window_for};
use dvol::polars::prelude::*;
use dvol::seed::Seed;
use rand::Rng;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

const CHUNK: usize = 1 << 20;

/// 2024-01-01, in milliseconds: a count from zero is no time that a reader may take for one.
const FIRST: i64 = 1_704_067_200_000;

fn main() {
    let rows = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(50_000_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("bars.parquet");
    write_bars(&path, rows);
    let size = std::fs::metadata(&path).expect("a file").len() / (1 << 20);
    println!("{rows} one-second bars, {size} MiB of parquet; peak memory while writing {} MiB", peak());
    let start = Instant::now();
    let spec = LeeMykland { window: window_for(365.0 * 86_400.0), ..LeeMykland::default() };
    let mut stream = StreamingJumps::new(spec, rows, 43_200).expect("a stream");
    for batch in Batches::open(&path, "timestamp", "price").expect("batches") {
        let batch = batch.expect("a batch");
        stream.push(&batch.times, &batch.values).expect("clean bars");
    }
    let streamed = stream.finish().expect("a long series");
    let (seconds, memory) = (start.elapsed().as_secs_f64(), peak());
    println!("{streamed}{seconds:.1} s, peak memory {memory} MiB");
    if let Ok(out) = std::env::var("DVOL_BENCH_OUT") {
        let document = dvol::serde_json::json!({"rows": rows, "seconds": seconds, "peak_rss_mib": memory});
        std::fs::write(out, document.to_string()).expect("a file");
    }
}

/// A random walk with a jump of 20 local standard deviations about once a day.
fn write_bars(path: &Path, rows: usize) {
    let mut rng = Seed::new(1).rng();
    let mut price = 40_000.0_f64;
    let schema = bars(0, &[1.0]).schema().as_ref().clone();
    let mut writer =
        ParquetWriter::new(File::create(path).expect("a file")).batched(&schema).expect("a parquet writer");
    for start in (0..rows).step_by(CHUNK) {
        let prices: Vec<f64> = (start..rows.min(start + CHUNK))
            .map(|row| {
                let normal: f64 = (0..4).map(|_| rng.random::<f64>() - 0.5).sum::<f64>() * 1.73;
                let size = if row % 86_400 == 50_000 { 20.0 } else { normal };
                price *= (1e-4 * size).exp();
                price
            })
            .collect();
        writer.write_batch(&bars(start, &prices)).expect("a written batch");
    }
    writer.finish().expect("a finished file");
}

fn bars(start: usize, prices: &[f64]) -> DataFrame {
    let times: Vec<i64> = (0..prices.len()).map(|row| FIRST + (start + row) as i64 * 1000).collect();
    DataFrame::new(
        prices.len(),
        vec![Series::new("timestamp".into(), times).into(), Series::new("price".into(), prices).into()],
    )
    .expect("a frame")
}

/// Peak resident memory of this process in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("0");
    line.split_whitespace().nth(1).and_then(|value| value.parse::<u64>().ok()).unwrap_or(0) / 1024
}

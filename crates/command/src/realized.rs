//! `dvol realized`: realized measures and jumps of a long file, in bounded memory.

use crate::Run;
use clap::Args;
use dvol_core::artifacts::write_atomic_with;
use dvol_core::data::Batches;
use dvol_core::error::{Error, Result};
use dvol_core::jumps::{DailyMeasures, LeeMykland, StreamingJumps, window_for};
use std::path::{Path, PathBuf};

/// Streams a parquet file of prices through daily realized measures and the Lee-Mykland test.
#[derive(Debug, Args)]
pub struct RealizedCommand {
    /// Parquet file, a row a bar, times increasing
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Column of prices
    #[arg(long, default_value = "price")]
    column: String,
    /// Column of times (datetime, or epoch milliseconds)
    #[arg(long, default_value = "timestamp")]
    timestamp: String,
    /// Seconds between bars
    #[arg(long, default_value_t = 1)]
    seconds: u32,
    /// Level of the jump test over the whole file
    #[arg(long, default_value_t = 0.01)]
    alpha: f64,
    /// Write the measures of every day as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print days and jumps as one JSON document
    #[arg(long)]
    json: bool,
}

impl Run for RealizedCommand {
    fn run(self) -> Result<()> {
        if self.seconds == 0 || self.seconds > 3600 {
            return Err(Error::parameter("seconds", self.seconds, "between 1 and 3600"));
        }
        let a_day = 86_400 / self.seconds;
        let spec = LeeMykland {
            alpha: self.alpha,
            window: window_for(365.0 * f64::from(a_day)),
            ..LeeMykland::default()
        };
        let batches = Batches::open(&self.input, &self.timestamp, &self.column)?;
        let bar = crate::progress::progress_bar("rows");
        bar.set_length(batches.rows() as u64);
        let mut stream = StreamingJumps::new(spec, batches.rows(), a_day as usize / 2)?;
        for batch in batches {
            let batch = batch?;
            stream.push(&batch.times, &batch.values)?;
            bar.inc(batch.values.len() as u64);
        }
        bar.finish_and_clear();
        let streamed = stream.finish()?;
        if let Some(out) = &self.out {
            write_days(out, &streamed.measures)?;
        }
        if self.json {
            return crate::print_json(&streamed);
        }
        crate::print_text(streamed.to_string().trim_end())?;
        Ok(())
    }
}

fn write_days(path: &Path, days: &DailyMeasures) -> Result<()> {
    write_atomic_with(path, |file| {
        let mut writer = csv::Writer::from_writer(file);
        let refused = || Error::internal("writing CSV");
        let header = [
            "day",
            "count",
            "return",
            "realized_variance",
            "bipower_variation",
            "median_realized_variance",
            "negative_semivariance",
            "positive_semivariance",
            "realized_quarticity",
            "ratio_statistic",
            "ratio_p_value",
        ];
        writer.write_record(header).map_err(refused())?;
        for row in 0..days.days.len() {
            let numbers = [
                days.daily_return[row],
                days.realized_variance[row],
                days.bipower_variation[row],
                days.median_realized_variance[row],
                days.negative_semivariance[row],
                days.positive_semivariance[row],
                days.realized_quarticity[row],
                days.ratio_statistic[row],
                days.ratio_p_value[row],
            ];
            let text = |value: f64| if value.is_nan() { String::new() } else { value.to_string() };
            let head = [days.days[row].to_string(), days.count[row].to_string()];
            writer.write_record(head.into_iter().chain(numbers.map(text))).map_err(refused())?;
        }
        writer.flush().map_err(Error::io(path))
    })
}

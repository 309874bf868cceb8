//! `dvol realized`: realized measures and jumps of a long file, in bounded memory.

use crate::reading::{self, ReadFlags};
use crate::{Output, Run, series};
use clap::Args;
use dvol_core::artifacts::write_atomic_with;
use dvol_core::data::{Batches, Need, Span, Understood};
use dvol_core::error::{Error, Result};
use dvol_core::jumps::{DailyMeasures, LeeMykland, StreamedJumps, StreamingJumps, window_for};
use dvol_core::range::{Range, Within};
use std::path::{Path, PathBuf};

/// Above so many rows a parquet file is read a group of rows at a time.
const LONG: usize = 1 << 22;

/// The fewest bars a day that make a realized measure.
const FEWEST_A_DAY: f64 = 6.0;

/// Put a file of prices through daily realized measures and the Lee-Mykland test; parquet of any length
#[derive(Debug, Args)]
#[command(mut_arg("out", |flag| flag.value_name("OUT.csv").help("Write the measures of every day as CSV")))]
pub struct RealizedCommand {
    /// CSV or parquet file, a row a bar
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Column of prices
    #[arg(long, default_value = "price")]
    column: String,
    /// Seconds between bars, checked against the file [default: the step that rows keep]
    #[arg(long, value_name = "S")]
    seconds: Option<u32>,
    /// Level of the jump test over the whole file
    #[arg(long, default_value_t = 0.01, value_parser = Within::<f64>::range(Range::LEVEL))]
    alpha: f64,
    #[command(flatten)]
    reading: ReadFlags,
    #[command(flatten)]
    output: Output,
}

impl Run for RealizedCommand {
    fn run(self) -> Result<()> {
        if let Some(seconds) = self.seconds.filter(|seconds| !(1..=3600).contains(seconds)) {
            return Err(Error::parameter("seconds", seconds, "between 1 and 3600"));
        }
        self.output.spares(&[&self.input])?;
        let long = Batches::open_long(&self.input, &self.reading.options(), &self.column, LONG)?;
        let (streamed, understood) = match long {
            Some(batches) => self.stream(batches)?,
            None => self.at_once()?,
        };
        if let Some(out) = &self.output.out {
            write_days(out, &streamed.measures)?;
            if self.output.is_standard_output() {
                return Ok(());
            }
        }
        reading::print_as(self.output.printing, Some(&understood), &streamed, || {
            streamed.to_string().trim_end().to_owned()
        })
    }
}

impl RealizedCommand {
    /// The test for a file with so many rows in a year, and the fewest returns of a whole day.
    fn test(&self, step: Option<Span>, observations_in_a_year: f64) -> Result<(LeeMykland, usize)> {
        if let (Some(seconds), Some(step)) = (self.seconds, step)
            && i64::from(seconds) * 1_000 != step.millis()
        {
            let range = format!("the step of the file's rows, {step}; leave --seconds out to take it");
            return Err(Error::parameter("seconds", seconds, range));
        }
        let a_day = observations_in_a_year / 365.0;
        if a_day < FEWEST_A_DAY {
            let problem =
                format!("{a_day:.1} rows a day: a day's realized measures need at least {FEWEST_A_DAY} bars");
            return Err(Error::file(&self.input, problem));
        }
        let window = window_for(observations_in_a_year);
        Ok((LeeMykland { alpha: self.alpha, window, ..LeeMykland::default() }, (a_day / 2.0) as usize))
    }

    fn at_once(&self) -> Result<(StreamedJumps, Understood)> {
        let (series, table) = series::read(&self.reading, &self.input, &self.column, true, Need::Clock)?;
        let Some(times) = &series.times else {
            return Err(Error::file(&self.input, "days need times: name their column with --timestamp"));
        };
        let (test, minimum) = self.test(table.step(), series.observations_in_a_year)?;
        let explain = |error| series::in_file(error, &table, &self.column, &series.rows);
        let mut stream = StreamingJumps::new(test, table.len(), minimum).map_err(explain)?;
        stream.push(times, &series.values).map_err(explain)?;
        let streamed = stream.finish().map_err(explain)?;
        Ok((StreamedJumps { rows: table.len(), ..streamed }, table.understood()))
    }

    fn stream(&self, batches: Batches) -> Result<(StreamedJumps, Understood)> {
        let (rows, understood) = (batches.rows(), batches.understood());
        let (test, minimum) = self.test(batches.step(), batches.observations_in_a_year())?;
        let bar = crate::progress::progress_bar("rows");
        bar.set_length(rows as u64);
        let mut stream = StreamingJumps::new(test, rows, minimum)?;
        for batch in batches {
            let batch = batch?;
            stream.push(&batch.times, &batch.values)?;
            bar.inc(batch.values.len() as u64);
        }
        bar.finish_and_clear();
        Ok((StreamedJumps { rows, ..stream.finish()? }, understood))
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

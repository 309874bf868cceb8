//! `dvol jumps`: where a series jumps.

use crate::reading;
use crate::series::{self, Series, SeriesFile};
use crate::{ExperimentFlags, Output, Run, plain};
use clap::Args;
use dvol_core::artifacts::{write_atomic, write_json};
use dvol_core::data::Need;
use dvol_core::error::Result;
use dvol_core::experiment::Experiment;
use dvol_core::jumps::{
    JumpSearch, JumpSummary, LeeMykland, LeeMyklandResult, LocalVolatility, MonteCarlo, ReadingKind,
    window_for,
};
use dvol_core::range::{Range, Within};
use dvol_core::seed::Seed;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Find the jumps of a series: Lee and Mykland's test, two simple detectors, and the six events
///
/// A jump is a log return too large for the volatility of the returns before it. `p_value` in OUT is per
/// return; `jump` and `critical_value` follow --reading. Of the readings, family-wise does not keep its level in windows
/// of a hundred returns (at 1 % it flags 2.5 to 13 % of simulated years without jumps, with --periodicity 32 to 51 %);
/// family-wise-student with --periodicity does (0.75 to 2.5 %), per-point too (0.9 to 1.0 % of returns).
// Help text is not Markdown.
#[allow(clippy::doc_markdown)]
#[derive(Debug, Args)]
#[command(mut_arg("data", |flag| flag.conflicts_with("input")))]
#[command(mut_arg("out", |flag| flag
    .value_name("OUT.csv")
    .help("Write timestamp, return, sigma, statistic, p_value, jump as CSV")))]
pub(crate) struct JumpsCommand {
    #[command(flatten)]
    file: SeriesFile,
    #[command(flatten)]
    experiment: ExperimentFlags,
    /// Observations in the window of local volatility [default: ceil(sqrt(observations in a year))]
    #[arg(long, value_name = "K", value_parser = Within::<usize>::range(Range::ROWS))]
    window: Option<usize>,
    /// Level of the test
    #[arg(long, default_value_t = 0.01, value_parser = Within::<f64>::range(Range::LEVEL))]
    alpha: f64,
    /// What alpha promises
    #[arg(long, value_enum, default_value_t)]
    reading: ReadingKind,
    /// Returns in one family [default: all of the series]
    #[arg(long, value_name = "N", value_parser = Within::<usize>::range(Range::FAMILY))]
    family: Option<usize>,
    /// Estimator of local volatility
    #[arg(long, value_enum, default_value_t)]
    volatility: LocalVolatility,
    /// Divide returns by the volatility of their hour of the week first (Boudt, Croux and Laurent 2011)
    #[arg(long)]
    periodicity: bool,
    /// Simulate size and power of the tests instead, into RESULTS_DIR/jumps_size_power.json
    #[arg(long, conflicts_with_all = ["input", "out"])]
    monte_carlo: bool,
    /// Simulated series a volatility
    #[arg(long, default_value_t = MonteCarlo::default().replications, value_parser = Within::<usize>::range(Range::DRAWS))]
    replications: usize,
    /// Seed of the simulation
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Folder of the simulation's table [default: the experiment's results folder]
    #[arg(long, value_name = "DIR")]
    results_dir: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    input: String,
    column: &'a str,
    holes: usize,
    #[serde(flatten)]
    summary: &'a JumpSummary,
}

impl Run for JumpsCommand {
    fn run(self) -> Result<()> {
        if self.monte_carlo { self.simulate() } else { self.detect() }
    }
}

impl JumpsCommand {
    fn simulate(&self) -> Result<()> {
        let settings = MonteCarlo {
            replications: self.replications,
            seed: Seed::new(self.seed),
            ..MonteCarlo::default()
        };
        let folder = match &self.results_dir {
            Some(folder) => folder.clone(),
            None => plain(self.experiment.configuration()?.results()),
        };
        let table = settings.run()?;
        let path = folder.join("jumps_size_power.json");
        write_json(&path, &table)?;
        self.output.printing.print_as(&table, || format!("{table}\nwritten to {}", path.display()))
    }

    fn detect(&self) -> Result<()> {
        let config = self.experiment.configuration()?;
        match &self.file.input {
            Some(path) => self.output.spares(&[path])?,
            None => self.output.spares(&self.experiment.inputs()?)?,
        }
        let (input, series, table, events) = if let Some(path) = &self.file.input {
            let (series, table) = self.file.read(path, Need::Clock)?;
            let events = config.market.unwrap_or_default().events;
            (path.display().to_string(), series, Some(table), events)
        } else {
            let experiment = Experiment::new(config)?;
            let series = series::of_study(&experiment, &self.file.column)?;
            (experiment.source(), series, None, experiment.market().events)
        };
        let explain = |error| match &table {
            Some(table) => series::in_file(error, table, &self.file.column, &series.rows),
            None => error,
        };
        let year = series.observations_in_a_year;
        let found = self
            .search(&series)
            .run(series.times.as_deref(), &series.values, year, &events)
            .map_err(explain)?;
        if let Some(out) = &self.output.out {
            write_out(out, &series, &found.test)?;
            if self.output.is_standard_output() {
                return Ok(());
            }
        }
        let (column, holes) = (self.file.column.as_str(), series.holes());
        let report = Report { input, column, holes, summary: &found.summary };
        let source = if table.is_none() { format!("data: {}\n", report.input) } else { String::new() };
        reading::print_as(self.output.printing, series.understood.as_ref(), &report, || {
            format!("{source}{found}")
        })
    }

    fn search(&self, series: &Series) -> JumpSearch {
        let test = LeeMykland {
            alpha: self.alpha,
            reading: self.reading.about(self.family),
            window: self.window.unwrap_or_else(|| window_for(series.observations_in_a_year)),
            minimum: None,
            volatility: self.volatility,
        };
        JumpSearch { test, periodicity: self.periodicity }
    }
}

fn write_out(path: &Path, series: &Series, result: &LeeMyklandResult) -> Result<()> {
    let p_values = result.p_values()?;
    let mut text = String::from("timestamp,return,sigma,statistic,p_value,jump\n");
    let cell = |value: f64| if value.is_nan() { String::new() } else { value.to_string() };
    for &row in &series.rows {
        let stamp = series.times.as_ref().map_or_else(|| row.to_string(), |times| times[row].to_string());
        let _ = writeln!(
            text,
            "{stamp},{},{},{},{},{}",
            cell(result.returns[row]),
            cell(result.sigma[row]),
            cell(result.statistic[row]),
            cell(p_values[row]),
            u8::from(result.is_jump(row))
        );
    }
    write_atomic(path, text.as_bytes())
}

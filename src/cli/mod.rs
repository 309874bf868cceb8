//! The command line: the same stages as the chapters, without the prose.

mod backtest;
mod check;
mod compare;
mod data;
mod data_fetch;
mod describe;
mod devices;
mod forecast_table;
mod har;
mod har_benchmarks;
mod har_report;
mod importance;
mod jumps;
mod kernel;
mod naive;
mod predict;
mod progress;
mod realized;
mod regimes;
mod runs;
mod score;
mod series;
mod share;
mod train;
mod validate;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::study::Study;
use clap::{Parser, Subcommand};
use std::path::Path;
use std::process::ExitCode;

/// Forecasts of Bitcoin implied volatility that can be re-run.
#[derive(Debug, Parser)]
#[command(name = "dvol", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Realized measures and jumps of a parquet file of any length
    Realized(realized::RealizedCommand),
    /// Find results that are missing, edited by hand, or made from other inputs
    Check(check::CheckCommand),
    /// Walk models forward: refit on the past, forecast the next stretch, move on
    Backtest(backtest::BacktestCommand),
    /// Bring series in, look at them, compare them
    #[command(subcommand)]
    Data(data::DataCommand),
    Har(har::Arguments),
    Compare(Box<compare::CompareCommand>),
    Jumps(jumps::Arguments),
    /// Find which features a fitted model leans on
    Importance(importance::ImportanceCommand),
    #[command(subcommand)]
    Kernel(kernel::KernelCommand),
    Naive(naive::NaiveCommand),
    Regimes(regimes::RegimesCommand),
    /// Show what libtorch sees, and why a GPU is not used
    Devices(devices::DevicesCommand),
    /// Forecast from the latest hour with a trained network
    Predict(predict::PredictCommand),
    /// List and compare training results
    Runs(runs::RunsCommand),
    /// Score models on the thesis's last fifth, beside what the original printed
    Score(score::ScoreCommand),
    /// Train a network: defaults, then --config, then flags
    Train(Box<train::TrainCommand>),
    Validate(validate::Arguments),
    Describe(describe::Arguments),
}

/// Runs the command line of this process and returns its exit code: 0, 2 for bad input, 1 for other trouble.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dvol: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Realized(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Backtest(command) => command.run(),
        Command::Data(command) => data::run(command),
        Command::Har(arguments) => har::run(&arguments),
        Command::Compare(command) => command.run(),
        Command::Naive(command) => command.run(),
        Command::Regimes(command) => command.run(),
        Command::Importance(command) => command.run(),
        Command::Jumps(arguments) => jumps::run(&arguments),
        Command::Kernel(command) => kernel::run(&command),
        Command::Devices(command) => command.run(),
        Command::Predict(command) => command.run(),
        Command::Runs(command) => command.run(),
        Command::Score(command) => command.run(),
        Command::Train(command) => command.run(),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Describe(arguments) => describe::run(&arguments),
    }
}

/// Prints one JSON document.
fn print_json(value: &impl serde::Serialize) -> Result<()> {
    print_text(&serde_json::to_string_pretty(value).map_err(Error::internal("writing JSON"))?);
    Ok(())
}

/// Prints text for people; a closed pipe is the reader's choice, not an error.
fn print_text(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// The experiment in `file`, or in `thesis.toml` where it exists, or the defaults; on `data` when given.
fn configuration(file: Option<&Path>, data: Option<&Path>) -> Result<Config> {
    let usual = Path::new("thesis.toml");
    let config = match file {
        Some(file) => Config::read(file)?,
        None if usual.exists() => Config::read(usual)?,
        None => Config::default(),
    };
    Ok(match data {
        Some(folder) => config.with_data(folder),
        None => config,
    })
}

/// The study of [`configuration`].
fn open_study(file: Option<&Path>, data: Option<&Path>) -> Result<Study> {
    Study::new(configuration(file, data)?)
}

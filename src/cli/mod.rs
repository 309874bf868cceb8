//! The command line: the same stages as the chapters, without the prose.

mod backtest;
mod data;
mod jumps;
mod progress;
mod series;

use crate::error::{Error, Result};
use clap::{Parser, Subcommand};
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
    /// Walk models forward: refit on the past, forecast the next stretch, move on
    Backtest(backtest::BacktestCommand),
    /// Bring series in, look at them, compare them
    #[command(subcommand)]
    Data(data::DataCommand),
    Jumps(jumps::Arguments),
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
        Command::Backtest(command) => command.run(),
        Command::Data(command) => data::run(command),
        Command::Jumps(arguments) => jumps::run(&arguments),
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

//! The commands of `dvol` that need no network.
//!
//! [`COMMANDS`] is their table; the package `dvol` has the table of the others. A command is one file with a struct
//! of flags that is [`Run`], and one line here.

mod compare;
mod data;
mod data_fetch;
mod describe;
mod forecast_table;
mod har;
mod har_benchmarks;
mod har_report;
mod jumps;
mod naive;
mod output;
mod progress;
mod realized;
mod regimes;
mod series;
mod study;
mod table;
mod validate;

pub use output::{print_json, print_text};
pub use progress::progress_bar;
pub use study::{configuration, open_experiment};
pub use table::{Entry, Run, command, group};

use clap::Command;
use clap::error::{ContextKind, ContextValue};
use dvol_core::Error;
use std::ffi::OsStr;
use std::process::ExitCode;

/// The commands that need no network, in the order of help.
pub const COMMANDS: &[Entry] = &[
    group::<data::DataCommand>("data"),
    command::<describe::DescribeCommand>("describe"),
    command::<jumps::JumpsCommand>("jumps"),
    command::<realized::RealizedCommand>("realized"),
    command::<naive::NaiveCommand>("naive"),
    command::<har::HarCommand>("har"),
    command::<compare::CompareCommand>("compare"),
    command::<validate::ValidateCommand>("validate"),
    command::<regimes::RegimesCommand>("regimes"),
];

/// Whether the process's first argument asks for nothing beyond a table: one of its commands, or the version.
pub fn answers(entries: &[Entry], first: Option<&OsStr>) -> bool {
    first.and_then(OsStr::to_str).is_some_and(|word| {
        matches!(word, "--version" | "-V") || entries.iter().any(|entry| entry.name == word)
    })
}

/// Runs the command line of this process by a table and returns its exit code: 0, 2 for bad input, 1 for other
/// trouble.
pub fn main(entries: &[Entry]) -> ExitCode {
    // A reader that has seen enough ends this process, as it ends every other program of a pipe.
    sigpipe::reset();
    let matches = program(entries).try_get_matches().unwrap_or_else(|error| refuse(&error));
    let Some((name, flags)) = matches.subcommand() else { return ExitCode::SUCCESS };
    let outcome = entries.iter().find(|entry| entry.name == name).map(|entry| entry.run(flags));
    match outcome {
        Some(Err(error)) => {
            eprintln!("dvol: {error}");
            ExitCode::from(error.exit_code())
        }
        _ => ExitCode::SUCCESS,
    }
}

/// Ends the process over flags that were refused: a parameter out of its range is told in its own sentence, which names
/// the flag already; all else in clap's words.
fn refuse(error: &clap::Error) -> ! {
    let flag = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) => flag.as_str(),
        _ => "",
    };
    let own = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Error>());
    match own {
        Some(own @ Error::Parameter { name, .. })
            if flag.starts_with(&format!("--{} ", name.replace('_', "-"))) =>
        {
            eprintln!("dvol: {own}");
            std::process::exit(own.exit_code().into())
        }
        _ => error.exit(),
    }
}

fn program(entries: &[Entry]) -> Command {
    Command::new("dvol")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Forecasts of Bitcoin implied volatility that can be re-run")
        .max_term_width(100)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(entries.iter().map(Entry::command))
}

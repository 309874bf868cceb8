//! The commands of `dvol` that need no network.
//!
//! [`COMMANDS`] is their table; the package `dvol` has the table of the others. A command is one file with a struct
//! of flags that is [`Run`], and one line here. Flags that several commands have are structs to flatten:
//! [`ConfigFlag`], [`ExperimentFlags`], [`Output`], [`Printing`]. A command parses, calls the library and prints.

#![cfg_attr(not(test), warn(unused_crate_dependencies))]

mod compare;
mod data;
mod data_fetch;
mod describe;
mod flags;
mod forecast_table;
mod har;
mod import_flags;
mod jumps;
mod naive;
mod networks;
mod output;
mod progress;
mod reading;
mod realized;
mod refusal;
mod regimes;
mod series;
mod table;
mod validate;

pub use flags::{ConfigFlag, ExperimentFlags, Output, Printing, plain, spares};
pub use networks::needs_networks;
pub use output::{print_json, print_text};
pub use progress::progress_bar;
pub use table::{Entry, Run, command, group};

use clap::Command;
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

/// Runs the command line of this process by the table of this package and returns its exit code: 0, 2 for bad input,
/// 1 for other trouble. Help lists the commands of `dvol-networks` too.
pub fn main() -> ExitCode {
    run(COMMANDS, program(COMMANDS).subcommands(networks::listed()))
}

/// The same by this table and another, whose commands follow in help.
pub fn main_with(further: &[Entry]) -> ExitCode {
    let entries = [COMMANDS, further].concat();
    run(&entries, program(&entries))
}

fn run(entries: &[Entry], program: Command) -> ExitCode {
    // A reader that has seen enough ends this process, as it ends every other program of a pipe.
    sigpipe::reset();
    let matches = match program.try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return refusal::answer(&error),
    };
    let Some((name, flags)) = matches.subcommand() else { return ExitCode::SUCCESS };
    match entries.iter().find(|entry| entry.name == name).map(|entry| entry.run(flags)) {
        Some(Err(error)) => output::failed(&error),
        _ => ExitCode::SUCCESS,
    }
}

fn program(entries: &[Entry]) -> Command {
    Command::new("dvol")
        // whichever program runs it, a person typed `dvol`
        .bin_name("dvol")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Forecasts of Bitcoin implied volatility that can be re-run")
        .max_term_width(100)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(entries.iter().map(Entry::command))
}

//! The command line: the same stages as the chapters, without the prose.
//!
//! [`COMMANDS`] are those that train or load networks, draw, or serve the notebooks; the others are
//! [`dvol_command::COMMANDS`].

mod backtest;
mod check;
mod devices;
mod figures;
mod importance;
mod kernel;
mod predict;
mod results;
mod runs;
mod score;
mod share;
mod train;

use crate::error::Result;
use crate::study::Study;
use dvol_command::{
    Entry, ExperimentFlags, Output, Printing, Run, command, group, plain, print_json, print_text,
    progress_bar,
};
use std::process::ExitCode;

/// The commands that need networks, figures or the kernel, in the order of help.
pub const COMMANDS: &[Entry] = &[
    command::<train::TrainCommand>("train"),
    command::<backtest::BacktestCommand>("backtest"),
    command::<predict::PredictCommand>("predict"),
    command::<score::ScoreCommand>("score"),
    command::<importance::ImportanceCommand>("importance"),
    command::<runs::RunsCommand>("runs"),
    command::<figures::FiguresCommand>("figures"),
    command::<results::ResultsCommand>("results"),
    command::<check::CheckCommand>("check"),
    command::<devices::DevicesCommand>("devices"),
    group::<kernel::KernelCommand>("kernel"),
];

/// Runs the command line of this process and returns its exit code: 0, 2 for bad input, 1 for other trouble.
pub fn main() -> ExitCode {
    dvol_command::main_with(COMMANDS)
}

/// The study of an experiment as every command finds it.
fn open_study(experiment: &ExperimentFlags) -> Result<Study> {
    Study::new(experiment.configuration()?)
}

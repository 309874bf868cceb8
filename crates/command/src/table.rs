//! One shape for a command, and a table of them.

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use dvol_core::error::Result;

/// What a command does once its flags are read.
pub trait Run {
    /// Runs the command.
    ///
    /// # Errors
    /// Bad input (exit code 2) or other trouble (exit code 1).
    fn run(self) -> Result<()>;
}

/// One row of a table of commands: a name, its flags, what it does.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The word on the command line.
    pub name: &'static str,
    define: fn(Command) -> Command,
    run: fn(&ArgMatches) -> Result<()>,
}

impl Entry {
    /// The command as clap knows it, with its flags and its help.
    pub fn command(&self) -> Command {
        numbers_may_be_negative((self.define)(Command::new(self.name)))
    }

    /// Reads the flags and runs the command.
    ///
    /// # Errors
    /// As [`Run::run`].
    pub fn run(&self, matches: &ArgMatches) -> Result<()> {
        (self.run)(matches)
    }
}

/// A command of flags.
pub const fn command<C: Args + Run>(name: &'static str) -> Entry {
    Entry { name, define: C::augment_args, run: run::<C> }
}

/// A command of subcommands.
pub const fn group<C: Subcommand + Run>(name: &'static str) -> Entry {
    Entry { name, define: define_group::<C>, run: run::<C> }
}

/// A word such as -1 is a value, which its flag refuses by range, and no flag of its own.
fn numbers_may_be_negative(command: Command) -> Command {
    command
        .mut_args(|argument| {
            let takes_value = argument.get_action().takes_values();
            if takes_value { argument.allow_negative_numbers(true) } else { argument }
        })
        .mut_subcommands(numbers_may_be_negative)
}

fn define_group<C: Subcommand>(command: Command) -> Command {
    C::augment_subcommands(command).subcommand_required(true).arg_required_else_help(true)
}

fn run<C: FromArgMatches + Run>(matches: &ArgMatches) -> Result<()> {
    // clap has read these flags by this very definition: what is refused here is a refusal of clap's.
    C::from_arg_matches(matches).unwrap_or_else(|error| error.exit()).run()
}

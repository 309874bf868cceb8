//! What clap refuses, in the words of every other refusal: one sentence, exit code 2.

use crate::output::{self, failed};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use dvol_core::error::Error;
use std::error::Error as _;
use std::num::{ParseFloatError, ParseIntError};
use std::process::ExitCode;

/// Ends a command line that clap answers by itself: help and version (0), help that nobody asked for and refusals
/// (2), help that could not be written (1).
pub(crate) fn answer(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => failed(&Error::io("standard output")(problem)),
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{error}");
            ExitCode::from(2)
        }
        _ => {
            eprintln!("dvol: {}", output::sentence(&sentence(error)));
            ExitCode::from(2)
        }
    }
}

fn sentence(error: &clap::Error) -> String {
    if let Some(own) = error.source().and_then(|source| source.downcast_ref::<Error>()) {
        return own.to_string();
    }
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    if let (ErrorKind::ValueValidation, Some(argument), Some(value)) =
        (error.kind(), text(ContextKind::InvalidArg), text(ContextKind::InvalidValue))
        && let Some(expected) = expected(error, value)
    {
        let name = argument.split_whitespace().next().unwrap_or(argument).trim_start_matches('-');
        return Error::parameter(name, value, expected).to_string();
    }
    // what is wrong stands in clap's first paragraph; usage and hints follow
    let rendered = error.to_string();
    let first = rendered.split("\n\n").next().unwrap_or(&rendered);
    let words: Vec<&str> = first.split_whitespace().collect();
    let problem = words.join(" ");
    if let (ErrorKind::UnknownArgument, Some(argument)) = (error.kind(), text(ContextKind::InvalidArg))
        && std::path::Path::new(argument).is_file()
    {
        return format!(
            "`{argument}` is a file, and this command takes files by name: --help tells which, such as --input"
        );
    }
    format!("{}; --help tells what there is", problem.strip_prefix("error: ").unwrap_or(&problem))
}

/// What a number should have been; `None` for values that are no numbers.
fn expected(error: &clap::Error, value: &str) -> Option<&'static str> {
    let source = error.source()?;
    if source.is::<ParseFloatError>() {
        return Some("a number");
    }
    let negative = value.parse::<i128>().is_ok_and(|number| number < 0);
    (negative || source.is::<ParseIntError>()).then_some("a whole number that is not negative")
}

//! The commands that need networks, figures or the kernel: they are in `dvol-networks`, and listed here so that
//! help, spelling and a look at a word need no libtorch.

use clap::Command;
use std::ffi::OsString;

/// Their names and what help says about each, in the order of help; a test holds them to `dvol-networks` itself.
const COMMANDS: [(&str, &str); 11] = [
    ("train", "Train a network: defaults, then --config, then flags"),
    ("backtest", "Walk forward: refit on the past, forecast the next stretch, move on"),
    ("predict", "Forecast from the latest hour of the data, or from another"),
    (
        "score",
        "Fit on three fifths of the thesis's window, score on the last one, beside what the original printed",
    ),
    ("importance", "Move blocks of one feature about and measure what the forecasts lose"),
    ("runs", "List training results, the best test error first among equals of horizon and test part"),
    ("figures", "Draw figures of a study at a paper's width, as SVG, PDF, PNG, HTML and JSON"),
    ("results", "Print a recorded result as text, HTML, Markdown, LaTeX, Typst, CSV or JSON"),
    ("check", "Compares every recorded result with the configuration, data and bytes that made it"),
    ("devices", "Show what libtorch sees, and why a GPU is not used"),
    ("kernel", "Install, remove or examine the Jupyter kernel"),
];

/// Whether a command line (without the program's name) is for `dvol-networks`: one of its commands, or help on one.
pub fn needs_networks(arguments: &[OsString]) -> bool {
    let word = match arguments {
        [first, second, ..] if first == "help" => second,
        [first, ..] => first,
        [] => return false,
    };
    COMMANDS.iter().any(|(name, _)| word == name)
}

/// The commands as help lists them.
pub(crate) fn listed() -> impl Iterator<Item = Command> {
    COMMANDS.into_iter().map(|(name, about)| Command::new(name).about(about))
}

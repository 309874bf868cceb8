//! The one error of the crate.
//!
//! Every variant names what a user needs to mend it: the file, the column, the row, the value and the remedy.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The system's number for links that lead in a circle (Linux, `ELOOP`).
const LOOP: i32 = 40;

/// What every fallible function of the crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, in the words a user can act on.
///
/// [`Error::exit_code`] tells bad input (2) from trouble of the machine (1).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// One cell of a table is not what its column must hold. `row` counts data rows from 1.
    #[error("{}: column `{}`, row {row}: `{}`: {}", path.display(), quoted(column), quoted(value), one_line(problem))]
    Cell {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// The data row, from 1 (the header is not counted).
        row: usize,
        /// The cell as it stands in the file.
        value: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// A column that is needed is not there.
    #[error("{table}: no column `{}`; it has: {}", quoted(column), listed(available))]
    MissingColumn {
        /// The file or table.
        table: String,
        /// The column asked for.
        column: String,
        /// The columns that exist.
        available: Vec<String>,
    },
    /// A file as a whole is not usable.
    #[error("{}: {}", path.display(), one_line(problem))]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A parameter is outside what it may be.
    #[error("{name} = {value}: must be {expected}")]
    Parameter {
        /// The parameter, as the user writes it.
        name: String,
        /// The value given.
        value: String,
        /// The permitted values or range.
        expected: String,
    },
    /// A series or sample is too short for what was asked.
    #[error("{what} needs at least {needed} observations, found {found}; {remedy}")]
    TooFew {
        /// The computation.
        what: String,
        /// The smallest number that works.
        needed: usize,
        /// The number found.
        found: usize,
        /// How to mend it.
        remedy: String,
    },
    /// A series holds a value the computation is not defined for. `index` counts from 0.
    #[error("{what}: `{series}` at index {index} is {value}; {remedy}")]
    Value {
        /// The computation.
        what: String,
        /// The series or column.
        series: String,
        /// The position, from 0.
        index: usize,
        /// The value found.
        value: f64,
        /// How to mend it.
        remedy: String,
    },
    /// Two things that must have the same length or alignment have not.
    #[error("{what}: {left} against {right}; {remedy}")]
    Mismatch {
        /// The computation.
        what: String,
        /// The first side, described.
        left: String,
        /// The second side, described.
        right: String,
        /// How to mend it.
        remedy: String,
    },
    /// What a user's own code says: a sentence.
    #[error("{}", one_line(.0))]
    Said(String),
    /// A regression has no unique solution.
    #[error("{what}: the design is singular ({columns}); {remedy}")]
    Singular {
        /// The computation.
        what: String,
        /// The columns that depend on each other.
        columns: String,
        /// How to mend it.
        remedy: String,
    },
    /// An iteration did not end in a usable place.
    #[error("{what} did not converge: {detail}; {remedy}")]
    Divergence {
        /// The computation.
        what: String,
        /// Where it stood: step, loss, norm.
        detail: String,
        /// What to try.
        remedy: String,
    },
    /// A remote source answered with something unusable, or not at all.
    #[error("{}: {}", one_line(origin), one_line(problem))]
    Source {
        /// The source and address, without secrets.
        origin: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// A library below us failed where no input explains it.
    #[error("{what}: {}", one_line(detail))]
    Internal {
        /// What was being done.
        what: String,
        /// The library's own words.
        detail: String,
    },
}

impl Error {
    /// 2 when the input must change, 1 when the machine or a library failed.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Io { .. } | Self::Internal { .. } | Self::Divergence { .. } | Self::Source { .. } => 1,
            _ => 2,
        }
    }

    /// A closure for `map_err` on a file operation. A file that is not there is the user's to mend.
    pub fn io(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| match source.kind() {
            ErrorKind::NotFound => Self::file(path, "no such file or folder; check the path"),
            ErrorKind::IsADirectory => Self::file(path, "is a folder; give the name of a file"),
            ErrorKind::NotADirectory => {
                Self::file(path, "part of this path is a file, not a folder; check the path")
            }
            ErrorKind::InvalidFilename => Self::file(path, "is too long for a file's name; shorten it"),
            ErrorKind::InvalidInput => Self::file(path, "is no name a file can have; check the path"),
            ErrorKind::InvalidData => {
                Self::file(path, "is not text in UTF-8; check that it is the right file")
            }
            // `FilesystemLoop` has no stable name yet.
            _ if source.raw_os_error() == Some(LOOP) => {
                Self::file(path, "its links lead in a circle; check the path")
            }
            _ => Self::Io { path, source },
        }
    }

    /// A file as a whole is not usable.
    pub fn file(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::File { path: path.as_ref().to_path_buf(), problem: problem.into() }
    }

    /// A closure for `map_err` on reading TOML: the file, the line and the parser's words in one sentence.
    pub fn toml(path: impl AsRef<Path>, text: &str) -> impl FnOnce(toml::de::Error) -> Self {
        move |error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before
                .map_or_else(String::new, |before| format!("line {}: ", before.matches('\n').count() + 1));
            let words: Vec<&str> = error.message().lines().map(str::trim).collect();
            Self::file(path, format!("{line}{}", words.join("; ")))
        }
    }

    /// A parameter is out of its range.
    pub fn parameter(
        name: impl Into<String>,
        value: impl std::fmt::Display,
        expected: impl Into<String>,
    ) -> Self {
        Self::Parameter { name: name.into(), value: value.to_string(), expected: expected.into() }
    }

    /// A sentence of the user's own, from a model, a feature or a score.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::{Error, Result};
    /// fn half_life(text: &str) -> Result<f64> {
    ///     let days: f64 = text.parse().map_err(|_| Error::said(format!("no half-life: {text}")))?;
    ///     (days > 0.0).then_some(days).ok_or(Error::said("a half-life is above 0"))
    /// }
    /// assert_eq!(half_life("-1").unwrap_err().to_string(), "a half-life is above 0");
    /// assert_eq!(half_life("x").unwrap_err().to_string(), "no half-life: x");
    /// ```
    pub fn said(sentence: impl Into<String>) -> Self {
        Self::Said(sentence.into())
    }

    /// Too few observations.
    pub fn too_few(what: impl Into<String>, needed: usize, found: usize, remedy: impl Into<String>) -> Self {
        Self::TooFew { what: what.into(), needed, found, remedy: remedy.into() }
    }

    /// A closure for `map_err` on a library whose errors carry no input of ours.
    pub fn internal<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Internal { what: what.to_owned(), detail: error.to_string() }
    }
}

/// The most characters of somebody's text that a sentence quotes.
const QUOTED: usize = 80;

/// Names that a sentence lists, before it says how many more there are.
const LISTED: usize = 40;

/// Names of a file's columns as a sentence may list them.
pub(crate) fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| quoted(name)).collect();
    let more = names.len().saturating_sub(LISTED);
    if names.is_empty() {
        return "none".to_owned();
    }
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// A sentence with what files put into it, such as the name of a column: control characters escaped.
pub(crate) fn one_line(text: &str) -> String {
    let escaped = |character: char| {
        if character.is_control() { character.escape_default().to_string() } else { character.to_string() }
    };
    if text.chars().any(char::is_control) { text.chars().map(escaped).collect() } else { text.to_owned() }
}

/// Text of a file as a sentence may quote it: control characters escaped, cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    for (place, character) in text.chars().enumerate() {
        if place == QUOTED {
            out.push('…');
            break;
        }
        if character.is_control() { out.extend(character.escape_default()) } else { out.push(character) }
    }
    out
}

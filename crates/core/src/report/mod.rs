//! What a result says, once, for every reader.
//!
//! A [`Report`] is lines, notes, headings and tables whose cells know what they hold: a number with its digits, a
//! p-value, a verdict with its tone. A result makes its report ([`Reported`]); a [`Renderer`] turns any report into
//! terminal text, HTML, Markdown, LaTeX, Typst, CSV or JSON. Nobody reads text back, and no word decides a colour.

mod cell;
mod csv;
mod html;
mod json;
mod latex;
mod markdown;
mod table;
mod text;
mod typst;

pub use cell::{Bound, Cell, Floor, Notation, Tone};
pub use csv::Csv;
pub use html::Html;
pub use json::Json;
pub use latex::Latex;
pub use markdown::Markdown;
pub use table::{Align, Column, Row, Table};
pub use text::Text;
pub use typst::Typst;

use serde::Serialize;
use std::fmt;

/// One part of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// What the following blocks are about.
    Heading {
        /// The words.
        text: String,
    },
    /// A line of prose.
    Line {
        /// The words.
        text: String,
    },
    /// What a reader must know beside the numbers.
    Note {
        /// The words.
        text: String,
    },
    /// A table.
    Table(Table),
    /// Space between what does not belong together.
    Gap,
}

/// What a result says: blocks in reading order.
///
/// # Examples
/// ```
/// use dvol_core::report::{Cell, Markdown, Renderer, Report, Table, Tone};
/// let mut table = Table::new(["model", "RMSE", "set"]);
/// table.push([Cell::name("har"), Cell::number(2.5496, 3), Cell::verdict("in", Tone::Good)]);
/// let mut report = Report::new();
/// report.line("24 h ahead").table(table);
/// assert_eq!(report.to_string(), "24 h ahead\n| model |  RMSE | set |\n|-------|-------|-----|\n| har   | 2.550 | in  |");
/// assert_eq!(Markdown.render(&report), "24 h ahead\n\n| model | RMSE | set |\n| :-- | --: | :-- |\n| `har` | 2.550 | in |\n");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The blocks.
    pub blocks: Vec<Block>,
}

impl Report {
    /// A report that says nothing yet.
    pub const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    /// What a value prints, line by line: for values that are sentences and hold no table.
    pub fn sentences(value: &impl fmt::Display) -> Self {
        let mut report = Self::new();
        for line in value.to_string().trim_end().lines() {
            if line.is_empty() {
                report.gap();
            } else {
                report.line(line);
            }
        }
        report
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: impl Into<String>) -> &mut Self {
        self.blocks.push(Block::Heading { text: text.into() });
        self
    }

    /// Adds a line.
    pub fn line(&mut self, text: impl Into<String>) -> &mut Self {
        self.blocks.push(Block::Line { text: text.into() });
        self
    }

    /// Adds a note.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.blocks.push(Block::Note { text: text.into() });
        self
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) -> &mut Self {
        self.blocks.push(Block::Table(table));
        self
    }

    /// Adds space.
    pub fn gap(&mut self) -> &mut Self {
        self.blocks.push(Block::Gap);
        self
    }

    /// Adds all that another result says.
    pub fn include(&mut self, other: &impl Reported) -> &mut Self {
        self.blocks.extend(other.report().blocks);
        self
    }

    /// The tables, in order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }
}

impl From<Table> for Report {
    fn from(table: Table) -> Self {
        Self { blocks: vec![Block::Table(table)] }
    }
}

/// Terminal text.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Text.render(self))
    }
}

/// A result that says what it found.
///
/// Its `Display` is `self.report().fmt(f)`: the terminal's rendering of the same report.
pub trait Reported {
    /// What it says.
    fn report(&self) -> Report;
}

impl Reported for Report {
    fn report(&self) -> Report {
        self.clone()
    }
}

/// A way to write a report down.
pub trait Renderer: Sync {
    /// The format's name on the command line, which is also the ending of its files.
    fn name(&self) -> &'static str;

    /// The report in this format, all text escaped for it.
    fn render(&self, report: &Report) -> String;
}

/// All formats.
pub const RENDERERS: &[&dyn Renderer] = &[&Text, &Html, &Markdown, &Latex, &Typst, &Csv, &Json];

/// The format of a name.
///
/// # Examples
/// ```
/// use dvol_core::report::{Report, renderer};
/// let mut report = Report::new();
/// report.line("a < b");
/// assert_eq!(renderer("md").map(|format| format.render(&report)), Some("a &lt; b\n".to_owned()));
/// assert!(renderer("word").is_none());
/// ```
pub fn renderer(name: &str) -> Option<&'static dyn Renderer> {
    RENDERERS.iter().find(|format| format.name() == name).copied()
}

/// Text on one line: line ends and tabs become spaces, other control characters (ANSI sequences begin with one) are
/// written out, so that a label can neither break a table nor steer a terminal.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            other if other.is_control() => out.extend(other.escape_unicode()),
            other => out.push(other),
        }
    }
    out
}

/// Text on one line, each character written as `escape` says, or as it is.
fn escaped(text: &str, escape: impl Fn(char) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match escape(character) {
            Some(written) => out.push_str(written),
            None => out.push(character),
        }
    }
    out
}

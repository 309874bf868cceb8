//! Flags that tell how a user's file is to be read, where the file does not tell.

use crate::Printing;
use clap::{Args, ValueEnum};
use dvol_core::data::{DatedTable, Decimal, Need, ReadOptions, Span, Understood};
use dvol_core::error::Result;
use serde::Serialize;
use std::fmt::Display;
use std::path::Path;

/// How cells are written.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How the file is written (found out, where not said)")]
pub(crate) struct FormatFlags {
    /// Times as epoch-s, -ms, -us, -ns, epoch-d (days), excel, or a pattern such as "%d/%m/%Y %H:%M"
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<String>,
    /// Zone of times that name none, such as Europe/Berlin or +01:00 [default: UTC]
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    zone: Option<String>,
    /// Mark before the fraction of a number
    #[arg(long, value_enum)]
    decimal: Option<DecimalChoice>,
    /// Lines above the header
    #[arg(long, value_name = "LINES")]
    skip_rows: Option<usize>,
    /// Put rows out of order in order of time
    #[arg(long)]
    pub(crate) sort: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DecimalChoice {
    /// 1,234.5
    Point,
    /// 1.234,5
    Comma,
}

/// Where a file's times stand, and how its cells are written.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ReadFlags {
    /// Column of times, or columns of date and time of day with a comma between [default: found by name and
    /// content]
    #[arg(long, value_name = "NAME")]
    timestamp: Option<String>,
    /// Take rows in the file's order, without times
    #[arg(long, conflicts_with = "timestamp")]
    no_time: bool,
    /// Time from row to row, such as 1h, 30m or 1d [default: what rows keep]
    #[arg(long, value_name = "SPAN")]
    step: Option<Span>,
    #[command(flatten)]
    format: FormatFlags,
}

impl FormatFlags {
    /// As the core reads them.
    pub(crate) fn options(&self) -> ReadOptions {
        ReadOptions {
            time_format: self.time_format.clone(),
            zone: self.zone.clone(),
            decimal: self.decimal.map(|decimal| match decimal {
                DecimalChoice::Point => Decimal::Point,
                DecimalChoice::Comma => Decimal::Comma,
            }),
            skip_rows: self.skip_rows,
            sort: self.sort,
            ..ReadOptions::default()
        }
    }
}

impl ReadFlags {
    /// As the core reads them.
    pub(crate) fn options(&self) -> ReadOptions {
        ReadOptions {
            timestamp: self.timestamp.clone(),
            no_time: self.no_time,
            step: self.step,
            ..self.format.options()
        }
    }

    /// Reads a file by these flags.
    pub(crate) fn read(&self, path: &Path, need: Need) -> Result<DatedTable> {
        DatedTable::read(path, &self.options(), need)
    }
}

/// A report, and what the file it is about was taken for.
#[derive(Serialize)]
struct Told<'a, T> {
    understood: &'a Understood,
    #[serde(flatten)]
    report: &'a T,
}

/// Prints a report on a file after what the file was taken for; a report on the study's data as it is.
pub(crate) fn print_as(
    printing: Printing,
    understood: Option<&Understood>,
    report: &impl Serialize,
    text: impl FnOnce() -> String,
) -> Result<()> {
    match understood {
        Some(understood) => {
            printing.print_as(&Told { understood, report }, || format!("{understood}\n{}", text()))
        }
        None => printing.print_as(report, text),
    }
}

/// The same for a report that is its own text.
pub(crate) fn print(
    printing: Printing,
    understood: Option<&Understood>,
    report: &(impl Serialize + Display),
) -> Result<()> {
    print_as(printing, understood, report, || report.to_string())
}

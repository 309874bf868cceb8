//! Flags that tell how the files of an import are to be read: all of them, or those of one subject.

use clap::Args;
use dvol_core::data::{Decimal, ImportPolicy, ReadOptions, Shared, Subject};
use dvol_core::error::{Error, Result};
use std::str::FromStr;

/// A value for every file that does not tell itself, or, with `price=` before it, for the files of one subject.
#[derive(Debug, Clone)]
struct Told<T> {
    subject: Option<Subject>,
    value: T,
}

impl<T: FromStr> FromStr for Told<T>
where
    T::Err: std::fmt::Display,
{
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let named = |name: &str| Subject::ALL.into_iter().find(|subject| subject.to_string() == name);
        let (subject, value) = match text.split_once('=') {
            Some((name, rest)) if named(name).is_some() => (named(name), rest),
            _ => (None, text),
        };
        let wrong = |error: T::Err| Error::parameter("value", value, error.to_string());
        Ok(Self { subject, value: value.parse().map_err(wrong)? })
    }
}

fn told<T: Clone>(flags: &[Told<T>], subject: Option<Subject>) -> Option<T> {
    flags.iter().rev().find(|flag| flag.subject == subject).map(|flag| flag.value.clone())
}

/// How the files are written. What is said of all files holds where one does not tell itself; `price=VALUE` is
/// said of the price files alone, and holds.
#[derive(Debug, Clone, Default, Args)]
#[command(
    next_help_heading = "How the files are written (found out, where not said; dvol=, price=, perpetual=, \
                               funding=, onchain= or volume= before a value: of those files alone)"
)]
pub(crate) struct ImportFlags {
    /// Column of the values: of the index, or with a subject before it of that file, such as price=Last
    #[arg(long, value_name = "[SUBJECT=]NAME")]
    column: Vec<Told<String>>,
    /// Column of times, or columns of date and time of day with a comma between
    #[arg(long, value_name = "[SUBJECT=]NAME")]
    timestamp: Vec<Told<String>>,
    /// Times as epoch-s, -ms, -us, -ns, epoch-d (days), excel, or a pattern such as "%d/%m/%Y %H:%M"
    #[arg(long, value_name = "[SUBJECT=]FORMAT")]
    time_format: Vec<Told<String>>,
    /// Zone of times that name none, such as Europe/Berlin or +01:00 [default: UTC]
    #[arg(long, value_name = "[SUBJECT=]ZONE", allow_hyphen_values = true)]
    zone: Vec<Told<String>>,
    /// Mark before the fraction of a number: point or comma
    #[arg(long, value_name = "[SUBJECT=]MARK")]
    decimal: Vec<Told<Decimal>>,
    /// Lines above the header
    #[arg(long, value_name = "[SUBJECT=]LINES")]
    skip_rows: Vec<Told<usize>>,
    /// Put rows out of order in order of time
    #[arg(long)]
    sort: bool,
}

impl ImportFlags {
    /// The policy with the columns of values that were named.
    pub(crate) fn policy(&self, policy: &ImportPolicy) -> ImportPolicy {
        let mut policy = policy.clone();
        for flag in &self.column {
            if let Some(column) = flag.subject.unwrap_or(Subject::Dvol).value_column() {
                policy.columns.insert(column.to_owned(), flag.value.clone());
            }
        }
        policy
    }

    /// As the core reads them, for the files of one subject.
    pub(crate) fn options(&self, subject: Subject) -> ReadOptions {
        let own = Some(subject);
        ReadOptions {
            timestamp: told(&self.timestamp, own),
            time_format: told(&self.time_format, own),
            zone: told(&self.zone, own).or_else(|| told(&self.zone, None)),
            decimal: told(&self.decimal, own),
            skip_rows: told(&self.skip_rows, own),
            sort: self.sort,
            shared: Shared {
                timestamp: told(&self.timestamp, None),
                time_format: told(&self.time_format, None),
                decimal: told(&self.decimal, None),
                skip_rows: told(&self.skip_rows, None),
            },
            ..ReadOptions::default()
        }
    }
}

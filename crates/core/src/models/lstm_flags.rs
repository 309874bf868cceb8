//! Settings of networks as flags: numbers are refused by their range, which their help shows.

use super::lstm_range::Range;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use std::ffi::OsStr;
use std::marker::PhantomData;
use std::str::FromStr;

/// Reads a number of the flag's own range.
#[derive(Debug, Clone, Copy)]
pub(super) struct InRange<T>(PhantomData<T>);

/// A whole number.
pub(super) const WHOLE: InRange<usize> = InRange(PhantomData);
/// A whole number of hours.
pub(super) const HOURS: InRange<u32> = InRange(PhantomData);
/// A real number.
pub(super) const REAL: InRange<f64> = InRange(PhantomData);

impl<T: FromStr + Clone + Send + Sync + 'static> TypedValueParser for InRange<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, flag: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let text = value.to_string_lossy();
        let range = flag.and_then(|flag| Range::named(flag.get_id().as_str()));
        let inside = |number: f64| range.is_none_or(|range| range.contains(number));
        if text.parse().is_ok_and(inside)
            && let Ok(number) = text.parse()
        {
            return Ok(number);
        }
        let name = flag.map_or_else(|| "value".to_owned(), |flag| flag.get_id().to_string());
        let expected = range.map_or_else(|| "a number".to_owned(), |range| range.to_string());
        Err(Error::raw(ErrorKind::ValueValidation, format!("{name} = {text}: must be {expected}\n"))
            .with_cmd(command))
    }
}

/// Adds each number's range to its help, and lets a negative number be a value.
pub(super) fn with_range(flag: Arg) -> Arg {
    let Some(range) = Range::named(flag.get_id().as_str()) else { return flag };
    let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
    flag.help(format!("{help}: {range}")).allow_negative_numbers(true)
}

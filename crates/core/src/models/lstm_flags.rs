//! Settings of networks as flags: numbers are refused by their range, which their help shows.

use crate::error::Error;
use crate::range::Range;
use clap::builder::TypedValueParser;
use clap::{Arg, Command};
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

    fn parse_ref(&self, command: &Command, flag: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let key = flag.map(|flag| flag.get_id().to_string()).unwrap_or_default();
        let within = move |text: &str| read(&key, text);
        within.parse_ref(command, flag, value)
    }
}

fn read<T: FromStr>(key: &str, text: &str) -> Result<T, Error> {
    let range = Range::named(key);
    let inside = text.parse().is_ok_and(|number: f64| range.is_none_or(|range| range.contains(number)));
    let number = inside.then(|| text.parse().ok()).flatten();
    let expected = || range.map_or_else(|| "a number".to_owned(), |range| range.to_string());
    number.ok_or_else(|| Error::parameter(key, text, expected()))
}

/// Adds each number's range to its help, and lets a negative number be a value.
pub(super) fn with_range(flag: Arg) -> Arg {
    let Some(range) = Range::named(flag.get_id().as_str()) else { return flag };
    let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
    flag.help(format!("{help}: {range}")).allow_negative_numbers(true)
}

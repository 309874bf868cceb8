//! Numbers on a command line, refused by their range in the words of every other refusal.

use super::Range;
use crate::error::Error;
use clap::builder::TypedValueParser;
use clap::{Arg, Command};
use std::ffi::OsStr;
use std::marker::PhantomData;
use std::str::FromStr;

/// Reads a number within a range.
#[derive(Debug, Clone, Copy)]
pub struct Within<T>(Range, PhantomData<T>);

impl<T> Within<T> {
    /// Of this range.
    pub const fn range(range: Range) -> Self {
        Self(range, PhantomData)
    }
}

impl<T: FromStr + Clone + Send + Sync + 'static> TypedValueParser for Within<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, flag: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let name = flag.and_then(Arg::get_long).unwrap_or("value").to_owned();
        let range = self.0;
        let within = move |text: &str| {
            let inside = text.parse().is_ok_and(|number| range.contains(number));
            let number = inside.then(|| text.parse().ok()).flatten();
            let a_number = matches!(range, Range::Real(..)) && text.parse::<f64>().is_err();
            let expected = || format!("{}{range}", if a_number { "a number " } else { "" });
            number.ok_or_else(|| Error::parameter(&*name, text, expected()))
        };
        within.parse_ref(command, flag, value)
    }
}

//! Environment variables, checked: one that is there and unreadable is an error, never taken for absent.

use crate::error::{Error, Result};
use std::env::{self, VarError};

/// A variable's text; `None` when it is not set.
pub(super) fn text(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(value)) => {
            Err(Error::parameter(name, value.display(), "readable text (UTF-8)"))
        }
    }
}

/// A variable's whole number; `None` when it is not set.
pub(super) fn number(name: &str, expected: &str) -> Result<Option<usize>> {
    let Some(text) = text(name)? else { return Ok(None) };
    let Ok(number) = text.parse() else { return Err(Error::parameter(name, text, expected)) };
    Ok(Some(number))
}

//! A value that its series cannot take, and where it stands.

use crate::error::Error;
use crate::time::Timestamp;
use std::path::PathBuf;

/// A value that its series cannot take.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) time: Timestamp,
    pub(super) path: PathBuf,
    pub(super) column: String,
    pub(super) row: usize,
    pub(super) value: String,
    pub(super) problem: String,
}

impl Fault {
    pub(super) fn error(&self) -> Error {
        Error::Cell {
            path: self.path.clone(),
            column: self.column.clone(),
            row: self.row,
            value: self.value.clone(),
            problem: self.problem.clone(),
        }
    }
}

//! Numbers that agree with others' numbers.

use dvol::serde_json::Value;

/// How far two numbers may lie apart: `relative` of the expected one, and of `floor` where that is smaller.
#[derive(Clone, Copy)]
pub struct Tolerance {
    pub relative: f64,
    pub floor: f64,
}

impl From<f64> for Tolerance {
    fn from(relative: f64) -> Self {
        Self { relative, floor: 1e-300 }
    }
}

/// What a number is held against: a literal, or a cell of an oracle.
pub trait Expected {
    fn number(&self) -> f64;
}

impl Expected for f64 {
    fn number(&self) -> f64 {
        *self
    }
}

impl Expected for &Value {
    fn number(&self) -> f64 {
        self.as_f64().unwrap_or_else(|| panic!("{self} is no number"))
    }
}

#[track_caller]
pub fn close(what: &str, found: f64, expected: impl Expected, tolerance: impl Into<Tolerance>) {
    let (expected, Tolerance { relative, floor }) = (expected.number(), tolerance.into());
    let apart = (found - expected).abs();
    assert!(
        apart <= relative * expected.abs().max(floor) || found == expected,
        "{what}: found {found}, expected {expected}, {apart:e} apart"
    );
}

#[track_caller]
pub fn all_close(what: &str, found: &[f64], expected: &[f64], tolerance: impl Into<Tolerance>) {
    let tolerance = tolerance.into();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        close(&format!("{what}[{place}]"), *found, *expected, tolerance);
    }
}

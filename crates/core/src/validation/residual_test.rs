//! The one shape of a hypothesis test on residuals.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::validation::report::Group;
use crate::validation::variance_by_group::consecutive;

/// A hypothesis test on residuals: one line of [`RESIDUAL_TESTS`](super::RESIDUAL_TESTS).
///
/// # Examples
/// ```
/// use dvol_core::validation::{RESIDUAL_TESTS, Residuals};
/// let values: Vec<f64> = (0..400).map(|t| f64::from(t * t * 7919 % 1009) - 504.0).collect();
/// let residuals = Residuals::new(&values, None, 1)?;
/// for test in RESIDUAL_TESTS {
///     println!("{}: {}", test.name, (test.run)(&residuals)?);
/// }
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ResidualTest {
    /// Its name, which no other entry has.
    pub name: &'static str,
    /// What its null is about.
    pub kind: TestKind,
    /// The question it belongs to.
    pub group: Group,
    /// The residuals it keeps its size for.
    pub validity: Validity,
    /// What may be done to residuals without changing the outcome.
    pub invariance: Invariance,
    /// Whether a [`ValidationReport`](super::ValidationReport) holds it.
    pub reported: bool,
    /// Runs it.
    pub run: fn(&Residuals<'_>) -> Result<TestResult>,
}

/// The residuals a test keeps its size for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Those of forecasts that do not overlap.
    Independent,
    /// Also those of forecasts that overlap; it stands beside a plain test.
    Overlapping,
    /// Any: it models autocorrelation itself and has no plain version.
    Any,
}

/// What may be done to all residuals without changing statistic and p-value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invariance {
    /// Multiplying them by a positive number.
    Scale,
    /// That, and adding a number.
    ScaleAndLevel,
}

/// Residuals in order of time with everything a test of them may read.
#[derive(Debug, Clone)]
pub struct Residuals<'a> {
    values: &'a [f64],
    thinned: Vec<f64>,
    regressor: Vec<f64>,
    overlap: usize,
}

impl<'a> Residuals<'a> {
    /// Residuals, the forecasts they belong to (`None`: time stands in), and the horizon in steps.
    ///
    /// # Errors
    /// An overlap of 0.
    pub fn new(values: &'a [f64], regressor: Option<&[f64]>, overlap: usize) -> Result<Self> {
        if overlap == 0 {
            return Err(Error::parameter("overlap", 0, "at least 1: the horizon in steps"));
        }
        let time = || (0..values.len()).map(|t| t as f64).collect();
        Ok(Self {
            values,
            thinned: values.iter().step_by(overlap).copied().collect(),
            regressor: regressor.map_or_else(time, <[f64]>::to_vec),
            overlap,
        })
    }

    /// All residuals.
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// Every `overlap`-th residual.
    pub fn thinned(&self) -> &[f64] {
        &self.thinned
    }

    /// What tests of the variance regress on: the forecasts, or time.
    pub fn regressor(&self) -> &[f64] {
        &self.regressor
    }

    /// The horizon in steps.
    pub fn overlap(&self) -> usize {
        self.overlap
    }

    /// Three consecutive parts.
    pub fn thirds(&self) -> Vec<&'a [f64]> {
        consecutive(self.values, 3)
    }

    /// Lags a test of all residuals looks at: 10, or a fifth of a short series.
    pub fn lags(&self) -> usize {
        10.min(self.values.len() / 5)
    }

    /// The same for the thinned residuals.
    pub fn thinned_lags(&self) -> usize {
        10.min(self.thinned.len() / 5)
    }

    /// Newey-West lags: twice the overlap, at least the rule `4 (n / 100)^(2/9)`.
    pub fn long_run_lags(&self) -> usize {
        (2 * self.overlap).max((4.0 * (self.values.len() as f64 / 100.0).powf(2.0 / 9.0)) as usize)
    }

    /// The outcome of a test on the thinned residuals, which says so.
    ///
    /// # Errors
    /// What the test returns.
    pub fn on_thinned(&self, test: impl FnOnce(&[f64]) -> Result<TestResult>) -> Result<TestResult> {
        let result = test(&self.thinned)?;
        let overlap = self.overlap;
        let name = format!("{}, every {overlap}th", result.name);
        Ok(TestResult { name, ..result }.with_note(format!("on every {overlap}th residual")))
    }
}

//! A regression of one column on others, with the test that a line is enough.

use super::reset;
use crate::error::Result;
use crate::hypothesis::TestResult;
use crate::regression::{Covariance, Design, Ols, RegressionTable};
use crate::report::{Report, Reported};
use std::fmt;

/// The highest power of the fitted values in RESET.
const POWERS: usize = 3;

/// A regression of one column on what is known of others.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictorReport {
    /// Coefficients with standard errors that know about overlapping targets.
    pub table: RegressionTable,
    /// Ramsey's test: whether powers of the fitted values add anything, that is, whether a line is enough.
    pub linearity: TestResult,
}

impl PredictorReport {
    /// Regresses `target` on a constant and `columns`, with Newey and West's errors of `lags` lags.
    ///
    /// # Errors
    /// Columns of different lengths, a singular design.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::validation::PredictorReport;
    /// let x: Vec<f64> = (0..60_u32).map(|row| f64::from(row * row % 17)).collect();
    /// let y: Vec<f64> = x.iter().enumerate().map(|(row, x)| 1.0 + 2.0 * x + (row % 3) as f64).collect();
    /// let report = PredictorReport::fit("y on x", vec![("x".to_owned(), x)], &y, 2)?;
    /// assert!((report.table.coefficients[1].estimate - 2.0).abs() < 0.1);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn fit(
        name: impl Into<String>,
        columns: impl IntoIterator<Item = (String, Vec<f64>)>,
        target: &[f64],
        lags: usize,
    ) -> Result<Self> {
        let design = Design::new(columns)?.with_constant();
        let fit = Ols::new(name).fit(&design, target)?;
        Ok(Self { table: fit.table(Covariance::newey_west(lags))?, linearity: reset(&fit, POWERS)? })
    }
}

impl Reported for PredictorReport {
    fn report(&self) -> Report {
        let mut report = self.table.report();
        report.include(&self.linearity);
        report
    }
}

impl fmt::Display for PredictorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

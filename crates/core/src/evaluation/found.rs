//! What a test of a promise found, before its null is put in words.

use crate::hypothesis::{TestKind, TestResult};
use crate::tails::chi_squared_upper;

/// Statistic, law and p-value of a test.
pub(super) struct Found {
    pub statistic: f64,
    pub law: String,
    pub p_value: f64,
    /// Neighbours that share an outcome, where the law knows of them.
    pub lags: Option<usize>,
}

impl Found {
    /// Against chi-squared with so many degrees of freedom.
    pub fn chi_squared(statistic: f64, degrees: usize) -> Self {
        let p_value = chi_squared_upper(statistic, degrees as f64);
        Self { statistic, law: format!("chi2({degrees})"), p_value, lags: None }
    }

    /// The test's result.
    pub fn said(
        self,
        test: (TestKind, String),
        null: impl Into<String>,
        alternative: &str,
        n: usize,
    ) -> TestResult {
        let result = TestResult::new(test)
            .with_null(null, alternative)
            .with_statistic(self.statistic, self.law)
            .with_p_value(self.p_value)
            .with_observations(n);
        match self.lags {
            Some(lags) => result.with_lags(lags),
            None => result,
        }
    }
}

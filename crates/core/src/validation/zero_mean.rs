//! The t-test that a series which shares shocks has mean zero.

use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::{cosine_long_run_variance, cosines};
use crate::statistics::mean;
use crate::tails::student_two_sided;

/// The fewest cosines a long-run variance is made of.
const FEWEST: usize = 4;

/// A t statistic and its degrees of freedom.
pub(super) struct ZeroMean {
    t: f64,
    cosines: usize,
}

/// The mean over its standard error from cosines.
pub(super) fn zero_mean(what: &str, series: &[f64], overlap: usize) -> Result<ZeroMean> {
    let cosines = cosines(what, series.len(), overlap, FEWEST)?;
    let variance = cosine_long_run_variance(series, cosines)?;
    Ok(ZeroMean { t: mean(series) / (variance / series.len() as f64).sqrt(), cosines })
}

impl ZeroMean {
    pub(super) fn about(
        self,
        kind: (TestKind, String),
        null: &str,
        alternative: &str,
        n: usize,
    ) -> TestResult {
        let p_value = student_two_sided(self.t, self.cosines as f64);
        TestResult::new(kind, null, alternative, self.t, format!("t({})", self.cosines), p_value, n)
            .with_lags(self.cosines)
    }
}
